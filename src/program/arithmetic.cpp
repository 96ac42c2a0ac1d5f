// Everything is computed at 128 bits, where no operand of 64 bits or fewer can overflow, except where 64-bit arithmetic
// is the same and cheaper. Overflow is then "the cut result, extended again, is another number".
#include "program/arithmetic.hpp"

#include <bit>

#include "program/interpreter.hpp"

namespace shootdown::program {

namespace {

// Overflow of + - * on `width` bits, decided at 128 bits; for width > 64 multiplication needs its own check.
template <bool Signed>
bool fits(Wide exact, unsigned width) {
  if constexpr (Signed) {
    return wide_sign_extend(exact & wide_mask(width), width) == static_cast<SignedWide>(exact);
  } else {
    return (exact & wide_mask(width)) == exact;
  }
}

bool unsigned_multiply_overflows(Wide a, Wide b, unsigned width) { return a != 0 && b > wide_mask(width) / a; }

bool signed_multiply_overflows(Wide a, Wide b, unsigned width) {
  const SignedWide sa = wide_sign_extend(a, width), sb = wide_sign_extend(b, width);
  const bool negative = (sa < 0) != (sb < 0);
  const Wide ua = sa < 0 ? Wide{0} - static_cast<Wide>(sa) : static_cast<Wide>(sa);
  const Wide ub = sb < 0 ? Wide{0} - static_cast<Wide>(sb) : static_cast<Wide>(sb);
  if (ua == 0 || ub == 0) return false;
  const Wide limit = (Wide{1} << (width - 1)) - (negative ? 0u : 1u);
  return ub > limit / ua;
}

Wide saturated_signed(bool negative, unsigned width) {
  const Wide minimum = Wide{1} << (width - 1);
  return negative ? minimum : minimum - 1;
}

}  // namespace

WideArithmetic binary_wide(Opcode op, Wide a, Wide b, unsigned width) {
  const Wide all = wide_mask(width);
  const SignedWide sa = wide_sign_extend(a, width), sb = wide_sign_extend(b, width);
  WideArithmetic r;
  switch (op) {
    case Opcode::Add: r.value = a + b; break;
    case Opcode::Sub: r.value = a - b; break;
    case Opcode::Mul: r.value = a * b; break;
    case Opcode::UDiv:
    case Opcode::URem:
      if (b == 0)
        r.divide_error = true;
      else
        r.value = op == Opcode::UDiv ? a / b : a % b;
      break;
    case Opcode::SDiv:
    case Opcode::SRem:
      // The most negative number divided by -1 does not fit: the same error.
      if (sb == 0 || (sb == -1 && a == Wide{1} << (width - 1)))
        r.divide_error = true;
      else
        r.value = static_cast<Wide>(op == Opcode::SDiv ? sa / sb : sa % sb);
      break;
    case Opcode::And: r.value = a & b; break;
    case Opcode::Or: r.value = a | b; break;
    case Opcode::Xor: r.value = a ^ b; break;
    case Opcode::Shl: r.value = b >= width ? 0 : a << static_cast<unsigned>(b); break;
    case Opcode::LShr: r.value = b >= width ? 0 : a >> static_cast<unsigned>(b); break;
    case Opcode::AShr: r.value = static_cast<Wide>(sa >> (b >= width ? width - 1 : static_cast<unsigned>(b))); break;
    case Opcode::UMin: r.value = a < b ? a : b; break;
    case Opcode::UMax: r.value = a < b ? b : a; break;
    case Opcode::SMin: r.value = sa < sb ? a : b; break;
    case Opcode::SMax: r.value = sa < sb ? b : a; break;
    case Opcode::CmpEq: r.value = a == b ? 1u : 0u; break;
    case Opcode::CmpNe: r.value = a != b ? 1u : 0u; break;
    case Opcode::CmpUlt: r.value = a < b ? 1u : 0u; break;
    case Opcode::CmpUle: r.value = a <= b ? 1u : 0u; break;
    case Opcode::CmpSlt: r.value = sa < sb ? 1u : 0u; break;
    case Opcode::CmpSle: r.value = sa <= sb ? 1u : 0u; break;
    case Opcode::UAddOv:
    case Opcode::UAddSat:
      r.value = a + b;
      r.overflow = (r.value & all) < a || !fits<false>(r.value, width);
      if (op == Opcode::UAddSat && r.overflow) r.value = all;
      break;
    case Opcode::USubOv:
    case Opcode::USubSat:
      r.value = a - b;
      r.overflow = a < b;
      if (op == Opcode::USubSat && r.overflow) r.value = 0;
      break;
    case Opcode::SAddOv:
    case Opcode::SAddSat: {
      r.value = (a + b) & all;
      const bool result_negative = wide_sign_extend(r.value, width) < 0;
      r.overflow = (sa < 0) == (sb < 0) && result_negative != (sa < 0);
      if (op == Opcode::SAddSat && r.overflow) r.value = saturated_signed(sa < 0, width);
      break;
    }
    case Opcode::SSubOv:
    case Opcode::SSubSat: {
      r.value = (a - b) & all;
      const bool result_negative = wide_sign_extend(r.value, width) < 0;
      r.overflow = (sa < 0) != (sb < 0) && result_negative != (sa < 0);
      if (op == Opcode::SSubSat && r.overflow) r.value = saturated_signed(sa < 0, width);
      break;
    }
    case Opcode::UMulOv:
      r.value = a * b;
      r.overflow = unsigned_multiply_overflows(a, b, width);
      break;
    case Opcode::SMulOv:
      r.value = a * b;
      r.overflow = signed_multiply_overflows(a, b, width);
      break;
    default: break;
  }
  r.value &= all;
  return r;
}

Arithmetic binary(Opcode op, std::uint64_t a, std::uint64_t b, unsigned width) {
  const std::uint64_t all = mask(width);
  switch (op) {
    case Opcode::Add: return {(a + b) & all};
    case Opcode::Sub: return {(a - b) & all};
    case Opcode::Mul: return {(a * b) & all};
    case Opcode::And: return {a & b};
    case Opcode::Or: return {a | b};
    case Opcode::Xor: return {a ^ b};
    case Opcode::CmpEq: return {a == b ? 1u : 0u};
    case Opcode::CmpNe: return {a != b ? 1u : 0u};
    case Opcode::CmpUlt: return {a < b ? 1u : 0u};
    case Opcode::CmpUle: return {a <= b ? 1u : 0u};
    default: break;
  }
  const WideArithmetic wide = binary_wide(op, a, b, width);
  return {static_cast<std::uint64_t>(wide.value), wide.overflow, wide.divide_error};
}

Wide unary_wide(Opcode op, Wide a, unsigned width) {
  const auto low = static_cast<std::uint64_t>(a);
  const auto high = static_cast<std::uint64_t>(a >> 64);
  switch (op) {
    case Opcode::CtPop: return static_cast<unsigned>(std::popcount(low) + std::popcount(high));
    case Opcode::CtLz: {
      const unsigned zeros = high != 0 ? static_cast<unsigned>(std::countl_zero(high))
                                       : 64u + static_cast<unsigned>(std::countl_zero(low));
      return zeros - (128 - width);
    }
    case Opcode::CtTz: {
      const unsigned zeros =
          low != 0 ? static_cast<unsigned>(std::countr_zero(low)) : 64u + static_cast<unsigned>(std::countr_zero(high));
      return zeros < width ? zeros : width;
    }
    case Opcode::ByteSwap: {
      Wide r = 0;
      for (unsigned i = 0; i < width; i += 8) r |= ((a >> i) & 0xff) << (width - 8 - i);
      return r;
    }
    case Opcode::BitReverse: {
      Wide r = 0;
      for (unsigned i = 0; i < width; ++i) r |= ((a >> i) & 1) << (width - 1 - i);
      return r;
    }
    case Opcode::Abs: {
      const SignedWide s = wide_sign_extend(a, width);
      return (s < 0 ? Wide{0} - a : a) & wide_mask(width);
    }
    default: return 0;
  }
}

std::uint64_t unary(Opcode op, std::uint64_t a, unsigned width) {
  return static_cast<std::uint64_t>(unary_wide(op, a, width));
}

}  // namespace shootdown::program

// Integer arithmetic against a reference that is obvious: at 4 to 8 bits every pair of values, computed with ordinary
// ints; at 64 and 128 bits random and extreme values, computed with what C++ has itself.
#include "program/arithmetic.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <vector>

#include "program/interpreter.hpp"

namespace shootdown::program {
namespace {

constexpr Opcode kBinary[] = {
    Opcode::Add,    Opcode::Sub,     Opcode::Mul,     Opcode::UDiv,    Opcode::SDiv,   Opcode::URem,   Opcode::SRem,
    Opcode::And,    Opcode::Or,      Opcode::Xor,     Opcode::Shl,     Opcode::LShr,   Opcode::AShr,   Opcode::UMin,
    Opcode::UMax,   Opcode::SMin,    Opcode::SMax,    Opcode::CmpEq,   Opcode::CmpNe,  Opcode::CmpUlt, Opcode::CmpUle,
    Opcode::CmpSlt, Opcode::CmpSle,  Opcode::UAddOv,  Opcode::SAddOv,  Opcode::USubOv, Opcode::SSubOv, Opcode::UMulOv,
    Opcode::SMulOv, Opcode::UAddSat, Opcode::USubSat, Opcode::SAddSat, Opcode::SSubSat};

struct Expected {
  int value = 0;  // before it is cut to the width
  bool overflow = false;
  bool divide_error = false;
};

// `ua`, `ub` unsigned, `sa`, `sb` the same bits as signed numbers.
Expected small(Opcode op, int ua, int ub, int sa, int sb, int width) {
  const int most = (1 << width) - 1, smost = (1 << (width - 1)) - 1, sleast = -(1 << (width - 1));
  const auto unsigned_result = [&](int exact) { return Expected{exact, exact < 0 || exact > most}; };
  const auto signed_result = [&](int exact) { return Expected{exact, exact < sleast || exact > smost}; };
  switch (op) {
    case Opcode::Add: return {ua + ub};
    case Opcode::Sub: return {ua - ub};
    case Opcode::Mul: return {ua * ub};
    case Opcode::UDiv: return ub == 0 ? Expected{0, false, true} : Expected{ua / ub};
    case Opcode::URem: return ub == 0 ? Expected{0, false, true} : Expected{ua % ub};
    case Opcode::SDiv: return sb == 0 || (sa == sleast && sb == -1) ? Expected{0, false, true} : Expected{sa / sb};
    case Opcode::SRem: return sb == 0 || (sa == sleast && sb == -1) ? Expected{0, false, true} : Expected{sa % sb};
    case Opcode::And: return {ua & ub};
    case Opcode::Or: return {ua | ub};
    case Opcode::Xor: return {ua ^ ub};
    case Opcode::Shl: return {ub >= width ? 0 : ua << ub};
    case Opcode::LShr: return {ub >= width ? 0 : ua >> ub};
    case Opcode::AShr: return {ub >= width ? (sa < 0 ? -1 : 0) : sa >> ub};
    case Opcode::UMin: return {std::min(ua, ub)};
    case Opcode::UMax: return {std::max(ua, ub)};
    case Opcode::SMin: return {std::min(sa, sb)};
    case Opcode::SMax: return {std::max(sa, sb)};
    case Opcode::CmpEq: return {ua == ub};
    case Opcode::CmpNe: return {ua != ub};
    case Opcode::CmpUlt: return {ua < ub};
    case Opcode::CmpUle: return {ua <= ub};
    case Opcode::CmpSlt: return {sa < sb};
    case Opcode::CmpSle: return {sa <= sb};
    case Opcode::UAddOv: return unsigned_result(ua + ub);
    case Opcode::USubOv: return unsigned_result(ua - ub);
    case Opcode::UMulOv: return unsigned_result(ua * ub);
    case Opcode::SAddOv: return signed_result(sa + sb);
    case Opcode::SSubOv: return signed_result(sa - sb);
    case Opcode::SMulOv: return signed_result(sa * sb);
    case Opcode::UAddSat: return {std::clamp(ua + ub, 0, most)};
    case Opcode::USubSat: return {std::clamp(ua - ub, 0, most)};
    case Opcode::SAddSat: return {std::clamp(sa + sb, sleast, smost)};
    default: return {std::clamp(sa - sb, sleast, smost)};  // SSubSat
  }
}

bool reports_overflow(Opcode op) { return op >= Opcode::UAddOv && op <= Opcode::SMulOv; }

TEST(Arithmetic, EveryPairOfSmallValues) {
  for (int width = 4; width <= 8; ++width) {
    const int values = 1 << width;
    for (const Opcode op : kBinary) {
      for (int a = 0; a < values; ++a) {
        for (int b = 0; b < values; ++b) {
          const int sa = a >= values / 2 ? a - values : a, sb = b >= values / 2 ? b - values : b;
          const Expected want = small(op, a, b, sa, sb, width);
          const auto bits = static_cast<unsigned>(width);
          const Arithmetic got = binary(op, static_cast<unsigned>(a), static_cast<unsigned>(b), bits);
          const WideArithmetic wide = binary_wide(op, static_cast<unsigned>(a), static_cast<unsigned>(b), bits);
          ASSERT_EQ(got.divide_error, want.divide_error) << int(op) << ": " << a << ", " << b << ", " << width;
          ASSERT_EQ(wide.divide_error, want.divide_error) << int(op) << ": " << a << ", " << b << ", " << width;
          if (want.divide_error) continue;
          const auto cut = static_cast<std::uint64_t>(want.value & (values - 1));
          ASSERT_EQ(got.value, cut) << int(op) << ": " << a << ", " << b << ", " << width;
          ASSERT_EQ(static_cast<std::uint64_t>(wide.value), cut) << int(op) << ": " << a << ", " << b << ", " << width;
          if (!reports_overflow(op)) continue;
          ASSERT_EQ(got.overflow, want.overflow) << int(op) << ": " << a << ", " << b << ", " << width;
          ASSERT_EQ(wide.overflow, want.overflow) << int(op) << ": " << a << ", " << b << ", " << width;
        }
      }
    }
  }
}

TEST(Arithmetic, EverySmallValueAlone) {
  for (unsigned width = 4; width <= 8; ++width) {
    const unsigned values = 1u << width;
    for (unsigned a = 0; a < values; ++a) {
      unsigned ones = 0, leading = 0, trailing = 0, reversed = 0;
      for (unsigned n = 0; n < width; ++n) ones += a >> n & 1;
      for (unsigned n = 0; n < width; ++n) reversed |= (a >> n & 1) << (width - 1 - n);
      while (leading < width && (a >> (width - 1 - leading) & 1) == 0) ++leading;
      while (trailing < width && (a >> trailing & 1) == 0) ++trailing;
      EXPECT_EQ(unary(Opcode::CtPop, a, width), ones);
      EXPECT_EQ(unary(Opcode::CtLz, a, width), leading);
      EXPECT_EQ(unary(Opcode::CtTz, a, width), trailing);
      EXPECT_EQ(unary(Opcode::BitReverse, a, width), reversed);
      EXPECT_EQ(unary(Opcode::Abs, a, width), a >= values / 2 ? values - a : a);
    }
  }
  EXPECT_EQ(unary(Opcode::ByteSwap, 0x1234, 16), 0x3412u);
  EXPECT_EQ(unary(Opcode::ByteSwap, 0x12345678, 32), 0x78563412u);
  EXPECT_EQ(unary(Opcode::ByteSwap, 0x0102030405060708, 64), 0x0807060504030201u);
  EXPECT_EQ(unary(Opcode::CtLz, 0, 64), 64u);
  EXPECT_EQ(unary(Opcode::CtTz, 0, 32), 32u);
}

TEST(Arithmetic, EveryReadModifyWriteOfSmallValues) {
  for (int width = 4; width <= 8; ++width) {
    const int values = 1 << width;
    for (int a = 0; a < values; ++a) {
      for (int b = 0; b < values; ++b) {
        const int sa = a >= values / 2 ? a - values : a, sb = b >= values / 2 ? b - values : b;
        const auto is = [&](Opcode op, int want) {
          return apply_rmw(op, static_cast<unsigned>(a), static_cast<unsigned>(b), static_cast<unsigned>(width)) ==
                 static_cast<std::uint64_t>(want & (values - 1));
        };
        ASSERT_TRUE(is(Opcode::RmwXchg, b) && is(Opcode::RmwAdd, a + b) && is(Opcode::RmwSub, a - b));
        ASSERT_TRUE(is(Opcode::RmwAnd, a & b) && is(Opcode::RmwOr, a | b) && is(Opcode::RmwXor, a ^ b));
        ASSERT_TRUE(is(Opcode::RmwNand, ~(a & b)));
        ASSERT_TRUE(is(Opcode::RmwMin, std::min(sa, sb)) && is(Opcode::RmwMax, std::max(sa, sb)));
        ASSERT_TRUE(is(Opcode::RmwUMin, std::min(a, b)) && is(Opcode::RmwUMax, std::max(a, b)));
      }
    }
  }
}

// Values at which carries, signs and overflows change, and random ones of all magnitudes.
template <class Value>
std::vector<Value> interesting(unsigned bits, unsigned random) {
  std::vector<Value> values;
  for (unsigned n = 0; n < bits; n += bits / 8)
    for (const int near : {-1, 0, 1}) values.push_back(static_cast<Value>((Value{1} << n) + static_cast<Value>(near)));
  values.push_back(static_cast<Value>(Value{1} << (bits - 1)));
  values.push_back(static_cast<Value>((Value{1} << (bits - 1)) - 1));
  values.push_back(static_cast<Value>((Value{1} << (bits - 1)) + 1));
  values.push_back(static_cast<Value>(~Value{0} - 1));
  std::mt19937_64 source(20260);
  for (unsigned n = 0; n < random; ++n) {
    auto value = static_cast<Value>(source());
    if constexpr (sizeof(Value) > 8) value = static_cast<Value>((value << 64) | source());
    values.push_back(static_cast<Value>(value >> (source() % bits)));
  }
  return values;
}

template <class Unsigned, class Signed>
struct Native {
  Unsigned value{};
  bool overflow = false, divide_error = false;

  static Native of(Opcode op, Unsigned a, Unsigned b) {
    constexpr unsigned kBits = 8 * sizeof(Unsigned);
    constexpr Unsigned kLeast = Unsigned{1} << (kBits - 1);
    const auto sa = static_cast<Signed>(a), sb = static_cast<Signed>(b);
    Unsigned u{};
    Signed s{};
    switch (op) {
      case Opcode::Add: return {a + b};
      case Opcode::Sub: return {a - b};
      case Opcode::Mul: return {a * b};
      case Opcode::UDiv: return b == 0 ? Native{0, false, true} : Native{a / b};
      case Opcode::URem: return b == 0 ? Native{0, false, true} : Native{a % b};
      case Opcode::SDiv:
        return b == 0 || (a == kLeast && sb == -1) ? Native{0, false, true} : Native{static_cast<Unsigned>(sa / sb)};
      case Opcode::SRem:
        return b == 0 || (a == kLeast && sb == -1) ? Native{0, false, true} : Native{static_cast<Unsigned>(sa % sb)};
      case Opcode::And: return {a & b};
      case Opcode::Or: return {a | b};
      case Opcode::Xor: return {a ^ b};
      case Opcode::Shl: return {b >= kBits ? 0 : a << static_cast<unsigned>(b)};
      case Opcode::LShr: return {b >= kBits ? 0 : a >> static_cast<unsigned>(b)};
      case Opcode::AShr: return {static_cast<Unsigned>(sa >> (b >= kBits ? kBits - 1 : static_cast<unsigned>(b)))};
      case Opcode::UMin: return {std::min(a, b)};
      case Opcode::UMax: return {std::max(a, b)};
      case Opcode::SMin: return {static_cast<Unsigned>(std::min(sa, sb))};
      case Opcode::SMax: return {static_cast<Unsigned>(std::max(sa, sb))};
      case Opcode::CmpEq: return {a == b ? 1u : 0u};
      case Opcode::CmpNe: return {a != b ? 1u : 0u};
      case Opcode::CmpUlt: return {a < b ? 1u : 0u};
      case Opcode::CmpUle: return {a <= b ? 1u : 0u};
      case Opcode::CmpSlt: return {sa < sb ? 1u : 0u};
      case Opcode::CmpSle: return {sa <= sb ? 1u : 0u};
      case Opcode::UAddOv: return {a + b, __builtin_add_overflow(a, b, &u)};
      case Opcode::USubOv: return {a - b, __builtin_sub_overflow(a, b, &u)};
      case Opcode::UMulOv: return {a * b, __builtin_mul_overflow(a, b, &u)};
      case Opcode::SAddOv: return {a + b, __builtin_add_overflow(sa, sb, &s)};
      case Opcode::SSubOv: return {a - b, __builtin_sub_overflow(sa, sb, &s)};
      case Opcode::SMulOv: return {a * b, __builtin_mul_overflow(sa, sb, &s)};
      case Opcode::UAddSat: return {__builtin_add_overflow(a, b, &u) ? ~Unsigned{0} : u};
      case Opcode::USubSat: return {__builtin_sub_overflow(a, b, &u) ? Unsigned{0} : u};
      case Opcode::SAddSat:
        return {__builtin_add_overflow(sa, sb, &s) ? (sa < 0 ? kLeast : kLeast - 1) : static_cast<Unsigned>(s)};
      default: return {__builtin_sub_overflow(sa, sb, &s) ? (sa < 0 ? kLeast : kLeast - 1) : static_cast<Unsigned>(s)};
    }
  }
};

TEST(Arithmetic, SixtyFourBitsAsTheProcessorHasThem) {
  const auto values = interesting<std::uint64_t>(64, 150);
  for (const Opcode op : kBinary) {
    for (const std::uint64_t a : values) {
      for (const std::uint64_t b : values) {
        const auto want = Native<std::uint64_t, std::int64_t>::of(op, a, b);
        const Arithmetic got = binary(op, a, b, 64);
        ASSERT_EQ(got.divide_error, want.divide_error) << int(op) << ": " << a << ", " << b;
        if (want.divide_error) continue;
        ASSERT_EQ(got.value, want.value) << int(op) << ": " << a << ", " << b;
        if (reports_overflow(op)) { ASSERT_EQ(got.overflow, want.overflow) << int(op) << ": " << a << ", " << b; }
      }
    }
  }
}

TEST(Arithmetic, HundredAndTwentyEightBits) {
  const auto values = interesting<Wide>(128, 100);
  for (const Opcode op : kBinary) {
    for (const Wide a : values) {
      for (const Wide b : values) {
        const auto want = Native<Wide, SignedWide>::of(op, a, b);
        const WideArithmetic got = binary_wide(op, a, b, 128);
        ASSERT_EQ(got.divide_error, want.divide_error) << int(op);
        if (want.divide_error) continue;
        ASSERT_TRUE(got.value == want.value)
            << int(op) << ": " << static_cast<std::uint64_t>(a >> 64) << ":" << static_cast<std::uint64_t>(a) << ", "
            << static_cast<std::uint64_t>(b >> 64) << ":" << static_cast<std::uint64_t>(b);
        if (reports_overflow(op)) { ASSERT_EQ(got.overflow, want.overflow) << int(op); }
      }
    }
  }
}

// Between the two: what holds at 100 bits holds of the same numbers shifted to the top of 128.
TEST(Arithmetic, AHundredBits) {
  constexpr unsigned kWidth = 100, kUp = 28;
  const auto values = interesting<Wide>(100, 60);
  for (const Wide any_a : values) {
    for (const Wide any_b : values) {
      const Wide a = any_a & wide_mask(kWidth), b = any_b & wide_mask(kWidth);
      for (const Opcode op : {Opcode::UAddOv, Opcode::SAddOv, Opcode::USubOv, Opcode::SSubOv}) {
        const auto want = Native<Wide, SignedWide>::of(op, a << kUp, b << kUp);
        const WideArithmetic got = binary_wide(op, a, b, kWidth);
        ASSERT_TRUE(got.value == want.value >> kUp) << int(op);
        ASSERT_EQ(got.overflow, want.overflow) << int(op);
      }
      for (const Opcode op : {Opcode::UMulOv, Opcode::SMulOv}) {
        const auto want = Native<Wide, SignedWide>::of(
            op, a << kUp, op == Opcode::SMulOv ? static_cast<Wide>(wide_sign_extend(b, kWidth)) : b);
        const WideArithmetic got = binary_wide(op, a, b, kWidth);
        ASSERT_TRUE(got.value == want.value >> kUp) << int(op);
        ASSERT_EQ(got.overflow, want.overflow) << int(op);
      }
    }
  }
}

}  // namespace
}  // namespace shootdown::program

// Integer arithmetic of 1..128 bits, one function for all widths above 64 and one for the rest.
#pragma once

#include <cstdint>

#include "program/program.hpp"

namespace shootdown::program {

// Not ISO C++, but both compilers have it, and it is exactly the type that the checked code's i128 is.
__extension__ using Wide = unsigned __int128;
__extension__ using SignedWide = __int128;

struct Arithmetic {
  std::uint64_t value = 0;
  bool overflow = false;      // for the *Ov opcodes
  bool divide_error = false;  // for UDiv, SDiv, URem, SRem
};

struct WideArithmetic {
  Wide value = 0;
  bool overflow = false;
  bool divide_error = false;
};

// Opcodes Add .. SMax, CmpEq .. CmpSle, UAddOv .. SMulOv, UAddSat .. SSubSat.
Arithmetic binary(Opcode op, std::uint64_t a, std::uint64_t b, unsigned width);
WideArithmetic binary_wide(Opcode op, Wide a, Wide b, unsigned width);
// Opcodes CtPop .. Abs.
std::uint64_t unary(Opcode op, std::uint64_t a, unsigned width);
Wide unary_wide(Opcode op, Wide a, unsigned width);

constexpr Wide wide_mask(unsigned width) { return width >= 128 ? ~Wide{0} : (Wide{1} << width) - 1; }
constexpr SignedWide wide_sign_extend(Wide value, unsigned width) {
  const unsigned shift = width >= 128 ? 0 : 128 - width;
  return static_cast<SignedWide>(value << shift) >> shift;
}

}  // namespace shootdown::program

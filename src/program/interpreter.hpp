// Executes the instructions that touch nothing but the thread itself. Memory and machine operations are the caller's.
#pragma once

#include <cstdint>

#include "program/program.hpp"
#include "program/thread.hpp"

namespace shootdown::program {

// What executing one instruction led to.
enum class Executed : std::uint8_t {
  Next,             // done; the program counter stands on the next instruction
  Jumped,           // done; control moved forward
  BackEdge,         // done; control moved back: a loop closed
  Returned,         // left a frame by a call's return
  InterruptReturn,  // the top frame is an interrupt's and executed its Return: the caller pops it
  ContextReturn,    // the first frame of the thread executed its Return
  External,         // memory, bulk, or machine operation: not executed
  DivideError,      // division by zero, or a quotient that does not fit
  BadCall,          // an indirect call to an address that is no function
  Trap,
  Unreachable,
  Unsupported,
  Overflow,  // the stack limit was reached
};

// Frames a thread may have, and bytes its stack objects may take, before Executed::Overflow.
inline constexpr std::size_t kMaxFrames = 256;

Executed execute(const Program& program, Thread& thread);

// Reads `slot` 0, 1, ... of an operand of the top frame; writes a register of it.
std::uint64_t read(const Program& program, const Thread& thread, Operand operand, unsigned slot = 0);
void write(Thread& thread, Operand dst, std::uint64_t value, unsigned slot = 0);

// Result of a read-modify-write opcode (RmwXchg ... RmwUMin) of `width` <= 64 bits.
std::uint64_t apply_rmw(Opcode op, std::uint64_t old_value, std::uint64_t operand, unsigned width);

constexpr std::uint64_t mask(unsigned width) {
  return width >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << width) - 1;
}

// Sign-extends a value of `width` <= 64 bits.
constexpr std::int64_t sign_extend(std::uint64_t value, unsigned width) {
  const unsigned shift = width >= 64 ? 0 : 64 - width;
  return static_cast<std::int64_t>(value << shift) >> shift;
}

}  // namespace shootdown::program

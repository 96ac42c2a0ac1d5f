// What a context is made of while it runs: frames, registers, a stack pointer.
#pragma once

#include <cstdint>
#include <vector>

#include "program/program.hpp"

namespace shootdown::program {

enum class FrameKind : std::uint8_t {
  Call,       // entered by a call, or the context's first frame
  Interrupt,  // entered by an interrupt, fault or trap; its return is the machine's return from interrupt
};

struct Frame {
  std::uint32_t function = 0;
  std::uint32_t pc = 0;     // of the next instruction; in a caller: of the call that has not returned
  std::uint32_t base = 0;   // index of its first register in Thread::registers
  std::uint64_t stack = 0;  // address of its fixed stack objects
  FrameKind kind = FrameKind::Call;
  // Interrupt frames: what the return restores.
  bool saved_interrupts = false;
  bool saved_user = false;
  bool nmi = false;
  friend bool operator==(const Frame&, const Frame&) = default;
};

struct Thread {
  std::vector<Frame> frames;             // outermost first; empty: not started or ended
  std::vector<std::uint64_t> registers;  // of all frames, one after another
  std::uint64_t stack_pointer = 0;       // first free byte; the stack grows up

  [[nodiscard]] const Frame& top() const { return frames.back(); }
  [[nodiscard]] Frame& top() { return frames.back(); }
  // How many interrupt frames are on the stack.
  [[nodiscard]] unsigned interrupt_depth() const;
};

// Enters `function` with `arguments` (one word a slot) on top of the thread. Registers other than the parameters are 0.
void push_frame(const Program& program, Thread& thread, std::uint32_t function, const std::uint64_t* arguments,
                std::size_t argument_count, FrameKind kind);
// Leaves the top frame: registers and stack objects go.
void pop_frame(Thread& thread);

}  // namespace shootdown::program

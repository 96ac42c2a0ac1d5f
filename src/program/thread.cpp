// Frames come and go.
#include "program/thread.hpp"

#include <algorithm>

namespace shootdown::program {

unsigned Thread::interrupt_depth() const {
  unsigned depth = 0;
  for (const Frame& frame : frames) depth += frame.kind == FrameKind::Interrupt ? 1u : 0u;
  return depth;
}

void push_frame(const Program& program, Thread& thread, std::uint32_t function, const std::uint64_t* arguments,
                std::size_t argument_count, FrameKind kind) {
  const Function& callee = program.functions[function];
  Frame frame;
  frame.function = function;
  frame.base = static_cast<std::uint32_t>(thread.registers.size());
  frame.stack = (thread.stack_pointer + 15) & ~std::uint64_t{15};
  frame.kind = kind;
  thread.registers.resize(thread.registers.size() + callee.registers, 0);
  const std::size_t given = std::min<std::size_t>(argument_count, callee.parameters);
  std::copy_n(arguments, given, thread.registers.begin() + frame.base);
  thread.stack_pointer = frame.stack + callee.frame_bytes;
  thread.frames.push_back(frame);
}

void pop_frame(Thread& thread) {
  const Frame& frame = thread.top();
  thread.registers.resize(frame.base);
  thread.stack_pointer = frame.stack;
  thread.frames.pop_back();
}

}  // namespace shootdown::program

#include "system/evaluate.hpp"

#include <algorithm>

#include "system/recorder.hpp"

namespace shootdown::system {

namespace layout = program::layout;
using machine::Operation;
using program::Executed;
using program::Instruction;
using program::Opcode;

namespace {

constexpr unsigned kMostInstructions = 100'000;

// What hardware leaves open about an entry of a page table is answered with the tables as they are.
class AsItIs final : public machine::Chooser {
 public:
  unsigned pick(unsigned) override { return 0; }
};

bool only_asks(Operation op) {
  return op == Operation::CpuId || op == Operation::CpuCount || op == Operation::ContextSelf ||
         op == Operation::X86PushF;
}

}  // namespace

// Executes the next instruction. Empty: done; else why it may not be.
std::string Step::only_read(std::uint64_t own_stack) {
  switch (program::execute(world_.program, thread())) {
    case Executed::Next:
    case Executed::Jumped:
    case Executed::Returned:
    case Executed::BackEdge: return {};
    case Executed::External: break;
    case Executed::Unsupported: return world_.program.texts[instruction().aux];
    default: return "it does not end in a return";
  }
  const Instruction& i = instruction();
  std::optional<Stop> stop;
  if (i.op == Opcode::Operate) {
    const auto op = static_cast<Operation>(i.aux);
    if (!only_asks(op)) return "it executes `" + std::string(machine::info(op).mnemonic) + "`";
    Flow flow = Flow::Continue;
    stop = operation(i, flow);
  } else if (i.op == Opcode::Load || i.op == Opcode::Fence) {
    stop = memory(i);
  } else {
    const std::uint64_t address = effective_address(i);
    const std::uint64_t end = (own_stack & ~(layout::kStackBytes - 1)) + layout::kStackBytes;
    if (address < own_stack || address >= end) return "it stores to memory that is not its own stack";
    stop = i.op == Opcode::MemCpy || i.op == Opcode::MemMove || i.op == Opcode::MemSet ? bulk(i) : memory(i);
  }
  if (!stop) return {};
  return stop->kind == Stop::Kind::Violation ? stop->violation.message : stop->text;
}

Result<std::uint64_t> Step::evaluate(unsigned cpu, std::uint32_t function) {
  cpu_ = cpu;
  const std::size_t below = thread().frames.size();
  const std::uint64_t own_stack = thread().stack_pointer;
  if (below >= program::kMaxFrames) return Error{ErrorKind::Unsupported, "the kernel stack is full", "", 0};
  program::push_frame(world_.program, thread(), function, nullptr, 0, program::FrameKind::Call);
  std::string problem;
  for (unsigned n = 0; problem.empty(); ++n) {
    const Instruction& i = instruction();
    if (i.op == Opcode::Return && thread().frames.size() == below + 1)
      return i.slots == 0 ? 0 : program::read(world_.program, thread(), i.a);
    problem = n < kMostInstructions ? only_read(own_stack) : "it does not end";
  }
  const auto place = Recorder(world_).place(state_, cpu);
  Error error{ErrorKind::Unsupported, problem, "", 0};
  for (const trace::SourceLine& line : place) {
    if (line.file.empty()) continue;
    error.file = line.file;
    error.line = line.line;
    break;
  }
  return error;
}

Result<std::uint64_t> evaluate(World& world, SystemState& state, unsigned cpu, std::uint32_t function) {
  AsItIs chooser;
  return Step(world, state, chooser, nullptr).evaluate(cpu, function);
}

}  // namespace shootdown::system

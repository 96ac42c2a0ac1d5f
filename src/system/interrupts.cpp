// Interrupts, faults and traps enter their handlers here.
#include "machine/rules.hpp"
#include "system/recorder.hpp"
#include "system/step.hpp"

namespace shootdown::system {

using machine::holds;
using machine::Operation;
using machine::Rule;
using program::Opcode;

bool Step::next_is_user() {
  if (thread().frames.empty()) return false;
  const program::Instruction& next = instruction();
  if (next.op != Opcode::Operate) return false;
  const auto op = static_cast<Operation>(next.aux);
  return op == Operation::UserLoad || op == Operation::UserStore || op == Operation::UserFetch;
}

std::optional<Stop> Step::enter(unsigned vector, std::uint64_t error_code, bool from_user, bool nmi,
                                const std::string& name) {
  std::uint64_t handler = 0;
  for (const auto& [number, address] : state_.machine.vectors)
    if (number == vector) handler = address;
  if (handler == 0)
    return violation("architectural-fault", name, name + " (vector " + std::to_string(vector) + ") has no handler");
  const std::uint64_t index = (handler - program::layout::kFunctions) / 16;
  if (handler < program::layout::kFunctions || index >= world_.program.functions.size())
    return violation("memory-fault", "wild call",
                     "the handler of vector " + std::to_string(vector) + " is no function");
  if (thread().frames.size() >= program::kMaxFrames)
    return violation("memory-fault", "stack overflow",
                     "the kernel stack of " + context_name(cpu().context) + " overflows at the entry of " + name);
  if (recorder_ != nullptr) {
    auto& event = recorder_->add(state_, cpu_, cpu().context, thread().interrupt_depth(), trace::EventKind::Interrupt,
                                 recorder_->place(state_, cpu_));
    event.operation = name;
    event.arguments = {vector, error_code};
    event.text = name;
  }
  const std::uint64_t arguments[] = {error_code, from_user ? 1u : 0u};
  program::push_frame(world_.program, thread(), static_cast<std::uint32_t>(index), arguments, 2,
                      program::FrameKind::Interrupt);
  program::Frame& frame = thread().top();
  frame.saved_interrupts = cpu().interrupts_on;
  frame.saved_user = from_user;
  frame.nmi = nmi;
  world_.machine->takes_exception(state_.machine, cpu_);
  if (holds(Rule::GateClearsIf)) cpu().interrupts_on = false;
  if (holds(Rule::HltWakes)) cpu().halted = false;
  if (nmi && holds(Rule::NmiBlocksNmi)) cpu().nmi_blocked = true;
  if (recorder_ != nullptr) recorder_->refresh(state_);
  return std::nullopt;
}

std::optional<Stop> Step::raise_fault(const machine::Fault& fault, bool from_user) {
  bool handled = false;
  for (const auto& [number, address] : state_.machine.vectors) handled = handled || number == fault.vector;
  if (!handled)
    return violation("architectural-fault", fault.name,
                     "CPU" + std::to_string(cpu_) + " takes " + fault.name + " (" + fault.reason + ") in " +
                         context_name(cpu().context) + ", and nothing handles it");
  return enter(fault.vector, fault.error_code, from_user, false, fault.name + " (" + fault.reason + ")");
}

}  // namespace shootdown::system

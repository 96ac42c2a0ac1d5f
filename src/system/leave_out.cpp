// What a run leaves out, instruction by instruction. Nothing of it costs an ordinary check more than a test of a flag.
#include "system/recorder.hpp"
#include "system/step.hpp"

namespace shootdown::system {

using machine::Operation;
using machine::Protection;
using program::Instruction;
using program::Opcode;

namespace {

const Instruction& next(const World& world, const program::Thread& thread) {
  return world.program.functions[thread.top().function].code[thread.top().pc];
}

bool flushes_sometimes(const Instruction& i) {
  return i.op == Opcode::Operate &&
         machine::info(static_cast<Operation>(i.aux)).protection == Protection::FlushIfNothingElse;
}

// It would do nothing else if it were executed now.
bool only_flushes(const World& world, const SystemState& state, unsigned cpu, const Instruction& i) {
  const program::Thread& thread = state.contexts[state.machine.cpus[cpu].context].thread;
  std::vector<std::uint64_t> arguments;
  for (const program::Argument& argument : world.program.functions[thread.top().function].lists[i.list])
    arguments.push_back(program::read(world.program, thread, argument.operand));
  return world.machine->only_flushes(state.machine.cpus[cpu], static_cast<Operation>(i.aux), arguments);
}

// Without LOCK an instruction differs only if another CPU can see it.
bool lock_matters(const World& world, const Instruction& i) {
  return world.configuration.cpus > 1 &&
         (i.op != Opcode::Store || world.configuration.memory == MemoryModel::TotalStoreOrder);
}

}  // namespace

LeftOut left_out(World& world, const SystemState& state, unsigned cpu) {
  if (!world.omissions.active()) return LeftOut::Nothing;
  const program::Thread& thread = state.contexts[state.machine.cpus[cpu].context].thread;
  const Instruction& i = next(world, thread);
  const std::optional<omit::Kind> kind = omit::kind_of(i);
  if (!kind || *kind == omit::Kind::Guard || !world.omissions.selects(thread, "")) return LeftOut::Nothing;
  if (omit::is_lock(i)) return lock_matters(world, i) ? LeftOut::LockPrefix : LeftOut::Nothing;
  if (!flushes_sometimes(i)) return LeftOut::All;
  return only_flushes(world, state, cpu, i) ? LeftOut::AllNow : LeftOut::Nothing;
}

void Step::collect() {
  const Instruction& i = instruction();
  const std::optional<omit::Kind> kind = omit::kind_of(i);
  if (!kind || *kind == omit::Kind::Guard || !state_.machine.concurrent) return;
  if (omit::is_lock(i) && !lock_matters(world_, i)) return;
  if (flushes_sometimes(i) && !only_flushes(world_, state_, cpu_, i)) return;
  world_.omissions.executed(thread(), "");
}

void Step::note_left_out() {
  if (recorder_ == nullptr || !state_.machine.concurrent) return;
  const Instruction& i = instruction();
  const std::string name(i.op == Opcode::Operate ? machine::info(static_cast<Operation>(i.aux)).mnemonic : "fence");
  auto& event = recorder_->add(state_, cpu_, cpu().context, thread().interrupt_depth(), trace::EventKind::Note,
                               recorder_->place(state_, cpu_));
  event.text = "left out: " + name;
}

}  // namespace shootdown::system

#include "cost/meter.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "omit/omissions.hpp"
#include "system/step.hpp"

namespace shootdown::cost {

namespace {

using machine::Entry;
using machine::Operation;
using program::Opcode;

constexpr const char* kDroppedLoaded = "of the loaded address space";
constexpr const char* kDroppedOther = "of others";
constexpr const char* kDroppedGlobal = "global";
constexpr unsigned kFirstSent = 32;  // vectors below are faults' and traps', and the NMI's

// Nothing that invalidates leaves a choice open.
class NoChoice final : public machine::Chooser {
 public:
  unsigned pick(unsigned) override { return 0; }
};

bool marks_operations(const program::Program& program) {
  for (const program::Function& function : program.functions)
    for (const program::Instruction& i : function.code)
      if (i.op == Opcode::Operate && static_cast<Operation>(i.aux) == Operation::OperationBegin) return true;
  return false;
}

std::vector<std::uint64_t> arguments_of(const program::Program& program, const system::SystemState& state,
                                        unsigned cpu) {
  const program::Thread& thread = state.contexts[state.machine.cpus[cpu].context].thread;
  const program::Function& function = program.functions[thread.top().function];
  const program::Instruction& i = function.code[thread.top().pc];
  std::vector<std::uint64_t> arguments;
  for (const program::Argument& argument : function.lists[i.list])
    arguments.push_back(program::read(program, thread, argument.operand));
  arguments.resize(machine::info(static_cast<Operation>(i.aux)).arguments, 0);
  return arguments;
}

enum class Entered : std::uint8_t { Synchronously, BySentInterrupt, ByTimer };

Entered how_entered(const machine::State& state, const program::Frame& frame) {
  if (frame.nmi) return Entered::BySentInterrupt;
  for (const auto& [vector, address] : state.vectors) {
    if ((address - program::layout::kFunctions) / 16 != frame.function) continue;
    if (vector < kFirstSent) return Entered::Synchronously;
    return vector == state.timer_vector ? Entered::ByTimer : Entered::BySentInterrupt;
  }
  return Entered::Synchronously;  // a constructor
}

bool translates(const Entry& entry, const std::optional<Entry>& walked) {
  return walked && walked->level == entry.level && walked->va == entry.va && walked->target == entry.target &&
         walked->user == entry.user && walked->write == entry.write && walked->no_execute == entry.no_execute;
}

}  // namespace

Meter::Meter(const program::Program& program) : program_(program), tasks_(!marks_operations(program)) {}

void Meter::restart() {
  steps_ = Steps{};
  done_.clear();
  source_ = 0;
}

void Meter::expands(system::World& world, const system::SystemState& state) {
  world_ = &world;
  done_.clear();
  steps_.rests.push_back(std::all_of(state.contexts.begin(), state.contexts.end(),
                                     [](const system::Context& each) { return each.finished || each.daemon; }));
}

Event Meter::event(const system::SystemState& state, unsigned cpu, Event::Kind kind) {
  Event event;
  event.kind = kind;
  event.cpu = static_cast<std::uint8_t>(cpu);
  event.context = state.machine.cpus[cpu].context;
  const auto& frames = state.contexts[event.context].thread.frames;
  for (const program::Frame& frame : frames) {
    if (frame.kind != program::FrameKind::Interrupt) continue;
    const Entered entered = how_entered(state.machine, frame);
    if (entered == Entered::Synchronously) continue;
    ++event.depth;
    event.remote = entered == Entered::BySentInterrupt;  // the innermost one's
  }
  return event;
}

std::uint32_t Meter::measure(Counted counted, const std::string& kind, const std::string& scope) {
  const Measure wanted{counted, kind, scope};
  const auto at = std::find(steps_.measures.begin(), steps_.measures.end(), wanted);
  if (at != steps_.measures.end()) return static_cast<std::uint32_t>(at - steps_.measures.begin());
  steps_.measures.push_back(wanted);
  return static_cast<std::uint32_t>(steps_.measures.size() - 1);
}

std::uint32_t Meter::name(const std::string& text) {
  const auto at = std::find(steps_.names.begin(), steps_.names.end(), text);
  if (at != steps_.names.end()) return static_cast<std::uint32_t>(at - steps_.names.begin());
  steps_.names.push_back(text);
  return static_cast<std::uint32_t>(steps_.names.size() - 1);
}

void Meter::count(const system::SystemState& state, unsigned cpu, Counted counted, const std::string& kind,
                  const std::string& scope, unsigned amount) {
  Event one = event(state, cpu, Event::Kind::Count);
  one.what = measure(counted, kind, scope);
  one.amount = amount;
  done_.push_back(one);
}

void Meter::mark(const system::SystemState& state, unsigned cpu, Event::Kind kind, std::uint32_t context,
                 const std::string& text) {
  Event one = event(state, cpu, kind);
  // A task begins where another one switches to it, outside of all interrupts.
  if (context != one.context) one.depth = 0, one.remote = false;
  one.context = context;
  one.what = name(text);
  done_.push_back(one);
}

void Meter::executes(system::World& world, const system::SystemState& state, unsigned cpu, Operation operation) {
  const auto name_of = [&](std::uint32_t context) {
    const std::uint64_t text = state.contexts[context].name;
    return text == 0 ? std::string("boot") : world.map.text(text);
  };
  const std::uint32_t running = state.machine.cpus[cpu].context;
  switch (operation) {
    case Operation::OperationBegin:
    case Operation::OperationEnd:
      return mark(state, cpu, operation == Operation::OperationBegin ? Event::Kind::Begin : Event::Kind::End, running,
                  world.map.text(arguments_of(program_, state, cpu).front()));
    case Operation::CpuStart: {
      if (!tasks_) return;
      // What it starts runs at once, as the context that it makes.
      const std::uint64_t text = arguments_of(program_, state, cpu)[3];
      return mark(state, cpu, Event::Kind::Begin, static_cast<std::uint32_t>(state.contexts.size()),
                  text == 0 ? std::string("boot") : world.map.text(text));
    }
    case Operation::ContextSwitch: {
      const std::uint64_t target = arguments_of(program_, state, cpu).front();
      if (!tasks_ || target >= state.contexts.size()) return;
      const program::Thread& thread = state.contexts[target].thread;
      if (thread.frames.size() != 1 || thread.top().pc != 0) return;  // it has run before
      return mark(state, cpu, Event::Kind::Begin, static_cast<std::uint32_t>(target),
                  name_of(static_cast<std::uint32_t>(target)));
    }
    case Operation::ContextDaemon:
      // What the boot context does before it becomes an idle task is no task's, but the set-up.
      if (running == kBootContext || arguments_of(program_, state, cpu).front() != running) return;
      [[fallthrough]];
    case Operation::ContextFinish: {
      const system::Context& own = state.contexts[running];
      if (tasks_ && !own.finished && !own.daemon) mark(state, cpu, Event::Kind::End, running, name_of(running));
      return;
    }
    default: break;
  }
  if (!machine::has_cost(operation)) return;
  const std::vector<std::uint64_t> arguments = arguments_of(program_, state, cpu);
  const machine::Cost cost = machine::cost_of(
      operation, arguments, world.machine->only_flushes(state.machine.cpus[cpu], operation, arguments));
  const Counted counted = cost.cost_class == machine::CostClass::RootLoad  ? Counted::RootLoads
                          : cost.cost_class == machine::CostClass::Barrier ? Counted::Barriers
                          : cost.cost_class == machine::CostClass::Ipi     ? Counted::Ipis
                                                                           : Counted::TlbInstructions;
  count(state, cpu, counted, cost.kind, cost.scope, cost.times);
  if (!machine::may_cut_tlb(operation)) return;
  machine::State scratch = state.machine;
  machine::RemovalLog log;
  NoChoice chooser;
  (void)world.machine->operate(scratch, cpu, operation, arguments, chooser);
  const Reach reach = cost.scope.ends_with("every CPU") ? Reach::EveryCpu : Reach::OwnCpu;
  drop(world, state, cpu, cost.kind, reach, scratch, log);
}

void Meter::performs(system::World& world, const system::SystemState& state, unsigned cpu, std::size_t index) {
  machine::State scratch = state.machine;
  machine::RemovalLog log;
  const std::string what = world.machine->describe(state.machine.cpus[cpu], index);
  world.machine->perform(scratch, cpu, index);
  drop(world, state, cpu, what.substr(0, what.find(" of CPU")) + ", when it is performed", Reach::ForAnother, scratch,
       log);
}

// A translation is live if a walk of its own address space's tables gives it behind the instruction (IPTE takes the
// table's entry away in the same step); several entries for one page, of which a TLB holds one, are one.
void Meter::drop(system::World& world, const system::SystemState& state, unsigned cpu, const std::string& kind,
                 Reach reach, const machine::State& scratch, const machine::RemovalLog& log) {
  using Page = std::tuple<std::uint16_t, std::uint64_t, unsigned, std::uint64_t>;
  const machine::Ghost& ghost = state.machine.ghost;
  for (unsigned number = 0; number < scratch.cpus.size(); ++number) {
    const std::optional<std::uint64_t> root = world.machine->root(state.machine.cpus[number]);
    std::set<Page> loaded, others, global;
    bool any = number == cpu || reach == Reach::EveryCpu;  // nothing is an amount, too
    for (const machine::RemovalLog::Removed& removed : log.removed()) {
      const Entry& entry = removed.entry;
      if (removed.set != &scratch.cpus[number].tlb) continue;
      any = true;
      if (!entry.leaf || (entry.origin & machine::kFreedRoot) != 0) continue;
      if (!translates(entry, world.machine->walk(scratch, entry.origin, entry.va))) continue;
      const std::uint64_t space = ghost.address_space(entry.origin);
      const bool is_global = entry.tag == machine::kGlobalTag;
      const bool is_loaded = root && ghost.address_space(*root) == space;
      (is_global   ? global
       : is_loaded ? loaded
                   : others)
          .insert({entry.tag, entry.va, entry.level, is_global ? 0 : space});
    }
    if (!any) continue;
    const auto add = [&](const std::set<Page>& pages, const char* whose) {
      count(state, cpu, Counted::Dropped, kind, whose, static_cast<unsigned>(pages.size()));
      done_.back().remote = done_.back().remote || reach == Reach::ForAnother;
      done_.back().cpu = static_cast<std::uint8_t>(number);
    };
    add(loaded, kDroppedLoaded);
    add(others, kDroppedOther);
    add(global, kDroppedGlobal);
  }
}

void Meter::reaches(const system::SystemState& state, unsigned cpu, std::uint32_t function, std::uint32_t pc) {
  const program::Instruction& i = program_.functions[function].code[pc];
  const machine::Cpu& own = state.machine.cpus[cpu];
  if (i.op == Opcode::Return && own.context == kBootContext && tasks_ &&
      state.contexts[kBootContext].thread.frames.size() == 1)
    return mark(state, cpu, Event::Kind::End, kBootContext, "boot");               // the scenario's body is done
  if (i.op == Opcode::Operate || omit::kind_of(i) != omit::Kind::Barrier) return;  // operations: executes()
  if (!omit::is_lock(i)) return count(state, cpu, Counted::Barriers, "full fence", "", 1);
  if (world_ != nullptr && system::left_out(*world_, state, cpu) == system::LeftOut::LockPrefix) return;
  const bool interlocked = world_ != nullptr && world_->interlocked_atomics;
  count(state, cpu, Counted::Barriers, interlocked ? "atomic access with an order" : "LOCKed instruction", "", 1);
}

void Meter::step(std::uint32_t source, std::uint32_t target) {
  if (steps_.first.empty() || source != source_) {
    while (steps_.first.size() <= source) steps_.first.push_back(static_cast<std::uint32_t>(steps_.steps.size()));
    source_ = source;
  }
  const auto [known, is_new] = steps_.numbers.try_emplace(done_, static_cast<std::uint32_t>(steps_.labels.size()));
  if (is_new) steps_.labels.push_back(done_);
  done_.clear();
  const Steps::Step step{target, known->second};
  const auto own = steps_.steps.begin() + steps_.first[source];
  if (std::find(own, steps_.steps.end(), step) == steps_.steps.end()) steps_.steps.push_back(step);
}

Result<Findings> Meter::findings() const { return evaluate(steps_, tasks_); }

}  // namespace shootdown::cost

// Operations: the scenario vocabulary is executed here, the instructions by the machine.
#include <algorithm>

#include "machine/invalidations.hpp"
#include "machine/rules.hpp"
#include "property/catalogue.hpp"
#include "system/recorder.hpp"
#include "system/step.hpp"

namespace shootdown::system {

using machine::holds;
using machine::Operation;
using machine::Rule;
using program::Instruction;

namespace {

bool is_user(Operation op) {
  return op == Operation::UserLoad || op == Operation::UserStore || op == Operation::UserFetch;
}
bool is_ghost(Operation op) { return op >= Operation::ExpectRoot && op <= Operation::PageFreed; }

// A vector that is pending already is not pending twice.
void raise(const machine::Machine& machine, machine::Cpu& cpu, std::uint8_t vector) {
  if (machine.wakes_masked()) cpu.halted = false;
  const auto at = std::lower_bound(cpu.pending.begin(), cpu.pending.end(), vector);
  if (at == cpu.pending.end() || *at != vector || !holds(Rule::RaisedOnce)) cpu.pending.insert(at, vector);
}

trace::EventKind kind_of(Operation op) {
  if (op == Operation::Choose) return trace::EventKind::Choice;
  if (op == Operation::Note || op == Operation::OperationBegin || op == Operation::OperationEnd)
    return trace::EventKind::Note;
  if (op == Operation::ContextSwitch) return trace::EventKind::ContextSwitch;
  if (op >= Operation::UserLoad && op <= Operation::KernelFetch) return trace::EventKind::Access;
  if (is_ghost(op)) return trace::EventKind::Ghost;
  return trace::EventKind::Operation;
}

}  // namespace

std::optional<Stop> Step::operation(const Instruction& i, Flow& flow) {
  const auto op = static_cast<Operation>(i.aux);
  if (op == Operation::GuardEnter || op == Operation::GuardLeave) return guard(i);
  const machine::OperationInfo& info = machine::info(op);
  std::vector<std::uint64_t> arguments = arguments_of(world_, thread(), i);

  std::vector<trace::SourceLine> where;
  const std::uint32_t runner = cpu().context;
  const unsigned depth = thread().interrupt_depth();
  if (recorder_ != nullptr) where = recorder_->place(state_, cpu_);

  if (machine::may_cut_tlb(op)) world_.cuts_executed[thread().top().function][thread().top().pc] = true;
  if (world_.observer != nullptr) world_.observer->executes(world_, state_, cpu_, op);
  const bool free = alone();
  std::uint64_t result = 0;
  bool again = false;  // a fault: the instruction is to be executed again
  const bool records = recorder_ != nullptr && (state_.machine.concurrent || op == Operation::ContextSwitch);
  const std::size_t position = recorder_ != nullptr ? recorder_->events().size() : 0;
  std::optional<Stop> stop;
  if (op <= Operation::Progress)
    stop = check_operation(op, arguments), result = arguments.empty() ? 0 : arguments[0];
  else if (op <= Operation::CpuStart)
    stop = context_operation(op, arguments, result);
  else if (is_ghost(op))
    stop = ghost_operation(op, arguments);
  else if (op <= Operation::SendNmi)
    stop = interrupt_operation(op, arguments);
  else
    stop = machine_operation(op, arguments, result, again);

  if (records && !again) {
    auto& event = recorder_->add(state_, cpu_, runner, depth, kind_of(op), std::move(where));
    event.operation = info.mnemonic;
    event.arguments = arguments;
    if (info.has_result) event.result = result;
    if (op == Operation::ContextSwitch) {
      event.other_context = static_cast<unsigned>(arguments[0]);
      event.other_name = context_name(event.other_context);
    }
    if (op == Operation::Note || op == Operation::Cover) event.text = world_.map.text(arguments[0]);
    if (op == Operation::OperationBegin) event.text = world_.map.text(arguments[0]) + " begins";
    if (op == Operation::OperationEnd) event.text = world_.map.text(arguments[0]) + " ends";
    if (op == Operation::Assert) event.text = world_.map.text(arguments[1]);
    // A handler that the operation entered comes after it.
    auto& events = recorder_->events();
    std::rotate(events.begin() + static_cast<std::ptrdiff_t>(position), events.end() - 1, events.end());
  }
  if (stalled_) {
    stalled_ = false;
    flow = Flow::EndStep;
    return stop;
  }
  if (again) label_.faulted = true;
  if (kind_of(op) == trace::EventKind::Access) {
    // A step holds one access at most, so that its label says whose it was, and so that an access that faults for ever
    // does not make a step without end. Where others can interfere the next access ends the step anyway.
    label_.runner = static_cast<std::uint8_t>(std::min<std::uint32_t>(runner, 255));
    if (free) flow = Flow::EndStep;
  }
  if (stop || again) return stop;
  // The context that executed the operation may not be running any more.
  program::Thread& own = state_.contexts[runner].thread;
  if (info.has_result && i.dst != program::kNone) {
    // INT enters its handler above the frame that executed it, and has no result; no other operation moves frames.
    program::write(own, i.dst, world_.program.pointer_bits == 32 ? result & 0xffff'ffff : result);
  }
  if (op != Operation::ContextSwitch && op != Operation::X86Int) ++own.top().pc;
  return is_ghost(op) || op > Operation::SendNmi ? judge_change() : std::nullopt;
}

std::optional<Stop> Step::check_operation(Operation op, std::vector<std::uint64_t>& arguments) {
  switch (op) {
    case Operation::Choose:
      if (arguments[0] == 0) return violation("assertion", "choose", "sd_choose(0): nothing to choose from");
      if (arguments[0] > 1000) return Stop{Stop::Kind::Unsupported, {}, "sd_choose of more than 1000 alternatives"};
      picks_ += arguments[0] > 1 ? 1u : 0u;
      arguments[0] = arguments[0] == 1 ? 0 : chooser_.pick(static_cast<unsigned>(arguments[0]));
      return std::nullopt;
    case Operation::Cover: {
      auto& reached = world_.covers_reached;
      const auto at = std::lower_bound(reached.begin(), reached.end(), arguments[0]);
      if (at == reached.end() || *at != arguments[0]) reached.insert(at, arguments[0]);
      return std::nullopt;
    }
    case Operation::Assert:
      ++world_.evaluated[property::kAssertion];
      if (arguments[0] != 0) return std::nullopt;
      return violation("assertion", "", "assertion failed: " + world_.map.text(arguments[1]));
    case Operation::Violation: {
      const std::string name = world_.map.text(arguments[0]);
      if (property::find(name) == nullptr)
        return Stop{Stop::Kind::Unsupported, {}, "sd_violation of unknown property \"" + name + "\""};
      return violation(name, "", world_.map.text(arguments[1]));
    }
    case Operation::Exhausted: return Stop{Stop::Kind::Exhausted, {}, world_.map.text(arguments[0])};
    case Operation::Progress: progress_ = true; return std::nullopt;
    default: return std::nullopt;  // Note, OperationBegin, OperationEnd
  }
}

std::optional<Stop> Step::context_operation(Operation op, const std::vector<std::uint64_t>& arguments,
                                            std::uint64_t& result) {
  namespace layout = program::layout;
  switch (op) {
    case Operation::ContextCreate: {
      const std::uint64_t index = (arguments[0] - layout::kFunctions) / 16;
      if (arguments[0] < layout::kFunctions || index >= world_.program.functions.size())
        return violation("memory-fault", "wild call", "a context is created with a start address that is no function");
      const std::uint64_t stack = layout::kStacks + state_.contexts.size() * layout::kStackBytes;
      if (stack + layout::kStackBytes > layout::kFunctions)
        return Stop{Stop::Kind::Exhausted, {}, "more contexts than there is room for stacks"};
      result = state_.contexts.size();
      Context created;
      created.name = arguments[2];
      created.thread.stack_pointer = stack;
      program::push_frame(world_.program, created.thread, static_cast<std::uint32_t>(index), &arguments[1], 1,
                          program::FrameKind::Call);
      state_.contexts.push_back(std::move(created));
      world_.most_contexts = std::max(world_.most_contexts, static_cast<unsigned>(state_.contexts.size()));
      return std::nullopt;
    }
    case Operation::ContextSwitch: {
      const std::uint64_t target = arguments[0];
      if (target >= state_.contexts.size())
        return violation("assertion", "switch",
                         "a switch to context " + std::to_string(target) + ", which does not exist");
      for (const machine::Cpu& other : state_.machine.cpus)
        if (&other != &cpu() && other.context == target)
          return violation(
              "assertion", "switch",
              "a switch to " + context_name(static_cast<std::uint32_t>(target)) + ", which runs on another CPU");
      if (auto stop = migrate(cpu().context, static_cast<std::uint32_t>(target))) return stop;
      ++thread().top().pc;
      cpu().context = static_cast<std::uint32_t>(target);
      state_.machine.concurrent = true;
      return std::nullopt;
    }
    case Operation::ContextSelf: result = cpu().context; return std::nullopt;
    case Operation::ContextFinish:
      context().finished = true;
      progress_ = true;
      return std::nullopt;
    case Operation::ContextDaemon:
      if (arguments[0] < state_.contexts.size()) state_.contexts[arguments[0]].daemon = true;
      return std::nullopt;
    case Operation::CpuStart: {
      const std::uint64_t number = arguments[0];
      if (number >= state_.machine.cpus.size())
        return Stop{Stop::Kind::Unsupported,
                    {},
                    "sd_cpu_start of CPU " + std::to_string(number) + ", which the scenario does not have (cpus:)"};
      if (state_.machine.cpus[number].context != machine::kNoContext)
        return violation("assertion", "start", "CPU" + std::to_string(number) + " is started twice");
      if (auto stop = context_operation(Operation::ContextCreate, {arguments[1], arguments[2], arguments[3]}, result))
        return stop;
      state_.machine.cpus[number].context = static_cast<std::uint32_t>(result);
      state_.machine.concurrent = true;
      return std::nullopt;
    }
    case Operation::CpuId: result = cpu_; return std::nullopt;
    default: result = state_.machine.cpus.size(); return std::nullopt;  // CpuCount
  }
}

std::optional<Stop> Step::ghost_operation(Operation op, const std::vector<std::uint64_t>& arguments) {
  machine::Ghost& ghost = state_.machine.ghost;
  constexpr std::uint64_t kPageMask = ~(machine::kPageBytes - 1);
  switch (op) {
    case Operation::ExpectRoot:
      if (arguments[0] >= state_.contexts.size())
        return Stop{Stop::Kind::Unsupported, {}, "sd_expect_root of a context that does not exist"};
      state_.contexts[arguments[0]].expected_root = arguments[1] & kPageMask;
      break;
    case Operation::NameRoot:
      if (recorder_ != nullptr) recorder_->name_root(arguments[0] & kPageMask, world_.map.text(arguments[1]));
      break;
    case Operation::SameAddressSpace: {
      const std::pair entry{arguments[0] & kPageMask, arguments[1] & kPageMask};
      std::erase_if(ghost.primary_root, [&](const auto& pair) { return pair.first == entry.first; });
      ghost.primary_root.insert(std::lower_bound(ghost.primary_root.begin(), ghost.primary_root.end(), entry), entry);
      break;
    }
    case Operation::Revoked:
      if (!cpu().buffer.empty()) return buffer({machine::BufferedStore::Kind::Revoked, 0, arguments[0], arguments[1]});
      world_.machine->revoke(state_.machine, false, arguments[0], arguments[1]);
      break;
    case Operation::RevokedEverywhere:
      if (!cpu().buffer.empty())
        return buffer({machine::BufferedStore::Kind::RevokedEverywhere, 0, arguments[0], arguments[1]});
      world_.machine->revoke(state_.machine, true, arguments[0], arguments[1]);
      break;
    case Operation::PageInUse:
    case Operation::PageIsTable:
      // That this CPU has freed the page before may still wait with its stores; it must not come later.
      for (auto at = cpu().buffer.begin(); at != cpu().buffer.end();) {
        const bool freed = at->kind == machine::BufferedStore::Kind::PageFreed && at->address == arguments[0];
        if (freed) world_.machine->page_freed(state_.machine, at->address);
        at = freed ? cpu().buffer.erase(at) : at + 1;
      }
      ghost.set_page_use(arguments[0], op == Operation::PageInUse ? machine::PageUse::Data : machine::PageUse::Table);
      // What the loaded tables give of the page from now on is not older than this: as if walked again.
      for (const machine::Cpu& each : state_.machine.cpus)
        for (const std::uint64_t root : world_.machine->loaded_roots(each))
          world_.machine->memory_changed(state_.machine, root);
      break;
    default:
      if (state_.machine.concurrent) {
        world_.sharing.free_page(arguments[0] / machine::kPageBytes, party(arguments[0]));
        world_.cpu_sharing.free_page(arguments[0] / machine::kPageBytes, cpu_);
      }
      if (!cpu().buffer.empty()) return buffer({machine::BufferedStore::Kind::PageFreed, 0, arguments[0], 0});
      world_.machine->page_freed(state_.machine, arguments[0]);
      break;
  }
  return std::nullopt;
}

std::optional<Stop> Step::interrupt_operation(Operation op, const std::vector<std::uint64_t>& arguments) {
  machine::State& m = state_.machine;
  const std::uint64_t vector = arguments[0];
  if ((op == Operation::Nmi || op == Operation::SendNmi) && !world_.machine->has_nmis())
    return Stop{Stop::Kind::Unsupported, {}, "a non-maskable interrupt on this machine"};
  if (op >= Operation::SendIpi) return send(op, arguments);
  if (op != Operation::Nmi && vector > 255) return Stop{Stop::Kind::Unsupported, {}, "an interrupt vector above 255"};
  switch (op) {
    case Operation::SetVector: {
      const std::pair entry{static_cast<std::uint8_t>(vector), arguments[1]};
      std::erase_if(m.vectors, [&](const auto& pair) { return pair.first == entry.first; });
      m.vectors.insert(std::lower_bound(m.vectors.begin(), m.vectors.end(), entry), entry);
      break;
    }
    case Operation::Timer: m.timer_vector = static_cast<std::uint16_t>(vector); break;
    case Operation::Nmi:
      if (vector > 15) return Stop{Stop::Kind::Unsupported, {}, "more than 15 NMIs"};
      m.nmis_left = static_cast<std::uint8_t>(vector);
      m.concurrent = true;  // from here on one may come, whoever runs
      break;
    default: raise(*world_.machine, cpu(), static_cast<std::uint8_t>(vector)); break;
  }
  return std::nullopt;
}

std::optional<Stop> Step::send(Operation op, const std::vector<std::uint64_t>& arguments) {
  std::uint64_t mask = op == Operation::SendIpiMask ? arguments[0]
                       : arguments[0] < 64          ? std::uint64_t{1} << arguments[0]
                                                    : 0;
  if (mask == 0 && op != Operation::SendIpiMask)
    return Stop{Stop::Kind::Unsupported, {}, "an IPI to CPU " + std::to_string(arguments[0])};
  const std::uint64_t vector = op == Operation::SendNmi ? 2 : arguments[1];
  if (vector > 255) return Stop{Stop::Kind::Unsupported, {}, "an interrupt vector above 255"};
  for (unsigned number = 0; mask != 0; ++number, mask >>= 1) {
    if ((mask & 1) == 0) continue;
    if (number >= state_.machine.cpus.size() || state_.machine.cpus[number].context == machine::kNoContext)
      return violation("assertion", "IPI", "an IPI is sent to CPU" + std::to_string(number) + ", which does not run");
    if (op == Operation::SendNmi)
      state_.machine.cpus[number].nmis_pending = 1;
    else
      raise(*world_.machine, state_.machine.cpus[number], static_cast<std::uint8_t>(vector));
  }
  return std::nullopt;
}

std::optional<Stop> Step::machine_operation(Operation op, const std::vector<std::uint64_t>& arguments,
                                            std::uint64_t& result, bool& again) {
  if (op == Operation::X86Int) {
    if (!cpu().interrupts_on && !holds(Rule::IntNIgnoresIf)) {
      raise(*world_.machine, cpu(), static_cast<std::uint8_t>(arguments[0]));
      ++thread().top().pc;
      return std::nullopt;
    }
    if (holds(Rule::IntNReturnsBehind)) ++thread().top().pc;  // the handler returns behind it
    return enter(static_cast<unsigned>(arguments[0] & 0xff), 0, false, false,
                 "INT " + std::to_string(arguments[0] & 0xff));
  }
  if (is_user(op))
    if (auto stop = judge_user_mode()) return stop;
  const auto root_before = world_.machine->root(cpu());
  const auto touched = world_.machine->touches(cpu(), op, arguments);
  std::uint64_t memory_before = 0;
  if (touched) {
    if (auto stop = check_memory(touched->address, touched->bytes, true)) return stop;
    touch(touched->address, touched->bytes, true);
    memory_before = state_.machine.memory.read(world_.map, touched->address, touched->bytes);
  }
  ++world_.evaluated[property::kArchitecturalFault];
  machine::Outcome outcome = world_.machine->operate(state_.machine, cpu_, op, arguments, chooser_);
  if (cpu().interrupts_on) state_.machine.concurrent = true;
  const bool changed_memory =
      touched && state_.machine.memory.read(world_.map, touched->address, touched->bytes) != memory_before;
  if (!context().daemon && thread().interrupt_depth() == 0 &&
      (changed_memory || (outcome.tlb_changed && world_.machine->root(cpu()) != root_before)))
    progress_ = true;
  switch (outcome.kind) {
    case machine::Outcome::Kind::Done: result = outcome.result; return std::nullopt;
    case machine::Outcome::Kind::Unsupported: return Stop{Stop::Kind::Unsupported, {}, outcome.text};
    case machine::Outcome::Kind::Fault:
      again = true;
      if (auto stop = judge_change()) return stop;
      if (!holds(Rule::FaultReturnsToInstruction)) ++thread().top().pc;
      return raise_fault(*outcome.fault, is_user(op));
    case machine::Outcome::Kind::Waits: again = stalled_ = true; return std::nullopt;
    case machine::Outcome::Kind::Accessed: break;
  }
  if (auto stop = judge_access(*outcome.access)) return stop;
  progress_ = true;
  label_.completed = true;
  return data_access(*outcome.access, arguments, result);
}

// A CPU's stores are seen by its own walks: no instruction of its own either.
std::optional<Stop> Step::settle() {
  world_.machine->settle(state_.machine, cpu_);
  if (recorder_ != nullptr && state_.machine.concurrent) {
    auto& event = recorder_->add(state_, cpu_, cpu().context, thread().frames.empty() ? 0 : thread().interrupt_depth(),
                                 trace::EventKind::Operation, {});
    event.operation = "stores seen";
    event.text = "its walks find its stores from here";
  }
  return std::nullopt;
}

// A CPU does its part of an invalidation that was broadcast: no instruction of its own.
std::optional<Stop> Step::perform(unsigned index) {
  if (world_.observer != nullptr) world_.observer->performs(world_, state_, cpu_, index);
  const std::string what = recorder_ != nullptr ? world_.machine->describe(cpu(), index) : std::string();
  world_.machine->perform(state_.machine, cpu_, index);
  if (recorder_ != nullptr && state_.machine.concurrent) {
    auto& event = recorder_->add(state_, cpu_, cpu().context, thread().frames.empty() ? 0 : thread().interrupt_depth(),
                                 trace::EventKind::Operation, {});
    event.operation = what.substr(0, what.find(' ')) + " performed";
    event.text = "performs " + what;
  }
  return judge_change();
}

std::optional<Stop> Step::data_access(const machine::Access& access, const std::vector<std::uint64_t>& arguments,
                                      std::uint64_t& result) {
  const bool writes = access.kind == machine::AccessKind::Store;
  const unsigned bytes = access.bytes;
  if (world_.map.check(access.physical, bytes, false) != machine::Validity::Ok)
    return violation("memory-fault", "translation",
                     property::describe(access) + " is translated to " + property::hexadecimal(access.physical) +
                         ", where there is no memory");
  if (world_.interlocked_atomics && torn(false, access.physical, bytes))
    return Stop{Stop::Kind::Unsupported,
                {},
                property::describe(access) + ", which is not aligned: another CPU may see its parts apart"};
  bool changed = false;
  if (writes)
    return store(access.physical, bytes, in_memory_order(arguments[2], bytes), false, changed, StoreOf::Plain, false,
                 &access);
  touch_lock(access.physical, bytes, false);
  result = in_memory_order(load(access.physical, bytes), bytes);
  return std::nullopt;
}

}  // namespace shootdown::system

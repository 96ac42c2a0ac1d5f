// What one step is.
//
// A state always stands *before* a visible operation of each CPU. A step takes one action (run on, or take an
// interrupt), executes the visible operation, and goes on through everything that nobody else can see or influence, up
// to the next visible operation:
//
//      state            step                                    state
//   ---- o ======[ MOV from CR3 ]--- add --- call --- load ====== o ----      "load" of a shared word is visible
//                   visible          invisible: registers,
//                                    private memory, most ghost statements
//
// Visible: an access to memory found to be shared (sharing.hpp), an operation of the machine, a translated access, a
// change of interrupt state, a switch of contexts, a ghost statement that reads tables or caches (what it says depends
// on what others have done to them), and with several CPUs whatever depends on which one it is executed on, unless
// interrupts are off: between it and the step before, the context may have moved. Every loop's back edge ends a step as
// well, so a step is finite.
//
// While nobody else can do anything - one CPU, and no interrupt can come - nothing is visible, and a whole stretch with
// interrupts off is one step. A choice made on the way (Chooser) makes several successors of one step. A loop inside
// such a stretch that comes back to the same state never ends: that is found by comparing with an earlier state of the
// same step, kept at rounds 4096, 8192, ... (Brent's cycle finding), and reported as a CPU that spins for ever.
//
// Guarantee: every execution of the system with single instructions as steps, cut at any visible operation, leads to a
// state that is reached here. Deviation from DESIGN decision 4: none in meaning; stores that are never loaded stay in
// the state.
#include "system/step.hpp"

#include <algorithm>

#include "machine/rules.hpp"
#include "system/recorder.hpp"
#include "system/store_buffer.hpp"

namespace shootdown::system {

using machine::holds;
using machine::Operation;
using machine::Rule;
using program::Executed;
using program::Instruction;
using program::Opcode;

namespace {

constexpr std::uint64_t kRoundsBeforeLooking = 4096;
constexpr std::uint64_t kRoundsBetweenStops = 256;  // at which the search may end it
constexpr std::uint64_t kMostRounds = 1'000'000;

// Operations that nobody else can see or influence. Fences have no effect while memory is sequentially consistent.
bool is_private(Operation op) {
  switch (op) {
    case Operation::Choose:
    case Operation::Cover:
    case Operation::Assert:
    case Operation::Violation:
    case Operation::Exhausted:
    case Operation::Note:
    case Operation::GuardEnter:
    case Operation::GuardLeave:
    case Operation::Progress:
    case Operation::ContextSelf:
    case Operation::ContextFinish:
    case Operation::ContextDaemon:
    case Operation::CpuId:
    case Operation::CpuCount:
    case Operation::NameRoot:
    case Operation::X86PushF:
    case Operation::X86Mfence:
    case Operation::X86Lfence:
    case Operation::X86Sfence:
    case Operation::X86Pause:
    case Operation::X86CpuHas:
    case Operation::X86UserPcid:
    case Operation::X86UserRoot:
    case Operation::Arm64MrsTpidr:
    case Operation::Arm64MrsMmfr0:
    case Operation::Arm64MrsDaif:
    case Operation::Arm64Yield:
    case Operation::Arm64CpuHas:
    case Operation::S390CpuHas:
    case Operation::ArmMrsCpsr: return true;
    default: return false;
  }
}

// The frame that was just entered does not fit. A call finds out by itself; this is for a context's first frame and for
// handlers.
bool stack_overflows(const program::Thread& thread) {
  namespace layout = program::layout;
  const std::uint64_t stack = thread.frames.front().stack & ~(layout::kStackBytes - 1);
  return thread.top().pc == 0 && thread.stack_pointer > stack + layout::kStackBytes;
}

bool is_guard(const Instruction& i) {
  return i.op == Opcode::Operate && (static_cast<Operation>(i.aux) == Operation::GuardEnter ||
                                     static_cast<Operation>(i.aux) == Operation::GuardLeave);
}

// Statements to the checker, for which the checked kernel has no instruction; the branch on what a guard answered is
// one as well.
bool leaves_no_code(const program::Function& function, std::uint32_t pc) {
  const Instruction& i = function.code[pc];
  if (i.op == Opcode::Branch && pc > 0 && is_guard(function.code[pc - 1])) return i.a == function.code[pc - 1].dst;
  if (i.op != Opcode::Operate) return false;
  const auto op = static_cast<Operation>(i.aux);
  return op <= Operation::Progress || (op >= Operation::ExpectRoot && op <= Operation::PageFreed) ||
         op == Operation::X86UserPcid || op == Operation::X86UserRoot;
}

bool touches_memory(Opcode op) { return op >= Opcode::Load && op <= Opcode::MemSet && op != Opcode::Fence; }

bool same(const SystemState& a, const SystemState& b, unsigned cpu) {
  const std::uint32_t running = b.machine.cpus[cpu].context;
  if (a.machine.cpus[cpu].context != running || a.machine.memory.delta != b.machine.memory.delta) return false;
  const program::Thread &s = a.contexts[running].thread, &t = b.contexts[running].thread;
  const machine::Cpu &c = a.machine.cpus[cpu], &d = b.machine.cpus[cpu];
  return s.frames == t.frames && s.registers == t.registers && c.x86 == d.x86 && c.arm64 == d.arm64 &&
         c.older == d.older && c.s390 == d.s390 && c.arm == d.arm &&
         a.contexts[running].guards == b.contexts[running].guards;
}

}  // namespace

bool waits_for_buffer(const Instruction& i) {
  constexpr unsigned kOrdered = program::kSeqCst | program::kAcquire | program::kRelease | program::kLocked;
  if (i.op == Opcode::Fence) return (i.flags & program::kSeqCst) != 0 && holds(Rule::MfenceDrains);
  if (i.op == Opcode::Store) return (i.flags & program::kSeqCst) != 0;  // compiled to XCHG
  const bool read_modify_write = (i.op >= Opcode::RmwXchg && i.op <= Opcode::RmwUMax) || i.op == Opcode::CmpXchg;
  return read_modify_write && (i.flags & kOrdered) != 0 && holds(Rule::LockDrains);
}

namespace {
// A maskable interrupt may be taken at this boundary.
bool takes_interrupts(const machine::Cpu& cpu) {
  return (cpu.interrupts_on || !holds(Rule::PendingWaitsForIf)) && !cpu.shadow;
}

bool takes_nmi(const machine::Cpu& cpu) { return !cpu.nmi_blocked && (cpu.interrupts_on || holds(Rule::NmiIgnoresIf)); }

// The next instruction of CPU `number` waits for what other CPUs have still to do.
bool waits_for_others(World& world, const SystemState& state, unsigned number) {
  const auto& cpus = state.machine.cpus;
  const bool tracks = world.machine->tracks_accesses();
  if (std::all_of(cpus.begin(), cpus.end(), [&](const machine::Cpu& each) {
        return world.machine->outstanding(each) == 0 && (!tracks || each.buffer.empty());
      }))
    return false;
  if (left_out(world, state, number) != LeftOut::Nothing) return false;
  const program::Thread& thread = state.contexts[cpus[number].context].thread;
  const program::Frame& frame = thread.top();
  const Instruction& next = world.program.functions[frame.function].code[frame.pc];
  return next.op == Opcode::Operate && world.machine->waits(state.machine, number, static_cast<Operation>(next.aux),
                                                            arguments_of(world, thread, next));
}
}  // namespace

std::vector<std::uint64_t> arguments_of(const World& world, const program::Thread& thread, const Instruction& i) {
  std::vector<std::uint64_t> arguments;
  for (const program::Argument& argument : world.program.functions[thread.top().function].lists[i.list])
    arguments.push_back(program::read(world.program, thread, argument.operand));
  arguments.resize(machine::info(static_cast<Operation>(i.aux)).arguments, 0);
  return arguments;
}

std::vector<Action> actions(World& world, const SystemState& state) {
  std::vector<Action> result;
  for (unsigned number = 0; number < state.machine.cpus.size(); ++number) {
    const machine::Cpu& cpu = state.machine.cpus[number];
    if (cpu.context == machine::kNoContext) continue;
    if (!cpu.buffer.empty() && world.configuration.memory == MemoryModel::SequentialConsistency) {
      result.push_back({Action::Kind::Drain, number, 0});  // the second half of a read-modify-write
      continue;
    }
    const bool parked = state.contexts[cpu.context].thread.frames.empty();
    const bool waits = !parked && (waits_for_stores(world, state, number) || waits_for_others(world, state, number));
    if (!cpu.halted && !parked && !waits) result.push_back({Action::Kind::Run, number, 0});
    for (unsigned index = 0; index < cpu.buffer.size(); ++index)
      if (may_leave(world.configuration.memory, state.machine.cpus, number, index))
        result.push_back({Action::Kind::Drain, number, index});
    if (world.selects("livelock") && world.machine->may_settle(cpu))
      result.push_back({Action::Kind::Settle, number, 0});
    const bool ready = cpu.buffer.empty() || !world.machine->interruption_drains();
    if (takes_interrupts(cpu) && !parked && ready) {
      for (const std::uint8_t vector : cpu.pending) result.push_back({Action::Kind::Interrupt, number, vector});
      if (state.machine.timer_vector != 0xffff && holds(Rule::TimerAnyBoundary))
        result.push_back({Action::Kind::Timer, number, state.machine.timer_vector});
    }
    if (state.machine.nmis_left > 0 && takes_nmi(cpu) && !parked && state.machine.concurrent)
      result.push_back({Action::Kind::Nmi, number, 2});
    if (cpu.nmis_pending > 0 && takes_nmi(cpu) && !parked) result.push_back({Action::Kind::SentNmi, number, 2});
    for (unsigned index = 0; index < world.machine->outstanding(cpu); ++index)
      if (world.machine->may_perform(state.machine, number, index))
        result.push_back({Action::Kind::Perform, number, index});
  }
  return result;
}

bool Step::only_cpu() const {
  const auto& cpus = state_.machine.cpus;
  return std::count_if(cpus.begin(), cpus.end(), [](const auto& cpu) { return cpu.context != machine::kNoContext; }) ==
         1;
}

bool Step::alone() const {
  if (!only_cpu()) return false;
  const machine::Cpu& own = cpu();
  if (world_.machine->outstanding(own) != 0) return false;
  if (state_.machine.nmis_left > 0 && !own.nmi_blocked && state_.machine.concurrent) return false;
  if (own.nmis_pending > 0 && !own.nmi_blocked) return false;
  const bool masked = !own.interrupts_on && holds(Rule::PendingWaitsForIf);
  return masked || (state_.machine.timer_vector == 0xffff && own.pending.empty());
}

bool Step::interruptible() const {
  const machine::Cpu& own = cpu();
  return takes_interrupts(own) || ((state_.machine.nmis_left > 0 || own.nmis_pending > 0) && takes_nmi(own));
}

const Instruction& Step::instruction() {
  const program::Frame& frame = thread().top();
  return world_.program.functions[frame.function].code[frame.pc];
}

// What `i` does depends on the CPU that it runs on, and an interrupt may have the context go on elsewhere.
bool Step::moves_with_cpu(const Instruction& i) const {
  if (state_.machine.cpus.size() == 1 || !interruptible()) return false;
  if (i.op == Opcode::Operate) {
    const auto op = static_cast<Operation>(i.aux);
    return op == Operation::CpuId || op == Operation::X86CpuHas || op == Operation::Arm64CpuHas ||
           op == Operation::Arm64MrsTpidr || op == Operation::Arm64MrsMmfr0 || op == Operation::S390CpuHas;
  }
  return touches_memory(i.op) && (i.flags & program::kPerCpu) != 0;
}

bool Step::visible(const Instruction& i) {
  if (moves_with_cpu(i)) return true;
  if (i.op == Opcode::Operate) {
    const auto op = static_cast<Operation>(i.aux);
    // What a context expects of itself is judged nowhere but in its own accesses.
    if (op == Operation::ExpectRoot) {
      const auto& list = world_.program.functions[thread().top().function].lists[i.list];
      return list.empty() || program::read(world_.program, thread(), list.front().operand) != cpu().context;
    }
    return !is_private(op);
  }
  if (!touches_memory(i.op)) return false;
  const std::uint64_t address = effective_address(i);
  if (i.op == Opcode::MemCpy || i.op == Opcode::MemMove || i.op == Opcode::MemSet) {
    const std::uint64_t bytes = program::read(world_.program, thread(), i.c);
    if (bytes == 0) return false;
    if (any_shared(address, bytes)) return true;
    return i.op != Opcode::MemSet && any_shared(program::read(world_.program, thread(), i.b), bytes);
  }
  return any_shared(address, i.width / 8u);
}

std::optional<Stop> Step::run(const Action& action) {
  cpu_ = action.cpu;
  // Agents: five a CPU - it runs on, an interrupt that was sent is taken, its buffer drains, it performs what another
  // has it invalidate, its walks find its stores. More than twelve CPUs share.
  const auto agent = [&](unsigned kind) { return static_cast<std::uint8_t>((action.cpu % 12) * 5 + kind); };
  switch (action.kind) {
    case Action::Kind::Run: label_.agent = agent(0); break;
    case Action::Kind::Interrupt:
    case Action::Kind::SentNmi: label_.agent = agent(1); break;
    case Action::Kind::Drain: label_.agent = agent(2); break;
    case Action::Kind::Perform: label_.agent = agent(3); break;
    case Action::Kind::Settle: label_.agent = agent(4); break;
    default: break;
  }
  label_.runner = static_cast<std::uint8_t>(std::min<std::uint32_t>(cpu().context, 255));
  std::optional<Stop> stop = fused(action);
  label_.runs_next = static_cast<std::uint8_t>(std::min<std::uint32_t>(cpu().context, 255));
  return stop;
}

std::optional<Stop> Step::fused(const Action& action) {
  if (action.kind == Action::Kind::Drain) return drain(action.vector);
  if (action.kind == Action::Kind::Settle) return settle();
  if (action.kind == Action::Kind::Perform) return perform(action.vector);
  if (action.kind != Action::Kind::Run) {
    acted_ = true;
    const bool user = next_is_user();
    const bool nmi = action.kind == Action::Kind::Nmi || action.kind == Action::Kind::SentNmi;
    const char* name = action.kind == Action::Kind::Timer ? "timer" : nmi ? "NMI" : "interrupt";
    if (action.kind == Action::Kind::Interrupt)
      cpu().pending.erase(std::find(cpu().pending.begin(), cpu().pending.end(), action.vector));
    if (action.kind == Action::Kind::Nmi) --state_.machine.nmis_left;
    if (action.kind == Action::Kind::SentNmi) cpu().nmis_pending = 0;
    if (auto stop = enter(action.vector, 0, user, nmi, name)) return stop;
  }
  for (;;) {
    if (cpu().halted || thread().frames.empty()) return std::nullopt;
    if (!cpu().buffer.empty() && world_.configuration.memory == MemoryModel::SequentialConsistency) return std::nullopt;
    if (waits_for_stores(world_, state_, cpu_)) return std::nullopt;
    if (waits_for_others(world_, state_, cpu_)) return std::nullopt;
    if (world_.omissions.active() && left_out(world_, state_, cpu_) == LeftOut::All) {
      note_left_out();
      ++thread().top().pc;
      continue;
    }
    const Instruction& next = instruction();
    // Nothing comes behind the end of the scenario's body: an interrupt that may still come does so before it, and what
    // its handler shares with the body is found.
    if (next.op == Opcode::Return && thread().frames.size() == 1 && acted_ && interruptible() && !alone())
      return std::nullopt;
    if (touches_memory(next.op) || next.op == Opcode::Operate) {
      const bool free = alone();
      const bool counts = !free && visible(next);
      if (counts && acted_) return std::nullopt;
      acted_ = acted_ || counts || free;
    }
    Flow flow = Flow::Continue;
    if (auto stop = one(flow)) return stop;
    if (flow == Flow::EndStep) return std::nullopt;
  }
}

std::optional<Stop> Step::one(Flow& flow) {
  if (world_.omissions.active()) {
    collect();
    if (left_out(world_, state_, cpu_) == LeftOut::AllNow) {
      note_left_out();
      ++thread().top().pc;
      return std::nullopt;
    }
  }
  // It lasts for this instruction; STI with IF = 0 makes a new one.
  const program::Frame& frame = thread().top();
  if (cpu().shadow && !leaves_no_code(world_.program.functions[frame.function], frame.pc)) cpu().shadow = false;
  if (world_.observer != nullptr) world_.observer->reaches(state_, cpu_, frame.function, frame.pc);
  const std::uint64_t frame_from = thread().top().stack, frame_to = thread().stack_pointer;
  std::optional<Stop> stop;
  switch (stack_overflows(thread()) ? Executed::Overflow : program::execute(world_.program, thread())) {
    case Executed::Next:
    case Executed::Jumped: break;
    case Executed::Returned: clear_stack(frame_from, frame_to); break;
    case Executed::BackEdge: stop = loop_closed(flow); break;
    case Executed::InterruptReturn: stop = leave_interrupt(); break;
    case Executed::ContextReturn: stop = finish_context(); break;
    case Executed::External: {
      const Instruction& i = instruction();
      if (i.op == Opcode::Operate)
        stop = operation(i, flow);
      else if (i.op == Opcode::MemCpy || i.op == Opcode::MemMove || i.op == Opcode::MemSet)
        stop = bulk(i);
      else
        stop = memory(i);
      break;
    }
    case Executed::DivideError: stop = raise_fault({0, 0, "#DE", "division by zero or overflow"}, false); break;
    case Executed::BadCall:
      stop = violation("memory-fault", "wild call",
                       "an indirect call to " +
                           property::hexadecimal(program::read(world_.program, thread(), instruction().a)) +
                           ", which is no function");
      break;
    case Executed::Trap: stop = violation("assertion", "BUG", world_.program.texts[instruction().aux]); break;
    case Executed::Unreachable:
      stop = violation("assertion", "unreachable", "control reached a place that the compiler holds to be unreachable");
      break;
    case Executed::Unsupported:
      stop = Stop{Stop::Kind::Unsupported, {}, world_.program.texts[instruction().aux]};
      break;
    case Executed::Overflow:
      stop = violation("memory-fault", "stack overflow",
                       "the kernel stack of " + context_name(cpu().context) + " overflows (" +
                           std::to_string(program::kMaxFrames) + " frames or 16 KiB of stack objects)");
      break;
  }
  return stop;
}

// What a frame leaves behind is nobody's; as zeros it keeps states that differ in it from being two.
void Step::clear_stack(std::uint64_t from, std::uint64_t to) {
  auto& delta = state_.machine.memory.delta;
  for (std::uint64_t word = from & ~std::uint64_t{7}; word < to; word += 8) {
    const std::uint32_t slot = world_.map.slot(word);
    if (slot < delta.size()) delta[slot] = 0;
  }
}

std::optional<Stop> Step::loop_closed(Flow& flow) {
  // A loop that chooses may choose otherwise next time round: that is for the search to see. One choice before a loop
  // is none in it. Who has finished may wait for ever.
  if (!alone() || picks_ > 1 || context().finished) {
    flow = Flow::EndStep;
    return std::nullopt;
  }
  ++rounds_;
  if (rounds_ % kRoundsBetweenStops == 0 && world_.must_stop && world_.must_stop()) throw explore::Stopped{};
  if (rounds_ < kRoundsBeforeLooking) return std::nullopt;
  if (seen_ && same(*seen_, state_, cpu_))
    return violation("deadlock", "endless loop",
                     "CPU" + std::to_string(cpu_) + " loops for ever in " + context_name(cpu().context) +
                         (cpu().interrupts_on ? ", and no interrupt can come" : " with interrupts off") +
                         ": nothing can change what it waits for");
  if ((rounds_ & (rounds_ - 1)) == 0) seen_ = std::make_unique<SystemState>(state_);
  if (rounds_ > kMostRounds)
    return Stop{
        Stop::Kind::Exhausted, {}, "a loop with interrupts off went round " + std::to_string(kMostRounds) + " times"};
  return std::nullopt;
}

std::optional<Stop> Step::leave_interrupt() {
  // Constructors are entered as interrupts are, before anything else runs; their return restores what was.
  const program::Frame frame = thread().top();
  if (recorder_ != nullptr && state_.machine.concurrent) {
    const unsigned depth = thread().interrupt_depth();
    auto& event = recorder_->add(state_, cpu_, cpu().context, depth, trace::EventKind::InterruptReturn,
                                 recorder_->place(state_, cpu_));
    event.text = "return from interrupt";
  }
  clear_stack(frame.stack, thread().stack_pointer);
  program::pop_frame(thread());
  acted_ =
      true;  // interrupts may be on from here: what comes next is another step, also where this one began with IRET
  cpu().interrupts_on = frame.saved_interrupts && holds(Rule::IretRestoresIf);
  world_.machine->returns_from_exception(state_.machine, cpu_);
  // IRET ends the blocking of NMIs, whichever handler it leaves (SDM 3, 6.7.1).
  if (frame.nmi || holds(Rule::IretUnblocksNmi)) cpu().nmi_blocked = false;
  if (recorder_ != nullptr) recorder_->refresh(state_);
  return std::nullopt;
}

std::optional<Stop> Step::finish_context() {
  const std::uint32_t number = cpu().context;
  if (number != 0)
    return violation("assertion", "returned", "the function of context " + context_name(number) + " returned");
  // The scenario's own body, without a kernel around it, is done: CPU 0 stops.
  context().finished = true;
  progress_ = true;
  context().thread.frames.clear();
  context().thread.registers.clear();
  return std::nullopt;
}

}  // namespace shootdown::system

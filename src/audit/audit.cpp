#include "audit/audit.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "audit/subjects.hpp"
#include "audit/warnings.hpp"
#include "system/evaluate.hpp"

namespace shootdown::audit {

namespace {

constexpr std::string_view kPreemptible = "preemptible";
constexpr std::size_t kMostCircumstances = 64;

}  // namespace

Audit::Audit(const program::Program& program, std::vector<bool> supplied)
    : program_(program), paths_(program, std::move(supplied)), flows_(find_flows(program)) {
  const auto& declared = program.circumstances;
  const auto at = std::find_if(declared.begin(), declared.end(),
                               [](const program::Circumstance& one) { return one.name == kPreemptible; });
  preemptible_ = static_cast<std::size_t>(at - declared.begin());
  if (declared.size() > kMostCircumstances)
    error_ = Error{ErrorKind::Unsupported, fmt::format("more than {} circumstances", kMostCircumstances), "", 0};
}

void Audit::restart() {
  sites_.clear();
  between_.clear();
  expanded_ = 0;
}

void Audit::count(Count& count) const {
  if (count.last == expanded_) return;
  count.last = expanded_;
  ++count.states;
}

Circumstances Audit::circumstances(system::World& world, const system::SystemState& state, unsigned cpu) {
  Circumstances found;
  found.interrupts_on = state.machine.cpus[cpu].interrupts_on;
  found.interrupt_depth = state.contexts[state.machine.cpus[cpu].context].thread.interrupt_depth();
  for (std::size_t n = 0; n < program_.circumstances.size() && !error_; ++n) {
    const program::Circumstance& asked = program_.circumstances[n];
    system::SystemState scratch = state;
    const Result<std::uint64_t> holds = system::evaluate(world, scratch, cpu, asked.function);
    if (!holds.ok()) {
      error_ = holds.error();
      error_->message = fmt::format("the circumstance \"{}\" may only look: {}", asked.name, error_->message);
    } else if (static_cast<std::uint32_t>(holds.value()) != 0) {
      found.declared |= std::uint64_t{1} << n;
    }
  }
  return found;
}

bool Audit::preemptible(const Circumstances& found) const {
  if (preemptible_ == program_.circumstances.size()) return found.interrupts_on;
  return (found.declared >> preemptible_ & 1) != 0;
}

void Audit::expands(system::World& world, const system::SystemState& state) {
  ++expanded_;
  if (flows_.empty() || error_) return;
  for (std::uint32_t context = 0; context < state.contexts.size(); ++context) look_at(world, state, context);
}

// The innermost part of the context that holds a value counts, once for each read and write.
void Audit::look_at(system::World& world, const system::SystemState& state, std::uint32_t context) {
  const program::Thread& thread = state.contexts[context].thread;
  const auto& cpus = state.machine.cpus;
  const auto cpu = std::find_if(cpus.begin(), cpus.end(), [&](const machine::Cpu& c) { return c.context == context; });
  std::optional<Circumstances> here;
  for (std::size_t number = 0; number < flows_.size(); ++number) {
    bool interrupted = false;  // above the frame that is looked at
    for (std::size_t n = thread.frames.size(); n-- > 0;) {
      const program::Frame& frame = thread.frames[n];
      const bool last = n + 1 == thread.frames.size();
      const bool called = !last && thread.frames[n + 1].kind == program::FrameKind::Call;
      if (holds(program_.functions[frame.function], flows_[number].holders[frame.function], frame.pc, called)) {
        // Shown as the read's place, or the write's, whichever is in this function: both have the same callers.
        const Flow& flow = flows_[number];
        const std::uint32_t pc = flow.read.function == frame.function    ? flow.read.pc
                                 : flow.write.function == frame.function ? flow.write.pc
                                                                         : frame.pc;
        Between& between = between_[{number, paths_.of(thread, n, pc)}];
        if (cpu == cpus.end()) {
          count(interrupted ? between.preempted : between.switched_away);
          if (interrupted) count(between.interrupted);
        } else if (interrupted) {
          count(between.interrupted);
        } else {
          if (!here) here = circumstances(world, state, static_cast<unsigned>(cpu - cpus.begin()));
          count(between.running[*here]);
          if (preemptible(*here)) count(between.preemptible);
        }
        break;
      }
      interrupted = interrupted || frame.kind == program::FrameKind::Interrupt;
    }
  }
}

void Audit::executes(system::World& world, const system::SystemState& state, unsigned cpu,
                     machine::Operation operation) {
  if (!is_subject(operation) || error_) return;
  const program::Thread& thread = state.contexts[state.machine.cpus[cpu].context].thread;
  Tally& tally = sites_[{operation, paths_.of(thread, thread.frames.size() - 1, thread.top().pc)}];
  count(tally[circumstances(world, state, cpu)]);
}

std::vector<Seen> Audit::seen(const Tally& tally) {
  std::vector<Seen> result;
  for (const auto& [found, states] : tally) result.push_back({found, states.states});
  return result;
}

void Audit::add_sites(Findings& findings) const {
  for (const auto& [key, tally] : sites_)
    findings.sites.push_back(
        {std::string(machine::info(key.operation).mnemonic), paths_.resolve(key.path), seen(tally)});
}

void Audit::add_flows(Findings& findings) const {
  for (const auto& [key, between] : between_) {
    const Flow& flow = flows_[key.flow];
    ReadModifyWrite found;
    found.reg = flow.reg;
    found.read = paths_.place(flow.read.function, flow.read.pc);
    found.write = paths_.place(flow.write.function, flow.write.pc);
    found.path = paths_.resolve(key.path);
    found.between = seen(between.running);
    found.preemptible = between.preemptible.states;
    found.interrupted = between.interrupted.states;
    found.preempted = between.preempted.states;
    found.switched_away = between.switched_away.states;
    findings.read_modify_writes.push_back(std::move(found));
  }
}

Result<Findings> Audit::findings() const {
  if (error_) return *error_;
  Findings findings;
  for (const program::Circumstance& one : program_.circumstances) findings.circumstances.push_back(one.name);
  if (preemptible_ != program_.circumstances.size()) findings.preemptible = kPreemptible;
  add_sites(findings);
  add_flows(findings);
  findings.warnings = warnings(findings.read_modify_writes);
  return findings;
}

}  // namespace shootdown::audit

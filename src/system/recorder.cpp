// Turns what a step does into events that need no program, no machine and no search to be understood.
#include "system/recorder.hpp"

#include <algorithm>

namespace shootdown::system {

std::vector<trace::SourceLine> Recorder::place(const SystemState& state, unsigned cpu) const {
  std::vector<trace::SourceLine> lines;
  const std::uint32_t running = state.machine.cpus[cpu].context;
  if (running == machine::kNoContext) return lines;
  const program::Program& program = world_.program;
  const auto& frames = state.contexts[running].thread.frames;
  for (auto frame = frames.rbegin(); frame != frames.rend(); ++frame) {
    const program::Function& function = program.functions[frame->function];
    std::uint32_t at = function.code[frame->pc].location;
    if (at == 0) lines.push_back({"", 0, function.name});
    for (; at != 0; at = program.locations[at].inlined_at) {
      const program::Location& location = program.locations[at];
      lines.push_back({program.files[location.file], location.line, location.function});
    }
  }
  return lines;
}

std::string Recorder::root_name(std::uint64_t root) const {
  if ((root & machine::kFreedRoot) != 0) return root_name(root - machine::kFreedRoot) + " (freed)";
  for (const auto& [address, name] : root_names_)
    if (address == root) return name;
  return property::hexadecimal(root);
}

void Recorder::name_root(std::uint64_t root, std::string name) {
  for (auto& [address, known] : root_names_)
    if (address == root) {
      known = std::move(name);
      return;
    }
  root_names_.emplace_back(root, std::move(name));
}

std::string Recorder::context_name(const SystemState& state, std::uint32_t context) const {
  if (context >= state.contexts.size()) return "nobody";
  const std::uint64_t name = state.contexts[context].name;
  return name == 0 ? "boot" : world_.map.text(name);
}

trace::CpuView Recorder::look(const SystemState& state, unsigned number) const {
  const machine::Cpu& cpu = state.machine.cpus[number];
  const machine::Machine& machine = *world_.machine;
  trace::CpuView view;
  const auto root = machine.root(cpu);
  view.paging_on = root.has_value();
  view.root = root.value_or(0);
  view.root_name = root ? root_name(*root) : "off";
  view.tag = machine.tag(cpu);
  view.tags_in_use = machine.tags_in_use(cpu);
  view.interrupts_on = cpu.interrupts_on;
  for (const machine::Entry& entry : cpu.tlb.entries()) {
    trace::TlbLine line;
    if (entry.tag == machine::kGlobalTag)
      line.tag = "global";
    else if (view.tags_in_use)
      line.tag = machine.tag_name(entry.tag);
    line.va = entry.va;
    line.bytes = machine.entry_bytes(entry);
    line.leaf = entry.leaf;
    line.target = entry.target;
    line.rights = std::string(entry.user ? "U " : "S ") + (entry.write ? "RW" : "R-") + (entry.no_execute ? "-" : "X");
    line.origin = root_name(entry.origin);
    if (entry.leaf) {
      const auto now = machine.walk(state.machine, entry.origin, entry.va);
      line.stale = !now || now->target != entry.target || now->user != entry.user || now->write != entry.write ||
                   now->no_execute != entry.no_execute;
    } else {
      line.stale = entry.dangling;
    }
    view.tlb.push_back(std::move(line));
  }
  return view;
}

trace::Event& Recorder::add(const SystemState& state, unsigned cpu, std::uint32_t context, unsigned depth,
                            trace::EventKind kind, std::vector<trace::SourceLine> where) {
  trace::Event event;
  event.kind = kind;
  event.step = step_;
  event.cpu = cpu;
  event.context = context;
  event.context_name = context_name(state, context);
  event.interrupt_depth = depth;
  event.where = std::move(where);
  event.after = look(state, cpu);
  events_.push_back(std::move(event));
  return events_.back();
}

void Recorder::refresh(const SystemState& state) {
  if (!events_.empty()) events_.back().after = look(state, events_.back().cpu);
}

}  // namespace shootdown::system

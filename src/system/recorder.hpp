// Collects the events of a path that is executed again.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "machine/machine.hpp"
#include "system/step.hpp"
#include "trace/trace.hpp"

namespace shootdown::system {

class Recorder {
 public:
  explicit Recorder(World& world) : world_(world) {}

  void start_step(unsigned number) { step_ = number; }
  // Where `cpu`'s context stands; to be called before the instruction executes, which may leave its frame.
  [[nodiscard]] std::vector<trace::SourceLine> place(const SystemState& state, unsigned cpu) const;
  // Adds an event that happened on `cpu` while `context` ran there; fills in step, names and the CPU's view from
  // `state`.
  trace::Event& add(const SystemState& state, unsigned cpu, std::uint32_t context, unsigned depth,
                    trace::EventKind kind, std::vector<trace::SourceLine> where);
  // Brings the last event's view of its CPU up to date.
  void refresh(const SystemState& state);
  void name_root(std::uint64_t root, std::string name);
  [[nodiscard]] std::string root_name(std::uint64_t root) const;
  [[nodiscard]] std::string context_name(const SystemState& state, std::uint32_t context) const;
  [[nodiscard]] const std::vector<std::pair<std::uint64_t, std::string>>& root_names() const { return root_names_; }
  [[nodiscard]] std::vector<trace::Event>& events() { return events_; }

 private:
  [[nodiscard]] trace::CpuView look(const SystemState& state, unsigned cpu) const;

  World& world_;
  unsigned step_ = 0;
  std::vector<trace::Event> events_;
  std::vector<std::pair<std::uint64_t, std::string>> root_names_;
};

}  // namespace shootdown::system

// Watches a search and notes in which circumstances each operation on roots and TLBs is executed, and in which states
// somebody stands between the read and the write of a control register.
//
// What is noted is true of the states themselves, not of the way the search went through them: which circumstances hold
// is asked of checked code in the state before the operation, and whether a context is between a read and a write is
// seen from what it still holds in its registers. So nothing is added to a state, and every schedule counts.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "audit/call_paths.hpp"
#include "audit/findings.hpp"
#include "audit/flow.hpp"
#include "base/result.hpp"
#include "system/observer.hpp"

namespace shootdown::audit {

class Audit final : public system::Observer {
 public:
  // `supplied`: for each of the program's files, whether it is kit, library or header of the tool.
  Audit(const program::Program& program, std::vector<bool> supplied);

  void restart() override;
  void expands(system::World& world, const system::SystemState& state) override;
  void executes(system::World& world, const system::SystemState& state, unsigned cpu,
                machine::Operation operation) override;
  void reaches(const system::SystemState&, unsigned, std::uint32_t, std::uint32_t) override {}

  // Errors: Unsupported (a circumstance's function did something it may not).
  [[nodiscard]] Result<Findings> findings() const;

 private:
  // How many states, each once, however often something is noted while it is expanded.
  struct Count {
    std::uint64_t states = 0, last = 0;
  };
  using Tally = std::map<Circumstances, Count>;
  struct SiteKey {
    machine::Operation operation;
    CallPaths::Numbers path;
    friend auto operator<=>(const SiteKey&, const SiteKey&) = default;
  };
  struct FlowKey {
    std::size_t flow;
    CallPaths::Numbers path;
    friend auto operator<=>(const FlowKey&, const FlowKey&) = default;
  };
  struct Between {
    Tally running;
    Count preemptible, interrupted, preempted, switched_away;
  };

  void count(Count& count) const;
  // Of the context that runs on `cpu`.
  Circumstances circumstances(system::World& world, const system::SystemState& state, unsigned cpu);
  [[nodiscard]] bool preemptible(const Circumstances& circumstances) const;
  void look_at(system::World& world, const system::SystemState& state, std::uint32_t context);
  [[nodiscard]] static std::vector<Seen> seen(const Tally& tally);
  void add_sites(Findings& findings) const;
  void add_flows(Findings& findings) const;

  const program::Program& program_;
  CallPaths paths_;
  std::vector<Flow> flows_;
  std::size_t preemptible_;  // the circumstance of that name; circumstances.size() if there is none
  std::map<SiteKey, Tally> sites_;
  std::map<FlowKey, Between> between_;
  std::uint64_t expanded_ = 0;  // the number of the state that is being expanded
  std::optional<Error> error_;
};

}  // namespace shootdown::audit

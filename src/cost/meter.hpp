// Watches a search and keeps the graph of its steps, with what each costs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "cost/steps.hpp"
#include "explore/search.hpp"
#include "machine/costs.hpp"
#include "program/program.hpp"
#include "system/observer.hpp"

namespace shootdown::cost {

class Meter final : public system::Observer, public explore::StepSink {
 public:
  explicit Meter(const program::Program& program);

  void restart() override;
  void expands(system::World& world, const system::SystemState& state) override;
  void executes(system::World& world, const system::SystemState& state, unsigned cpu,
                machine::Operation operation) override;
  void reaches(const system::SystemState& state, unsigned cpu, std::uint32_t function, std::uint32_t pc) override;
  void performs(system::World& world, const system::SystemState& state, unsigned cpu, std::size_t index) override;
  void step(std::uint32_t source, std::uint32_t target) override;

  // Of the steps seen. Errors: Unsupported (an operation that begins twice in one context, or ends without having
  // begun).
  [[nodiscard]] Result<Findings> findings() const;

 private:
  // Without what it counts or names.
  [[nodiscard]] static Event event(const system::SystemState& state, unsigned cpu, Event::Kind kind);
  [[nodiscard]] std::uint32_t measure(Counted counted, const std::string& kind, const std::string& scope);
  [[nodiscard]] std::uint32_t name(const std::string& text);
  void count(const system::SystemState& state, unsigned cpu, Counted counted, const std::string& kind,
             const std::string& scope, unsigned amount);
  void mark(const system::SystemState& state, unsigned cpu, Event::Kind kind, std::uint32_t context,
            const std::string& text);
  // Of an instruction: what it may throw away. ForAnother: a CPU performs what another one executed.
  enum class Reach : std::uint8_t { OwnCpu, EveryCpu, ForAnother };
  // What `log` says was taken out of the TLBs of `scratch`, the state's machine as it is afterwards. KIND did it, on
  // `cpu`.
  void drop(system::World& world, const system::SystemState& state, unsigned cpu, const std::string& kind, Reach reach,
            const machine::State& scratch, const machine::RemovalLog& log);

  const program::Program& program_;
  bool tasks_ = true;  // the program marks no operations: its tasks are
  Steps steps_;
  Label done_;                      // since the last step
  std::uint32_t source_ = 0;        // of the step
  system::World* world_ = nullptr;  // of the state that is expanded
};

// What the steps of a complete or incomplete search come to. `tasks`: spans are tasks rather than marked operations.
// Errors: see Meter::findings.
Result<Findings> evaluate(const Steps& steps, bool tasks);

}  // namespace shootdown::cost

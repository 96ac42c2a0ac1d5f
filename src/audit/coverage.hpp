// Watches a search and notes which lines of the source it executes, and which rules of the machine decide something.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "audit/fired.hpp"
#include "program/program.hpp"
#include "system/observer.hpp"

namespace shootdown::audit {

// The lines of one file that have code in the program; ascending.
struct FileCoverage {
  std::string file;
  bool supplied = false;  // of the kit, the library or a header of the tool
  std::vector<unsigned> reached, missed;
};

class Coverage final : public system::Observer {
 public:
  explicit Coverage(const program::Program& program);

  void restart() override;
  void expands(system::World& world, const system::SystemState& state) override {
    if (rules_) rules_->expands(world, state);
  }
  void executes(system::World&, const system::SystemState&, unsigned, machine::Operation) override {}
  void reaches(const system::SystemState&, unsigned, std::uint32_t function, std::uint32_t pc) override {
    reached_[function][pc] = true;
  }

  // In the program's order of files. `supplied`: for each of them. A line is reached if some instruction of it was
  // executed, wherever it was inlined.
  [[nodiscard]] std::vector<FileCoverage> files(const std::vector<bool>& supplied) const;
  // Nothing if this program cannot say (FiredRules::known()).
  [[nodiscard]] std::optional<RuleUse> rules() const { return rules_ ? std::optional(rules_->result()) : std::nullopt; }

 private:
  const program::Program& program_;
  std::vector<std::vector<bool>> reached_;  // by function and pc
  std::optional<FiredRules> rules_;
};

}  // namespace shootdown::audit

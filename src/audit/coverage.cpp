#include "audit/coverage.hpp"

#include <map>

namespace shootdown::audit {

Coverage::Coverage(const program::Program& program) : program_(program) {
  if (FiredRules::known()) rules_.emplace();
  restart();
}

void Coverage::restart() {
  reached_.clear();
  if (rules_) rules_->restart();
  for (const program::Function& function : program_.functions) reached_.emplace_back(function.code.size(), false);
}

std::vector<FileCoverage> Coverage::files(const std::vector<bool>& supplied) const {
  std::vector<std::map<unsigned, bool>> lines(program_.files.size());
  std::vector<bool> asked(program_.functions.size(), false);  // circumstances: no part of any execution
  for (const program::Circumstance& one : program_.circumstances) asked[one.function] = true;
  for (std::size_t number = 0; number < program_.functions.size(); ++number) {
    const auto& code = program_.functions[number].code;
    for (std::size_t pc = 0; pc < code.size(); ++pc) {
      if (code[pc].location == 0 || asked[number]) continue;
      // An instruction of an inlined function is one of the line that calls it, too.
      for (std::uint32_t at = code[pc].location; at != 0; at = program_.locations[at].inlined_at) {
        bool& reached = lines[program_.locations[at].file][program_.locations[at].line];
        reached = reached || reached_[number][pc];
      }
    }
  }
  std::vector<FileCoverage> result;
  for (std::size_t file = 0; file < lines.size(); ++file) {
    if (lines[file].empty()) continue;
    FileCoverage& row = result.emplace_back();
    row.file = program_.files[file];
    row.supplied = supplied[file];
    for (const auto& [line, reached] : lines[file]) (reached ? row.reached : row.missed).push_back(line);
  }
  return result;
}

}  // namespace shootdown::audit

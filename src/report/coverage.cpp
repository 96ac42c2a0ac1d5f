#include "report/coverage.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace shootdown::report {

std::string ranges_text(const std::vector<unsigned>& lines, const std::vector<unsigned>& others) {
  std::string text;
  for (std::size_t first = 0; first < lines.size();) {
    const auto next = std::upper_bound(others.begin(), others.end(), lines[first]);
    std::size_t last = first;
    while (last + 1 < lines.size() && (next == others.end() || lines[last + 1] < *next)) ++last;
    text += fmt::format("{}{}", text.empty() ? "" : ", ", lines[first]);
    if (last != first) text += fmt::format("-{}", lines[last]);
    first = last + 1;
  }
  return text;
}

std::string coverage_text(const std::vector<audit::FileCoverage>& files, const Style& style) {
  std::string text;
  std::size_t reached = 0, all = 0, supplied = 0;
  for (const audit::FileCoverage& file : files) {
    const std::size_t lines = file.reached.size() + file.missed.size();
    if (file.supplied) {
      ++supplied;
      reached += file.reached.size();
      all += lines;
      continue;
    }
    text +=
        wrapped(fmt::format("coverage: {}: {} of {} lines with code reached", file.file, file.reached.size(), lines),
                style.width, "  ");
    if (!file.reached.empty())
      text += wrapped("reached: " + ranges_text(file.reached, file.missed), style.width, "    ");
    if (!file.missed.empty())
      text += wrapped("not reached: " + ranges_text(file.missed, file.reached), style.width, "    ");
  }
  if (supplied != 0)
    text += wrapped(fmt::format("coverage: kit, library and headers: {} of {} lines with code reached", reached, all),
                    style.width, "  ");
  return text;
}

nlohmann::json to_json(const std::vector<audit::FileCoverage>& files) {
  nlohmann::json rows = nlohmann::json::array();
  for (const audit::FileCoverage& file : files)
    rows.push_back(
        {{"file", file.file}, {"supplied", file.supplied}, {"reached", file.reached}, {"missed", file.missed}});
  return rows;
}

std::string rules_text(const audit::RuleUse& rules, const Style& style) {
  const std::size_t all = rules.fired.size() + rules.no_effect.size() + rules.never_asked.size();
  std::string text = wrapped(fmt::format("coverage: rules of the machine: {} of {} fired, {} were asked without effect",
                                         rules.fired.size(), all, rules.no_effect.size()),
                             style.width, "  ");
  if (!rules.fired.empty())
    text += wrapped(fmt::format("fired: {}", fmt::join(rules.fired, ", ")), style.width, "    ");
  if (!rules.no_effect.empty())
    text += wrapped(fmt::format("without effect: {}", fmt::join(rules.no_effect, ", ")), style.width, "    ");
  return text;
}

nlohmann::json to_json(const audit::RuleUse& rules) {
  return {{"fired", rules.fired}, {"without_effect", rules.no_effect}, {"never_asked", rules.never_asked}};
}

}  // namespace shootdown::report

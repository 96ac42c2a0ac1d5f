#include "check/judge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "property/catalogue.hpp"

namespace shootdown::check {
namespace {

std::string quoted_list(const std::vector<std::string>& names) { return fmt::format("{}", fmt::join(names, ", ")); }

// The scenario's own functions that load roots or cut TLBs, if the search executed none of all their operations: then a
// PASS says nothing about them. One that was executed is enough: a branch for another CPU model is no defect. What the
// kit and the library could have done besides is nobody's claim.
std::vector<std::string> idle_functions(const Answer& answer) {
  if (answer.facts.leaves_out) return {};  // what is left out is not executed: that was asked for
  std::vector<std::string> names;
  for (const system::Facts::Invalidation& one : answer.facts.invalidations) {
    if (one.supplied) continue;
    if (one.executed) return {};
    if (std::find(names.begin(), names.end(), one.where.function) == names.end()) names.push_back(one.where.function);
  }
  return names;
}

void judge_properties(Answer& answer, const std::vector<std::string>& selected) {
  const auto vacuous = [&](std::string reason) {
    answer.verdict = Verdict::Vacuous;
    answer.reason = std::move(reason);
  };
  answer.verdict = Verdict::Pass;
  answer.reason.clear();
  if (!answer.facts.left_out_nothing.empty())
    return vacuous(fmt::format("nothing was left out by --leave-out {}: no such place was executed",
                               quoted_list(answer.facts.left_out_nothing)));

  std::vector<std::string> unreached;
  for (const system::Facts::Cover& cover : answer.facts.covers) {
    if (cover.reached) continue;
    if (unreached.empty()) {
      answer.file = cover.where.file;
      answer.line = cover.where.line;
    }
    unreached.push_back(cover.name);
  }
  if (!unreached.empty()) return vacuous(fmt::format("never reached: {}", quoted_list(unreached)));

  const std::vector<std::string> never = idle_functions(answer);
  if (!never.empty()) {
    const auto& all = answer.facts.invalidations;
    const auto first = std::find_if(all.begin(), all.end(), [](const auto& one) { return !one.supplied; });
    answer.file = first->where.file;
    answer.line = first->where.line;
    return vacuous(fmt::format("invalidations never executed, of: {}", quoted_list(never)));
  }

  std::vector<std::string> idle;
  bool any = false;
  for (const system::Facts::Property& property : answer.facts.properties) {
    const bool wanted = std::find(selected.begin(), selected.end(), property.name) != selected.end();
    if (property.evaluated == 0 && wanted) idle.push_back(property.name);
    any = any || (property.evaluated != 0 && (wanted || !property::any_code_evaluates(property.name)));
  }
  if (!idle.empty()) return vacuous(fmt::format("selected, but never evaluated: {}", quoted_list(idle)));
  if (!any) return vacuous("the scenario does nothing that any property judges");
}

// An audit is about what was executed, and judges nothing unless asked to. Cover points belong to a PASS.
void judge_audit(Answer& answer, const std::vector<std::string>& selected) {
  if (!selected.empty() && selected.front() == property::kNoProperty) {
    answer.verdict = Verdict::Pass;
    answer.reason.clear();
  }
  if (answer.verdict != Verdict::Pass || !answer.audit->sites.empty()) return;
  answer.verdict = Verdict::Vacuous;
  answer.reason = "no operation on a root or a TLB is ever executed";
}

// Nor do counts judge anything.
void judge_cost(Answer& answer, const std::vector<std::string>& selected) {
  if (!selected.empty() && selected.front() == property::kNoProperty) {
    answer.verdict = Verdict::Pass;
    answer.reason.clear();
  }
  const auto& operations = answer.cost->operations;
  const bool any =
      std::any_of(operations.begin(), operations.end(), [](const auto& operation) { return !operation.rows.empty(); });
  if (answer.verdict != Verdict::Pass || any) return;
  answer.verdict = Verdict::Vacuous;
  answer.reason = "nothing that is counted is ever executed";
}

}  // namespace

void judge_complete(Answer& answer, const std::vector<std::string>& selected) {
  judge_properties(answer, selected);
  if (answer.audit) judge_audit(answer, selected);
  if (answer.cost) judge_cost(answer, selected);
}

std::string limit_reason(explore::SearchEnd end, const explore::Limits& limits, const explore::Statistics& statistics) {
  std::string limit;
  switch (end) {
    case explore::SearchEnd::StateLimit:
      limit = fmt::format("limit of {} states", count_text(limits.max_states));
      break;
    case explore::SearchEnd::MemoryLimit:
      limit = fmt::format("memory limit of {}", bytes_text(limits.max_memory));
      break;
    case explore::SearchEnd::TimeLimit: limit = fmt::format("time limit of {} s", limits.timeout_seconds); break;
    case explore::SearchEnd::Interrupted: limit = "interrupted"; break;
    default: limit = "stopped"; break;
  }
  return fmt::format("{}: {} states seen to depth {}, {} of them not expanded", limit, count_text(statistics.states),
                     statistics.depth, count_text(statistics.frontier));
}

bool concerns_translations(std::string_view property) {
  static constexpr std::array<std::string_view, 5> kNames{"foreign-translation", "supervisor-under-user-tag",
                                                          "revoked-translation", "freed-page", "page-size-conflict"};
  return std::find(kNames.begin(), kNames.end(), property) != kNames.end();
}

std::string bytes_text(std::uint64_t bytes) {
  static constexpr std::array<std::string_view, 5> kUnits{"B", "KiB", "MiB", "GiB", "TiB"};
  double value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 1024 && unit + 1 < kUnits.size()) {
    value /= 1024;
    ++unit;
  }
  const bool whole = unit == 0 || value >= 10;
  return fmt::format("{:.{}f} {}", value, whole ? 0 : 1, kUnits[unit]);
}

std::string count_text(std::uint64_t count) {
  std::string digits = std::to_string(count);
  for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, 1, ',');
  return digits;
}

}  // namespace shootdown::check

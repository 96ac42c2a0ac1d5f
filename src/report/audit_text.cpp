#include <fmt/format.h>

#include <algorithm>

#include "audit/warnings.hpp"
#include "check/judge.hpp"
#include "check/names.hpp"
#include "report/audit.hpp"
#include "report/text.hpp"

namespace shootdown::report {
namespace {

using check::count_text;
using Row = std::vector<std::string>;

constexpr std::string_view kIndent = "  ";

std::string place_text(const trace::SourceLine& where) {
  const std::size_t slash = where.file.rfind('/');
  const std::string file = slash == std::string::npos ? where.file : where.file.substr(slash + 1);
  return fmt::format("{} ({}:{})", where.function, file, where.line);
}

// Columns as wide as their widest cell, the last one on the right.
std::string table(const std::vector<Row>& rows) {
  std::vector<std::size_t> widths(rows.front().size(), 0);
  for (const Row& row : rows)
    for (std::size_t n = 0; n < row.size(); ++n) widths[n] = std::max(widths[n], display_width(row[n]));
  std::string text;
  for (const Row& row : rows) {
    std::string line(kIndent);
    for (std::size_t n = 0; n + 1 < row.size(); ++n) line += cell(row[n], widths[n]) + "  ";
    text += line + std::string(widths.back() - display_width(row.back()), ' ') + row.back() + "\n";
  }
  return text;
}

std::string heading(const audit::Site& site) {
  return fmt::format("{} in {}", site.operation, place_text(site.path.places.front()));
}

// Who called, nearest first; far callers give way to the other columns.
std::string callers(audit::CallPath path, const Style& style) {
  const unsigned width = std::max(style.width, 80u) - 56;
  // The heading names the instruction's own place.
  if (path.under_test == 0 && !path.places.empty()) path.places.erase(path.places.begin());
  return path.places.empty() ? "-" : fitted(audit::callers_text(path), width);
}

Row head(const audit::Findings& findings) {
  Row row{"called from", "interrupts", "depth"};
  row.insert(row.end(), findings.circumstances.begin(), findings.circumstances.end());
  row.emplace_back("states");
  return row;
}

void add_rows(std::vector<Row>& rows, const audit::Findings& findings, const audit::Site& site, const Style& style) {
  std::string who = callers(site.path, style);
  for (const audit::Seen& one : site.seen) {
    Row row{who, one.circumstances.interrupts_on ? "on" : "off", fmt::format("{}", one.circumstances.interrupt_depth)};
    for (std::size_t n = 0; n < findings.circumstances.size(); ++n)
      row.emplace_back((one.circumstances.declared >> n & 1) != 0 ? "yes" : "no");
    row.push_back(count_text(one.states));
    rows.push_back(std::move(row));
    who.clear();
  }
}

std::string sites_text(const audit::Findings& findings, const Style& style) {
  std::string text;
  std::vector<std::string> done;
  for (const audit::Site& site : findings.sites) {
    const std::string title = site.path.places.empty() ? site.operation : heading(site);
    if (std::find(done.begin(), done.end(), title) != done.end()) continue;
    done.push_back(title);
    std::vector<Row> rows{head(findings)};
    for (const audit::Site& other : findings.sites)
      if ((other.path.places.empty() ? other.operation : heading(other)) == title)
        add_rows(rows, findings, other, style);
    text += fmt::format("\n{}\n{}", title, table(rows));
  }
  return text;
}

std::string pair_heading(const audit::ReadModifyWrite& one) {
  return fmt::format("{} read in {}, written back in {}: states between the two", one.reg, place_text(one.read),
                     place_text(one.write));
}

std::string pairs_text(const audit::Findings& findings, const Style& style) {
  std::string text;
  std::vector<std::string> done;
  for (const audit::ReadModifyWrite& first : findings.read_modify_writes) {
    const std::string title = pair_heading(first);
    if (std::find(done.begin(), done.end(), title) != done.end()) continue;
    done.push_back(title);
    std::vector<Row> rows{{"called from", "running", "preemptible", "interrupted", "preempted", "gave up CPU"}};
    for (const audit::ReadModifyWrite& one : findings.read_modify_writes) {
      if (pair_heading(one) != title) continue;
      std::uint64_t running = 0;
      for (const audit::Seen& seen : one.between) running += seen.states;
      rows.push_back({callers(one.path, style), count_text(running), count_text(one.preemptible),
                      count_text(one.interrupted), count_text(one.preempted), count_text(one.switched_away)});
    }
    text += fmt::format("\n{}\n{}", title, table(rows));
  }
  return text;
}

}  // namespace

std::string audit_text(const CaseReport& report, const Style& style) {
  const check::Answer& answer = report.answer;
  const explore::Statistics& s = answer.statistics;
  std::string text = cell(report.label, std::max<std::size_t>(40, display_width(report.label)));
  if (answer.verdict == check::Verdict::Pass)
    text += fmt::format("  {} states, all seen, {}\n", count_text(s.states), seconds_text(s.seconds));
  else
    text += fmt::format("  {}  {} states, {}\n", check::verdict_name(answer.verdict), count_text(s.states),
                        seconds_text(s.seconds));
  if (!answer.reason.empty()) {
    const std::string place = answer.file.empty() ? "" : fmt::format("{}:{}: ", answer.file, answer.line);
    text += wrapped(place + answer.reason, style.width, kIndent);
  }
  if (answer.audit && answer.verdict != check::Verdict::Pass && answer.verdict != check::Verdict::Vacuous)
    text += wrapped("not everything was seen: the numbers of states are lower bounds", style.width, kIndent);
  if (answer.audit) text += sites_text(*answer.audit, style) + pairs_text(*answer.audit, style);
  std::string warnings;
  for (const std::string& warning : answer.warnings) warnings += wrapped(warning, style.width, "");
  if (answer.audit)
    for (const std::string& warning : answer.audit->warnings) warnings += wrapped(warning, style.width, "");
  return text + (warnings.empty() ? "" : "\n" + warnings);
}

}  // namespace shootdown::report

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "check/judge.hpp"
#include "check/names.hpp"
#include "report/cost.hpp"
#include "report/text.hpp"

namespace shootdown::report {
namespace {

using check::count_text;
using cost::Counted;

constexpr std::string_view kIndent = "  ";
constexpr std::array<std::string_view, 6> kSections{"root loads",
                                                    "TLB instructions",
                                                    "barriers",
                                                    "interrupts sent",
                                                    "live translations thrown away, at the most",
                                                    "the same, by one execution of the instruction"};
constexpr std::size_t kWidestName = 18;

std::string variant_of(const CaseReport& report) {
  const std::size_t slash = report.label.find('/');
  return slash == std::string::npos ? report.label : report.label.substr(slash + 1);
}

// How each case is called above its column: by its variant, or by a letter where that is too long.
std::vector<std::string> column_names(const std::vector<CaseReport>& reports, const Style& style) {
  std::vector<std::string> names;
  std::size_t width = 0;
  bool fit = true;
  for (const CaseReport& report : reports) {
    names.push_back(variant_of(report));
    width += display_width(names.back()) + 2;
    fit = fit && display_width(names.back()) <= kWidestName && names.back().find(' ') == std::string::npos;
    fit = fit && report.label.substr(0, report.label.find('/')) ==
                     reports.front().label.substr(0, reports.front().label.find('/'));
  }
  if (fit && width <= std::max(style.width, 80u) / 2) return names;
  for (std::size_t n = 0; n < names.size(); ++n)
    names[n] = n < 26 ? std::string(1, static_cast<char>('A' + n)) : fmt::format("A{}", n);
  return names;
}

std::string case_text(const CaseReport& report, const std::string& name, const Style& style) {
  const check::Answer& answer = report.answer;
  const explore::Statistics& s = answer.statistics;
  std::string text = name == variant_of(report) ? "" : name + "  ";
  text += cell(report.label, std::max<std::size_t>(40, display_width(report.label)));
  const bool all = answer.verdict == check::Verdict::Pass;
  text += fmt::format("  {}{} states, {}{}\n", all ? "" : fmt::format("{}  ", check::verdict_name(answer.verdict)),
                      count_text(s.states), all ? "all seen, " : "", seconds_text(s.seconds));
  if (!answer.reason.empty()) {
    const std::string place = answer.file.empty() ? "" : fmt::format("{}:{}: ", answer.file, answer.line);
    text += wrapped(place + answer.reason, style.width, kIndent);
  }
  if (answer.cost && !all && answer.verdict != check::Verdict::Vacuous)
    text += wrapped("not everything was counted: a minimum may be lower, a maximum higher", style.width, kIndent);
  return text;
}

std::string title(const cost::OperationCost& operation) {
  switch (operation.what) {
    case cost::OperationCost::What::Marked: return fmt::format("operation \"{}\"", operation.name);
    case cost::OperationCost::What::Task: return fmt::format("task \"{}\"", operation.name);
    case cost::OperationCost::What::Whole: break;
  }
  return "the whole execution";
}

bool is(const cost::OperationCost& a, const cost::OperationCost& b) { return a.what == b.what && a.name == b.name; }

const cost::OperationCost* find(const CaseReport& report, const cost::OperationCost& wanted) {
  if (!report.answer.cost) return nullptr;
  for (const cost::OperationCost& one : report.answer.cost->operations)
    if (is(one, wanted)) return &one;
  return nullptr;
}

bool same(const cost::Row& a, const cost::Row& b) {
  return a.counted == b.counted && a.kind == b.kind && a.scope == b.scope && a.cpu == b.cpu;
}

std::string value_text(const cost::OperationCost* operation, const cost::Row& row) {
  if (operation == nullptr) return "";
  for (const cost::Row& own : operation->rows)
    if (same(own, row)) return range_text(own.range);
  // Where one CPU alone does it, there is no sum.
  for (const cost::Row& own : operation->rows)
    if (!row.cpu && own.range.maximum != std::uint64_t{0} && own.counted == row.counted && own.kind == row.kind &&
        own.scope == row.scope)
      return range_text(own.range);
  if (row.counted == Counted::DroppedAtOnce) return "-";
  return range_text({operation->completes ? std::optional<std::uint64_t>(0) : std::nullopt, 0});
}

struct Line {
  std::array<std::string, 3> what;  // kind, scope, CPU
  std::vector<std::string> values;
};

bool any_row(const cost::OperationCost& operation) {
  return std::any_of(operation.rows.begin(), operation.rows.end(),
                     [](const cost::Row& row) { return row.range.maximum != std::uint64_t{0}; });
}

// Rows of all cases, without those that are 0 everywhere, in the order of cost::Row.
std::vector<cost::Row> rows_of(const std::vector<const cost::OperationCost*>& operations) {
  std::vector<cost::Row> rows;
  for (const cost::OperationCost* operation : operations) {
    if (operation == nullptr) continue;
    for (const cost::Row& row : operation->rows)
      if (row.range.maximum != std::uint64_t{0} &&
          std::none_of(rows.begin(), rows.end(), [&](const cost::Row& other) { return same(other, row); }))
        rows.push_back(row);
  }
  std::sort(rows.begin(), rows.end(), [](const cost::Row& a, const cost::Row& b) {
    return std::tie(a.counted, a.kind, a.scope, a.cpu) < std::tie(b.counted, b.kind, b.scope, b.cpu);
  });
  return rows;
}

std::string table(const std::vector<CaseReport>& reports, const cost::OperationCost& wanted,
                  const std::vector<std::string>& names) {
  std::vector<const cost::OperationCost*> operations;
  operations.reserve(reports.size());
  for (const CaseReport& report : reports) operations.push_back(find(report, wanted));
  const std::vector<cost::Row> rows = rows_of(operations);
  std::vector<Line> lines;
  std::array<std::size_t, 3> widths{};
  std::vector<std::size_t> value_widths;
  value_widths.reserve(names.size());
  for (const std::string& name : names) value_widths.push_back(display_width(name));
  for (const cost::Row& row : rows) {
    Line line{{row.kind, row.scope, row.cpu ? fmt::format("CPU{}", *row.cpu) : "all"}, {}};
    for (std::size_t n = 0; n < 3; ++n) widths[n] = std::max(widths[n], display_width(line.what[n]));
    for (std::size_t n = 0; n < operations.size(); ++n) {
      line.values.push_back(value_text(operations[n], row));
      value_widths[n] = std::max(value_widths[n], display_width(line.values[n]));
    }
    lines.push_back(std::move(line));
  }
  const auto values = [&](const std::vector<std::string>& texts) {
    std::string text;
    for (std::size_t n = 0; n < texts.size(); ++n)
      text += "  " + std::string(value_widths[n] - display_width(texts[n]), ' ') + texts[n];
    text.erase(text.find_last_not_of(' ') + 1);
    return text + "\n";
  };
  // The heading stands where the columns before the values end.
  const std::size_t before = std::max(4 + widths[0] + 2 + widths[1] + 2 + widths[2], display_width(title(wanted)));
  std::string text = "\n" + cell(title(wanted), before) + values(names);
  if (lines.empty()) return text + fmt::format("{}nothing that is counted\n", kIndent);
  for (std::size_t n = 0; n < lines.size(); ++n) {
    if (n == 0 || rows[n].counted != rows[n - 1].counted)
      text += fmt::format("{}{}\n", kIndent, kSections[static_cast<std::size_t>(rows[n].counted)]);
    const Line& line = lines[n];
    text += cell("    " + cell(line.what[0], widths[0]) + "  " + cell(line.what[1], widths[1]) + "  " + line.what[2],
                 before) +
            values(line.values);
  }
  for (std::size_t n = 0; n < operations.size(); ++n) {
    if (!reports[n].answer.cost)
      text += fmt::format("{}{}: was not counted\n", kIndent, names[n]);
    else if (operations[n] == nullptr)
      text += fmt::format("{}{}: has none{}\n", kIndent, names[n],
                          wanted.what == cost::OperationCost::What::Task ? ", or none that ends" : "");
    else if (!operations[n]->completes)
      text += fmt::format("{}{}: never completes, so there is no minimum\n", kIndent, names[n]);
  }
  return text;
}

// Operations and tasks of all cases, each once, as the first case has it. A task is there only if in some case
// something of it is counted: many only set a CPU up, and wait.
std::vector<cost::OperationCost> parts_of(const std::vector<CaseReport>& reports) {
  std::vector<cost::OperationCost> parts;
  for (const CaseReport& report : reports) {
    if (!report.answer.cost) continue;
    for (const cost::OperationCost& operation : report.answer.cost->operations) {
      if (operation.what == cost::OperationCost::What::Whole) continue;
      if (std::any_of(parts.begin(), parts.end(), [&](const auto& other) { return is(other, operation); })) continue;
      const bool counted = std::any_of(reports.begin(), reports.end(), [&](const CaseReport& other) {
        const cost::OperationCost* const own = find(other, operation);
        return own != nullptr && any_row(*own);
      });
      if (counted || operation.what == cost::OperationCost::What::Marked) parts.push_back(operation);
    }
  }
  return parts;
}

// Columns can be compared only where every case has the part: otherwise what the one does elsewhere is to be seen too.
bool all_have(const std::vector<CaseReport>& reports, const std::vector<cost::OperationCost>& parts) {
  return std::all_of(reports.begin(), reports.end(), [&](const CaseReport& report) {
    return !report.answer.cost ||
           std::all_of(parts.begin(), parts.end(), [&](const auto& part) { return find(report, part) != nullptr; });
  });
}

}  // namespace

std::string range_text(const cost::Range& range) {
  if (range.maximum == std::uint64_t{0}) return "0";
  if (!range.minimum) return range.maximum ? fmt::format("<= {}", *range.maximum) : "any";
  if (!range.maximum) return fmt::format("{}..any", *range.minimum);
  if (*range.minimum == *range.maximum) return fmt::format("{}", *range.minimum);
  return fmt::format("{}..{}", *range.minimum, *range.maximum);
}

std::string cost_text(const std::vector<CaseReport>& reports, bool whole, const Style& style) {
  const std::vector<std::string> names = column_names(reports, style);
  std::string text;
  for (std::size_t n = 0; n < reports.size(); ++n) text += case_text(reports[n], names[n], style);
  if (std::none_of(reports.begin(), reports.end(), [](const CaseReport& r) { return r.answer.cost.has_value(); }))
    return text;
  const std::vector<cost::OperationCost> parts = parts_of(reports);
  for (const cost::OperationCost& part : parts) text += table(reports, part, names);
  if (whole || parts.empty() || !all_have(reports, parts)) {
    cost::OperationCost everything;
    everything.what = cost::OperationCost::What::Whole;
    text += table(reports, everything, names);
  }
  return text + "\n" +
         wrapped(
             "The least..the most over all schedules; any: there is no bound; -: it is not executed, or no "
             "execution of it throws anything away there.",
             style.width, "");
}

}  // namespace shootdown::report

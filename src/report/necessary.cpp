#include "report/necessary.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "check/judge.hpp"
#include "check/names.hpp"
#include "report/explain.hpp"
#include "report/json.hpp"
#include "report/text.hpp"

namespace shootdown::report {
namespace {

using check::Verdict;

std::string place_text(const omit::Place& place) { return fmt::format("{}:{}", place.file, place.line); }

// "cli", and for what is done in a function of the kit or the library: "preempt in preempt_disable"
std::string what_text(const omit::Site& site) {
  std::string text = fmt::format("{} ({})", site.what, omit::kind_name(site.kind));
  if (site.places.size() > 1) text += fmt::format(" in {}", site.places.front().function);
  if (site.places.size() > 2) text += fmt::format(", called by {}", site.places[1].function);
  return text;
}

// How much of its calls a row shows: functions, or lines as well.
enum class Detail : std::uint8_t { Functions, InnermostLine, AllLines };

std::string what_text(const omit::Site& site, Detail detail) {
  std::string text = what_text(site);
  if (detail == Detail::InnermostLine) text += fmt::format(" ({})", place_text(site.places.front()));
  if (detail == Detail::AllLines) {
    text += " (";
    for (std::size_t i = 0; i + 1 < std::max<std::size_t>(site.places.size(), 2); ++i)
      text += fmt::format("{}{}", i == 0 ? "" : " < ", place_text(site.places[i]));
    text += ")";
  }
  return text;
}

// The first two cells of each row. Rows that would be equal say more.
struct Row {
  std::string where, what;
  friend bool operator==(const Row&, const Row&) = default;
};

std::vector<Row> rows_of(const std::vector<Omission>& omissions) {
  const auto row = [](const omit::Site& site, Detail detail) {
    const omit::Place& outermost = site.places.back();
    return Row{fmt::format("{} {}", place_text(outermost), outermost.function), what_text(site, detail)};
  };
  std::vector<Row> rows;
  rows.reserve(omissions.size());
  for (const Omission& o : omissions) rows.push_back(row(o.site, Detail::Functions));
  for (const Detail detail : {Detail::InnermostLine, Detail::AllLines}) {
    const std::vector<Row> before = rows;
    for (std::size_t i = 0; i < rows.size(); ++i)
      if (std::count(before.begin(), before.end(), before[i]) > 1) rows[i] = row(omissions[i].site, detail);
  }
  return rows;
}

std::string first_sentence(const std::string& text) {
  const std::size_t end = text.find(". ");
  return end == std::string::npos ? text : text.substr(0, end + 1);
}

std::string result_text(const check::Answer& answer) {
  std::string text(finding(answer));
  if (answer.verdict == Verdict::Fail && answer.trace && answer.trace->violation)
    return text + fmt::format(": {}, {} steps", answer.trace->violation->property, steps(*answer.trace));
  if (answer.verdict != Verdict::Pass)
    text += fmt::format(": {}, {}", check::verdict_name(answer.verdict), answer.reason);
  return text;
}

Tone tone_of(Verdict verdict) {
  return verdict == Verdict::Fail ? Tone::Good : verdict == Verdict::Pass ? Tone::Bad : Tone::Doubtful;
}

std::string scope_text(const CaseReport& base) {
  const system::Configuration& configuration = base.request.configuration;
  return fmt::format(
      "\"redundant here\": left out alone, this scenario still passes, with {} CPU{} of {}, memory model {}, and the "
      "properties that were judged. Two that are each redundant may be needed one for the other.",
      configuration.cpus, configuration.cpus == 1 ? "" : "s", check::machine_entry(configuration.machine).name,
      check::memory_model_name(configuration.memory));
}

}  // namespace

std::string_view finding(const check::Answer& answer) {
  if (answer.verdict == Verdict::Fail) return "needed";
  return answer.verdict == Verdict::Pass ? "redundant here" : "inconclusive";
}

std::string necessary_text(const CaseReport& base, const std::vector<Omission>& omissions, bool schedules,
                           const Style& style) {
  std::string all = fmt::format("{}  PASS  {} states; left out one at a time:\n", base.label,
                                check::count_text(base.answer.statistics.states));
  if (omissions.empty())
    return all + "nothing that could be left out was executed once anything but the boot context could run\n";
  std::size_t where = 0, what = 0;
  const std::vector<Row> rows = rows_of(omissions);
  for (const Row& row : rows) {
    where = std::max(where, display_width(row.where));
    what = std::max(what, display_width(row.what));
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Omission& o = omissions[i];
    all += fmt::format("  {}  {}  {}\n", cell(rows[i].where, where), cell(rows[i].what, what),
                       painted(result_text(o.report.answer), tone_of(o.report.answer.verdict), style));
    if (!o.report.answer.trace) continue;
    all += schedules ? "\n" + schedule_text(*o.report.answer.trace, style) + "\n"
                     : wrapped(first_sentence(explain(*o.report.answer.trace)), style.width, "      ");
    if (!o.report.replay.empty()) all += fmt::format("      replay: {}\n", o.report.replay);
  }
  return all + wrapped(scope_text(base), style.width, "");
}

nlohmann::json necessary_json(const CaseReport& base, const std::vector<Omission>& omissions) {
  nlohmann::json rows = nlohmann::json::array();
  for (const Omission& o : omissions) {
    nlohmann::json places = nlohmann::json::array();
    for (const omit::Place& place : o.site.places)
      places.push_back({{"file", place.file}, {"line", place.line}, {"function", place.function}});
    rows.push_back({{"what", o.site.what},
                    {"kind", omit::kind_name(o.site.kind)},
                    {"places", std::move(places)},
                    {"leave_out", omit::selector_text(o.site)},
                    {"finding", finding(o.report.answer)},
                    {"answer", to_json(o.report)}});
  }
  return {{"base", to_json(base)}, {"omissions", std::move(rows)}};
}

}  // namespace shootdown::report

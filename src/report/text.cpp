#include "report/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "check/judge.hpp"
#include "check/names.hpp"
#include "property/catalogue.hpp"
#include "report/coverage.hpp"

namespace shootdown::report {
namespace {

using check::bytes_text;
using check::count_text;
using check::Verdict;

constexpr std::string_view kIndent = "  ";
constexpr std::size_t kLabelWidth = 40;
constexpr std::size_t kVerdictWidth = 13;

Tone tone_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::Pass: return Tone::Good;
    case Verdict::Bounded:
    case Verdict::Vacuous: return Tone::Doubtful;
    default: return Tone::Bad;
  }
}

std::string violation_title(const trace::Violation& violation) {
  const property::Entry* entry = property::find(violation.property);
  std::string title(entry != nullptr ? entry->title : std::string_view(violation.property));
  if (!violation.detail.empty()) title += fmt::format(" ({})", violation.detail);
  return title;
}

std::string figures(const check::Answer& answer) {
  const explore::Statistics& s = answer.statistics;
  std::string text;
  if (s.states != 0) text = fmt::format("{} states", count_text(s.states));
  if (answer.trace) text += fmt::format("{}{} steps", text.empty() ? "" : ", ", steps(*answer.trace));
  if (answer.verdict == Verdict::Pass || answer.verdict == Verdict::Vacuous) text += ", all seen";
  if (s.states != 0) text += fmt::format(", {}", seconds_text(s.seconds));
  return text;
}

std::string verdict_line(const CaseReport& report, const Style& style) {
  const check::Answer& answer = report.answer;
  std::string line =
      fmt::format("{}  {}  ", cell(report.label, std::max(kLabelWidth, display_width(report.label))),
                  painted(cell(check::verdict_name(answer.verdict), kVerdictWidth), tone_of(answer.verdict), style));
  if (answer.verdict == Verdict::Fail && answer.trace && answer.trace->violation)
    line += violation_title(*answer.trace->violation) + "  ";
  return line + figures(answer) + "\n";
}

std::string reason_text(const check::Answer& answer, const Style& style) {
  if (answer.reason.empty()) return {};
  std::string place;
  if (!answer.file.empty())
    place = answer.line != 0 ? fmt::format("{}:{}: ", answer.file, answer.line) : fmt::format("{}: ", answer.file);
  // The compiler's own words come in lines.
  if (answer.reason.find('\n') != std::string::npos) return fmt::format("{}{}\n", place, answer.reason);
  return wrapped(place + answer.reason, style.width, kIndent);
}

std::string search_text(const CaseReport& report) {
  const explore::Statistics& s = report.answer.statistics;
  if (s.states == 0) return {};
  const double rate = s.seconds > 0 ? static_cast<double>(s.states) / s.seconds : 0;
  std::string text = fmt::format("search: {} states, {} transitions, depth {}, {} states/s, {} bytes/state",
                                 count_text(s.states), count_text(s.transitions), s.depth,
                                 count_text(static_cast<std::uint64_t>(rate)), s.store_bytes / s.states);
  if (s.runs > 1) text += fmt::format(", {} runs to find what is shared", s.runs);
  if (report.peak_memory != 0) text += fmt::format(", peak memory {}", bytes_text(report.peak_memory));
  return text;
}

std::string machine_text(const CaseReport& report) {
  const system::Configuration& configuration = report.request.configuration;
  std::string text =
      fmt::format("machine: {}, {} CPU{}, features {}", check::machine_entry(configuration.machine).name,
                  configuration.cpus, configuration.cpus == 1 ? "" : "s", check::features_text(configuration));
  // One CPU sees its own stores in order.
  if (configuration.cpus > 1 && configuration.memory == system::MemoryModel::SequentialConsistency)
    text += ", memory model sc";
  else if (configuration.cpus > 1)
    text += fmt::format(", memory model {} with {} stores buffered at most",
                        check::memory_model_name(configuration.memory), configuration.store_buffer);
  const std::string_view not_explored = check::not_explored(configuration);
  if (!not_explored.empty()) text += fmt::format("; {} not explored", not_explored);
  return text;
}

std::string coverage_text(const check::Answer& answer, const Style& style) {
  std::string evaluated, never, covers;
  const auto item = [](std::string& list, const std::string& text) {
    if (!list.empty()) list += ", ";
    list += text;
  };
  for (const system::Facts::Property& property : answer.facts.properties) {
    if (property.evaluated != 0)
      item(evaluated, fmt::format("{} {}", property.name, count_text(property.evaluated)));
    else
      item(never, property.name);
  }
  for (const system::Facts::Cover& cover : answer.facts.covers)
    if (cover.reached) item(covers, cover.name);
  std::string text;
  if (!evaluated.empty()) text += wrapped("evaluated: " + evaluated, style.width, kIndent);
  if (!never.empty()) text += wrapped("never evaluated: " + never, style.width, kIndent);
  if (!covers.empty()) text += wrapped("covered: " + covers, style.width, kIndent);
  return text;
}

// Without what the variant and the tool itself define.
std::string flags_for_people(const std::string& flags) {
  std::string kept;
  for (std::size_t begin = 0; begin < flags.size();) {
    const std::size_t end = std::min(flags.find(' ', begin), flags.size());
    const std::string word = flags.substr(begin, end - begin);
    if (!word.starts_with("-DSD_VARIANT_") && !word.starts_with("-D__SHOOTDOWN__"))
      kept += (kept.empty() ? "" : " ") + word;
    begin = end + 1;
  }
  return kept;
}

std::string details(const CaseReport& report, const Style& style) {
  const check::Answer& answer = report.answer;
  std::string text;
  const auto line = [&](const std::string& words) {
    if (!words.empty()) text += wrapped(words, style.width, kIndent);
  };
  line(search_text(report));
  line(machine_text(report));
  for (const omit::Selector& selector : report.request.configuration.leave_out)
    line("left out: " + omit::to_text(selector));
  // What a PASS is worth depends on every flag; a FAIL shows what it is.
  if (!answer.compiler.empty() && answer.verdict == Verdict::Fail)
    line(fmt::format("compiler: {} -{}", answer.compiler, report.request.compile.optimisation));
  else if (!answer.compiler.empty())
    line(fmt::format("compiler: {} {}", answer.compiler, flags_for_people(answer.flags)));
  if (answer.verdict == Verdict::Pass || answer.verdict == Verdict::Vacuous || answer.verdict == Verdict::Bounded)
    text += coverage_text(answer, style);
  return text;
}

}  // namespace

std::string seconds_text(double seconds) { return fmt::format("{:.{}f} s", seconds, seconds < 0.095 ? 2 : 1); }

unsigned steps(const trace::Trace& trace) {
  unsigned last = 0;
  for (const trace::Event& event : trace.events) last = std::max(last, event.step);
  return last;
}

std::string text(const CaseReport& report, const Style& style) {
  const check::Answer& answer = report.answer;
  std::string all = verdict_line(report, style);
  for (const std::string& warning : answer.warnings) all += wrapped(warning, style.width, kIndent);
  if (answer.verdict != Verdict::Fail) all += reason_text(answer, style);
  if (answer.trace) {
    const std::string schedule = schedule_text(*answer.trace, style);
    if (!schedule.empty()) all += fmt::format("\n{}\n", schedule);
    if (answer.needs_new_then_old)
      all += wrapped(
          "This needs a CPU that uses an older cached translation after it used a newer one for the same page: the "
          "manual allows it, and a TLB that never does that passes.",
          style.width, "");
    if (!report.replay.empty()) all += fmt::format("replay: {}\n", report.replay);
    if (!report.trace_note.empty()) all += wrapped(report.trace_note, style.width, "");
  }
  all += details(report, style) + coverage_text(answer.coverage, style);
  return answer.rules ? all + rules_text(*answer.rules, style) : all;
}

}  // namespace shootdown::report

#include "report/explain.hpp"

#include <fmt/format.h>

#include <map>

#include "report/history.hpp"
#include "report/source_text.hpp"

namespace shootdown::report {
namespace {

using trace::Event;

// The property's own words and the place.
std::string explain_place(const History& history, const trace::Violation& violation) {
  if (history.size() == 0) return violation.message.empty() ? std::string{} : violation.message + ".";
  const Event& event = history[history.size() - 1];
  std::string text = fmt::format("{}, {}", cpu_text(event.cpu), event.context_name);
  if (!event.where.empty()) text += fmt::format(" in {}", where_text(event));
  return text + fmt::format(": {}.", violation.message);
}

}  // namespace

// Where everybody stands: the last place of each context that the events show.
std::string explain_deadlock(const History& history, const trace::Violation& violation) {
  std::map<unsigned, std::size_t> last;
  for (std::size_t i = 0; i < history.size(); ++i)
    if (!history[i].where.empty() && history[i].operation != "finish context") last[history[i].context] = i;
  for (std::size_t i = 0; i < history.size(); ++i)
    if (history[i].operation == "finish context") last.erase(history[i].context);
  std::string text = violation.message;
  bool first = true;
  for (const auto& [context, i] : last) {
    if (context == 0 && last.size() > 1) continue;  // the boot
    text += fmt::format("{}{} is in {}", first ? ": " : "; ", history[i].context_name, where_text(history[i]));
    first = false;
  }
  return text + ".";
}

std::string explain(const trace::Trace& trace) {
  if (!trace.violation) return {};
  const trace::Violation& violation = *trace.violation;
  const History history(trace);
  const std::size_t at = history.culprit();
  if (at == History::kNone) return explain_place(history, violation);
  std::string text;
  if (violation.property == "wrong-page-table")
    text = explain_root(history, at, violation);
  else if (violation.property == "freed-page")
    text = explain_freed(history, at, violation);
  else if (violation.property == "deadlock")
    text = explain_deadlock(history, violation);
  else if (violation.property == "revoked-translation" || violation.property == "foreign-translation" ||
           violation.property == "supervisor-under-user-tag" || violation.property == "page-size-conflict")
    text = explain_translation(history, at, violation);
  return text.empty() ? explain_place(history, violation) : text;
}

}  // namespace shootdown::report

#include "report/history.hpp"

#include <fmt/format.h>

#include "report/source_text.hpp"

namespace shootdown::report {

std::size_t History::culprit() const {
  return last(0, size(), [](const trace::Event& e) { return e.kind != trace::EventKind::Violation; });
}

std::size_t History::last_root_load(unsigned cpu, std::size_t end) const {
  return last(0, end, [&](const trace::Event& e) { return e.cpu == cpu && loads_root(e); });
}

std::string History::root_name(std::uint64_t root) const {
  const std::size_t view = last(0, size(), [&](const trace::Event& e) { return e.after.root == root; });
  return view != kNone ? trace_.events[view].after.root_name : fmt::format("{:#x}", root);
}

bool loads_root(const trace::Event& event) { return event.operation == "MOV to CR3"; }

bool reads_root(const trace::Event& event) { return event.operation == "MOV from CR3"; }

bool may_cut_tlb(const trace::Event& event) {
  return loads_root(event) || event.operation == "MOV to CR4" || event.operation == "MOV to CR0" ||
         event.operation == "INVLPG" || event.operation == "INVPCID" || event.operation == "INVLPGB performed";
}

bool is_access(const trace::Event& event) { return event.kind == trace::EventKind::Access; }

std::string where_text(const trace::Event& event) {
  return event.where.empty() ? std::string{} : function_text(event.where.front());
}

std::string where_called_text(const trace::Event& event) {
  std::string text = where_text(event);
  if (event.where.size() > 1 && !event.where[1].function.empty())
    text += fmt::format(", called by {}", event.where[1].function);
  return text;
}

std::string cpu_text(unsigned cpu) { return fmt::format("CPU{}", cpu); }

}  // namespace shootdown::report

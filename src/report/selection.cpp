#include "report/selection.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

namespace shootdown::report {
namespace {

using trace::Event;
using trace::EventKind;

bool same_line(const trace::TlbLine& a, const trace::TlbLine& b) {
  return a.tag == b.tag && a.va == b.va && a.bytes == b.bytes && a.leaf == b.leaf && a.target == b.target &&
         a.rights == b.rights && a.origin == b.origin && a.stale == b.stale;
}

bool one_of(std::string_view operation, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), operation) != names.end();
}

// Says nothing by itself: matters only if it changes something.
bool is_silent(const Event& event) {
  return one_of(event.operation,
                {"CLI", "STI", "PUSHF", "POPF", "PAUSE", "MFENCE", "LFENCE", "SFENCE", "CPUID", "cpu id", "cpu count",
                 "context self", "daemon context", "cover", "progress", "name root", "same address space"});
}

// The functions that every switch of the trace went through, innermost first: the scheduler. What lies further out is
// the code that called it.
std::vector<std::string> common_callers(const trace::Trace& trace) {
  std::optional<std::vector<std::string>> common;
  for (const Event& event : trace.events) {
    if (event.kind != EventKind::ContextSwitch) continue;
    std::vector<std::string> stack;
    stack.reserve(event.where.size());
    for (const trace::SourceLine& where : event.where) stack.push_back(where.function);
    if (!common) {
      common = stack;
      continue;
    }
    const auto end = std::mismatch(common->begin(), common->end(), stack.begin(), stack.end()).first;
    common->erase(end, common->end());
  }
  return common.value_or(std::vector<std::string>{});
}

}  // namespace

Selection::Selection(const trace::Trace& trace) {
  // Where a context begins, it ends the switch that led to it; these are Linux's names for that.
  scheduler_ = {"finish_task_switch", "schedule_tail", "ret_from_fork", "context_switch", "__schedule"};
  std::size_t switches = 0;
  for (const Event& event : trace.events) switches += event.kind == EventKind::ContextSwitch ? 1 : 0;
  if (switches < 2) return;  // one switch has all its callers in common with itself
  for (std::string& function : common_callers(trace)) scheduler_.insert(std::move(function));
}

bool Selection::in_scheduler(const Event& event) const {
  // The outermost functions of a context are found below its first one too (ret_from_fork calls the task): only what
  // is reached through the scheduler's own calls counts, so the first function counts for its own lines alone.
  for (std::size_t i = 0; i < event.where.size(); ++i) {
    const bool outermost = i + 1 == event.where.size();
    if (outermost && i != 0) return false;
    if (scheduler_.contains(event.where[i].function)) return true;
  }
  return false;
}

bool Selection::shows(const Event& event, bool changed) const {
  const bool own_code = event.interrupt_depth == 0;
  switch (event.kind) {
    case EventKind::Interrupt:
    case EventKind::ContextSwitch:
    case EventKind::Violation:
    case EventKind::Drain:
    case EventKind::Access:
    case EventKind::Note: return true;
    case EventKind::Load:
    case EventKind::InterruptReturn: return false;
    case EventKind::Store:
    case EventKind::ReadModifyWrite:
    case EventKind::Ghost:
    case EventKind::Choice: return own_code && !is_silent(event) && !in_scheduler(event);
    case EventKind::Operation: break;
  }
  if (changed) return true;
  if (is_silent(event) || in_scheduler(event)) return false;
  return own_code || !event.operation.starts_with("MOV from");
}

bool differs(const trace::CpuView& a, const trace::CpuView& b) {
  return a.root != b.root || a.tag != b.tag || a.interrupts_on != b.interrupts_on || a.paging_on != b.paging_on ||
         !std::equal(a.tlb.begin(), a.tlb.end(), b.tlb.begin(), b.tlb.end(), same_line);
}

}  // namespace shootdown::report

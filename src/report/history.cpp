#include "report/history.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "machine/invalidations.hpp"
#include "report/source_text.hpp"

namespace shootdown::report {

std::string_view root_register(std::string_view machine) {
  if (machine == "x86-64" || machine == "i386") return "CR3";
  if (machine == "arm64") return "TTBR0_EL1";
  if (machine == "s390x") return "CR1";
  if (machine == "armv5") return "TTBR";
  return "root";
}

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

namespace {
// The operation whose mnemonic the event has, or nullptr.
const machine::OperationInfo* operation_of(const trace::Event& event) {
  const auto row = std::find_if(machine::kOperations.begin(), machine::kOperations.end(),
                                [&](const machine::OperationInfo& each) { return each.mnemonic == event.operation; });
  return row == machine::kOperations.end() ? nullptr : &*row;
}
}  // namespace

bool loads_root(const trace::Event& event) {
  const machine::OperationInfo* info = operation_of(event);
  return info != nullptr && machine::loads_root(info->id);
}

bool reads_root(const trace::Event& event) {
  const machine::OperationInfo* info = operation_of(event);
  return info != nullptr && machine::reads_root(info->id);
}

bool may_cut_tlb(const trace::Event& event) {
  // A broadcast cuts where and when it is performed.
  if (event.operation == "INVLPGB performed" || event.operation == "TLBI performed") return true;
  const machine::OperationInfo* info = operation_of(event);
  if (info == nullptr || info->id == machine::Operation::X86Invlpgb || info->id == machine::Operation::Arm64Tlbi)
    return false;
  return machine::may_cut_tlb(info->id) || machine::loads_root(info->id);
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

#include "report/describe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "report/describe_machines.hpp"

namespace shootdown::report {
namespace {

using trace::Event;
using trace::EventKind;

constexpr std::uint64_t kCr4Pge = std::uint64_t{1} << 7;
constexpr std::uint64_t kCr4Pcide = std::uint64_t{1} << 17;
constexpr std::uint64_t kCr3NoFlush = std::uint64_t{1} << 63;

std::uint64_t argument(const Event& event, std::size_t i) {
  return i < event.arguments.size() ? event.arguments[i] : 0;
}

// "page 0x1003000", with the name if it is a root.
std::string page_text(const History& history, std::uint64_t pa) {
  const std::string name = history.root_name(pa);
  const std::string address = fmt::format("{:#x}", pa);
  return name == address ? fmt::format("page {}", address) : fmt::format("page {} (root {})", address, name);
}

std::string cr4_text(std::uint64_t value) {
  std::string text = fmt::format("CR4 = {:#x} ({}PGE", value, (value & kCr4Pge) != 0 ? "" : "no ");
  if ((value & kCr4Pcide) != 0) text += ", PCIDE";
  return text + ")";
}

std::string invpcid_text(const Event& event) {
  static constexpr std::array<std::string_view, 4> kTypes{"individual address", "single context",
                                                          "all contexts, global too", "all contexts"};
  const std::uint64_t type = argument(event, 0);
  std::string text = fmt::format("INVPCID {}", type < kTypes.size() ? kTypes[type] : "of no type");
  if (type <= 1) text += fmt::format(", PCID {}", argument(event, 1));
  if (type == 0) text += fmt::format(", {:#x}", argument(event, 2));
  return text;
}

// Bits of RAX, ECX and EDX as AMD's APM 3 has them.
std::string invlpgb_text(const Event& event) {
  const std::uint64_t rax = argument(event, 0), further = argument(event, 1) & 0xffff;
  std::string text = "INVLPGB";
  text += (rax & 1) != 0 ? fmt::format(" {:#x}", page_of(rax)) : " all addresses";
  if ((rax & 1) != 0 && further != 0) text += fmt::format(" and {} more", further);
  if ((rax & 2) != 0) text += fmt::format(", PCID {}", argument(event, 2) >> 16 & 0xfff);
  if ((rax & 8) != 0) text += ", global too";
  if ((rax & 16) != 0) text += ", final only";
  return text;
}

std::string expectation_text(const History& history, const Event& event) {
  const std::uint64_t root = argument(event, 1);
  const std::string what = root == 0 ? "no page table of its own" : "page table " + history.root_name(root);
  if (argument(event, 0) == event.context) return "expects " + what;
  return fmt::format("context {} expects {}", argument(event, 0), what);
}

std::string register_text(const History& history, const Event& event) {
  const std::string_view name = std::string_view(event.operation).substr(event.operation.size() - 3);
  if (event.operation.starts_with("MOV from")) {
    const std::uint64_t value = event.result.value_or(0);
    if (name == "CR3") return fmt::format("r = CR3 (= {})", history.root_name(page_of(value & ~kCr3NoFlush)));
    return fmt::format("r = {} (= {:#x})", name, value);
  }
  const std::uint64_t value = argument(event, 0);
  if (name == "CR4") return cr4_text(value);
  if (name != "CR3") return fmt::format("{} = {:#x}", name, value);
  std::string text = fmt::format("CR3 = {}", history.root_name(page_of(value & ~kCr3NoFlush)));
  if (event.after.tags_in_use) text += fmt::format(", PCID {}", value & (kPageBytes - 1));
  if (event.after.tags_in_use && (value & kCr3NoFlush) != 0) text += ", no flush";
  return text;
}

std::string ghost_text(const History& history, const Event& event) {
  if (event.operation == "expect root") return expectation_text(history, event);
  if (event.operation == "revoked")
    return fmt::format("{:#x} of {} is revoked", argument(event, 1), history.root_name(argument(event, 0)));
  if (event.operation == "revoked everywhere") return fmt::format("{:#x} is revoked everywhere", argument(event, 1));
  if (event.operation == "page freed") return page_text(history, argument(event, 0)) + " is freed";
  if (event.operation == "page in use") return page_text(history, argument(event, 0)) + " is in use";
  if (event.operation == "page is table") return page_text(history, argument(event, 0)) + " is a page table";
  return {};
}

std::string operation_text(const History& history, const Event& event) {
  const std::string& name = event.operation;
  if (std::string text = machine_text(history, event); !text.empty()) return text;
  if (name.starts_with("MOV ")) return register_text(history, event);
  if (name == "INVPCID") return invpcid_text(event);
  if (name == "INVLPGB") return invlpgb_text(event);
  if (name == "finish context") return "finished";
  if (name == "CLI" || name == "STI" || name == "POPF")
    return fmt::format("{}: interrupts {}", name, event.after.interrupts_on ? "on" : "off");
  if (name == "choose") return fmt::format("choose: {}", event.result.value_or(argument(event, 0)));
  if (name == "user store" || name == "kernel store")
    return fmt::format("{} {:#x} = {:#x}", name, argument(event, 0), argument(event, 2));
  if (event.kind == EventKind::Access || name == "INVLPG" || name == "raise" || name == "INT")
    return fmt::format("{} {:#x}", name, argument(event, 0));
  return {};
}

bool is_memory(const Event& event) {
  return event.kind == EventKind::Load || event.kind == EventKind::Store || event.kind == EventKind::ReadModifyWrite;
}

}  // namespace

const trace::SourceLine* place_for_people(const Event& event, SourceText& source) {
  for (const trace::SourceLine& where : event.where) {
    const std::string line = source.line(where);
    const bool wrapper = line.find("__atomic_") != std::string::npos || line.find("__sync_") != std::string::npos ||
                         line.find("asm") == 0 || line.find("__asm__") == 0 || where.file.empty();
    if (!wrapper) return &where;
  }
  return event.where.empty() ? nullptr : &event.where.front();
}

std::string describe(const History& history, const Event& event, SourceText& source) {
  if (is_memory(event)) {
    const trace::SourceLine* where = place_for_people(event, source);
    std::string line = where == nullptr ? std::string{} : source.line(*where);
    if (!line.empty()) return line;
    return event.text.empty() ? event.symbol : event.text;
  }
  if (!event.text.empty() && event.text != event.operation) return event.text;
  std::string text = event.kind == EventKind::Ghost ? ghost_text(history, event) : operation_text(history, event);
  if (!text.empty()) return text;
  text = event.operation;
  for (const std::uint64_t value : event.arguments) text += fmt::format(" {:#x}", value);
  return text;
}

}  // namespace shootdown::report

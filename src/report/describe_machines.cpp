// Operations of arm64, s390x and ARMv5 in words: describe_machines.hpp.
#include "report/describe_machines.hpp"

#include <fmt/format.h>

#include "machine/arm64/arm64.hpp"

namespace shootdown::report {
namespace {

using trace::Event;

std::uint64_t argument(const Event& event, std::size_t i) {
  return i < event.arguments.size() ? event.arguments[i] : 0;
}

// The table that a root register's value names, with what else it says.
std::string root_text(const History& history, const Event& event, std::uint64_t value) {
  constexpr std::uint64_t kAddress = 0x0000'ffff'ffff'f000;
  std::string text = history.root_name(value & kAddress);
  if (event.operation.ends_with("_EL1") && value >> 48 != 0) text += fmt::format(", ASID {}", value >> 48);
  return text;
}

std::string tlbi_text(const Event& event) {
  const auto type = static_cast<std::uint8_t>(argument(event, 0));
  const std::uint64_t operand = argument(event, 1);
  const std::string name = machine::arm64::tlbi_name(type);
  if (name.empty()) return {};
  std::string text = "TLBI " + name;
  if ((type & machine::arm64::kTlbiRangeForm) != 0) return text + fmt::format(", operand {:#x}", operand);
  if ((type & 1) != 0) text += fmt::format(", {:#x}", (operand & 0xfff'ffff'ffff) << 12);
  if ((type & 3) == 1 || (type & 3) == 2) text += fmt::format(", ASID {}", operand >> 48);
  return text;
}

bool is_root(const std::string& name) {
  return name.ends_with(" TTBR0_EL1") || name.ends_with(" TTBR1_EL1") || name.ends_with(" TTBR");
}

}  // namespace

std::string machine_text(const History& history, const Event& event) {
  const std::string& name = event.operation;
  if (name == "TLBI") return tlbi_text(event);
  if (name == "DSB" || name == "DMB") return name + " " + machine::arm64::barrier_name(argument(event, 0));
  const std::size_t blank = name.find(' ');
  const std::string_view reg = std::string_view(name).substr(blank == std::string::npos ? 0 : blank + 1);
  if (name.starts_with("MSR DAIF") || name == "STNSM" || name == "STOSM" || name == "SSM" || name == "MSR CPSR_c")
    return fmt::format("{}: interrupts {}", name, event.after.interrupts_on ? "on" : "off");
  if (name.starts_with("MSR ") || name.starts_with("MCR ")) {
    if (is_root(name)) return fmt::format("{} = {}", reg, root_text(history, event, argument(event, 0)));
    return event.arguments.empty() ? name : fmt::format("{}, {:#x}", name, argument(event, 0));
  }
  if (name.starts_with("MRS ") || name.starts_with("MRC ")) {
    const std::uint64_t value = event.result.value_or(0);
    if (is_root(name)) return fmt::format("r = {} (= {})", reg, root_text(history, event, value));
    return fmt::format("r = {} (= {:#x})", reg, value);
  }
  if (name == "LCTLG")
    return fmt::format("CR{} = {}", argument(event, 0), root_text(history, event, argument(event, 1)));
  if (name == "STCTG")
    return fmt::format("r = CR{} (= {})", argument(event, 0), root_text(history, event, event.result.value_or(0)));
  if (name == "IPTE") return fmt::format("IPTE {:#x}", argument(event, 1));
  if (name == "IDTE")
    return (argument(event, 2) & 0x800) != 0
               ? fmt::format("IDTE of ASCE {}", root_text(history, event, argument(event, 1)))
               : fmt::format("IDTE {:#x}", argument(event, 2));
  return {};
}

}  // namespace shootdown::report

// Inline assembly of arm64: system registers, TLBI, barriers, hints (Arm ARM, C5 and C6.2).
#include <algorithm>
#include <array>

#include "frontend/arm64/statement.hpp"

namespace shootdown::frontend {
namespace {

using machine::Operation;

struct SystemRegister {
  std::string_view name;
  std::optional<Operation> read;
  std::optional<Operation> write;
};

constexpr std::array<SystemRegister, 8> kRegisters{{
    {"ttbr0_el1", Operation::Arm64MrsTtbr0, Operation::Arm64MsrTtbr0},
    {"ttbr1_el1", Operation::Arm64MrsTtbr1, Operation::Arm64MsrTtbr1},
    {"tcr_el1", Operation::Arm64MrsTcr, Operation::Arm64MsrTcr},
    {"sctlr_el1", Operation::Arm64MrsSctlr, Operation::Arm64MsrSctlr},
    {"far_el1", Operation::Arm64MrsFar, std::nullopt},
    {"id_aa64mmfr0_el1", Operation::Arm64MrsMmfr0, std::nullopt},
    {"tpidr_el1", Operation::Arm64MrsTpidr, std::nullopt},
    {"daif", Operation::Arm64MrsDaif, Operation::Arm64MsrDaif},
}};

struct Named {
  std::string_view name;
  unsigned number;
};

// The numbers of include/shootdown/arm64.h: op2, bit 4 of them for Inner Shareable, bit 5 for the range forms.
constexpr std::array<Named, 20> kInvalidations{{
    {"vmalle1", 0x00}, {"vae1", 0x01},      {"aside1", 0x02},   {"vaae1", 0x03},    {"vale1", 0x05},
    {"vaale1", 0x07},  {"vmalle1is", 0x10}, {"vae1is", 0x11},   {"aside1is", 0x12}, {"vaae1is", 0x13},
    {"vale1is", 0x15}, {"vaale1is", 0x17},  {"rvae1", 0x21},    {"rvaae1", 0x23},   {"rvale1", 0x25},
    {"rvaale1", 0x27}, {"rvae1is", 0x31},   {"rvaae1is", 0x33}, {"rvale1is", 0x35}, {"rvaale1is", 0x37},
}};

// CRm of DSB and DMB.
constexpr std::array<Named, 12> kBarriers{{{"oshld", 1},
                                           {"oshst", 2},
                                           {"osh", 3},
                                           {"nshld", 5},
                                           {"nshst", 6},
                                           {"nsh", 7},
                                           {"ishld", 9},
                                           {"ishst", 10},
                                           {"ish", 11},
                                           {"ld", 13},
                                           {"st", 14},
                                           {"sy", 15}}};

template <std::size_t N>
std::optional<unsigned> find_number(const std::array<Named, N>& table, std::string_view name) {
  const auto at = std::find_if(table.begin(), table.end(), [&](const Named& row) { return row.name == name; });
  return at == table.end() ? std::nullopt : std::optional(at->number);
}

const SystemRegister* find_register(std::string_view name) {
  const auto at =
      std::find_if(kRegisters.begin(), kRegisters.end(), [&](const SystemRegister& row) { return row.name == name; });
  return at == kRegisters.end() ? nullptr : &*at;
}

std::string lower_case(std::string text) {
  make_lower_case(text);
  return text;
}

// What has no effect that is modelled: hints, prefetches, and what tells the assembler which instructions there are.
constexpr std::array<std::string_view, 9> kNothing{"nop",  "sev",   "sevl", "csdb", "prfm", ".arch", ".arch_extension",
                                                   ".cpu", ".align"};

}  // namespace

bool Arm64Statement::read_register(const AsmLine& line) {
  if (line.arguments.size() != 2) return false;
  const auto to = reg(line.arguments[0]);
  const SystemRegister* from = find_register(lower_case(line.arguments[1]));
  if (!to || to->width != 64 || from == nullptr) return false;
  put(*to, 64, out_.operate(*from->read, {}));
  return true;
}

bool Arm64Statement::write_register(const AsmLine& line) {
  if (line.arguments.size() != 2) return false;
  const std::string name = lower_case(line.arguments[0]);
  if (name == "daifset" || name == "daifclr") {
    const auto bits = number(line.arguments[1]);
    if (!bits || *bits > 15) return false;
    out_.operate(name == "daifset" ? Operation::Arm64DaifSet : Operation::Arm64DaifClr, {out_.constant(*bits)});
    return true;
  }
  const SystemRegister* to = find_register(name);
  const auto content = value(line.arguments[1], 64);
  if (to == nullptr || !to->write || !content) return false;
  if (*to->write != Operation::Arm64MsrDaif) warn_without_clobber(line.text);
  out_.operate(*to->write, {*content});
  return true;
}

bool Arm64Statement::invalidate(const AsmLine& line) {
  const std::string name = line.arguments.empty() ? "" : lower_case(line.arguments[0]);
  const auto type = find_number(kInvalidations, name);
  const bool of_all = name.starts_with("vmalle1");
  if (!type || line.arguments.size() > 2 || (line.arguments.size() == 1) != of_all) return false;
  const auto operand = of_all ? std::optional(out_.constant(0)) : value(line.arguments[1], 64);
  if (!operand) return false;
  warn_without_clobber(line.text);
  out_.operate(Operation::Arm64Tlbi, {out_.constant(*type), *operand});
  return true;
}

bool Arm64Statement::barrier(const AsmLine& line) {
  if (line.arguments.size() != 1) return false;
  auto option = find_number(kBarriers, lower_case(line.arguments[0]));
  // By number, which must be one that has a name.
  if (const auto crm = option ? std::nullopt : number(line.arguments[0]))
    for (const Named& row : kBarriers)
      if (row.number == *crm) option = row.number;
  if (!option) return false;
  out_.operate(line.mnemonic == "dsb" ? Operation::Arm64Dsb : Operation::Arm64Dmb, {out_.constant(*option)});
  return true;
}

bool Arm64Statement::system(const AsmLine& line) {
  const std::string& name = line.mnemonic;
  if (std::find(kNothing.begin(), kNothing.end(), name) != kNothing.end()) return true;
  if (name == "mrs") return exclusive_.reset(), read_register(line);
  if (name == "msr") return exclusive_.reset(), write_register(line);
  if (name == "tlbi") return exclusive_.reset(), invalidate(line);
  if (name == "dsb" || name == "dmb") return exclusive_.reset(), barrier(line);
  std::optional<Operation> operation;
  if (name == "isb" && (line.arguments.empty() || lower_case(line.arguments[0]) == "sy"))
    operation = Operation::Arm64Isb;
  else if (!line.arguments.empty())
    return false;
  if (name == "eret") operation = Operation::Arm64Eret;
  if (name == "wfi") operation = Operation::Arm64Wfi;
  // WFE may return at once, whatever the event register says: a hint to wait.
  if (name == "yield" || name == "wfe") operation = Operation::Arm64Yield;
  if (!operation) return false;
  exclusive_.reset();
  out_.operate(*operation, {});
  return true;
}

}  // namespace shootdown::frontend

// Inline assembly: the table of x86 mnemonics. To add an instruction: a row here, and a handler if none fits.
#include <algorithm>
#include <array>

#include "frontend/asm_statement.hpp"

namespace shootdown::frontend {
namespace {

using S = AsmStatement;
using machine::Operation;

enum class Suffix : std::uint8_t { None, Optional };

struct Row {
  std::string_view name;
  Suffix suffix;  // whether b, w, l, q may follow
  AsmStatement::Handler handler;
  unsigned which;
  unsigned width;  // where the name itself says it
};

constexpr unsigned op(Opcode opcode) { return static_cast<unsigned>(opcode); }
constexpr unsigned op(Operation operation) { return static_cast<unsigned>(operation); }

constexpr std::array kRows{
    Row{"mov", Suffix::Optional, &S::move, 0, 0},
    Row{"movabs", Suffix::Optional, &S::move, 0, 0},
    Row{"movzb", Suffix::Optional, &S::extend, 8, 0},
    Row{"movzw", Suffix::Optional, &S::extend, 16, 0},
    Row{"movzx", Suffix::None, &S::extend, 0, 0},
    Row{"movsbw", Suffix::None, &S::extend, 128 + 8, 16},
    Row{"movsbl", Suffix::None, &S::extend, 128 + 8, 32},
    Row{"movsbq", Suffix::None, &S::extend, 128 + 8, 64},
    Row{"movswl", Suffix::None, &S::extend, 128 + 16, 32},
    Row{"movswq", Suffix::None, &S::extend, 128 + 16, 64},
    Row{"movslq", Suffix::None, &S::extend, 128 + 32, 64},
    Row{"movsx", Suffix::None, &S::extend, 128, 0},
    Row{"lea", Suffix::Optional, &S::load_address, 0, 0},
    Row{"push", Suffix::Optional, &S::push, 0, 0},
    Row{"pop", Suffix::Optional, &S::pop, 0, 0},
    Row{"pushf", Suffix::Optional, &S::push_flags, 0, 0},
    Row{"popf", Suffix::Optional, &S::pop_flags, 0, 0},
    Row{"movsb", Suffix::None, &S::string_operation, 0, 8},
    Row{"movsw", Suffix::None, &S::string_operation, 0, 16},
    Row{"movsl", Suffix::None, &S::string_operation, 0, 32},
    Row{"movsq", Suffix::None, &S::string_operation, 0, 64},
    Row{"stosb", Suffix::None, &S::string_operation, 1, 8},
    Row{"stosw", Suffix::None, &S::string_operation, 1, 16},
    Row{"stosl", Suffix::None, &S::string_operation, 1, 32},
    Row{"stosq", Suffix::None, &S::string_operation, 1, 64},

    Row{"add", Suffix::Optional, &S::arithmetic, op(Opcode::Add), 0},
    Row{"sub", Suffix::Optional, &S::arithmetic, op(Opcode::Sub), 0},
    Row{"adc", Suffix::Optional, &S::arithmetic, op(Opcode::Add) + 256, 0},
    Row{"sbb", Suffix::Optional, &S::arithmetic, op(Opcode::Sub) + 256, 0},
    Row{"and", Suffix::Optional, &S::arithmetic, op(Opcode::And), 0},
    Row{"or", Suffix::Optional, &S::arithmetic, op(Opcode::Or), 0},
    Row{"xor", Suffix::Optional, &S::arithmetic, op(Opcode::Xor), 0},
    Row{"cmp", Suffix::Optional, &S::compare, op(Opcode::Sub), 0},
    Row{"test", Suffix::Optional, &S::compare, op(Opcode::And), 0},
    Row{"inc", Suffix::Optional, &S::increment, op(Opcode::Add), 0},
    Row{"dec", Suffix::Optional, &S::increment, op(Opcode::Sub), 0},
    Row{"not", Suffix::Optional, &S::complement, 0, 0},
    Row{"neg", Suffix::Optional, &S::complement, 1, 0},
    Row{"shl", Suffix::Optional, &S::shift, op(Opcode::Shl), 0},
    Row{"sal", Suffix::Optional, &S::shift, op(Opcode::Shl), 0},
    Row{"shr", Suffix::Optional, &S::shift, op(Opcode::LShr), 0},
    Row{"sar", Suffix::Optional, &S::shift, op(Opcode::AShr), 0},
    Row{"rol", Suffix::Optional, &S::shift, op(Opcode::FShl), 0},
    Row{"ror", Suffix::Optional, &S::shift, op(Opcode::FShr), 0},
    Row{"imul", Suffix::Optional, &S::multiply, 0, 0},

    Row{"xchg", Suffix::Optional, &S::exchange, 0, 0},
    Row{"xadd", Suffix::Optional, &S::exchange_add, 0, 0},
    Row{"cmpxchg", Suffix::Optional, &S::compare_exchange, 0, 0},
    Row{"cmpxchg8b", Suffix::None, &S::compare_exchange_pair, 64, 0},
    Row{"cmpxchg16b", Suffix::None, &S::compare_exchange_pair, 128, 0},

    Row{"bt", Suffix::Optional, &S::bit_test, op(Opcode::Load), 0},
    Row{"bts", Suffix::Optional, &S::bit_test, op(Opcode::RmwOr), 0},
    Row{"btr", Suffix::Optional, &S::bit_test, op(Opcode::RmwAnd), 0},
    Row{"btc", Suffix::Optional, &S::bit_test, op(Opcode::RmwXor), 0},
    Row{"bsf", Suffix::Optional, &S::bit_scan, 0, 0},
    Row{"bsr", Suffix::Optional, &S::bit_scan, 1, 0},
    Row{"tzcnt", Suffix::Optional, &S::bit_scan, 2, 0},
    Row{"lzcnt", Suffix::Optional, &S::bit_scan, 3, 0},
    Row{"popcnt", Suffix::Optional, &S::bit_scan, 4, 0},
    Row{"bswap", Suffix::Optional, &S::byte_swap, 0, 0},

    Row{"jmp", Suffix::None, &S::jump, 0, 0},

    Row{"cli", Suffix::None, &S::operation, op(Operation::X86Cli), 0},
    Row{"sti", Suffix::None, &S::operation, op(Operation::X86Sti), 0},
    Row{"hlt", Suffix::None, &S::operation, op(Operation::X86Hlt), 0},
    Row{"ud2", Suffix::None, &S::operation, op(Operation::X86Ud2), 0},
    Row{"ud2a", Suffix::None, &S::operation, op(Operation::X86Ud2), 0},
    Row{"pause", Suffix::None, &S::operation, op(Operation::X86Pause), 0},
    Row{"mfence", Suffix::None, &S::operation, op(Operation::X86Mfence), 0},
    Row{"lfence", Suffix::None, &S::operation, op(Operation::X86Lfence), 0},
    Row{"sfence", Suffix::None, &S::operation, op(Operation::X86Sfence), 0},
    Row{"int", Suffix::None, &S::interrupt, 256, 0},
    Row{"int3", Suffix::None, &S::interrupt, 3, 0},
    Row{"invlpg", Suffix::None, &S::invalidate_page, 0, 0},
    Row{"invpcid", Suffix::None, &S::invalidate_context, 0, 0},
    Row{"invlpgb", Suffix::None, &S::invalidate_everywhere, 0, 0},
    Row{"tlbsync", Suffix::None, &S::operation, op(Operation::X86Tlbsync), 0},
    Row{"nop", Suffix::Optional, &S::nothing, 0, 0},
    Row{"endbr64", Suffix::None, &S::nothing, 0, 0},
    Row{"endbr32", Suffix::None, &S::nothing, 0, 0},
    Row{"cld", Suffix::None, &S::nothing, 0, 0},
    Row{"prefetcht0", Suffix::None, &S::nothing, 0, 0},
    Row{"prefetchnta", Suffix::None, &S::nothing, 0, 0},
    Row{"prefetchw", Suffix::None, &S::nothing, 0, 0},
    Row{".align", Suffix::None, &S::nothing, 0, 0},
    Row{".balign", Suffix::None, &S::nothing, 0, 0},
    Row{".p2align", Suffix::None, &S::nothing, 0, 0},
    Row{".pushsection", Suffix::None, &S::section, 0, 0},
    Row{".section", Suffix::None, &S::section, 0, 0},
    Row{".byte", Suffix::None, &S::bytes, 0, 0},
};

unsigned suffix_width(char suffix) {
  switch (suffix) {
    case 'b': return 8;
    case 'w': return 16;
    case 'l': return 32;
    case 'q': return 64;
    default: return 0;
  }
}

const Row* find_row(std::string_view name) {
  const auto at = std::find_if(kRows.begin(), kRows.end(), [&](const Row& row) { return row.name == name; });
  return at == kRows.end() ? nullptr : &*at;
}

// Jcc, SETcc and CMOVcc: the condition is part of the name.
std::optional<AsmMeaning> find_conditional(std::string_view name) {
  if (name.starts_with("cmov")) {
    std::string_view rest = name.substr(4);
    if (condition_flags(rest) != 0) return AsmMeaning{&S::move_if, 0, 0};
    if (rest.size() > 1 && suffix_width(rest.back()) > 8 && condition_flags(rest.substr(0, rest.size() - 1)) != 0)
      return AsmMeaning{&S::move_if, suffix_width(rest.back()), 1};
  } else if (name.starts_with("set") && condition_flags(name.substr(3)) != 0) {
    return AsmMeaning{&S::set_if, 8, 0};
  } else if (name.starts_with('j') && condition_flags(name.substr(1)) != 0) {
    return AsmMeaning{&S::jump_if, 0, 0};
  }
  return std::nullopt;
}

}  // namespace

std::optional<AsmMeaning> find_meaning(const AsmInstruction& instruction) {
  const std::string_view name = instruction.mnemonic;
  // `rep ret`, `rep; cmpsb` and the like are other instructions than without the prefix.
  const bool repeated = !instruction.repeat.empty();
  const auto allowed = [&](const Row& row) {
    return !repeated || row.handler == &S::string_operation || row.name == "nop";
  };
  if (const Row* row = find_row(name); row != nullptr && allowed(*row))
    return AsmMeaning{row->handler, row->width, row->which};
  if (auto conditional = find_conditional(name); conditional && !repeated) return conditional;
  if (name.size() < 2) return std::nullopt;
  const unsigned width = suffix_width(name.back());
  const Row* row = find_row(name.substr(0, name.size() - 1));
  if (width == 0 || row == nullptr || row->suffix == Suffix::None || !allowed(*row)) return std::nullopt;
  return AsmMeaning{row->handler, width, row->which};
}

unsigned flags_read(const AsmInstruction& instruction) {
  const std::string_view name = instruction.mnemonic;
  if (name.starts_with("adc") || name.starts_with("sbb")) return kCarry;
  if (name.starts_with("cmov")) {
    const std::string_view rest = name.substr(4);
    return condition_flags(rest) != 0 || rest.empty() ? condition_flags(rest)
                                                      : condition_flags(rest.substr(0, rest.size() - 1));
  }
  if (name.starts_with("set")) return condition_flags(name.substr(3));
  return name.starts_with('j') ? condition_flags(name.substr(1)) : 0;
}

}  // namespace shootdown::frontend

// Inline assembly as lines: registers, constants, .if.
#include "frontend/asm_lines.hpp"

#include <llvm/IR/InlineAsm.h>
#include <llvm/IR/Instructions.h>

#include <algorithm>

namespace shootdown::frontend {

LineStatement::LineStatement(FunctionLowering& function, const llvm::CallBase& call, char comment)
    : AsmBase(function, call),
      lines_(parse_lines(llvm::cast<llvm::InlineAsm>(*call.getCalledOperand()).getAsmString(), comment)) {}

// Of an operand narrower than a register the compiler leaves the rest of the register undefined.
void LineStatement::find_defined() {
  defined_operands_.assign(operand_content_.size(), word());
  defined_registers_.fill(word());
  for (const Bound& bound : bound_) {
    if (bound.kind != Bound::Kind::Value || bound.width >= word()) continue;
    // What a pure output holds before it is written is undefined altogether.
    if (bound.output && jumping_) continue;
    (bound.place.is_operand ? defined_operands_[bound.place.number] : defined_registers_[bound.place.number]) =
        bound.width;
  }
}

// .if, .else and .endif around what a configuration leaves out. True: LINE is one of them, or within what is left out.
bool LineStatement::conditional_text(const AsmLine& line) {
  const bool counts = std::find(included_.begin(), included_.end(), false) == included_.end();
  if (line.mnemonic == ".if") {
    bool holds = true;
    if (counts) {
      const std::string text = line.arguments.size() == 1 ? line.arguments[0] : "";
      const std::size_t equal = text.find("=="), unequal = text.find("!=");
      const std::size_t at = std::min(equal, unequal);
      const auto left = evaluate(text.substr(0, at));
      const auto right = at == std::string::npos ? std::optional<std::uint64_t>(0) : evaluate(text.substr(at + 2));
      if (!left || !right) problem(line.text);
      holds = left && right && (*left == *right) == (equal != std::string::npos && equal <= unequal);
    }
    included_.push_back(holds);
    return true;
  }
  if (line.mnemonic == ".else" && !included_.empty()) {
    included_.back() = !included_.back();
    return true;
  }
  if (line.mnemonic == ".endif" && !included_.empty()) {
    included_.pop_back();
    return true;
  }
  return !counts;
}

void LineStatement::lower(std::size_t index) {
  if (index == 0) find_defined();
  const AsmLine& line = lines_[index];
  if (line.mnemonic.empty() || conditional_text(line)) return;
  why_.clear();
  if (!instruct(line)) problem(line.text, why_);
}

void LineStatement::finish() {
  if (!included_.empty()) out_.unsupported("inline assembly with an .if without its .endif");
}

std::optional<unsigned> LineStatement::register_number(std::string_view name) const {
  const auto found = named(name);
  if (!found || found->zero) return std::nullopt;
  return found->place.number;
}

// Whatever looks like a register's name counts, be it within an address.
void LineStatement::mention_registers() {
  const auto is_name = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '%'; };
  for (const AsmLine& line : lines_)
    for (std::string_view rest : line.arguments)
      while (!rest.empty()) {
        const auto length =
            static_cast<std::size_t>(std::find_if_not(rest.begin(), rest.end(), is_name) - rest.begin());
        if (const auto found = named(rest.substr(0, length)); found && !found->zero) mention(found->place.number);
        rest.remove_prefix(std::max<std::size_t>(length, 1));
      }
}

std::optional<OperandReference> LineStatement::reference(std::string_view text) const {
  const auto found = take_reference(text);
  return found && text.empty() ? found : std::nullopt;
}

std::optional<LineRegister> LineStatement::reg(std::string_view text) const {
  const auto operand = reference(text);
  if (!operand) return named(text);
  if (operand->index >= bound_.size() || bound_[operand->index].kind != Bound::Kind::Value) return std::nullopt;
  const unsigned width = modified_width(operand->modifier);
  if (width == 0) return std::nullopt;
  return LineRegister{bound_[operand->index].place, width, false};
}

std::optional<std::uint64_t> LineStatement::number(std::string_view text) {
  if (text.starts_with('#')) text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  return evaluate(std::string(text));
}

std::optional<Operand> LineStatement::get(const LineRegister& from, unsigned width) {
  if (from.zero) return out_.constant(0);
  Operand content = this->content(from.place);
  const unsigned defined =
      from.place.is_operand ? defined_operands_[from.place.number] : defined_registers_[from.place.number];
  if (width > defined && !out_.is_constant(content)) {
    why_ = "the operand has " + std::to_string(defined) + " bits, and what the rest of its register holds is undefined";
    return std::nullopt;
  }
  if (jumping_ && !out_.is_constant(content)) {
    // A slot that may be written before the value is used.
    const Operand saved = out_.fresh();
    out_.copy(saved, content);
    content = saved;
  }
  return out_.convert(Opcode::Trunc, word(), width, content);
}

Operand LineStatement::merged(Operand, Operand value, unsigned) { return value; }

void LineStatement::put(const LineRegister& to, unsigned width, Operand value) {
  if (to.zero) return;
  const bool whole = width >= word();
  const Operand before = whole ? value : content(to.place);
  const Operand after = whole ? value : merged(before, value, width);
  set_content(to.place, after);
  // One way through a statement that jumps says nothing about the others.
  if (!jumping_ && (whole || after == value))
    (to.place.is_operand ? defined_operands_[to.place.number] : defined_registers_[to.place.number]) = word();
}

std::optional<Operand> LineStatement::value(std::string_view text, unsigned width) {
  if (const auto found = reg(text)) {
    if (const auto constant = reference(text) ? number(text) : std::nullopt)
      return out_.constant(*constant & low_mask(width));
    if (found->width < width) return std::nullopt;
    return get(*found, width);
  }
  const auto constant = number(text);
  if (!constant) return std::nullopt;
  return out_.constant(*constant & low_mask(width));
}

std::optional<Address> LineStatement::memory_operand(std::string_view text) const {
  const auto operand = reference(text);
  if (!operand || operand->modifier != 0 || operand->index >= bound_.size() ||
      bound_[operand->index].kind != Bound::Kind::Memory)
    return std::nullopt;
  return bound_[operand->index].address;
}

std::optional<Label> LineStatement::target(std::string_view text) const {
  if (const auto operand = reference(text)) return target_operand(operand->index);
  return label_named(std::string(text));
}

Operand LineStatement::exchange_if(const Address& at, Operand expected, Operand desired, unsigned width,
                                   unsigned flags) {
  const Operand old = out_.fresh(2);
  program::Instruction& i = out_.emit(Opcode::CmpXchg);
  i.width = static_cast<std::uint8_t>(width);
  i.flags = static_cast<std::uint8_t>(flags | program::kVolatile | at.flags);
  i.dst = old;
  i.a = at.operand;
  i.b = expected;
  i.c = desired;
  return old;
}

}  // namespace shootdown::frontend

// Inline assembly: the content of registers, labels, expressions; one statement from its first instruction to its
// outputs.
#include "frontend/asm_base.hpp"

#include <llvm/IR/InlineAsm.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/Module.h>

#include <algorithm>
#include <cctype>

namespace shootdown::frontend {

AsmBase::AsmBase(FunctionLowering& function, const llvm::CallBase& call)
    : function_(function), call_(call), out_(function.emitter()), word_(function.module().pointer_bits()) {}

void AsmBase::problem(const std::string& instruction, const std::string& why) {
  std::string text = "inline assembly: `" + instruction + "`";
  if (!why.empty()) text += " (" + why + ")";
  out_.unsupported(text);
}

Operand AsmBase::content(Place place) {
  for (const auto& [forgotten, instruction] : forgotten_)
    if (forgotten == place) {
      problem(instruction, "what it leaves in a register that is read is not modelled");
      return out_.constant(0);
    }
  if (place.is_operand) return operand_content_[place.number];
  if (registers_[place.number]) return *registers_[place.number];
  out_.unsupported("inline assembly that reads a register before it sets it");
  return out_.constant(0);
}

void AsmBase::set_content(Place place, Operand value) {
  std::erase_if(forgotten_, [&](const auto& entry) { return entry.first == place; });
  const Operand slot = jumping_ ? content(place) : program::kNone;
  if (jumping_ && out_.is_constant(slot))
    out_.unsupported("inline assembly that writes an operand which is an input only");
  else if (jumping_)
    out_.copy(slot, value);
  else if (place.is_operand)
    operand_content_[place.number] = value;
  else
    registers_[place.number] = value;
}

void AsmBase::forget(Place place, const std::string& instruction) { forgotten_.emplace_back(place, instruction); }

std::optional<std::uint64_t> AsmBase::evaluate(const std::string& expression) {
  return evaluate_expression(expression, [&](const Atom& atom) -> std::optional<std::uint64_t> {
    if (atom.symbol.empty()) {
      if (atom.operand.index >= bound_.size() || bound_[atom.operand.index].kind != Bound::Kind::Value)
        return std::nullopt;
      const Bound& bound = bound_[atom.operand.index];
      const Operand value = content(bound.place);
      if (!out_.is_constant(value)) return std::nullopt;
      // An immediate of the assembler is signed.
      const std::uint64_t number = out_.constant_value(value);
      const bool negative = bound.immediate && bound.width < 64 && ((number >> (bound.width - 1)) & 1) != 0;
      return negative ? number | ~low_mask(bound.width) : number;
    }
    const llvm::GlobalValue* global = function_.module().module().getNamedValue(std::string(atom.symbol));
    std::vector<std::uint64_t> values;
    ConstantProblem ignored;
    if (global == nullptr || !function_.module().values().slots(*global, values, ignored)) return std::nullopt;
    return values[0];
  });
}

std::optional<std::size_t> AsmBase::instruction_at(std::string name) const {
  const bool numeric = name.size() > 1 &&
                       std::all_of(name.begin(), name.end() - 1, [](unsigned char c) { return std::isdigit(c) != 0; });
  const bool forward = numeric && name.back() == 'f';
  const bool backward = numeric && name.back() == 'b';
  if (forward || backward) name.pop_back();
  const auto stands_before = [&](std::size_t i) {
    return std::find(labels(i).begin(), labels(i).end(), name) != labels(i).end();
  };
  if (backward) {
    for (std::size_t i = at_ + 1; i-- > 0;)
      if (stands_before(i)) return i;
    return std::nullopt;
  }
  for (std::size_t i = forward ? at_ + 1 : 0; i < count(); ++i)
    if (stands_before(i)) return i;
  return std::nullopt;
}

std::optional<Label> AsmBase::label_named(std::string name) const {
  const auto instruction = instruction_at(std::move(name));
  if (!instruction) return std::nullopt;
  return starts_[*instruction];
}

std::optional<Label> AsmBase::target_operand(unsigned index) const {
  if (index >= bound_.size() || bound_[index].kind != Bound::Kind::Target) return std::nullopt;
  return bound_[index].label;
}

void AsmBase::warn_without_clobber(const std::string& instruction) {
  if (memory_clobber_) return;
  function_.module().warn(
      out_.location(), "`" + instruction + "` changes translations, but its asm statement has no \"memory\" clobber");
}

void AsmBase::run() {
  const auto& assembly = llvm::cast<llvm::InlineAsm>(*call_.getCalledOperand());
  if (assembly.getDialect() == llvm::InlineAsm::AD_Intel) return out_.unsupported("inline assembly in Intel syntax");
  find_jumps();
  if (!bind_operands()) return;
  wanted_ = flags_wanted();
  if (jumping_) fix_registers();
  for (at_ = 0; at_ < count(); ++at_) {
    if (jumping_) out_.bind(starts_[at_]);
    if (!out_.stopped()) lower(at_);
  }
  if (jumping_) out_.bind(starts_.back());
  finish();
  write_outputs();
  if (const auto* jump = llvm::dyn_cast<llvm::CallBrInst>(&call_)) {
    out_.jump(function_.edge(*call_.getParent(), *jump->getDefaultDest()));
    finish_jumps_out();
  }
}

}  // namespace shootdown::frontend

// Inline assembly: the statement's operands, from the constraint string to places, and back to the call's result.
#include <llvm/IR/DerivedTypes.h>
#include <llvm/IR/InlineAsm.h>
#include <llvm/IR/Instructions.h>

#include <algorithm>

#include "frontend/asm_base.hpp"
#include "frontend/types.hpp"

namespace shootdown::frontend {
namespace {

llvm::Type* result_type(const llvm::CallBase& call, unsigned index) {
  if (auto* structure = llvm::dyn_cast<llvm::StructType>(call.getType())) return structure->getElementType(index);
  return call.getType();
}

// Whether anything reads member INDEX of the call's result.
bool is_used(const llvm::CallBase& call, unsigned index) {
  if (!call.getType()->isStructTy()) return !call.use_empty();
  return std::any_of(call.user_begin(), call.user_end(), [&](const llvm::User* user) {
    const auto* part = llvm::dyn_cast<llvm::ExtractValueInst>(user);
    return part == nullptr || (part->getIndices()[0] == index && !part->use_empty());
  });
}

}  // namespace

void AsmBase::find_jumps() {
  jumping_ = llvm::isa<llvm::CallBrInst>(call_);
  for (std::size_t i = 0; i < count(); ++i) jumping_ = jumping_ || jumps(i);
  if (!jumping_) return;
  for (std::size_t i = 0; i <= count(); ++i) starts_.push_back(out_.new_label());
}

// A value in a register: a named one, or one of its own. One of two registers, where there are pairs: 128 bits in an
// even register and the next one, the more significant half in the even one.
bool AsmBase::bind_value(const std::vector<std::string>& codes, Bound& bound, std::optional<Operand> initial,
                         const std::string& text) {
  bound.kind = Bound::Kind::Value;
  const bool pair = has_pairs() && bound.width == 2 * word();
  if (bound.width == 0 || (bound.width > word() && !pair)) {
    out_.unsupported("inline assembly with an operand of more than one register (constraint `" + text + "`)");
    return false;
  }
  for (const std::string& code : codes) {
    if (!code.starts_with('{')) continue;
    const auto reg = register_number(std::string_view(code).substr(1, code.size() - 2));
    if (!reg || pair) {
      out_.unsupported("inline assembly with an operand in `" + code + "`");
      return false;
    }
    bound.place = {false, *reg};
    if (initial) registers_[*reg] = initial;
    // What an output's register holds before is undefined, which is read as 0 like any undefined value.
    if (!registers_[*reg]) registers_[*reg] = out_.constant(0);
    return true;
  }
  bound.place = {true, static_cast<unsigned>(operand_content_.size())};
  operand_content_.resize(operand_content_.size() + (pair ? 2 : 1), out_.constant(0));
  if (initial) set_initial(bound, *initial);
  return true;
}

void AsmBase::set_initial(const Bound& bound, Operand value) {
  if (!bound.place.is_operand) {
    registers_[bound.place.number] = value;
  } else if (bound.width > word()) {
    operand_content_[bound.place.number] = value + 1;
    operand_content_[bound.place.number + 1] = value;
  } else {
    operand_content_[bound.place.number] = value;
  }
}

bool AsmBase::bind_operands() {
  const auto& assembly = llvm::cast<llvm::InlineAsm>(*call_.getCalledOperand());
  const llvm::DataLayout& layout = function_.module().layout();
  const auto* jump = llvm::dyn_cast<llvm::CallBrInst>(&call_);
  unsigned argument = 0, result = 0, destination = 0;
  for (const llvm::InlineAsm::ConstraintInfo& info : assembly.ParseConstraints()) {
    const std::vector<std::string> codes(info.Codes.begin(), info.Codes.end());
    const std::string text = codes.empty() ? "" : codes.front();
    if (info.Type == llvm::InlineAsm::isClobber) {
      memory_clobber_ = memory_clobber_ || text == "{memory}";
      continue;
    }
    Bound bound;
    bound.output = info.Type == llvm::InlineAsm::isOutput;
    if (info.Type == llvm::InlineAsm::isLabel) {
      bound.kind = Bound::Kind::Target;
      bound.label = out_.new_label();
      if (jump != nullptr) jumps_out_.emplace_back(bound.label, destination++);
    } else if (bound.output && !info.isIndirect) {
      const llvm::Type* type = result_type(call_, result);
      bound.width = scalar_bits(*type, layout);
      bound.result = result++;
      if (text.starts_with("{@cc")) {
        bound.kind = Bound::Kind::Flag;
        bound.condition = text.substr(4, text.size() - 5);
      } else if (!bind_value(codes, bound, std::nullopt, text)) {
        return false;
      }
    } else {
      const unsigned position = argument++;
      const llvm::Value* value = call_.getArgOperand(position);
      const bool register_only = info.isIndirect && !is_memory_constraint(codes);
      if (register_only) {
        out_.unsupported("inline assembly with an indirect register operand (constraint `" + text + "`)");
        return false;
      }
      if (info.isIndirect || text == "p") {
        bound.kind = Bound::Kind::Memory;
        llvm::Type* type = info.isIndirect ? call_.getParamElementType(position) : nullptr;
        bound.width = type != nullptr && !type->isAggregateType() ? scalar_bits(*type, layout) : 0;
        const unsigned space = value->getType()->isPointerTy() ? value->getType()->getPointerAddressSpace() : 0;
        bound.address = {function_.operand(value), static_cast<std::uint8_t>(space == 0 ? 0 : program::kPerCpu)};
        if (space == 257 && function_.module().target() != Target::I386) {
          out_.unsupported("an access in address space 257");
          return false;
        }
      } else {
        const Operand content = function_.operand(value);
        bound.width = function_.bits(*value);
        bound.immediate = out_.is_constant(content) && may_be_printed(codes, out_.constant_value(content));
        const bool tied =
            !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
        if (tied) {
          const auto output = static_cast<std::size_t>(std::stoul(text));
          if (output >= bound_.size() || bound_[output].kind != Bound::Kind::Value) {
            out_.unsupported("inline assembly with an operand tied to one that is in memory");
            return false;
          }
          bound.kind = Bound::Kind::Value;
          bound.place = bound_[output].place;
          set_initial(bound, content);
        } else if (!bind_value(codes, bound, content, text)) {
          return false;
        }
      }
    }
    bound_.push_back(std::move(bound));
  }
  return !out_.stopped();
}

void AsmBase::mention(unsigned number) {
  if (!registers_[number]) registers_[number] = out_.constant(0);
}

// Different ways through the statement meet at its labels: every register and flag gets one slot.
void AsmBase::fix_registers() {
  const auto fix = [&](Operand initial) {
    const Operand slot = out_.fresh();
    out_.copy(slot, initial);
    return slot;
  };
  mention_registers();
  // A constant that is only read stays one, so that it can still serve as an immediate.
  const auto only_read = [&](Operand content, bool is_operand, unsigned number) {
    return out_.is_constant(content) && std::none_of(bound_.begin(), bound_.end(), [&](const Bound& bound) {
             return bound.output && bound.kind == Bound::Kind::Value && bound.place.is_operand == is_operand &&
                    (bound.place.number == number || (bound.width > word() && bound.place.number + 1 == number));
           });
  };
  for (unsigned i = 0; i < operand_content_.size(); ++i)
    if (!only_read(operand_content_[i], true, i)) operand_content_[i] = fix(operand_content_[i]);
  for (auto& content : registers_)
    if (content) content = fix(*content);
  for (std::size_t i = 0; i < flags_.size(); ++i)
    if (wanted(1U << i)) flags_[i] = fix(out_.constant(0));
}

void AsmBase::write_outputs() {
  if (out_.stopped() || call_.getType()->isVoidTy()) return;
  const Operand results = function_.define(call_);
  for (const Bound& bound : bound_) {
    if (!bound.output || bound.kind == Bound::Kind::Memory) continue;
    const Operand to =
        results +
        (call_.getType()->isStructTy() ? member_slot(*call_.getType(), bound.result, function_.module().layout()) : 0);
    if (bound.kind == Bound::Kind::Flag) {
      const auto value = condition(bound.condition);
      if (!value)
        return out_.unsupported("inline assembly with the flag output `" + bound.condition +
                                "`, which no instruction sets");
      out_.copy(to, *value);
    } else if (!is_used(call_, bound.result)) {
      out_.copy(to, out_.constant(0), bound.width > 64 ? 2 : 1);
    } else if (bound.width > word()) {
      out_.copy(to, content({true, bound.place.number + 1}));
      out_.copy(to + 1, content(bound.place));
    } else {
      out_.copy(to, out_.convert(Opcode::Trunc, word(), bound.width, content(bound.place)));
    }
  }
}

// asm goto: each way out writes the outputs and takes its edge.
void AsmBase::finish_jumps_out() {
  const auto& jump = llvm::cast<llvm::CallBrInst>(call_);
  for (const auto& [label, destination] : jumps_out_) {
    out_.bind(label);
    write_outputs();
    out_.jump(function_.edge(*call_.getParent(), *jump.getIndirectDest(static_cast<unsigned>(destination))));
  }
}

}  // namespace shootdown::frontend

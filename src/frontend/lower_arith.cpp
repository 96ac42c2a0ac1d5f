// Computation: integers, comparisons, conversions, aggregates in registers, addresses.
#include <llvm/ADT/MapVector.h>
#include <llvm/IR/Constants.h>
#include <llvm/IR/DataLayout.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/Operator.h>

#include "frontend/lower_function.hpp"
#include "frontend/types.hpp"

namespace shootdown::frontend {
namespace {

Opcode binary_opcode(unsigned opcode) {
  switch (opcode) {
    case llvm::Instruction::Add: return Opcode::Add;
    case llvm::Instruction::Sub: return Opcode::Sub;
    case llvm::Instruction::Mul: return Opcode::Mul;
    case llvm::Instruction::UDiv: return Opcode::UDiv;
    case llvm::Instruction::SDiv: return Opcode::SDiv;
    case llvm::Instruction::URem: return Opcode::URem;
    case llvm::Instruction::SRem: return Opcode::SRem;
    case llvm::Instruction::And: return Opcode::And;
    case llvm::Instruction::Or: return Opcode::Or;
    case llvm::Instruction::Xor: return Opcode::Xor;
    case llvm::Instruction::Shl: return Opcode::Shl;
    case llvm::Instruction::LShr: return Opcode::LShr;
    default: return Opcode::AShr;
  }
}

struct Comparison {
  Opcode op;
  bool swapped;  // the operands change places
};

Comparison comparison(llvm::CmpInst::Predicate predicate) {
  switch (predicate) {
    case llvm::CmpInst::ICMP_EQ: return {Opcode::CmpEq, false};
    case llvm::CmpInst::ICMP_NE: return {Opcode::CmpNe, false};
    case llvm::CmpInst::ICMP_ULT: return {Opcode::CmpUlt, false};
    case llvm::CmpInst::ICMP_ULE: return {Opcode::CmpUle, false};
    case llvm::CmpInst::ICMP_UGT: return {Opcode::CmpUlt, true};
    case llvm::CmpInst::ICMP_UGE: return {Opcode::CmpUle, true};
    case llvm::CmpInst::ICMP_SLT: return {Opcode::CmpSlt, false};
    case llvm::CmpInst::ICMP_SLE: return {Opcode::CmpSle, false};
    case llvm::CmpInst::ICMP_SGT: return {Opcode::CmpSlt, true};
    default: return {Opcode::CmpSle, true};
  }
}

}  // namespace

void FunctionLowering::lower_binary(const llvm::Instruction& instruction) {
  const Operand a = operand(instruction.getOperand(0));
  const Operand b = operand(instruction.getOperand(1));
  alias(instruction, out_.binary(binary_opcode(instruction.getOpcode()), bits(instruction), a, b));
}

void FunctionLowering::lower_compare(const llvm::Instruction& instruction) {
  const auto& compare = llvm::cast<llvm::ICmpInst>(instruction);
  const auto [op, swapped] = comparison(compare.getPredicate());
  const Operand a = operand(compare.getOperand(swapped ? 1 : 0));
  const Operand b = operand(compare.getOperand(swapped ? 0 : 1));
  const Operand result = out_.fresh();
  program::Instruction& i = out_.emit(op);
  i.width = static_cast<std::uint8_t>(bits(*compare.getOperand(0)));
  i.dst = result;
  i.a = a;
  i.b = b;
  alias(instruction, result);
}

void FunctionLowering::lower_cast(const llvm::Instruction& instruction) {
  using I = llvm::Instruction;
  const llvm::Value& from = *instruction.getOperand(0);
  switch (instruction.getOpcode()) {
    case I::Trunc:
    case I::ZExt:
    case I::SExt:
    case I::PtrToInt:
    case I::IntToPtr:
    case I::AddrSpaceCast: {
      const unsigned before = bits(from);
      const unsigned after = bits(instruction);
      const Operand value = operand(&from);
      Opcode op = after < before ? Opcode::Trunc : Opcode::ZExt;
      if (instruction.getOpcode() == I::SExt) op = Opcode::SExt;
      return alias(instruction, out_.convert(op, before, after, value));
    }
    case I::BitCast: {
      const Operand value = operand(&from);
      return alias(instruction, value);
    }
    default: return unsupported(std::string("floating-point arithmetic (`") + instruction.getOpcodeName() + "`)");
  }
}

void FunctionLowering::lower_select(const llvm::Instruction& instruction) {
  const Operand condition = operand(instruction.getOperand(0));
  const Operand yes = operand(instruction.getOperand(1));
  const Operand no = operand(instruction.getOperand(2));
  const unsigned count = slots(instruction);
  alias(instruction, count == 0 ? yes : out_.select(condition, yes, no, count));
}

void FunctionLowering::lower_aggregate(const llvm::Instruction& instruction) {
  const llvm::Value& whole = *instruction.getOperand(0);
  const bool insert = llvm::isa<llvm::InsertValueInst>(instruction);
  const auto indices = insert ? llvm::cast<llvm::InsertValueInst>(instruction).getIndices()
                              : llvm::cast<llvm::ExtractValueInst>(instruction).getIndices();
  const llvm::Type* type = whole.getType();
  unsigned first = 0;
  for (unsigned index : indices) {
    first += member_slot(*type, index, module_.layout());
    type = &member_type(*type, index);
  }
  const Operand base = operand(&whole);
  if (!insert) return alias(instruction, base + first);  // a part of slots that never change

  const llvm::Value& part = *instruction.getOperand(1);
  const Operand value = operand(&part);
  const Operand result = out_.fresh(slots(instruction));
  out_.copy(result, base, slots(instruction));
  out_.copy(result + first, value, slots(part));
  alias(instruction, result);
}

void FunctionLowering::lower_address(const llvm::Instruction& instruction) {
  const auto& element = llvm::cast<llvm::GEPOperator>(instruction);
  const unsigned width = bits(instruction);
  llvm::MapVector<llvm::Value*, llvm::APInt> variable;
  llvm::APInt constant(width, 0);
  if (!element.collectOffset(module_.layout(), width, variable, constant))
    return unsupported("an address in a scalable type");
  Operand address = operand(element.getPointerOperand());
  for (const auto& [index, scale] : variable) {
    const unsigned from = bits(*index);
    Operand scaled = operand(index);
    scaled = out_.convert(from > width ? Opcode::Trunc : Opcode::SExt, from, width, scaled);
    const std::uint64_t factor = scale.getZExtValue();
    if (factor != 1) scaled = out_.binary(Opcode::Mul, width, scaled, out_.constant(factor));
    address = out_.binary(Opcode::Add, width, address, scaled);
  }
  alias(instruction, out_.offset(address, constant.getZExtValue(), width));
}

}  // namespace shootdown::frontend

// Constants: the value of constant expressions over fixed addresses. Since every global and function has its place
// before anything is lowered, an expression such as (unsigned long)&x + 8 is an ordinary number.
#include "frontend/constants.hpp"

#include <llvm/ADT/APInt.h>
#include <llvm/ADT/MapVector.h>
#include <llvm/IR/Constants.h>
#include <llvm/IR/DataLayout.h>
#include <llvm/IR/GlobalAlias.h>
#include <llvm/IR/GlobalIFunc.h>
#include <llvm/IR/Operator.h>

#include <optional>

#include "frontend/types.hpp"

namespace shootdown::frontend {
namespace {

void append(const llvm::APInt& number, std::vector<std::uint64_t>& values) {
  values.push_back(number.getRawData()[0]);
  if (number.getBitWidth() > 64) values.push_back(number.getRawData()[1]);
}

llvm::APInt number_of(const std::vector<std::uint64_t>& values, std::size_t at, unsigned bits) {
  if (bits <= 64) return llvm::APInt(64, values[at]).zextOrTrunc(bits);
  return llvm::APInt(128, {values[at], values[at + 1]}).zextOrTrunc(bits);
}

std::optional<llvm::APInt> compute(unsigned opcode, const llvm::APInt& a, const llvm::APInt& b) {
  switch (opcode) {
    case llvm::Instruction::Add: return a + b;
    case llvm::Instruction::Sub: return a - b;
    case llvm::Instruction::Mul: return a * b;
    case llvm::Instruction::And: return a & b;
    case llvm::Instruction::Or: return a | b;
    case llvm::Instruction::Xor: return a ^ b;
    case llvm::Instruction::Shl: return a.shl(b);
    case llvm::Instruction::LShr: return a.lshr(b);
    case llvm::Instruction::AShr: return a.ashr(b);
    default: return std::nullopt;
  }
}

}  // namespace

bool ConstantValues::slots(const llvm::Constant& constant, std::vector<std::uint64_t>& values,
                           ConstantProblem& problem) const {
  llvm::Type& type = *constant.getType();
  if (!can_carry(type, layout_)) {
    problem.text = "a constant of type `" + type_text(type) + "`";
    return false;
  }
  if (!type.isAggregateType()) return scalar(constant, values, problem);
  const unsigned total = slot_count(type, layout_);
  if (constant.isNullValue() || llvm::isa<llvm::UndefValue>(constant)) {
    values.insert(values.end(), total, 0);
    return true;
  }
  const unsigned members =
      type.isStructTy() ? type.getStructNumElements() : static_cast<unsigned>(type.getArrayNumElements());
  for (unsigned i = 0; i < members; ++i) {
    const llvm::Constant* member = constant.getAggregateElement(i);
    if (member == nullptr) {
      problem.text = "a constant expression of type `" + type_text(type) + "`";
      return false;
    }
    if (!slots(*member, values, problem)) return false;
  }
  return true;
}

bool ConstantValues::scalar(const llvm::Constant& constant, std::vector<std::uint64_t>& values,
                            ConstantProblem& problem) const {
  const unsigned bits = scalar_bits(*constant.getType(), layout_);
  if (const auto* integer = llvm::dyn_cast<llvm::ConstantInt>(&constant)) {
    append(integer->getValue(), values);
  } else if (const auto* real = llvm::dyn_cast<llvm::ConstantFP>(&constant)) {
    append(real->getValueAPF().bitcastToAPInt(), values);
  } else if (constant.isNullValue() || llvm::isa<llvm::UndefValue>(constant)) {
    values.insert(values.end(), bits > 64 ? 2 : 1, 0);
  } else if (const auto* global = llvm::dyn_cast<llvm::GlobalValue>(&constant)) {
    std::uint64_t address = 0;
    if (!address_of(*global, address, problem)) return false;
    values.push_back(address);
  } else if (const auto* block = llvm::dyn_cast<llvm::BlockAddress>(&constant)) {
    values.push_back(address(*block));
  } else if (const auto* local = llvm::dyn_cast<llvm::DSOLocalEquivalent>(&constant)) {
    return scalar(*local->getGlobalValue(), values, problem);
  } else if (const auto* unchecked = llvm::dyn_cast<llvm::NoCFIValue>(&constant)) {
    return scalar(*unchecked->getGlobalValue(), values, problem);
  } else if (llvm::isa<llvm::ConstantExpr>(constant)) {
    return expression(constant, values, problem);
  } else {
    problem.text = "a constant of type `" + type_text(*constant.getType()) + "`";
    return false;
  }
  return true;
}

bool ConstantValues::address_of(const llvm::GlobalValue& global, std::uint64_t& address,
                                ConstantProblem& problem) const {
  if (const auto* alias = llvm::dyn_cast<llvm::GlobalAlias>(&global)) {
    std::vector<std::uint64_t> values;
    if (!scalar(*alias->getAliasee(), values, problem)) return false;
    address = values[0];
    return true;
  }
  if (const auto at = addresses_.find(&global); at != addresses_.end()) {
    address = at->second;
    return true;
  }
  if (global.hasExternalWeakLinkage()) {  // a weak symbol that nothing defines is null
    address = 0;
    return true;
  }
  const bool ifunc = llvm::isa<llvm::GlobalIFunc>(global);
  problem.text = ifunc ? "the ifunc `" + global.getName().str() + "`"
                       : "`" + global.getName().str() + "`, which is declared but defined nowhere,";
  return false;
}

bool ConstantValues::expression(const llvm::Constant& constant, std::vector<std::uint64_t>& values,
                                ConstantProblem& problem) const {
  const auto& node = llvm::cast<llvm::ConstantExpr>(constant);
  const unsigned bits = scalar_bits(*node.getType(), layout_);
  std::vector<std::uint64_t> operands;
  std::vector<std::size_t> starts;
  for (const llvm::Use& use : node.operands()) {
    starts.push_back(operands.size());
    if (!slots(*llvm::cast<llvm::Constant>(use.get()), operands, problem)) return false;
  }
  const auto operand = [&](unsigned index) {
    return number_of(operands, starts[index], scalar_bits(*node.getOperand(index)->getType(), layout_));
  };
  const auto operand_of = [&](const llvm::Value* value) -> std::optional<llvm::APInt> {
    for (unsigned i = 0; i < node.getNumOperands(); ++i)
      if (node.getOperand(i) == value) return operand(i);
    return std::nullopt;
  };

  if (const auto* element = llvm::dyn_cast<llvm::GEPOperator>(&node)) {
    llvm::MapVector<llvm::Value*, llvm::APInt> variable;
    llvm::APInt offset(bits, 0);
    if (element->collectOffset(layout_, bits, variable, offset)) {
      llvm::APInt address = operand(0) + offset;
      for (const auto& [index, scale] : variable)  // an index that is itself an address
        if (const auto number = operand_of(index)) address += number->sextOrTrunc(bits) * scale;
      append(address, values);
      return true;
    }
  } else if (node.isCast()) {
    const llvm::APInt from = operand(0);
    append(node.getOpcode() == llvm::Instruction::SExt ? from.sextOrTrunc(bits) : from.zextOrTrunc(bits), values);
    return true;
  } else if (node.getNumOperands() == 2 && node.getType()->isIntegerTy()) {
    if (const auto number = compute(node.getOpcode(), operand(0), operand(1))) {
      append(*number, values);
      return true;
    }
  }
  problem.text = std::string("a constant expression (`") + node.getOpcodeName() + "`)";
  return false;
}

bool ConstantValues::bytes(const llvm::Constant& constant, std::vector<std::uint8_t>& bytes, std::uint64_t offset,
                           ConstantProblem& problem) const {
  if (constant.isNullValue() || llvm::isa<llvm::UndefValue>(constant)) return true;
  llvm::Type& type = *constant.getType();
  if (const auto* data = llvm::dyn_cast<llvm::ConstantDataSequential>(&constant)) {
    const std::uint64_t size = data->getElementByteSize();
    for (unsigned i = 0; i < data->getNumElements(); ++i)
      if (!this->bytes(*data->getElementAsConstant(i), bytes, offset + i * size, problem)) return false;
    return true;
  }
  if (type.isAggregateType()) {
    auto* structure = llvm::dyn_cast<llvm::StructType>(&type);
    const std::uint64_t members = structure != nullptr ? structure->getNumElements() : type.getArrayNumElements();
    for (unsigned i = 0; i < members; ++i) {
      const llvm::Constant* member = constant.getAggregateElement(i);
      if (member == nullptr) {
        problem.text = "a constant expression of type `" + type_text(type) + "`";
        return false;
      }
      const std::uint64_t at = structure != nullptr
                                   ? layout_.getStructLayout(structure)->getElementOffset(i).getFixedValue()
                                   : i * layout_.getTypeAllocSize(type.getArrayElementType()).getFixedValue();
      if (!this->bytes(*member, bytes, offset + at, problem)) return false;
    }
    return true;
  }
  std::vector<std::uint64_t> values;
  if (!slots(constant, values, problem)) return false;
  const std::uint64_t size = layout_.getTypeStoreSize(&type).getFixedValue();
  for (std::uint64_t i = 0; i < size; ++i) {
    // i counts from the least significant byte.
    const std::uint64_t at = layout_.isBigEndian() ? size - 1 - i : i;
    bytes[offset + at] = static_cast<std::uint8_t>(values[i / 8] >> (i % 8 * 8));
  }
  return true;
}

}  // namespace shootdown::frontend

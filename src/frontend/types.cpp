// How LLVM types become slots.
#include "frontend/types.hpp"

#include <llvm/IR/DataLayout.h>
#include <llvm/IR/DerivedTypes.h>
#include <llvm/IR/Type.h>
#include <llvm/Support/raw_ostream.h>

#include <algorithm>

namespace shootdown::frontend {
namespace {

unsigned member_count(const llvm::Type& type) {
  if (const auto* structure = llvm::dyn_cast<llvm::StructType>(&type)) return structure->getNumElements();
  return static_cast<unsigned>(llvm::cast<llvm::ArrayType>(type).getNumElements());
}

void visit_leaves(llvm::Type& type, const llvm::DataLayout& layout, Leaf at,
                  const std::function<void(const Leaf&)>& visit) {
  if (!type.isAggregateType()) {
    at.type = &type;
    visit(at);
    return;
  }
  const unsigned count = member_count(type);
  for (unsigned i = 0; i < count; ++i) {
    llvm::Type& member = member_type(type, i);
    Leaf inner = at;
    if (auto* structure = llvm::dyn_cast<llvm::StructType>(&type))
      inner.offset += layout.getStructLayout(structure)->getElementOffset(i);
    else
      inner.offset += i * layout.getTypeAllocSize(&member).getFixedValue();
    visit_leaves(member, layout, inner, visit);
    at.slot += slot_count(member, layout);
  }
}

}  // namespace

unsigned scalar_bits(const llvm::Type& type, const llvm::DataLayout& layout) {
  if (type.isIntegerTy()) return type.getIntegerBitWidth() <= 128 ? type.getIntegerBitWidth() : 0;
  if (type.isPointerTy()) {
    const unsigned space = type.getPointerAddressSpace();
    return space == 0 || space == 256 || space == 257 ? layout.getPointerSizeInBits(space) : 0;
  }
  if (type.isHalfTy() || type.isBFloatTy()) return 16;
  if (type.isFloatTy()) return 32;
  if (type.isDoubleTy()) return 64;
  if (type.isX86_FP80Ty()) return 80;
  if (type.isFP128Ty()) return 128;
  return 0;
}

bool can_carry(const llvm::Type& type, const llvm::DataLayout& layout) {
  if (type.isVoidTy()) return true;
  if (const auto* structure = llvm::dyn_cast<llvm::StructType>(&type))
    return std::all_of(structure->element_begin(), structure->element_end(),
                       [&](const llvm::Type* member) { return can_carry(*member, layout); });
  if (const auto* array = llvm::dyn_cast<llvm::ArrayType>(&type)) return can_carry(*array->getElementType(), layout);
  return scalar_bits(type, layout) != 0;
}

unsigned slot_count(const llvm::Type& type, const llvm::DataLayout& layout) {
  if (type.isVoidTy()) return 0;
  if (const auto* structure = llvm::dyn_cast<llvm::StructType>(&type)) {
    unsigned total = 0;
    for (const llvm::Type* member : structure->elements()) total += slot_count(*member, layout);
    return total;
  }
  if (const auto* array = llvm::dyn_cast<llvm::ArrayType>(&type))
    return static_cast<unsigned>(array->getNumElements()) * slot_count(*array->getElementType(), layout);
  const unsigned bits = scalar_bits(type, layout);
  if (bits != 0) return bits > 64 ? 2 : 1;
  if (!type.isSized()) return 1;
  return static_cast<unsigned>((layout.getTypeSizeInBits(const_cast<llvm::Type*>(&type)).getKnownMinValue() + 63) / 64);
}

llvm::Type& member_type(const llvm::Type& aggregate, unsigned index) {
  if (const auto* structure = llvm::dyn_cast<llvm::StructType>(&aggregate)) return *structure->getElementType(index);
  return *llvm::cast<llvm::ArrayType>(aggregate).getElementType();
}

unsigned member_slot(const llvm::Type& aggregate, unsigned index, const llvm::DataLayout& layout) {
  unsigned slot = 0;
  for (unsigned i = 0; i < index; ++i) slot += slot_count(member_type(aggregate, i), layout);
  return slot;
}

void for_each_leaf(llvm::Type& type, const llvm::DataLayout& layout, const std::function<void(const Leaf&)>& visit) {
  visit_leaves(type, layout, Leaf{}, visit);
}

std::string type_text(const llvm::Type& type) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  type.print(stream, /*IsForDebug=*/false, /*NoDetails=*/true);
  return text;
}

}  // namespace shootdown::frontend

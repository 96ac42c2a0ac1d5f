// How LLVM types become slots: an integer or pointer of up to 64 bits is one slot, of up to 128 bits two, an aggregate
// its members' slots one after another.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace llvm {
class DataLayout;
class Type;
}  // namespace llvm

namespace shootdown::frontend {

// Bits of a scalar that registers can carry, 0 for any other type. Floating-point values are carried as their bits:
// moving them is exact, computing with them is not modelled.
unsigned scalar_bits(const llvm::Type& type, const llvm::DataLayout& layout);

// Whether a value of this type can be carried at all.
bool can_carry(const llvm::Type& type, const llvm::DataLayout& layout);

// Slots of a value. Of a type that cannot be carried: as many as keep the places of its neighbours.
unsigned slot_count(const llvm::Type& type, const llvm::DataLayout& layout);

// The first slot of member INDEX in an aggregate.
unsigned member_slot(const llvm::Type& aggregate, unsigned index, const llvm::DataLayout& layout);

// The type of member INDEX.
llvm::Type& member_type(const llvm::Type& aggregate, unsigned index);

struct Leaf {
  llvm::Type* type = nullptr;
  unsigned slot = 0;         // within the value
  std::uint64_t offset = 0;  // bytes within memory
};
// Calls VISIT for every scalar inside TYPE, in order.
void for_each_leaf(llvm::Type& type, const llvm::DataLayout& layout, const std::function<void(const Leaf&)>& visit);

// The type as LLVM writes it, for messages.
std::string type_text(const llvm::Type& type);

}  // namespace shootdown::frontend

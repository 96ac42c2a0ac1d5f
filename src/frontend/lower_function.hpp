// From one LLVM function to a program::Function.
//
// Each LLVM value has its own slots for ever (SSA), so reading it later always yields the same. What only renames a
// value (a cast between pointers, a zero extension within a slot, freeze) gets no instruction: the new name maps to the
// old operand. That is safe for the slots of a phi as well: they are overwritten only on the edges into its block, and
// every way from such an edge to a use of the old value leads through the definition of the new name again.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <llvm/ADT/DenseMap.h>

#include "frontend/emitter.hpp"
#include "frontend/lower_module.hpp"

namespace llvm {
class AllocaInst;
class AtomicCmpXchgInst;
class AtomicRMWInst;
class BasicBlock;
class CallBase;
class CallBrInst;
class Instruction;
class Type;
class Value;
}  // namespace llvm

namespace shootdown::frontend {

void lower_function(ModuleLowering& module, const llvm::Function& source, program::Function& target);

class FunctionLowering {
 public:
  FunctionLowering(ModuleLowering& module, const llvm::Function& source, program::Function& target);
  void run();

  // For the lowering of assembly.
  [[nodiscard]] ModuleLowering& module() { return module_; }
  [[nodiscard]] Emitter& emitter() { return out_; }
  Operand operand(const llvm::Value* value);
  Operand define(const llvm::Instruction& instruction);  // fresh slots for its result
  void alias(const llvm::Instruction& instruction, Operand operand);
  [[nodiscard]] unsigned bits(const llvm::Value& value) const;
  [[nodiscard]] unsigned slots(const llvm::Value& value) const;
  // A label that leads to block TO and makes its phis' values first, as coming from FROM.
  Label edge(const llvm::BasicBlock& from, const llvm::BasicBlock& to);
  [[nodiscard]] std::string location_text() const;

 private:
  struct Edge {
    Label label;
    const llvm::BasicBlock* from;
    const llvm::BasicBlock* to;
  };

  void lower_block(const llvm::BasicBlock& block);
  void lower(const llvm::Instruction& instruction);
  void lower_checked(const llvm::Instruction& instruction);
  bool operands_can_be_carried(const llvm::Instruction& instruction);
  void set_location(const llvm::Instruction& instruction);
  void unsupported(const std::string& text) { out_.unsupported(text); }

  // lower_arith.cpp
  void lower_binary(const llvm::Instruction& instruction);
  void lower_compare(const llvm::Instruction& instruction);
  void lower_cast(const llvm::Instruction& instruction);
  void lower_aggregate(const llvm::Instruction& instruction);
  void lower_address(const llvm::Instruction& instruction);
  void lower_select(const llvm::Instruction& instruction);

  // lower_memory.cpp
  void lower_alloca(const llvm::AllocaInst& instruction);
  void lower_load(const llvm::Instruction& instruction);
  void lower_store(const llvm::Instruction& instruction);
  void lower_rmw(const llvm::AtomicRMWInst& instruction);
  void lower_compare_exchange(const llvm::AtomicCmpXchgInst& instruction);
  void lower_fence(const llvm::Instruction& instruction);
  // The accesses that one of BITS is made of, in their order.
  struct Part {
    std::uint64_t offset;  // bytes from the address
    unsigned width;        // bits
    unsigned position;     // the least significant bit's place in the value
  };
  [[nodiscard]] std::vector<Part> parts_of(unsigned bits) const;
  Operand load_scalar(Operand address, unsigned bits, std::uint8_t flags);
  void store_scalar(Operand value, Operand address, unsigned bits, std::uint8_t flags);
  std::optional<std::uint8_t> space_flags(unsigned address_space);

  // lower_control.cpp
  void lower_terminator(const llvm::Instruction& instruction);
  void lower_switch(const llvm::Instruction& instruction);
  void lower_indirect_branch(const llvm::Instruction& instruction);
  void emit_edges();
  void edge_moves(const llvm::BasicBlock& from, const llvm::BasicBlock& to);
  Label block_label(const llvm::BasicBlock& block);
  // Where a branch from FROM to TO goes: the block itself, or an edge if it has phis.
  Label target(const llvm::BasicBlock& from, const llvm::BasicBlock& to);

  // lower_call.cpp
  void lower_call(const llvm::CallBase& call);
  void lower_operation(const llvm::CallBase& call, const llvm::Function& callee);
  void lower_memory_function(const llvm::CallBase& call, const llvm::Function& callee);
  bool matches(const llvm::CallBase& call, const llvm::Function& callee);
  Operand by_value_copy(const llvm::CallBase& call, unsigned index);
  void lower_body_of_operation();

  // intrinsics.cpp, intrinsics_memory.cpp
  void lower_intrinsic(const llvm::CallBase& call);
  bool lower_intrinsic_arith(const llvm::CallBase& call, unsigned id);
  bool lower_intrinsic_memory(const llvm::CallBase& call, unsigned id);
  bool lower_intrinsic_machine(const llvm::CallBase& call, unsigned id);
  void lower_bulk(const llvm::CallBase& call, Opcode op);

  ModuleLowering& module_;
  const llvm::Function& source_;
  program::Function& target_;
  Emitter out_;
  llvm::DenseMap<const llvm::Value*, Operand> operands_;
  llvm::DenseMap<const llvm::BasicBlock*, Label> labels_;
  std::vector<Edge> edges_;
};

}  // namespace shootdown::frontend

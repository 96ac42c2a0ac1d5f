// Constants: addresses of everything that has one, and the value of constant expressions over them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <llvm/ADT/DenseMap.h>

namespace llvm {
class BlockAddress;
class Constant;
class DataLayout;
class GlobalValue;
}  // namespace llvm

namespace shootdown::frontend {

// A value that could not be had, and why; the text completes "... is not modelled".
struct ConstantProblem {
  std::string text;
};

class ConstantValues {
 public:
  explicit ConstantValues(const llvm::DataLayout& layout) : layout_(layout) {}

  void place(const llvm::GlobalValue& global, std::uint64_t address) { addresses_[&global] = address; }
  void place(const llvm::BlockAddress& block, std::uint64_t address) { block_addresses_[&block] = address; }
  // The address of the block, 0 if its address is never taken.
  [[nodiscard]] std::uint64_t address(const llvm::BlockAddress& block) const { return block_addresses_.lookup(&block); }

  // The value as slots. False: PROBLEM says why there is none.
  bool slots(const llvm::Constant& constant, std::vector<std::uint64_t>& values, ConstantProblem& problem) const;
  // The value as it lies in memory, written to bytes[offset...].
  bool bytes(const llvm::Constant& constant, std::vector<std::uint8_t>& bytes, std::uint64_t offset,
             ConstantProblem& problem) const;

 private:
  bool scalar(const llvm::Constant& constant, std::vector<std::uint64_t>& values, ConstantProblem& problem) const;
  bool address_of(const llvm::GlobalValue& global, std::uint64_t& address, ConstantProblem& problem) const;
  bool expression(const llvm::Constant& constant, std::vector<std::uint64_t>& values, ConstantProblem& problem) const;

  const llvm::DataLayout& layout_;
  llvm::DenseMap<const llvm::GlobalValue*, std::uint64_t> addresses_;
  llvm::DenseMap<const llvm::BlockAddress*, std::uint64_t> block_addresses_;
};

}  // namespace shootdown::frontend

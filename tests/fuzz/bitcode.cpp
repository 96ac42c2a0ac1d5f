// Modules as LLVM writes them. Nobody hands bitcode to Shootdown but the clang that it ran, and LLVM's reader is not
// made to survive damaged files; so inputs are mutated as modules, by LLVM's own mutator, and are valid always. Which
// instructions and types meet is arbitrary all the same.
#include <llvm/Bitcode/BitcodeReader.h>
#include <llvm/FuzzMutate/IRMutator.h>
#include <llvm/IR/Type.h>
#include <llvm/IR/Verifier.h>

#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include "modules.hpp"

namespace {

llvm::IRMutator make_mutator() {
  std::vector<llvm::TypeGetter> types{
      llvm::Type::getInt1Ty,
      llvm::Type::getInt8Ty,
      llvm::Type::getInt16Ty,
      llvm::Type::getInt32Ty,
      llvm::Type::getInt64Ty,
      llvm::Type::getInt128Ty,
      [](llvm::LLVMContext& context) { return llvm::Type::getIntNTy(context, 7); },
      [](llvm::LLVMContext& context) { return llvm::Type::getIntNTy(context, 300); },
      llvm::Type::getDoubleTy,
      [](llvm::LLVMContext& context) -> llvm::Type* { return llvm::PointerType::getUnqual(context); },
      [](llvm::LLVMContext& context) -> llvm::Type* {
        return llvm::StructType::get(context, {llvm::Type::getInt8Ty(context), llvm::Type::getInt64Ty(context)});
      },
      [](llvm::LLVMContext& context) -> llvm::Type* {
        return llvm::FixedVectorType::get(llvm::Type::getInt32Ty(context), 4);
      },
  };
  std::vector<std::unique_ptr<llvm::IRMutationStrategy>> strategies;
  strategies.push_back(std::make_unique<llvm::InjectorIRStrategy>());
  strategies.push_back(std::make_unique<llvm::InstDeleterIRStrategy>());
  strategies.push_back(std::make_unique<llvm::InstModificationIRStrategy>());
  strategies.push_back(std::make_unique<llvm::InsertFunctionStrategy>());
  strategies.push_back(std::make_unique<llvm::InsertCFGStrategy>());
  strategies.push_back(std::make_unique<llvm::InsertPHIStrategy>());
  strategies.push_back(std::make_unique<llvm::SinkInstructionStrategy>());
  strategies.push_back(std::make_unique<llvm::ShuffleBlockStrategy>());
  return {std::move(types), std::move(strategies)};
}

std::unique_ptr<llvm::Module> read(std::string_view bitcode, llvm::LLVMContext& context) {
  shootdown::fuzz::be_quiet(context);
  auto module = llvm::parseBitcodeFile(llvm::MemoryBufferRef(llvm::StringRef(bitcode), "fuzz"), context);
  if (module) return std::move(*module);
  llvm::consumeError(module.takeError());
  return nullptr;
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
  llvm::LLVMContext context;
  const std::unique_ptr<llvm::Module> module = read(shootdown::fuzz::text_of(data, size), context);
  if (!module) return size;
  make_mutator().mutateModule(*module, static_cast<int>(seed), max_size / 4);
  if (llvm::verifyModule(*module)) return size;  // the mutator's mistake
  const std::string bitcode = shootdown::fuzz::bitcode_of(*module);
  if (bitcode.size() > max_size) return size;
  std::memcpy(data, bitcode.data(), bitcode.size());
  return bitcode.size();
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // libFuzzer begins with inputs of its own making, of a byte or none.
  if (size >= 4 && std::memcmp(data, "BC\xC0\xDE", 4) == 0)
    (void)shootdown::fuzz::lower(shootdown::fuzz::text_of(data, size), size % 8 == 0);
  return 0;
}

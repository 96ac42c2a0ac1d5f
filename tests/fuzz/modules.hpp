// LLVM modules as input: read, lowered, and what came out executed.
#pragma once

#include <llvm/Bitcode/BitcodeWriter.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>
#include <llvm/Support/raw_ostream.h>

#include <string>

#include "frontend/compile.hpp"
#include "support.hpp"

namespace shootdown::fuzz {

// LLVM's own handler ends the process on an error, which is no finding.
inline void be_quiet(llvm::LLVMContext& context) {
  context.setDiagnosticHandlerCallBack([](const llvm::DiagnosticInfo*, void*) {});
}

inline std::string bitcode_of(const llvm::Module& module) {
  std::string bitcode;
  llvm::raw_string_ostream stream(bitcode);
  llvm::WriteBitcodeToFile(module, stream);
  return bitcode;
}

// At O0 locals are promoted, which is a pass of its own.
inline void lower_and_explore(std::string_view bitcode, bool promote) {
  frontend::CompileRequest request;
  request.source = "fuzz.c";
  request.optimisation = promote ? "O0" : "O1";
  const Result<frontend::Compiled> compiled = frontend::lower_bitcode(bitcode, "", request);
  if (!compiled.ok()) return require(!compiled.error().message.empty(), "an error says what is wrong");
  explore_a_little(compiled.value().program);
}

}  // namespace shootdown::fuzz

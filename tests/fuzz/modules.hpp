// LLVM modules as input: read and lowered.
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

// The program, if the module is accepted. At O0 locals are promoted, which is a pass of its own.
inline Result<frontend::Compiled> lower(std::string_view bitcode, bool promote) {
  frontend::CompileRequest request;
  request.source = "fuzz.c";
  request.optimisation = promote ? "O0" : "O1";
  Result<frontend::Compiled> compiled = frontend::lower_bitcode(bitcode, "", request);
  require(compiled.ok() || !compiled.error().message.empty(), "an error says what is wrong");
  return compiled;
}

}  // namespace shootdown::fuzz

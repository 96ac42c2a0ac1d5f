// The front end from end to end: clang, LLVM's bitcode, lowering, liveness, digest.
#include "frontend/compile.hpp"

#include <llvm/Bitcode/BitcodeReader.h>
#include <llvm/IR/Constants.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Metadata.h>
#include <llvm/IR/Module.h>
#include <llvm/Support/MemoryBufferRef.h>

#include "frontend/digest.hpp"
#include "frontend/driver.hpp"
#include "frontend/lower_module.hpp"
#include "frontend/promote.hpp"

namespace shootdown::frontend {
namespace {

// "clang 19.1.7 (Debian 3~deb12u1)" from "Debian clang version 19.1.7 (3~deb12u1)".
std::string compiler_name(const llvm::Module& module) {
  const llvm::NamedMDNode* ident = module.getNamedMetadata("llvm.ident");
  if (ident == nullptr || ident->getNumOperands() == 0) return "clang";
  const auto* text = llvm::dyn_cast<llvm::MDString>(ident->getOperand(0)->getOperand(0));
  if (text == nullptr) return "clang";
  const llvm::StringRef whole = text->getString();
  const auto [vendor, rest] = whole.split("clang version ");
  if (rest.empty()) return whole.str();
  const auto [version, package] = rest.split(" (");
  std::string result = "clang " + version.str();
  if (!package.empty()) result += " (" + vendor.str() + package.str();
  return result;
}

}  // namespace

Result<Compiled> compile(const CompileRequest& request) {
  Result<ClangOutput> clang = run_clang(request);
  if (!clang) return clang.error();
  ClangOutput& output = clang.value();

  llvm::LLVMContext context;
  llvm::Expected<std::unique_ptr<llvm::Module>> module =
      llvm::parseBitcodeFile(llvm::MemoryBufferRef(output.bitcode, request.source.string()), context);
  if (!module)
    return Error{ErrorKind::Internal, "clang's bitcode cannot be read: " + llvm::toString(module.takeError()),
                 request.source.string(), 0};
  if (request.optimisation == "O0") promote_locals(**module);

  Result<Compiled> lowered = ModuleLowering(**module, request).run();
  if (!lowered) return lowered.error();
  Compiled& compiled = lowered.value();
  compiled.warnings.insert(compiled.warnings.begin(), output.warnings.begin(), output.warnings.end());
  compiled.program.compiler = compiler_name(**module);
  compiled.program.flags = output.flags;
  program::compute_liveness(compiled.program);
  compiled.program.digest = digest(compiled.program);
  return std::move(compiled);
}

}  // namespace shootdown::frontend

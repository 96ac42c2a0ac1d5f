// The front end from end to end: clang, LLVM's bitcode, lowering, liveness, digest.
#include "frontend/compile.hpp"

#include <llvm/Bitcode/BitcodeReader.h>
#include <llvm/IR/Constants.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Metadata.h>
#include <llvm/IR/Module.h>
#include <llvm/IR/Verifier.h>
#include <llvm/Support/MemoryBufferRef.h>
#include <llvm/Support/raw_ostream.h>

#include <algorithm>

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

// A header that came with the tool: below one of the folders that scenarios include.
bool is_library(const CompileRequest& request, const std::string& file) {
  const auto below = [&](const std::filesystem::path& folder) {
    const std::string prefix = folder.string() + "/";
    return file.starts_with(prefix);
  };
  return std::any_of(request.include_directories.begin(), request.include_directories.end(),
                     [&](const std::filesystem::path& directory) {
                       return below(directory / "shootdown") || below(directory / "kit") || below(directory / "tlb");
                     });
}

}  // namespace

Result<Compiled> lower_bitcode(std::string_view bitcode, const std::string& flags, const CompileRequest& request) {
  llvm::LLVMContext context;
  // LLVM's own handler prints, and ends the process on an error.
  context.setDiagnosticHandlerCallBack([](const llvm::DiagnosticInfo*, void*) {});
  const auto unreadable = [&](const std::string& why) {
    return Error{ErrorKind::Internal, "clang's bitcode cannot be read: " + why, request.source.string(), 0};
  };
  llvm::Expected<std::unique_ptr<llvm::Module>> module =
      llvm::parseBitcodeFile(llvm::MemoryBufferRef(bitcode, request.source.string()), context);
  if (!module) return unreadable(llvm::toString(module.takeError()));
  std::string complaint;
  llvm::raw_string_ostream complaints(complaint);
  if (llvm::verifyModule(**module, &complaints)) return unreadable(complaint);
  if (request.optimisation == "O0") promote_locals(**module);

  Result<Compiled> lowered = ModuleLowering(**module, request).run();
  if (!lowered) return lowered.error();
  Compiled& compiled = lowered.value();
  compiled.program.compiler = compiler_name(**module);
  compiled.program.flags = flags;
  for (const std::string& file : compiled.program.files)
    compiled.program.library_files.push_back(is_library(request, file));
  program::compute_liveness(compiled.program);
  compiled.program.digest = digest(compiled.program);
  return std::move(compiled);
}

Result<Compiled> compile(const CompileRequest& request) {
  Result<ClangOutput> clang = run_clang(request);
  if (!clang) return clang.error();
  ClangOutput& output = clang.value();
  Result<Compiled> lowered = lower_bitcode(output.bitcode, output.flags, request);
  if (!lowered) return lowered.error();
  Compiled& compiled = lowered.value();
  compiled.warnings.insert(compiled.warnings.begin(), output.warnings.begin(), output.warnings.end());
  return std::move(compiled);
}

}  // namespace shootdown::frontend

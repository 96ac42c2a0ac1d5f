// The clang driver: runs the compiler as a child process and hands back LLVM bitcode and diagnostics.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "frontend/compile.hpp"

namespace shootdown::frontend {

struct ClangOutput {
  std::string bitcode;
  std::vector<std::string> warnings;  // "file:line: warning: text"
  std::string flags;                  // what decides the code, without paths
};

Result<ClangOutput> run_clang(const CompileRequest& request);

}  // namespace shootdown::frontend

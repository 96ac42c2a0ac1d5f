// From a C or C++ file to a Program: clang makes LLVM IR, lowering makes the Program.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "program/program.hpp"

namespace shootdown::frontend {

enum class Target : std::uint8_t { X86_64, I386, Arm64, S390x, Armv5 };

struct CompileRequest {
  std::filesystem::path source;
  Target target = Target::X86_64;
  std::string optimisation = "O1";                           // "O0" (with promoted locals), "O1", "O2"
  std::vector<std::string> variants;                         // every variant the file declares
  std::string variant;                                       // the one to compile
  std::vector<std::pair<std::string, std::string>> defines;  // NAME, VALUE ("1" for a bare -D NAME)
  std::vector<std::filesystem::path> include_directories;    // where include/, kit/ and tlb/ of Shootdown are
};

struct Compiled {
  program::Program program;
  std::vector<std::string> warnings;  // what clang and the lowering had to say, one line each, with file and line
};

// Errors: Usage (no such file), Compile (clang's own words, first error's file and line), Unsupported (a construct in
// code that no run could avoid; elsewhere it becomes an Opcode::Unsupported, which counts only when reached).
Result<Compiled> compile(const CompileRequest& request);

// The part of it that comes after clang: BITCODE, one module as clang 19 writes it, becomes a Program; FLAGS are
// those it was compiled with. LLVM's own reader is not made for files that somebody tampered with, so hand it only what
// a compiler wrote; what the reader accepts and LLVM's verifier refuses is an error here. Errors: Internal (no valid
// module), Compile (no scenario), Unsupported.
Result<Compiled> lower_bitcode(std::string_view bitcode, const std::string& flags, const CompileRequest& request);

}  // namespace shootdown::frontend

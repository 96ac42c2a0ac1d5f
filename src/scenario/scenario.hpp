// The header of a scenario file: which variants there are, on what machine, and the verdict each must get.
//
//   // machine: x86-64, i386            machines that every variant runs on (default x86-64)
//   // cpus: 1                          (default 1)
//   // options: --cpu-features pge      further options of `check` for every variant
//   // variant: buggy  FAIL wrong-page-table
//   // variant: fixed  PASS
//   // variant: note   FAIL architectural-fault #GP  --cpu-features none     options of this case alone
//
// The lines stand in the comments (// or /* */) before the first line of code, each at the start of its comment line. A
// line whose key is one of these, or nearly one ("varient:"), but which cannot be read is an error with file and line.
//
//   variant: NAME VERDICT [PROPERTY] [DETAIL] [OPTION...]
//
// NAME is of small letters, digits and '-'. PROPERTY and DETAIL belong to FAIL only; a DETAIL of several words stands
// in quotes ("null pointer"); options begin at the first word that begins with '-'. `--machine NAME` there replaces the
// machines of the file for this case. Several lines for one variant are several cases, which must differ in machine or
// options.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace shootdown::scenario {

struct Case {
  std::string variant;
  std::string verdict;   // "PASS", "FAIL", "BOUNDED", "VACUOUS", "UNSUPPORTED", "COMPILE-ERROR"
  std::string property;  // FAIL: the property, may be empty (any)
  std::string detail;    // FAIL: "#GP", ...; may be empty (any)
  std::string machine;   // "x86-64" or "i386"
  unsigned cpus = 1;
  std::vector<std::string> options;  // as words of a command line, file-wide ones first, without --machine
  unsigned line = 0;                 // of the declaration
};

struct Scenario {
  std::filesystem::path path;
  std::vector<std::string> variants;  // distinct, in order of declaration
  std::vector<Case> cases;            // in order of declaration; for several machines one case each
};

// Errors: Usage (missing or unreadable file), Compile (no variant declared, a line that cannot be read).
Result<Scenario> read(const std::filesystem::path& path);
// A file is itself; a folder stands for every .c, .cc, .cpp file below it that declares a variant, sorted by path.
// Errors: Usage (no such path, a folder without scenarios).
Result<std::vector<std::filesystem::path>> find(const std::vector<std::filesystem::path>& paths);

}  // namespace shootdown::scenario

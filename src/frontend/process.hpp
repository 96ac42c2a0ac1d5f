// Runs a program without a shell and collects what it writes.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"

namespace shootdown::frontend {

struct ProcessOutput {
  std::string out;
  std::string err;
  int exit_code = 0;  // 128 + n after signal n
};

// Runs arguments[0], looked up in PATH, with an empty standard input.
Result<ProcessOutput> run_process(const std::vector<std::string>& arguments);

}  // namespace shootdown::frontend

// The cases to check: the ones that the scenarios declare, as the command line changes them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "check/check.hpp"
#include "cli/options.hpp"
#include "cli/resources.hpp"
#include "scenario/scenario.hpp"

namespace shootdown::cli {

struct Run {
  std::string label;  // "linux-2016-x86-up-flush/buggy", with what else tells it apart in brackets
  scenario::Case declared;
  check::Request request;
};

struct PlanRequest {
  std::vector<std::filesystem::path> paths;
  std::string variant;              // empty: all
  Options options;                  // override those of the file
  std::vector<std::string> levels;  // several: each case at each; empty: as the case says
  bool collapse = true;             // cases that differ in nothing but the verdict they declare are one
};

// Errors: Usage (no such path, no such variant: the message lists those there are, a feature the machine cannot
// have), Compile (a scenario header that cannot be read).
Result<std::vector<Run>> plan(const PlanRequest& request, const Resources& resources);

// The folder's name for a file called scenario.c, or as its folder ends (linux-2016-x86-up-flush/up-flush.cpp), else
// the file's: "null-load" for tests/null-load.c.
std::string scenario_name(const std::filesystem::path& path);

}  // namespace shootdown::cli

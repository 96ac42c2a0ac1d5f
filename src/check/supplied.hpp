// Which source files are the tool's own, and not the user's.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "program/program.hpp"

namespace shootdown::check {

// True if `file`, as the compiler named it, is of the kit, the library or the headers, below one of the folders that
// the scenario was compiled with.
bool is_supplied(const std::string& file, const std::vector<std::filesystem::path>& include_directories);

// True if it is of the library.
bool is_library(const std::string& file, const std::vector<std::filesystem::path>& include_directories);

// For each of the program's files: true if it is of the kit, the library or the headers, below one of the folders that
// the scenario was compiled with.
std::vector<bool> supplied_files(const program::Program& program,
                                 const std::vector<std::filesystem::path>& include_directories);

}  // namespace shootdown::check

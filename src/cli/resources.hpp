// Where Shootdown's own files are: in the source tree when the tool runs from a build folder, else below the prefix it
// was installed to (<prefix>/bin/shootdown, <prefix>/share/shootdown/...).
#pragma once

#include <filesystem>
#include <vector>

#include "base/result.hpp"

namespace shootdown::cli {

struct Resources {
  std::filesystem::path root;                              // holds include/, kit/, tlb/, corpus/
  std::vector<std::filesystem::path> include_directories;  // what a scenario is compiled with
  std::filesystem::path corpus;
};

// Errors: Internal (the headers are nowhere).
Result<Resources> find_resources();
// The same for an executable at PATH; `source_tree` is where the build was made from.
Result<Resources> find_resources(const std::filesystem::path& executable, const std::filesystem::path& source_tree);

}  // namespace shootdown::cli

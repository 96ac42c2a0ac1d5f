// The text of a file, as a value.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.hpp"

namespace shootdown::scenario {

// Errors: Usage (missing, not a regular file, unreadable), Compile (larger than any scenario can be).
Result<std::string> text_of(const std::filesystem::path& path);

}  // namespace shootdown::scenario

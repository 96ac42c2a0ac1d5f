// The tool's version.
#pragma once

#include <string>

namespace shootdown::cli {

// "shootdown 0.1.0"
std::string version_text();

}  // namespace shootdown::cli

#include "cli/version.hpp"

namespace shootdown::cli {

std::string version_text() { return "shootdown " SHOOTDOWN_VERSION; }

}  // namespace shootdown::cli

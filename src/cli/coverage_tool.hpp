// `check --coverage` says which rules of the machine fired, for which the machine has to ask about each rule what the
// ordinary one takes for granted. So there is a second program, the same but for that: shootdown-coverage, beside the
// tool. `check --coverage` becomes it.
#pragma once

#include "base/result.hpp"

namespace shootdown::cli {

[[nodiscard]] bool is_coverage_tool();

// Starts it in place of this process, with the same arguments (the program first, ended by a null pointer). Returns
// only if that fails: Internal.
[[nodiscard]] Error become_coverage_tool(char** arguments);

}  // namespace shootdown::cli

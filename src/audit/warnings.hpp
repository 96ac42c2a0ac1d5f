// What an audit warns of.
#pragma once

#include <string>
#include <vector>

#include "audit/findings.hpp"

namespace shootdown::audit {

// One sentence, "file:line: warning: ...", for each read and write of a register between which the code was ever
// preemptible, or was switched away by an interrupt, whoever called it.
std::vector<std::string> warnings(const std::vector<ReadModifyWrite>& found);

// "ioremap < driver": the functions of the path from the place under test on; of all places if there is none.
std::string callers_text(const CallPath& path);

}  // namespace shootdown::audit

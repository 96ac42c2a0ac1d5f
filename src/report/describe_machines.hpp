// How a schedule says the operations of the machines other than x86.
#pragma once

#include <string>

#include "report/history.hpp"

namespace shootdown::report {

// Empty if there is nothing better than mnemonic and operands.
std::string machine_text(const History& history, const trace::Event& event);

}  // namespace shootdown::report

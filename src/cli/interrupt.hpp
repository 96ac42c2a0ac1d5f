// SIGINT and SIGTERM: the first ends the run as BOUNDED with the figures so far, the second kills.
#pragma once

#include <atomic>

namespace shootdown::cli {

// Set by the first signal. The one global variable of the tool: a signal handler can reach nothing else.
const std::atomic<bool>& interrupted();
// From now on signals set it.
void watch_for_interrupts();

}  // namespace shootdown::cli

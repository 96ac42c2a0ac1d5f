#include "cli/interrupt.hpp"

#include <csignal>

namespace shootdown::cli {
namespace {

// A signal handler can reach nothing but a global.
std::atomic<bool> signalled{false};  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may use lock-free atomics only");

extern "C" void handle_interrupt(int /*signal*/) { signalled.store(true); }

}  // namespace

const std::atomic<bool>& interrupted() { return signalled; }

void watch_for_interrupts() {
  struct sigaction action{};
  action.sa_handler = handle_interrupt;
  // After the first signal the default comes back, so that the second one kills. A blocking call is resumed: the
  // compiler's end is waited for in any case.
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

}  // namespace shootdown::cli

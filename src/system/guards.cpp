// Guards: sd_guard_enter() and sd_guard_leave(). In an ordinary check each answers 1, is no step and leaves nothing in
// the state.
#include "system/step.hpp"

namespace shootdown::system {

std::optional<Stop> Step::guard(const program::Instruction& i) {
  program::write(thread(), i.dst, 1);
  ++thread().top().pc;
  return std::nullopt;
}

}  // namespace shootdown::system

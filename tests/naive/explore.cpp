#include "machine.hpp"

namespace shootdown::naive {

Found explore(const Kernel& kernel, unsigned capacity, std::uint64_t limit, bool with_traces) {
  const Machine machine(kernel, capacity);
  return Explorer<Machine>(machine).explore(limit, with_traces);
}

}  // namespace shootdown::naive

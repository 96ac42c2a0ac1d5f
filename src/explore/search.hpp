// Breadth-first search: exact, shortest, deterministic.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "explore/model.hpp"

namespace shootdown::explore {

struct Limits {
  std::uint64_t max_states = 0;                    // 0: none
  std::uint64_t max_memory = 0;                    // bytes of store and search, and of `taken`; 0: none
  std::uint64_t taken = 0;                         // bytes of max_memory that are in use before the search begins
  double timeout_seconds = 0;                      // 0: none
  const std::atomic<bool>* interrupted = nullptr;  // set by SIGINT
};

struct Statistics {
  std::uint64_t states = 0;
  std::uint64_t transitions = 0;
  std::uint64_t depth = 0;     // of the deepest level begun
  std::uint64_t frontier = 0;  // states seen and not expanded
  std::uint64_t runs = 1;      // 1 + restarts
  double seconds = 0;
  std::uint64_t store_bytes = 0;   // of the state store alone
  std::uint64_t memory_bytes = 0;  // store, parents, edges: the most there ever was
};

// clang-format off
enum class SearchEnd : std::uint8_t {
  Complete,      // all states seen, nothing found
  Violation,     // path leads to the violating step
  Unsupported,   // path leads to the unsupported step
  Exhausted,     // path leads to the step that met a limit of the scenario
  Livelock,      // path leads to the loop and once around it
  Deadlock,      // path leads to a state from which no progress is possible
  StateLimit, MemoryLimit, TimeLimit, Interrupted,
};
// clang-format on

struct SearchResult {
  SearchEnd end = SearchEnd::Complete;
  Statistics statistics;
  // Choices from the initial state (path[0] chooses the initial state itself). For Violation the last one is the
  // violating step.
  std::vector<std::uint32_t> path;
  // Livelock: where in `path` the loop begins, which context faults in it, and whether it survives a fair scheduler.
  std::size_t loop_begins = 0;
  std::uint8_t loop_context = 0;
  bool loop_survives_fair_scheduler = false;
};

// Told of every step of a run that the search takes, in the order in which it takes them; Model::restart() says that a
// run begins.
class StepSink {
 public:
  virtual ~StepSink() = default;
  // The step that the model has just shown leads from state number `source` to `target`, or to none (kNoState: a
  // violation, a limit, what is not modelled). Sources come in ascending order, each once.
  virtual void step(std::uint32_t source, std::uint32_t target) = 0;
  static constexpr std::uint32_t kNoState = 0xffff'ffff;
  static constexpr std::uint64_t kBytes = 8;  // that a step may cost; they count against max_memory
};

struct SearchOptions {
  Limits limits;
  bool find_deadlock = true;
  bool find_livelock = false;
  StepSink* steps = nullptr;  // nobody
  // Called about five times a second, with the figures so far.
  std::function<void(const Statistics&)> progress;
};

// A violation found first in breadth-first order is reported; among the steps of one level, the one with the least
// source state, then the least choice. The level is finished first, and the violation counts only if the model does not
// have to restart then. A deadlock is looked for when all states have been seen. An Unsupported or Exhausted step is
// remembered (the first) while the search goes on, and reported only if neither is found: a FAIL found stands; it is
// reported rather than a limit met after it.
SearchResult search(Model& model, const SearchOptions& options);

}  // namespace shootdown::explore

// What the search sees of the world: states that are vectors of words, and their numbered successors. It knows neither
// C nor TLBs.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace shootdown::explore {

using Words = std::vector<std::uint32_t>;

// A state as the store keeps it: a list of components (memory, a context, a CPU, ...), each a sequence of words of any
// length. Cut in components so that a component that did not change costs nothing, and one that grows does not shift
// the others. Two states are equal iff their components are.
struct EncodedState {
  std::vector<Words> components;
  friend bool operator==(const EncodedState&, const EncodedState&) = default;
};

enum class Outcome : std::uint8_t {
  State,        // `state` is the successor
  Violation,    // the step violated a property; there is no successor
  Unsupported,  // the step reached something that is not modelled
  Exhausted,    // the step met a limit of the scenario or the tool
};

// Who made a step and what came of it, for questions about cycles. Contexts above 254 are all 255.
struct StepLabel {
  static constexpr std::uint8_t kUnfair = 0xff;
  std::uint8_t agent = kUnfair;  // the part of the hardware that stepped, 0..63; kUnfair: the timer, which need not
  std::uint8_t runner = 0;       // context that ran
  std::uint8_t runs_next = 0;    // context that runs on the same CPU afterwards
  bool faulted : 1 = false;      // a translated access of `runner` faulted
  bool completed : 1 = false;    // one completed
};

struct Successor {
  std::uint32_t choice = 0;  // its number among the successors of its source: 0, 1, 2, ...
  Outcome outcome = Outcome::State;
  const EncodedState* state = nullptr;  // valid during the call only; null unless outcome == State
  bool progress = false;                // the step did work that counts against deadlock
  StepLabel label = {};
};

// Thrown by successors() in the middle of a step that takes long, when it was told to stop.
struct Stopped {};

class Model {
 public:
  virtual ~Model() = default;
  // Calls `visit` for each initial state (as a successor of nothing).
  using Visit = bool (*)(void* self, const Successor&);  // false: stop here
  virtual void initial(Visit visit, void* self) = 0;
  // Calls `visit` for each successor of `state`, in order of choice. The same state gives the same successors in the
  // same order, always.
  virtual void successors(const EncodedState& state, Visit visit, void* self) = 0;
  // True if a state without progress ahead of it is nothing to worry about (all contexts finished or may wait).
  virtual bool may_rest(const EncodedState& state) = 0;
  // True if, since the run began, something was found (sharing) that makes its step granularity too coarse: what the
  // run found so far does not count, and it has to start again. The model remembers what it found.
  virtual bool must_restart() const = 0;
  // Called at the start of each run.
  virtual void restart() = 0;
  // While a search runs: what a long step asks now and then, to throw Stopped if it is true. Empty: nothing to ask.
  virtual void stop_when(const std::function<bool()>& /*must_stop*/) {}
};

}  // namespace shootdown::explore

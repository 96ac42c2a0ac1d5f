// Guards: sd_guard_enter() and sd_guard_leave(). In an ordinary check each answers 1, is no step and leaves nothing in
// the state.
//
// When a guard has been left out, its context remembers it and every guard entered after it, until they are left: the
// leave that belongs to it is not done either, and a second guard of the same kind inside it keeps its own.
//
//     enter A (left out)   enter A (another place)   leave A        leave A
//     [A out]              [A out, A]                [A out]        []
//     not done             done                      done           not done
#include <algorithm>

#include "machine/operations.hpp"
#include "system/recorder.hpp"
#include "system/step.hpp"

namespace shootdown::system {

namespace {

constexpr std::size_t kMostGuards = 64;

// Takes the guard that `said` leaves off the list; true if it was really entered.
bool leave(std::vector<Context::Guard>& open, const Context::Guard& said) {
  bool done = true;
  const auto last = std::find_if(open.rbegin(), open.rend(), [&](const Context::Guard& other) {
    return other.kind == said.kind && other.object == said.object;
  });
  if (last != open.rend()) {
    done = !last->left_out;
    open.erase(std::next(last).base());
  }
  // What was entered inside a guard that has been left by now needs no memory.
  if (std::none_of(open.begin(), open.end(), [](const Context::Guard& other) { return other.left_out; })) open.clear();
  return done;
}

}  // namespace

std::optional<Stop> Step::guard(const program::Instruction& i) {
  bool done = true;
  if (world_.omissions.active()) {
    const auto& list = world_.program.functions[thread().top().function].lists[i.list];
    Context::Guard said{program::read(world_.program, thread(), list[0].operand),
                        program::read(world_.program, thread(), list[1].operand), false};
    std::vector<Context::Guard>& open = context().guards;
    const std::string kind = world_.map.text(said.kind);
    if (static_cast<machine::Operation>(i.aux) == machine::Operation::GuardEnter) {
      if (state_.machine.concurrent) world_.omissions.executed(thread(), kind);
      done = !world_.omissions.selects(thread(), kind);
      said.left_out = !done;
      if (!done || !open.empty()) open.push_back(said);
      if (open.size() > kMostGuards)
        return Stop{Stop::Kind::Exhausted, {}, "more than 64 guards are open after one that is left out"};
    } else {
      done = leave(open, said);
    }
    if (!done) note_left_out();
    if (!done && recorder_ != nullptr && state_.machine.concurrent) recorder_->events().back().text += ": " + kind;
  }
  program::write(thread(), i.dst, done ? 1 : 0);
  ++thread().top().pc;
  return std::nullopt;
}

}  // namespace shootdown::system

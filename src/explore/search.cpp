// Breadth-first search over the state store.
//
// The idea: states are numbered in the order of their discovery, so the store itself is the queue: a level is a range
// of numbers, the next level is what was added meanwhile. Each state remembers the source and the choice it was first
// reached by; going back along these gives a path, and no path to it is shorter.
//
//     numbers   0 │ 1 2 3 │ 4 5 6 7 8 9 │ 10 ...
//     level     0 │   1   │      2      │  3
//
// The guarantee: sources are expanded in order of their numbers and choices in order, so the first violation met is the
// one on a least level, of its least source, of its least choice. The level in which it was met is finished all the
// same: whether the model asks for a restart then depends on the levels begun only, and a violation counts only in a
// run that needs none.
//
// A limit ends the search where it is met, time also in the middle of a step. A violation met before it in a run that
// needs no restart still counts.
#include "explore/search.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

#include "explore/deadlock.hpp"
#include "explore/livelock.hpp"
#include "explore/memory.hpp"
#include "explore/store.hpp"

namespace shootdown::explore {

namespace {

// Time passed and requests to stop; looks at the clock now and then only.
class Watch {
 public:
  explicit Watch(const SearchOptions& options) : options_(options) {}

  [[nodiscard]] double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

  // Looks at the clock every time.
  [[nodiscard]] std::optional<SearchEnd> end() const {
    const std::atomic<bool>* interrupted = options_.limits.interrupted;
    if (interrupted != nullptr && interrupted->load(std::memory_order_relaxed)) return SearchEnd::Interrupted;
    if (options_.limits.timeout_seconds > 0 && seconds() >= options_.limits.timeout_seconds)
      return SearchEnd::TimeLimit;
    return std::nullopt;
  }

  enum class Event : std::uint8_t { None, Progress, TimeLimit, Interrupted };
  Event tick() {
    const std::atomic<bool>* interrupted = options_.limits.interrupted;
    if (interrupted != nullptr && interrupted->load(std::memory_order_relaxed)) return Event::Interrupted;
    if (++ticks_ % kTicksPerLook != 0) return Event::None;
    const double now = seconds();
    if (options_.limits.timeout_seconds > 0 && now >= options_.limits.timeout_seconds) return Event::TimeLimit;
    if (now < next_progress_) return Event::None;
    next_progress_ = now + kProgressEvery;
    return Event::Progress;
  }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr std::uint32_t kTicksPerLook = 16;
  static constexpr double kProgressEvery = 0.2;
  const SearchOptions& options_;
  Clock::time_point start_ = Clock::now();
  double next_progress_ = kProgressEvery;
  std::uint32_t ticks_ = 0;
};

// What the search itself may take, as MemoryBudget wants it: 0 is no limit.
std::uint64_t left_of(const Limits& limits) {
  if (limits.max_memory == 0) return 0;
  return limits.max_memory > limits.taken ? limits.max_memory - limits.taken : 1;
}

// One run from the initial states on.
class Run {
 public:
  Run(Model& model, const SearchOptions& options, Watch& watch, std::uint64_t number)
      : model_(model),
        options_(options),
        watch_(watch),
        budget_(left_of(options.limits)),
        store_(budget_, options.limits.max_states),
        reached_by_(budget_),
        graph_(budget_),
        cycles_(budget_) {
    statistics_.runs = number;
  }

  // An empty optional: the run does not count and has to be repeated.
  std::optional<SearchResult> search() {
    model_.restart();
    model_.initial(&Run::visit, this);
    while (true) {
      if (doomed_at_ == 0 && model_.must_restart()) doomed_at_ = store_.size();
      if (doomed_at_ != 0) {
        if (limit_) return result(*limit_, {});
        // What it finds on the way to twice its size is not left for as many runs to come to find one by one.
        if (violation_ || expanded_ == store_.size() || store_.size() > 2 * doomed_at_) return std::nullopt;
        expand_level();
        continue;
      }
      if (violation_) return result(SearchEnd::Violation, path_to(*violation_));
      if (limit_ || expanded_ == store_.size()) break;
      expand_level();
    }
    if (!limit_ && options_.find_livelock) {
      if (auto loop = find_livelock()) return livelock(*loop);
    }
    if (!limit_ && options_.find_deadlock) {
      if (const auto dead = find_deadlock()) return result(SearchEnd::Deadlock, path_to_state(*dead));
    }
    if (remembered_) return result(remembered_end_, path_to(*remembered_));
    return result(limit_.value_or(SearchEnd::Complete), {});
  }

 private:
  struct Step {
    std::uint32_t source;  // kNoNumber: an initial state
    std::uint32_t choice;
  };

  void expand_level() {
    if (expanded_ != 0) ++statistics_.depth;
    for (const std::uint32_t end = store_.size(); expanded_ < end && !limit_; ++expanded_) {
      if (!look_at_watch()) return;
      source_ = expanded_;
      store_.load(source_, cursor_);
      graph_.begin(source_);
      if (options_.find_livelock) cycles_.begin();
      if (!cycles_.began()) limit_ = SearchEnd::MemoryLimit;
      try {
        model_.successors(cursor_.state(), &Run::visit, this);
      } catch (const Stopped&) { limit_ = watch_.end().value_or(SearchEnd::Interrupted); }
      if (limit_) return;
      if (options_.find_deadlock && !graph_.end()) limit_ = SearchEnd::MemoryLimit;
    }
  }

  static bool visit(void* self, const Successor& successor) { return static_cast<Run*>(self)->visit(successor); }

  bool visit(const Successor& successor) {
    if (source_ != kNoNumber) ++statistics_.transitions;
    const Step step{source_, successor.choice};
    if (successor.outcome != Outcome::State) tell(StepSink::kNoState);
    switch (successor.outcome) {
      case Outcome::State: take(step, successor); break;
      case Outcome::Violation:
        if (!violation_) violation_ = step;
        graph_.way_out();
        break;
      case Outcome::Unsupported: remember(step, SearchEnd::Unsupported); break;
      case Outcome::Exhausted: remember(step, SearchEnd::Exhausted); break;
    }
    return !limit_ && look_at_watch();
  }

  void take(const Step& step, const Successor& successor) {
    const auto inserted = store_.insert(*successor.state, cursor_);
    if (inserted.failed()) {
      limit_ = inserted.status == StateStore::Status::TooManyStates ? SearchEnd::StateLimit : SearchEnd::MemoryLimit;
      return;
    }
    if (inserted.is_new() && !reached_by_.push_back(step)) limit_ = SearchEnd::MemoryLimit;
    if (source_ == kNoNumber) return;
    tell(inserted.index);
    graph_.edge(inserted.index, successor.progress);
    if (options_.find_livelock && !cycles_.edge(inserted.index, successor)) limit_ = SearchEnd::MemoryLimit;
  }

  void tell(std::uint32_t target) {
    if (options_.steps == nullptr || source_ == kNoNumber) return;
    if (!budget_.take(StepSink::kBytes))
      limit_ = SearchEnd::MemoryLimit;
    else
      options_.steps->step(source_, target);
  }

  void remember(const Step& step, SearchEnd end) {
    graph_.way_out();
    if (remembered_) return;
    remembered_ = step;
    remembered_end_ = end;
  }

  bool look_at_watch() {
    switch (watch_.tick()) {
      case Watch::Event::None: break;
      case Watch::Event::Interrupted: limit_ = SearchEnd::Interrupted; return false;
      case Watch::Event::TimeLimit: limit_ = SearchEnd::TimeLimit; return false;
      case Watch::Event::Progress:
        if (options_.progress) options_.progress(figures());
        break;
    }
    return true;
  }

  std::optional<std::uint32_t> find_deadlock() {
    const auto verdict = graph_.first_dead([this](std::uint32_t state) {
      store_.load(state, cursor_);
      return model_.may_rest(cursor_.state());
    });
    if (verdict.out_of_memory) limit_ = SearchEnd::MemoryLimit;
    return verdict.dead;
  }

  std::optional<LivelockGraph::Loop> find_livelock() {
    auto verdict = cycles_.find();
    if (verdict.out_of_memory) limit_ = SearchEnd::MemoryLimit;
    return std::move(verdict.loop);
  }

  [[nodiscard]] SearchResult livelock(const LivelockGraph::Loop& loop) const {
    SearchResult found = result(SearchEnd::Livelock, path_to_state(loop.start));
    found.loop_begins = found.path.size();
    found.path.insert(found.path.end(), loop.choices.begin(), loop.choices.end());
    found.loop_context = loop.context;
    found.loop_survives_fair_scheduler = loop.survives_fair_scheduler;
    return found;
  }

  [[nodiscard]] std::vector<std::uint32_t> path_to(const Step& last) const {
    std::vector<std::uint32_t> path{last.choice};
    for (std::uint32_t at = last.source; at != kNoNumber; at = reached_by_[at].source) {
      path.push_back(reached_by_[at].choice);
    }
    std::reverse(path.begin(), path.end());
    return path;
  }
  [[nodiscard]] std::vector<std::uint32_t> path_to_state(std::uint32_t state) const {
    return path_to(reached_by_[state]);
  }

  [[nodiscard]] Statistics figures() const {
    Statistics now = statistics_;
    now.states = reached_by_.size();
    now.frontier = now.states - expanded_;
    now.seconds = watch_.seconds();
    now.store_bytes = store_.bytes();
    now.memory_bytes = budget_.peak();
    return now;
  }

  [[nodiscard]] SearchResult result(SearchEnd end, std::vector<std::uint32_t> path) const {
    SearchResult found;
    found.end = end;
    found.statistics = figures();
    found.path = std::move(path);
    return found;
  }

  Model& model_;
  const SearchOptions& options_;
  Watch& watch_;
  MemoryBudget budget_;
  StateStore store_;
  Segmented<Step> reached_by_;  // the step that found each state
  ProgressGraph graph_;
  LivelockGraph cycles_;
  StateStore::Cursor cursor_;  // at source_
  std::uint32_t source_ = kNoNumber;
  std::uint32_t expanded_ = 0;   // states below this number are done
  std::uint32_t doomed_at_ = 0;  // states there were when the run was found not to count; 0: it counts
  std::optional<SearchEnd> limit_;
  std::optional<Step> violation_, remembered_;
  SearchEnd remembered_end_ = SearchEnd::Unsupported;
  Statistics statistics_;
};

// Lets long steps of the model look at the watch, as long as there is one.
class StopsWith {
 public:
  StopsWith(Model& model, const Watch& watch) : model_(model) {
    model_.stop_when([&watch] { return watch.end().has_value(); });
  }
  ~StopsWith() { model_.stop_when({}); }
  StopsWith(const StopsWith&) = delete;
  StopsWith& operator=(const StopsWith&) = delete;

 private:
  Model& model_;
};

}  // namespace

SearchResult search(Model& model, const SearchOptions& options) {
  Watch watch(options);
  const StopsWith stops(model, watch);
  for (std::uint64_t number = 1;; ++number) {
    if (auto result = Run(model, options, watch, number).search()) return std::move(*result);
  }
}

}  // namespace shootdown::explore

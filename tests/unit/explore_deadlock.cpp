#include "explore/deadlock.hpp"

#include <gtest/gtest.h>

#include <array>
#include <random>

#include "explore/search.hpp"
#include "explore_models.hpp"

namespace shootdown::explore {
namespace {

using testing::Graph;
using Path = std::vector<std::uint32_t>;

// Two threads, two locks. A thread at place 0 takes its first lock, at 1 its second, at 2 gives back the second, at 3
// the first, and at 4 has ended. One that must wait spins: a step without progress, back to the same state.
class TwoLocks : public Model {
 public:
  explicit TwoLocks(bool same_order) : first_{0, same_order ? 0U : 1U} {}
  void initial(Visit visit, void* self) override {
    const EncodedState state{{{0}, {0}}};
    visit(self, {0, Outcome::State, &state, true});
  }
  void successors(const EncodedState& state, Visit visit, void* self) override {
    std::uint32_t choice = 0;
    for (std::size_t thread = 0; thread < 2; ++thread) {
      const std::uint32_t place = state.components[thread][0];
      if (place == 4) continue;
      const std::uint32_t wanted = place == 0 ? first_[thread] : 1 - first_[thread];
      const bool waits = place < 2 && holds(1 - thread, state, wanted);
      EncodedState next = state;
      if (!waits) ++next.components[thread][0];
      if (!visit(self, {choice++, Outcome::State, &next, !waits})) return;
    }
  }
  bool may_rest(const EncodedState& state) override {
    return state.components[0][0] == 4 && state.components[1][0] == 4;
  }
  bool must_restart() const override { return false; }
  void restart() override {}

 private:
  [[nodiscard]] bool holds(std::size_t thread, const EncodedState& state, std::uint32_t lock) const {
    const std::uint32_t place = state.components[thread][0];
    return lock == first_[thread] ? place >= 1 && place <= 3 : place == 2;
  }
  std::array<std::uint32_t, 2> first_;
};

// Of the 25 pairs of places, five have a lock held twice (one thread at 2, the other at 1, 2 or 3), and (3, 3) cannot
// be reached: the thread that gets past its second lock first holds the first one until it ends. That leaves 19.
TEST(Deadlock, LocksInOppositeOrder) {
  TwoLocks locks(false);
  const SearchResult result = search(locks, {});
  EXPECT_EQ(result.end, SearchEnd::Deadlock);
  EXPECT_EQ(result.path, (Path{0, 0, 1}));  // each thread takes its first lock
  EXPECT_EQ(result.statistics.states, 19U);
}

// Both take lock 0 first, which covers the other: one thread anywhere, the other at 0 or 4, that is 5 * 2 * 2 pairs, of
// which the four with both at 0 or 4 are counted twice: 16.
TEST(Deadlock, LocksInTheSameOrder) {
  TwoLocks locks(true);
  const SearchResult result = search(locks, {});
  EXPECT_EQ(result.end, SearchEnd::Complete);
  EXPECT_EQ(result.statistics.states, 16U);
}

TEST(Deadlock, IsOnlyLookedForWhenAsked) {
  TwoLocks locks(false);
  SearchOptions options;
  options.find_deadlock = false;
  EXPECT_EQ(search(locks, options).end, SearchEnd::Complete);
}

TEST(Deadlock, AnIdleLoopMayRest) {
  Graph graph;  // work, then idle for ever between 1 and 2
  graph.steps = {{Graph::to(1)}, {Graph::idle_to(2)}, {Graph::idle_to(1)}};
  graph.resting = {1, 2};
  EXPECT_EQ(search(graph, {}).end, SearchEnd::Complete);
  graph.resting = {1};  // from 2 it can still come to rest
  EXPECT_EQ(search(graph, {}).end, SearchEnd::Complete);
  graph.resting = {};
  const SearchResult result = search(graph, {});
  EXPECT_EQ(result.end, SearchEnd::Deadlock);
  EXPECT_EQ(result.path, (Path{0, 0}));
}

TEST(Deadlock, AStateWithoutSuccessors) {
  Graph graph;
  graph.steps = {{}};
  const SearchResult result = search(graph, {});
  EXPECT_EQ(result.end, SearchEnd::Deadlock);
  EXPECT_EQ(result.path, (Path{0}));
  graph.resting = {0};
  EXPECT_EQ(search(graph, {}).end, SearchEnd::Complete);
}

TEST(Deadlock, ProgressFarAheadIsEnough) {
  // 0 -> 1 -> 2 -> 3 -> 0, only the last with progress: it is ahead of all. Then a way to 4, where nothing is.
  Graph graph;
  graph.steps = {{Graph::idle_to(1)}, {Graph::idle_to(2)}, {Graph::idle_to(3)}, {Graph::to(0)}};
  EXPECT_EQ(search(graph, {}).end, SearchEnd::Complete);
  graph.steps[1].push_back(Graph::idle_to(4));
  graph.steps.push_back({Graph::idle_to(4)});
  const SearchResult result = search(graph, {});
  EXPECT_EQ(result.end, SearchEnd::Deadlock);
  EXPECT_EQ(result.path, (Path{0, 0, 1}));
}

TEST(Deadlock, TheFirstOneInBreadthFirstOrder) {
  Graph graph;
  graph.steps = {{Graph::to(1), Graph::to(2)}, {Graph::to(3)}, {Graph::to(4)}, {}, {}};
  EXPECT_EQ(search(graph, {}).path, (Path{0, 0, 0}));
  graph.resting = {3};
  EXPECT_EQ(search(graph, {}).path, (Path{0, 1, 0}));
}

TEST(Deadlock, AStepThatIsNotModelledIsNoDeadEnd) {
  Graph graph;
  graph.steps = {{Graph::to(1), Graph::to(2)}, {Graph::unsupported()}, {Graph::idle_to(1)}};
  EXPECT_EQ(search(graph, {}).end, SearchEnd::Unsupported);
  // But a deadlock that no such step can end stands, as a violation does.
  graph.steps[0].push_back(Graph::to(3));
  graph.steps.push_back({Graph::idle_to(3)});
  const SearchResult result = search(graph, {});
  EXPECT_EQ(result.end, SearchEnd::Deadlock);
  EXPECT_EQ(result.path, (Path{0, 2}));
}

// Against the definition, followed literally, on random graphs.
TEST(Deadlock, AgreesWithItsDefinition) {
  std::mt19937 random(20240229);
  const auto below = [&](std::uint32_t n) { return static_cast<std::uint32_t>(random() % n); };
  for (int round = 0; round < 2000; ++round) {
    const std::uint32_t states = 1 + below(12);
    struct Edge {
      std::uint32_t target;
      bool progress;
    };
    std::vector<std::vector<Edge>> edges(states);
    std::vector<bool> rests(states);
    for (std::uint32_t i = 0; i < states; ++i) {
      rests[i] = below(4) == 0;
      for (std::uint32_t n = below(4); n > 0; --n) edges[i].push_back({below(states), below(6) == 0});
    }

    MemoryBudget budget;
    ProgressGraph graph(budget);
    for (std::uint32_t i = 0; i < states; ++i) {
      graph.begin(i);
      for (const Edge& edge : edges[i]) graph.edge(edge.target, edge.progress);
      ASSERT_TRUE(graph.end());
    }
    const auto verdict = graph.first_dead([&](std::uint32_t state) { return rests[state]; });

    std::optional<std::uint32_t> expected;
    for (std::uint32_t start = 0; start < states && !expected; ++start) {
      std::set<std::uint32_t> seen{start};
      std::vector<std::uint32_t> waiting{start};
      bool progress = rests[start];  // or rest, anywhere ahead
      while (!waiting.empty()) {
        const std::uint32_t at = waiting.back();
        waiting.pop_back();
        for (const Edge& edge : edges[at]) {
          progress = progress || edge.progress || rests[edge.target];
          if (seen.insert(edge.target).second) waiting.push_back(edge.target);
        }
      }
      if (!progress) expected = start;
    }
    ASSERT_EQ(verdict.dead, expected) << "round " << round;
    EXPECT_EQ(budget.used(), graph.bytes());
  }
}

}  // namespace
}  // namespace shootdown::explore

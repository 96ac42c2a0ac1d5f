#include "explore/search.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "explore_models.hpp"

namespace shootdown::explore {
namespace {

using testing::Counters;
using testing::Graph;
using Path = std::vector<std::uint32_t>;

// A grid of n x n: each state but those on the two far edges has two steps, so 2n(n-1) transitions; the far corner is
// 2(n-1) steps away. The corner may rest.
TEST(Search, CountsAGrid) {
  Counters grid(2, 10, false);
  const SearchResult result = search(grid, {});
  EXPECT_EQ(result.end, SearchEnd::Complete);
  EXPECT_EQ(result.statistics.states, 100U);
  EXPECT_EQ(result.statistics.transitions, 180U);
  EXPECT_EQ(result.statistics.depth, 18U);
  EXPECT_EQ(result.statistics.frontier, 0U);
  EXPECT_EQ(result.statistics.runs, 1U);
  EXPECT_TRUE(result.path.empty());
  EXPECT_EQ(grid.expanded, 100U);
}

// Wheels that turn one way: every state has one step per wheel, the farthest is base - 1 steps away on each.
TEST(Search, CountsWheels) {
  Counters wheels(5, 7, true);
  const SearchResult result = search(wheels, {});
  EXPECT_EQ(result.end, SearchEnd::Complete);
  EXPECT_EQ(result.statistics.states, 16807U);  // 7^5
  EXPECT_EQ(result.statistics.transitions, 5U * 16807U);
  EXPECT_EQ(result.statistics.depth, 30U);  // 5 * 6
}

TEST(Search, NoInitialStateIsComplete) {
  Graph graph;
  graph.initial_steps = {};
  const SearchResult result = search(graph, {});
  EXPECT_EQ(result.end, SearchEnd::Complete);
  EXPECT_EQ(result.statistics.states, 0U);
}

// Every step of the run that counts, by source, with the number of the state that it leads to.
TEST(Search, TellsItsSteps) {
  struct Sink final : StepSink {
    void step(std::uint32_t source, std::uint32_t target) override { steps.emplace_back(source, target); }
    std::vector<std::pair<std::uint32_t, std::uint32_t>> steps;
  } sink;
  Graph graph;  // states are numbered as they are found: 7 is 1, 5 is 2
  graph.steps.resize(8);
  graph.steps[0] = {Graph::to(7), Graph::unsupported(), Graph::to(5)};
  graph.steps[5] = {Graph::to(0), Graph::to(7)};
  graph.steps[7] = {Graph::to(7)};
  SearchOptions options;
  options.steps = &sink;
  EXPECT_EQ(search(graph, options).end, SearchEnd::Unsupported);
  using Steps = std::vector<std::pair<std::uint32_t, std::uint32_t>>;
  EXPECT_EQ(sink.steps, (Steps{{0, 1}, {0, StepSink::kNoState}, {0, 2}, {1, 1}, {2, 0}, {2, 1}}));
}

TEST(Search, TakesTheShortestPath) {
  // 0 -> 1 -> 2 -> violation, and 0 -> 3 -> violation by its second choice.
  Graph graph;
  graph.steps = {
      {Graph::to(1), Graph::to(3)}, {Graph::to(2)}, {Graph::violation()}, {Graph::to(0), Graph::violation()}};
  const SearchResult result = search(graph, {});
  EXPECT_EQ(result.end, SearchEnd::Violation);
  EXPECT_EQ(result.path, (Path{0, 1, 1}));
  EXPECT_EQ(result.statistics.depth, 1U);
}

TEST(Search, AmongOneLevelTheLeastSourceThenTheLeastChoice) {
  // Source 2 was discovered before source 1 and violates with choice 1 and 2; source 1 violates with choice 0 already.
  Graph graph;
  graph.steps = {
      {Graph::to(2), Graph::to(1)}, {Graph::violation()}, {Graph::to(0), Graph::violation(), Graph::violation()}};
  const SearchResult result = search(graph, {});
  EXPECT_EQ(result.end, SearchEnd::Violation);
  EXPECT_EQ(result.path, (Path{0, 0, 1}));
}

TEST(Search, ReachesAStateByItsFirstStep) {
  // State 2 is a successor of 0 by choices 1 and 2, and of 1.
  Graph graph;
  graph.steps = {{Graph::to(1), Graph::to(2), Graph::to(2)}, {Graph::to(2)}, {Graph::violation()}};
  EXPECT_EQ(search(graph, {}).path, (Path{0, 1, 0}));
}

TEST(Search, ThePathBeginsWithTheInitialState) {
  Graph graph;
  graph.initial_steps = {Graph::to(0), Graph::to(1)};
  graph.steps = {{Graph::to(0)}, {Graph::violation()}};
  EXPECT_EQ(search(graph, {}).path, (Path{1, 0}));
}

TEST(Search, AnInitialStepMayViolate) {
  Graph graph;
  graph.initial_steps = {Graph::to(0), Graph::violation()};
  graph.steps = {{Graph::to(0)}};
  const SearchResult result = search(graph, {});
  EXPECT_EQ(result.end, SearchEnd::Violation);
  EXPECT_EQ(result.path, (Path{1}));
  EXPECT_EQ(result.statistics.transitions, 0U);
}

TEST(Search, FinishesTheLevelOfAViolation) {
  Graph graph;
  graph.steps = {{Graph::to(1), Graph::to(2)}, {Graph::violation()}, {Graph::to(3)}, {Graph::to(3)}};
  search(graph, {});
  EXPECT_EQ(graph.expanded, (Path{0, 1, 2}));
}

TEST(Search, AViolationInARunThatRestartsDoesNotCount) {
  // State 1 violates; state 2, of the same level, finds sharing. Once that is known state 1 is harmless.
  Graph graph;
  graph.steps = {{Graph::to(1), Graph::to(2)}, {Graph::violation()}, {Graph::to(2)}};
  graph.steps_after_restart = {{Graph::to(1), Graph::to(2)}, {Graph::to(1)}, {Graph::to(2)}};
  graph.sharing = {2};
  const SearchResult result = search(graph, {});
  EXPECT_EQ(result.end, SearchEnd::Complete);
  EXPECT_EQ(result.statistics.runs, 2U);
  EXPECT_EQ(result.statistics.states, 3U);  // of the last run alone
  EXPECT_EQ(result.statistics.transitions, 4U);
  EXPECT_EQ(graph.restarts, 2U);
}

TEST(Search, SharingBelowTheLevelOfAViolationIsNotLookedFor) {
  Graph graph;
  graph.steps = {{Graph::to(1), Graph::to(2)}, {Graph::violation()}, {Graph::to(3)}, {Graph::to(3)}};
  graph.sharing = {3};
  const SearchResult result = search(graph, {});
  EXPECT_EQ(result.end, SearchEnd::Violation);
  EXPECT_EQ(result.statistics.runs, 1U);
}

TEST(Search, UnsupportedIsRememberedAndAViolationStands) {
  Graph graph;
  graph.steps = {
      {Graph::to(1), Graph::to(2)}, {Graph::exhausted()}, {Graph::unsupported(), Graph::to(3)}, {Graph::to(3)}};
  SearchResult result = search(graph, {});
  EXPECT_EQ(result.end, SearchEnd::Exhausted);  // the first one met
  EXPECT_EQ(result.path, (Path{0, 0, 0}));
  EXPECT_EQ(result.statistics.states, 4U);  // and the search went on

  graph.steps[1] = {Graph::to(1)};
  result = search(graph, {});
  EXPECT_EQ(result.end, SearchEnd::Unsupported);
  EXPECT_EQ(result.path, (Path{0, 1, 0}));

  graph.steps[3] = {Graph::violation()};
  result = search(graph, {});
  EXPECT_EQ(result.end, SearchEnd::Violation);
  EXPECT_EQ(result.path, (Path{0, 1, 1, 0}));
}

TEST(Search, WhatARunThatRestartsRememberedDoesNotCount) {
  Graph graph;
  graph.steps = {{Graph::unsupported(), Graph::to(0)}};
  graph.steps_after_restart = {{Graph::to(0)}};
  graph.sharing = {0};
  EXPECT_EQ(search(graph, {}).end, SearchEnd::Complete);
}

TEST(Search, TheSameEveryTime) {
  Counters once(4, 9, true), again(4, 9, true);
  const SearchResult a = search(once, {}), b = search(again, {});
  EXPECT_EQ(a.statistics.memory_bytes, b.statistics.memory_bytes);
  EXPECT_EQ(a.statistics.store_bytes, b.statistics.store_bytes);
  EXPECT_LE(a.statistics.store_bytes, a.statistics.memory_bytes);
}

TEST(SearchLimits, AsManyStatesAsAllowedAreNotTooMany) {
  Counters grid(2, 10, false);
  SearchOptions options;
  options.limits.max_states = 100;
  EXPECT_EQ(search(grid, options).end, SearchEnd::Complete);
  options.limits.max_states = 99;
  const SearchResult result = search(grid, options);
  EXPECT_EQ(result.end, SearchEnd::StateLimit);
  EXPECT_EQ(result.statistics.states, 99U);
  EXPECT_GT(result.statistics.frontier, 0U);
  EXPECT_EQ(grid.refused, 1U);
}

TEST(SearchLimits, MemoryIsNeverPassed) {
  for (std::uint64_t limit = 1; limit <= 8'000'000; limit = limit * 3 + 1) {
    Counters wheels(6, 8, true);  // 262,144 states
    SearchOptions options;
    options.limits.max_memory = limit;
    const SearchResult result = search(wheels, options);
    EXPECT_LE(result.statistics.memory_bytes, limit);
    if (limit < 3'000'000) { EXPECT_EQ(result.end, SearchEnd::MemoryLimit); }
  }
}

TEST(SearchLimits, EdgesCountAsMemory) {
  // A long chain without progress whose end may rest: every edge has to be kept until the end.
  Graph graph;
  const std::uint32_t length = 50'000;
  for (std::uint32_t i = 0; i < length; ++i) graph.steps.push_back({Graph::idle_to(std::min(i + 1, length - 1))});
  for (std::uint32_t i = 0; i < length; ++i) graph.resting.insert(i);
  SearchOptions options;
  options.find_deadlock = false;
  const std::uint64_t without = search(graph, options).statistics.memory_bytes;
  options.find_deadlock = true;
  const SearchResult with = search(graph, options);
  EXPECT_EQ(with.end, SearchEnd::Complete);
  EXPECT_GT(with.statistics.memory_bytes, without + 8U * (length - 1));
  options.limits.max_memory = with.statistics.memory_bytes;
  EXPECT_EQ(search(graph, options).end, SearchEnd::Complete);
  options.limits.max_memory = with.statistics.memory_bytes - 1;
  EXPECT_EQ(search(graph, options).end, SearchEnd::MemoryLimit);
}

TEST(SearchLimits, Time) {
  Counters endless(8, 1'000'000, true);
  SearchOptions options;
  options.limits.timeout_seconds = 0.05;
  const SearchResult result = search(endless, options);
  EXPECT_EQ(result.end, SearchEnd::TimeLimit);
  EXPECT_GE(result.statistics.seconds, 0.05);
  EXPECT_LT(result.statistics.seconds, 5.0);
}

TEST(SearchLimits, InterruptedAtOnce) {
  const std::atomic<bool> interrupted = true;
  Counters grid(2, 10, false);
  SearchOptions options;
  options.limits.interrupted = &interrupted;
  EXPECT_EQ(search(grid, options).end, SearchEnd::Interrupted);
}

TEST(SearchLimits, ProgressIsToldAndMayInterrupt) {
  std::atomic<bool> interrupted = false;
  unsigned calls = 0;
  Counters endless(8, 1'000'000, true);
  SearchOptions options;
  options.limits.interrupted = &interrupted;
  options.limits.timeout_seconds = 60;
  options.progress = [&](const Statistics& figures) {
    EXPECT_GT(figures.states, 0U);
    EXPECT_GT(figures.frontier, 0U);
    EXPECT_GT(figures.store_bytes, 0U);
    interrupted = ++calls == 2;
  };
  const SearchResult result = search(endless, options);
  EXPECT_EQ(result.end, SearchEnd::Interrupted);
  EXPECT_EQ(calls, 2U);
  EXPECT_GE(result.statistics.seconds, 0.4);  // about five calls a second
}

TEST(SearchLimits, AViolationMetBeforeTheLimitStands) {
  // The level of the violation cannot be finished: state 2 would give the fourth state.
  Graph graph;
  graph.steps = {{Graph::to(1), Graph::to(2)}, {Graph::violation()}, {Graph::to(3)}, {}};
  SearchOptions options;
  options.limits.max_states = 3;
  EXPECT_EQ(search(graph, options).end, SearchEnd::Violation);
  graph.sharing = {2};  // now the run does not count, and there is no other
  EXPECT_EQ(search(graph, options).end, SearchEnd::StateLimit);
}

}  // namespace
}  // namespace shootdown::explore

// The least and the most on small graphs, by argument.
#include "cost/extremes.hpp"

#include <gtest/gtest.h>

using namespace shootdown::cost;

namespace {

// Arcs by node; the part of an arc is its weight.
Ways graph(std::vector<Arc> starts, std::vector<std::vector<Arc>> nodes) {
  Ways ways;
  ways.starts = std::move(starts);
  for (const std::vector<Arc>& arcs : nodes) {
    ways.first.push_back(static_cast<std::uint32_t>(ways.arcs.size()));
    ways.arcs.insert(ways.arcs.end(), arcs.begin(), arcs.end());
  }
  ways.first.push_back(static_cast<std::uint32_t>(ways.arcs.size()));
  return ways;
}

Range range(const Ways& ways) { return Extremes(ways).of({0, 1, 2, 3, 4, 5, 6, 7, 8, 9}); }

TEST(Extremes, OneWay) {
  EXPECT_EQ(range(graph({{0, 1}}, {{{1, 2}}, {{kEnd, 3}}})), (Range{6, 6}));
  EXPECT_EQ(range(graph({{kEnd, 4}}, {})), (Range{4, 4}));
}

TEST(Extremes, ABranchTakesTheLesserAndTheGreater) {
  EXPECT_EQ(range(graph({{0, 0}}, {{{1, 1}, {1, 5}}, {{kEnd, 0}, {2, 1}}, {{kEnd, 1}}})), (Range{1, 7}));
  EXPECT_EQ(range(graph({{0, 3}, {1, 0}}, {{{kEnd, 0}}, {{kEnd, 1}}})), (Range{1, 3}));
}

// The way with fewer arcs is not the cheaper one.
TEST(Extremes, TheLeastIsByCostNotByLength) {
  EXPECT_EQ(range(graph({{0, 0}}, {{{kEnd, 9}, {1, 1}}, {{2, 1}}, {{3, 1}}, {{kEnd, 1}}})), (Range{4, 9}));
}

TEST(Extremes, ACycleThatCostsHasNoBound) {
  EXPECT_EQ(range(graph({{0, 0}}, {{{1, 1}}, {{0, 0}, {kEnd, 2}}})), (Range{3, std::nullopt}));
  EXPECT_EQ(range(graph({{0, 1}}, {{{0, 1}, {kEnd, 0}}})), (Range{1, std::nullopt}));
}

TEST(Extremes, ACycleThatCostsNothingIsNone) {
  EXPECT_EQ(range(graph({{0, 0}}, {{{1, 0}, {2, 4}}, {{0, 0}}, {{kEnd, 1}}})), (Range{5, 5}));
}

// What comes before a cycle is not multiplied, what lies behind it is unbounded only if the cycle costs.
TEST(Extremes, CostsBesideACycle) {
  EXPECT_EQ(range(graph({{0, 0}}, {{{1, 7}}, {{1, 0}, {2, 0}}, {{kEnd, 2}}})), (Range{9, 9}));
  EXPECT_EQ(range(graph({{0, 0}}, {{{1, 0}, {kEnd, 2}}, {{1, 1}}})), (Range{2, std::nullopt}));
}

// A cycle that no start leads to is no execution.
TEST(Extremes, WhatIsNotReachedDoesNotCount) {
  EXPECT_EQ(range(graph({{0, 0}}, {{{kEnd, 2}}, {{1, 9}, {kEnd, 0}}})), (Range{2, 2}));
}

// Incomplete ways count for the most only.
TEST(Extremes, WaysThatStop) {
  EXPECT_EQ(range(graph({{0, 0}}, {{{kNowhere, 8}, {kEnd, 1}}})), (Range{1, 8}));
  EXPECT_EQ(range(graph({{0, 2}}, {{{kNowhere, 1}}})), (Range{std::nullopt, 3}));
  EXPECT_EQ(range(graph({{0, 2}}, {{}})), (Range{std::nullopt, 2}));
  EXPECT_FALSE(Extremes(graph({{0, 2}}, {{}})).completes());
}

// Two cycles through one node are one component; a chain of components adds up.
TEST(Extremes, Components) {
  EXPECT_EQ(range(graph({{0, 0}}, {{{1, 0}, {2, 0}}, {{0, 0}}, {{0, 0}, {3, 1}}, {{4, 2}}, {{3, 0}, {kEnd, 0}}})),
            (Range{3, std::nullopt}));
  EXPECT_EQ(range(graph({{0, 0}}, {{{1, 0}, {2, 0}}, {{0, 0}}, {{0, 0}, {3, 1}}, {{4, 2}}, {{4, 0}, {kEnd, 4}}})),
            (Range{7, 7}));
}

}  // namespace

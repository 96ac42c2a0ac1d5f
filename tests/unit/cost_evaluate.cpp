// Spans cut out of steps: where an operation begins and ends inside a step, and whose doing counts.
#include <gtest/gtest.h>

#include <algorithm>

#include "cost/meter.hpp"

using namespace shootdown;
using namespace shootdown::cost;

namespace {

constexpr std::uint32_t kFlush = 0;  // the only measure

struct Made {
  Steps steps;

  Made() {
    steps.measures = {{Counted::TlbInstructions, "INVLPG", ""}};
    steps.names = {"op"};
  }
  // States in order, each once; every step from it.
  Made& state(std::vector<std::pair<std::uint32_t, Label>> out, bool rests = false) {
    steps.first.push_back(static_cast<std::uint32_t>(steps.steps.size()));
    steps.rests.push_back(rests);
    for (auto& [target, label] : out) {
      steps.labels.push_back(label);
      steps.steps.push_back({target, static_cast<std::uint32_t>(steps.labels.size() - 1)});
    }
    return *this;
  }
};

Event flush(std::uint32_t context, std::uint8_t cpu = 0, bool remote = false, std::uint8_t depth = 0) {
  return {Event::Kind::Count, cpu, depth, remote, context, kFlush, 1};
}
Event begin(std::uint32_t context, std::uint8_t depth = 0) {
  return {Event::Kind::Begin, 0, depth, false, context, 0, 0};
}
Event end(std::uint32_t context, std::uint8_t depth = 0) { return {Event::Kind::End, 0, depth, false, context, 0, 0}; }

// Of the operation (the whole execution, if `whole`): all CPUs, or the only one that does it.
Range of(const Steps& steps, bool whole = false) {
  const Result<Findings> found = evaluate(steps, false);
  EXPECT_TRUE(found.ok());
  for (const OperationCost& operation : found.value().operations) {
    if ((operation.what == OperationCost::What::Whole) != whole) continue;
    for (const Row& row : operation.rows)
      if (!row.cpu || operation.rows.size() == 1) return row.range;
    return {0, 0};
  }
  ADD_FAILURE() << "no such operation";
  return {};
}

TEST(Evaluate, OnlyWhatLiesBetweenBeginAndEndCounts) {
  Made one;
  one.state({{1, {flush(1), begin(1), flush(1), flush(1), end(1), flush(1)}}}).state({});
  EXPECT_EQ(of(one.steps), (Range{2, 2}));
  Made several;
  several.state({{1, {flush(1), begin(1), flush(1)}}})
      .state({{2, {flush(1)}}})
      .state({{3, {flush(1), end(1), flush(1)}}})
      .state({});
  EXPECT_EQ(of(several.steps), (Range{3, 3}));
}

// Each execution of the operation is one; they do not add up.
TEST(Evaluate, TwiceInTurnIsTwoOperations) {
  Made made;
  made.state({{1, {begin(1), flush(1), end(1), begin(1), flush(1), flush(1), end(1)}}}).state({{0, {}}});
  EXPECT_EQ(of(made.steps), (Range{1, 2}));
}

TEST(Evaluate, OthersDoNotCountButHandlersOfSentInterruptsDo) {
  Made made;
  made.state({{1, {begin(1)}}})
      .state({{2, {flush(2, 1)}}, {2, {flush(3, 1, true, 1)}}})
      .state({{3, {flush(1, 0, false, 1), end(1)}}})  // in a timer's handler above it
      .state({});
  EXPECT_EQ(of(made.steps), (Range{0, 1}));
  made.steps.rests[3] = true;
  EXPECT_EQ(of(made.steps, true), (Range{2, 2}));
}

// Two contexts do the same operation: either may be the one that is asked about.
TEST(Evaluate, ContextsAreJoined) {
  Made made;
  made.state({{1, {begin(1), flush(1), end(1), begin(2), end(2)}}}).state({});
  EXPECT_EQ(of(made.steps), (Range{0, 1}));
}

// One context does it on CPU 0, the other twice on CPU 1: in any execution of the operation somebody does it once or
// twice, which neither CPU's row says.
TEST(Evaluate, TheSumOfContextsOnDifferentCpus) {
  Made made;
  made.state({{1, {begin(1), flush(1, 0), end(1), begin(2), flush(2, 1), flush(2, 1), end(2)}}}).state({});
  const Result<Findings> found = evaluate(made.steps, false);
  ASSERT_TRUE(found.ok());
  const std::vector<Row>& rows = found.value().operations.at(0).rows;
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0].cpu, std::nullopt);
  EXPECT_EQ(rows[0].range, (Range{1, 2}));
  EXPECT_EQ(rows[1].range, (Range{0, 1}));
  EXPECT_EQ(rows[2].range, (Range{0, 2}));
  Made one;  // on one CPU alone there is nothing to sum up
  one.state({{1, {begin(1), flush(1, 1), end(1), begin(2), end(2)}}}).state({});
  EXPECT_EQ(evaluate(one.steps, false).value().operations.at(0).rows.size(), 1u);
}

// What never completes has no least, not one of 0.
TEST(Evaluate, AContextThatNeverEndsAddsNoLeast) {
  Made made;
  made.state({{1, {begin(1), flush(1), end(1), begin(2)}}}).state({{1, {}}});
  EXPECT_EQ(of(made.steps), (Range{1, 1}));
}

// The operation's own context has its own loop; another's loop meanwhile is not its cost.
TEST(Evaluate, Loops) {
  Made own;
  own.state({{1, {begin(1)}}}).state({{1, {flush(1)}}, {2, {end(1)}}}).state({});
  EXPECT_EQ(of(own.steps), (Range{0, std::nullopt}));
  Made other;
  other.state({{1, {begin(1)}}}).state({{1, {flush(2)}}, {2, {flush(1), end(1)}}}).state({});
  EXPECT_EQ(of(other.steps), (Range{1, 1}));
}

TEST(Evaluate, WithoutAnEndThereIsNoMinimum) {
  Made made;
  made.state({{1, {begin(1), flush(1)}}}).state({{1, {}}});
  EXPECT_EQ(of(made.steps), (Range{std::nullopt, 1}));
  EXPECT_EQ(of(made.steps, true), (Range{std::nullopt, 1}));
}

// An execution is over when all contexts have finished: what is done for ever behind that does not count.
TEST(Evaluate, TheWholeEndsWhereEverythingRests) {
  Made made;
  made.state({{1, {flush(1)}}}).state({{1, {flush(2)}}}, true);
  made.steps.labels.push_back({begin(1), end(1)});  // so that there is an operation
  EXPECT_EQ(evaluate(made.steps, false).value().operations.back().rows.at(0).range, (Range{1, 1}));
}

TEST(Evaluate, BeginningTwiceAndEndingWithoutBeginningAreRefused) {
  Made twice;
  twice.state({{1, {begin(1)}}}).state({{2, {begin(1)}}}).state({});
  EXPECT_FALSE(evaluate(twice.steps, false).ok());
  Made at_once;
  at_once.state({{1, {begin(1), begin(1)}}}).state({});
  EXPECT_FALSE(evaluate(at_once.steps, false).ok());
  Made stray;
  stray.state({{1, {end(1)}}}).state({});
  EXPECT_FALSE(evaluate(stray.steps, false).ok());
  Made in_between;  // begins and ends in one step, and ends once more in the next
  in_between.state({{1, {begin(1), end(1)}}}).state({{2, {end(1)}}}).state({});
  EXPECT_FALSE(evaluate(in_between.steps, false).ok());
}

// A task that never finishes is no operation.
TEST(Evaluate, Tasks) {
  Made made;
  made.state({{1, {begin(1), begin(2)}}}).state({{2, {flush(1), end(1)}}}).state({});
  made.steps.names = {"op"};
  const Result<Findings> found = evaluate(made.steps, true);
  ASSERT_TRUE(found.ok());
  ASSERT_EQ(found.value().operations.size(), 2u);
  EXPECT_EQ(found.value().operations[0].rows.at(0).range, (Range{1, 1}));
}

// The boot context runs from the start: nothing says that it begins.
TEST(Evaluate, TheBootContextBeginsWithTheExecution) {
  Made made;
  made.state({{1, {flush(kBootContext)}}}).state({{2, {flush(kBootContext), end(kBootContext)}}}).state({});
  const Result<Findings> found = evaluate(made.steps, true);
  ASSERT_TRUE(found.ok());
  ASSERT_EQ(found.value().operations.size(), 2u);
  EXPECT_EQ(found.value().operations[0].rows.at(0).range, (Range{2, 2}));
}

}  // namespace

// The verdict on what a search found.
#include "check/judge.hpp"

#include <gtest/gtest.h>

namespace shootdown::check {
namespace {

Answer answer_with(std::vector<system::Facts::Property> properties, std::vector<system::Facts::Cover> covers = {}) {
  Answer answer;
  answer.facts.properties = std::move(properties);
  answer.facts.covers = std::move(covers);
  return answer;
}

TEST(JudgeComplete, PassesWhenSomethingWasJudged) {
  Answer answer = answer_with({{"wrong-page-table", 3}, {"assertion", 0}}, {{"here", {}, true}});
  judge_complete(answer, {});
  EXPECT_EQ(answer.verdict, Verdict::Pass);
  EXPECT_TRUE(answer.reason.empty());
}

TEST(JudgeComplete, IsVacuousWhereACoverPointWasNotReached) {
  Answer answer = answer_with({{"assertion", 1}}, {{"one", {}, true}, {"two", {"a.c", 7, "f"}, false}});
  judge_complete(answer, {});
  EXPECT_EQ(answer.verdict, Verdict::Vacuous);
  EXPECT_EQ(answer.reason, "never reached: two");
  EXPECT_EQ(answer.file, "a.c");
  EXPECT_EQ(answer.line, 7U);
}

TEST(JudgeComplete, IsVacuousWhereASelectedPropertyWasNeverEvaluated) {
  Answer answer = answer_with({{"assertion", 5}, {"freed-page", 0}});
  judge_complete(answer, {"assertion", "freed-page"});
  EXPECT_EQ(answer.verdict, Verdict::Vacuous);
  EXPECT_EQ(answer.reason, "selected, but never evaluated: freed-page");
}

TEST(JudgeComplete, IsVacuousWhereOnlyDeadlockWasJudgedByDefault) {
  Answer answer = answer_with({{"assertion", 0}, {"deadlock", 1}});
  judge_complete(answer, {});
  EXPECT_EQ(answer.verdict, Verdict::Vacuous);
}

TEST(JudgeComplete, PassesWhereDeadlockWasAskedForByName) {
  Answer answer = answer_with({{"deadlock", 1}});
  judge_complete(answer, {"deadlock"});
  EXPECT_EQ(answer.verdict, Verdict::Pass);
}

TEST(LimitReason, SaysWhichLimitAndHowFar) {
  explore::Limits limits;
  limits.max_states = 1000;
  limits.timeout_seconds = 2;
  limits.max_memory = 3 << 20;
  explore::Statistics statistics;
  statistics.states = 1000;
  statistics.depth = 12;
  statistics.frontier = 34;
  EXPECT_EQ(limit_reason(explore::SearchEnd::StateLimit, limits, statistics),
            "limit of 1,000 states: 1,000 states seen to depth 12, 34 of them not expanded");
  EXPECT_TRUE(limit_reason(explore::SearchEnd::TimeLimit, limits, statistics).starts_with("time limit of 2 s:"));
  EXPECT_TRUE(
      limit_reason(explore::SearchEnd::MemoryLimit, limits, statistics).starts_with("memory limit of 3.0 MiB:"));
  EXPECT_TRUE(limit_reason(explore::SearchEnd::Interrupted, limits, statistics).starts_with("interrupted:"));
}

TEST(Texts, CountsAndBytes) {
  EXPECT_EQ(count_text(0), "0");
  EXPECT_EQ(count_text(999), "999");
  EXPECT_EQ(count_text(1000), "1,000");
  EXPECT_EQ(count_text(1234567), "1,234,567");
  EXPECT_EQ(bytes_text(12), "12 B");
  EXPECT_EQ(bytes_text(1536), "1.5 KiB");
  EXPECT_EQ(bytes_text(std::uint64_t{20} << 30), "20 GiB");
}

TEST(ConcernsTranslations, OnlyTheOnesAboutCachedTranslations) {
  EXPECT_TRUE(concerns_translations("revoked-translation"));
  EXPECT_FALSE(concerns_translations("wrong-page-table"));
  EXPECT_FALSE(concerns_translations("deadlock"));
}

}  // namespace
}  // namespace shootdown::check

// The table of costs: columns side by side, and what a missing row means.
#include "report/cost.hpp"

#include <gtest/gtest.h>

namespace shootdown::report {
namespace {

using cost::Counted;
using cost::OperationCost;
using cost::Range;
using What = cost::OperationCost::What;

CaseReport made(const std::string& variant, std::vector<OperationCost> operations) {
  CaseReport report;
  report.label = "flush/" + variant;
  report.answer.verdict = check::Verdict::Pass;
  report.answer.cost = cost::Findings{std::move(operations)};
  return report;
}

OperationCost operation(const std::string& name, std::vector<cost::Row> rows, bool completes = true) {
  return {What::Marked, name, completes, std::move(rows)};
}

cost::Row ipi(std::optional<unsigned> cpu, Range range) { return {Counted::Ipis, "IPI", "", cpu, range}; }

// The line of the table that begins with WHAT, words apart by one blank.
std::string line(const std::string& text, const std::string& what) {
  std::string all;
  for (const char c : text)
    if (c != ' ' || (!all.empty() && all.back() != ' ')) all += c;
  const std::size_t at = all.find("\n " + what);
  return at == std::string::npos ? "" : all.substr(at + 2, all.find('\n', at + 1) - at - 2);
}

TEST(Cost, Ranges) {
  EXPECT_EQ(range_text({0, 0}), "0");
  EXPECT_EQ(range_text({2, 2}), "2");
  EXPECT_EQ(range_text({0, 3}), "0..3");
  EXPECT_EQ(range_text({1, std::nullopt}), "1..any");
  EXPECT_EQ(range_text({std::nullopt, 3}), "<= 3");
  EXPECT_EQ(range_text({std::nullopt, std::nullopt}), "any");
  EXPECT_EQ(range_text({std::nullopt, 0}), "0");
}

TEST(Cost, WhatACaseDoesNotDoIsZeroAndOfAnOperationThatItDoesNotHaveNothingIsSaid) {
  const std::string text = cost_text({made("a", {operation("munmap", {ipi(0, {1, 1})})}),
                                      made("b", {operation("munmap", {}), operation("mprotect", {ipi(1, {0, 2})})})},
                                     false, {});
  EXPECT_EQ(line(text, "IPI CPU0"), "IPI CPU0 1 0");
  EXPECT_EQ(line(text, "IPI CPU1"), "IPI CPU1 0..2");
  EXPECT_EQ(line(text, "a: has none"), "a: has none");
  EXPECT_EQ(line(text, "b: has none"), "");
}

// One case's task does the work that the other's does elsewhere: only the whole executions can be compared.
TEST(Cost, TheWholeIsShownWhereACaseLacksWhatAnotherHas) {
  const OperationCost whole{What::Whole, "", true, {ipi(0, {1, 1})}};
  const OperationCost task{What::Task, "worker", true, {ipi(0, {1, 1})}};
  const OperationCost waits{What::Task, "idle", true, {}};
  const std::string text = cost_text({made("a", {task, whole}), made("b", {waits, whole})}, false, {});
  EXPECT_EQ(line(text, "b: has none"), "b: has none, or none that ends");
  EXPECT_NE(text.find("the whole execution"), std::string::npos);
  EXPECT_EQ(text.find("idle"), std::string::npos);  // nothing of it is counted, and nothing lacks it
  const std::string same = cost_text({made("a", {task, whole}), made("b", {waits, task, whole})}, false, {});
  EXPECT_EQ(same.find("the whole execution"), std::string::npos);
  EXPECT_EQ(same.find("has none"), std::string::npos);
}

// By one execution: a case that has none of the instruction is a dash, and the legend says what that means.
TEST(Cost, WhatNoExecutionThrowsAwayIsADash) {
  const cost::Row dropped{Counted::DroppedAtOnce, "INVLPG", "global", 0, {1, 1}};
  const std::string text =
      cost_text({made("a", {operation("op", {dropped})}), made("b", {operation("op", {})})}, false, {200, false});
  EXPECT_EQ(line(text, "INVLPG"), "INVLPG global CPU0 1 -");
  EXPECT_NE(text.find("or no execution"), std::string::npos);
}

TEST(Cost, ACaseThatWasNotCountedSaysSoAndLacksNothing) {
  CaseReport refused = made("b", {});
  refused.answer.cost.reset();
  refused.answer.verdict = check::Verdict::Unsupported;
  const OperationCost whole{What::Whole, "", true, {ipi(0, {1, 1})}};
  const std::string text = cost_text({made("a", {operation("op", {ipi(0, {1, 1})}), whole}), refused}, false, {});
  EXPECT_EQ(line(text, "b: was"), "b: was not counted");
  EXPECT_EQ(text.find("the whole execution"), std::string::npos);
}

// The sum over all CPUs is there only where several do it: elsewhere it is what the one does.
TEST(Cost, TheSumOfOneCpuIsItsOwn) {
  const std::string text =
      cost_text({made("both", {operation("op", {ipi(std::nullopt, {1, 2}), ipi(0, {1, 1}), ipi(1, {0, 1})})}),
                 made("one", {operation("op", {ipi(0, {0, 0}), ipi(1, {3, 4})})}), made("none", {operation("op", {})})},
                false, {});
  EXPECT_EQ(line(text, "IPI all"), "IPI all 1..2 3..4 0");
  EXPECT_EQ(line(text, "IPI CPU0"), "IPI CPU0 1 0 0");
}

TEST(Cost, RowsThatAreZeroEverywhereAreLeftOut) {
  const std::string text = cost_text({made("a", {operation("op", {ipi(0, {0, 0})})})}, false, {});
  EXPECT_EQ(line(text, "IPI"), "");
  EXPECT_NE(text.find("nothing that is counted"), std::string::npos);
}

TEST(Cost, TheWholeIsShownIfAskedForOrIfThereIsNothingElse) {
  const OperationCost whole{What::Whole, "", false, {ipi(0, {std::nullopt, 5})}};
  const std::string heading = "the whole execution";
  const OperationCost other = operation("op", {});
  EXPECT_EQ(cost_text({made("a", {other, whole})}, false, {}).find(heading), std::string::npos);
  EXPECT_NE(cost_text({made("a", {other, whole})}, true, {}).find(heading), std::string::npos);
  const std::string alone = cost_text({made("a", {whole})}, false, {});
  EXPECT_NE(alone.find(heading), std::string::npos);
  EXPECT_NE(alone.find("a: never completes"), std::string::npos);
}

TEST(Cost, ASearchThatDidNotSeeAllSaysSo) {
  CaseReport bounded = made("a", {operation("op", {ipi(0, {1, 1})})});
  bounded.answer.verdict = check::Verdict::Bounded;
  EXPECT_NE(cost_text({bounded}, false, {}).find("not everything was counted"), std::string::npos);
}

TEST(Cost, AsJson) {
  const nlohmann::json json =
      to_json(cost::Findings{{operation("op", {ipi(std::nullopt, {0, std::nullopt}), ipi(1, {std::nullopt, 2})})}});
  const auto& counts = json.at("operations").at(0).at("counts");
  EXPECT_EQ(json.at("operations").at(0).at("span"), "operation");
  EXPECT_EQ(counts.at(0).at("counted"), "ipis");
  EXPECT_TRUE(counts.at(0).at("cpu").is_null());
  EXPECT_TRUE(counts.at(0).at("maximum").is_null());
  EXPECT_EQ(counts.at(0).at("minimum"), 0);
  EXPECT_EQ(counts.at(1).at("cpu"), 1);
  EXPECT_TRUE(counts.at(1).at("minimum").is_null());
}

}  // namespace
}  // namespace shootdown::report

// The rows of `necessary`: each says which site it is about.
#include "report/necessary.hpp"

#include <gtest/gtest.h>

#include "report_traces.hpp"

namespace shootdown::report {
namespace {

using omit::Kind;
using omit::Place;

const Place kCaller{"a.c", 7, "f", false};

Omission redundant(std::vector<Place> places) {
  Omission omission{{Kind::Barrier, "lock", std::move(places)}, {}};
  omission.report.answer.verdict = check::Verdict::Pass;
  return omission;
}

std::string text_of(const std::vector<Omission>& omissions) {
  CaseReport base;
  base.label = "a/fixed";
  return necessary_text(base, omissions, false, {});
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

TEST(Necessary, RowsThatDifferShowFunctionsOnly) {
  const std::string text =
      text_of({redundant({kCaller}), redundant({{"kit/x.h", 3, "lock", true}, kCaller}),
               redundant({{"kit/x.h", 4, "unlock", true}, {"kit/y.h", 9, "leave", true}, kCaller})});
  EXPECT_EQ(count(text, "a.c:7 f  lock (barrier)  "), 1u) << text;
  EXPECT_EQ(count(text, "lock (barrier) in lock  "), 1u) << text;
  EXPECT_EQ(count(text, "lock (barrier) in unlock, called by leave  "), 1u) << text;
  EXPECT_EQ(count(text, "x.h"), 0u) << text;
}

TEST(Necessary, RowsThatWouldBeEqualShowTheInnermostLine) {
  const std::string text = text_of({redundant({{"kit/x.h", 3, "invalidate", true}, kCaller}),
                                    redundant({{"kit/x.h", 8, "invalidate", true}, kCaller}),
                                    redundant({{"kit/x.h", 8, "other", true}, kCaller})});
  EXPECT_EQ(count(text, "in invalidate (kit/x.h:3)  "), 1u) << text;
  EXPECT_EQ(count(text, "in invalidate (kit/x.h:8)  "), 1u) << text;
  EXPECT_EQ(count(text, "in other  "), 1u) << text;
}

// One instruction, reached by two calls of one function in another.
TEST(Necessary, WhereThatIsTheSameTheyShowEveryLineOfTheLibrary) {
  const Place inner{"kit/x.h", 3, "lock", true};
  const std::string text = text_of({redundant({inner, {"kit/y.h", 10, "leave", true}, kCaller}),
                                    redundant({inner, {"kit/y.h", 12, "leave", true}, kCaller})});
  EXPECT_EQ(count(text, "in lock, called by leave (kit/x.h:3 < kit/y.h:10)  "), 1u) << text;
  EXPECT_EQ(count(text, "in lock, called by leave (kit/x.h:3 < kit/y.h:12)  "), 1u) << text;
}

}  // namespace
}  // namespace shootdown::report

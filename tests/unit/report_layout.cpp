// Rows of a schedule, and how they are drawn.
#include "report/layout.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "report/columns.hpp"
#include "report_traces.hpp"

namespace shootdown::report {
namespace {

Layout laid_out(const trace::Trace& trace) {
  SourceText source;
  return lay_out(trace, source);
}

bool has_row(const Layout& layout, const std::string& task, const std::string& text) {
  return std::any_of(layout.rows.begin(), layout.rows.end(),
                     [&](const Row& row) { return row.task == task && row.text == text; });
}

TEST(Layout, ShowsWhatHappened) {
  const Layout layout = laid_out(stale_root());
  EXPECT_TRUE(has_row(layout, "A", "task_a+8"));
  EXPECT_TRUE(has_row(layout, "A", "r = CR3 (= A)"));
  EXPECT_TRUE(has_row(layout, "A", "CR3 = B"));
  EXPECT_TRUE(has_row(layout, "A", "CR3 = A"));
  EXPECT_TRUE(has_row(layout, "B", "user load 0x400000"));
}

TEST(Layout, AnInterruptAndItsSwitchAreOneDivider) {
  const Layout layout = laid_out(stale_root());
  const auto count = [&](const std::string& text) {
    return std::count_if(layout.rows.begin(), layout.rows.end(),
                         [&](const Row& row) { return row.divider && row.text == text; });
  };
  EXPECT_EQ(count("timer in B; A runs"), 1);
  EXPECT_EQ(count("timer in A; B runs"), 1);  // the first one loads CR3 in between
  EXPECT_EQ(count("timer in A"), 1);
  EXPECT_EQ(count("B runs"), 1);
}

TEST(Layout, TheLastRowIsTheViolation) {
  const Layout layout = laid_out(stale_root());
  ASSERT_FALSE(layout.rows.empty());
  EXPECT_TRUE(layout.rows.back().violation);
  EXPECT_EQ(layout.rows.back().text, "user load 0x400000");
  EXPECT_EQ(layout.rows.back().root, "A");
}

TEST(Layout, TheRootStandsWhereItChanges) {
  const Layout layout = laid_out(stale_root());
  std::vector<std::string> roots;
  for (const Row& row : layout.rows)
    if (!row.divider) roots.push_back(row.root);
  EXPECT_EQ(roots, (std::vector<std::string>{"A", "", "B", "A", "A"}));
}

TEST(Layout, StaleTranslationsAreNamed) {
  const Layout layout = laid_out(missed_flush());
  std::vector<std::string> tlbs;
  for (const Row& row : layout.rows) tlbs.push_back(row.tlb);
  EXPECT_EQ(tlbs, (std::vector<std::string>{"1", "1, stale: A 0x400000", "", ""}));
}

TEST(Layout, TheBootIsOneRow) {
  TraceBuilder b;
  b.run(0, "boot");
  b.add(trace::EventKind::Store, "", "mm_create", 1);
  b.add(trace::EventKind::Operation, "create context", "spawn", 2).text = "A";
  b.switch_to(1, "A");
  b.add(trace::EventKind::Note, "note", "task_a", 3).text = "hello";
  const Layout layout = laid_out(b.trace());
  ASSERT_EQ(layout.rows.size(), 2U);
  EXPECT_EQ(layout.rows[0].text, "boot: A; A runs");
  EXPECT_EQ(layout.rows[1].text, "hello");
}

TEST(Layout, LoopsOfALivelockAreMarked) {
  trace::Trace trace = stale_root();
  trace.loop_begins = 3;
  const Layout layout = laid_out(trace);
  EXPECT_TRUE(has_row(layout, "", "a loop begins"));
  EXPECT_EQ(layout.rows.back().text, "again from step 3, for ever");
}

std::size_t widest_line(const std::string& text) {
  std::size_t widest = 0;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) widest = std::max(widest, display_width(line));
  return widest;
}

TEST(Draw, KeepsTheWidth) {
  trace::Trace trace = stale_root();
  trace.events[0].symbol = std::string(300, 'x');
  trace.events[3].where.front().function = "a_function_with_a_name_that_takes_most_of_a_line_of_the_terminal";
  for (const unsigned width : {80U, 100U, 160U}) {
    const std::string text = draw(laid_out(trace), {width, false});
    EXPECT_LE(widest_line(text), width);
  }
}

TEST(Draw, LosesNothingOfALongText) {
  trace::Trace trace = stale_root();
  trace.events[0].symbol =
      "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda my ny xi omikron pi rho sigma";
  const std::string text = draw(laid_out(trace), {80, false});
  for (const std::string word : {"alpha", "theta", "sigma"}) EXPECT_NE(text.find(word), std::string::npos) << word;
}

TEST(Draw, MarksTheViolation) {
  const std::string text = draw(laid_out(stale_root()), {100, false});
  EXPECT_EQ(text.substr(text.rfind("<- ")), "<- violation\n");
  EXPECT_EQ(text.find('\033'), std::string::npos);
  EXPECT_NE(draw(laid_out(stale_root()), {100, true}).find("\033[31m"), std::string::npos);
}

TEST(Draw, EachCpuHasItsColumns) {
  trace::Trace trace = stale_root();
  trace.cpus = 2;
  trace.events[0].cpu = 1;
  const std::string text = draw(laid_out(trace), {120, false});
  const std::string heading = text.substr(0, text.find('\n'));
  EXPECT_LT(heading.find("CPU0"), heading.find("CPU1"));
  std::istringstream lines(text);
  std::string line;
  std::getline(lines, line);
  std::getline(lines, line);  // the store on CPU1
  EXPECT_GE(line.find("exit_mm"), heading.find("CPU1"));
}

TEST(Style, CutsAtCodePoints) {
  EXPECT_EQ(fitted("äöü", 3), "äöü");
  EXPECT_EQ(fitted("äöüß", 3), "äö…");
  EXPECT_EQ(cell("ab", 4), "ab  ");
  EXPECT_EQ(display_width("äöü…"), 4U);
  EXPECT_EQ(wrapped("one two three", 8, "  "), "  one\n  two\n  three\n");
}

}  // namespace
}  // namespace shootdown::report

// The text of a case: the verdict line first, then what belongs to the verdict.
#include "report/text.hpp"

#include <gtest/gtest.h>

#include "report_traces.hpp"

namespace shootdown::report {
namespace {

const Style kStyle{100, false};

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }
bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

CaseReport passing_report() {
  CaseReport report = failing_report();
  report.answer.trace.reset();
  report.replay.clear();
  report.answer.verdict = check::Verdict::Pass;
  report.answer.facts.properties = {{"assertion", 12}, {"deadlock", 1234}, {"freed-page", 0}};
  report.answer.facts.covers = {{"B borrows A", {}, true}};
  return report;
}

TEST(Text, AFailNamesThePropertyAndHowToReplayIt) {
  const std::string all = text(failing_report(), kStyle);
  EXPECT_TRUE(has(first_line(all), "example/buggy"));
  EXPECT_TRUE(has(first_line(all), "FAIL"));
  EXPECT_TRUE(has(first_line(all), "wrong page table"));
  EXPECT_TRUE(has(first_line(all), "1,234 states, 11 steps, 0.5 s")) << first_line(all);
  EXPECT_TRUE(has(all, "replay: shootdown replay x.trace.json\n"));
}

TEST(Text, APassSaysWhatItIsWorth) {
  CaseReport report = passing_report();
  report.peak_memory = 5 << 20;
  const std::string all = text(report, kStyle);
  EXPECT_TRUE(has(first_line(all), "1,234 states, all seen, 0.5 s"));
  for (const char* part :
       {"2,468 states/s", "100 bytes/state", "peak memory 5.0 MiB", "machine: x86-64, 1 CPU", "features pge,pse,nx",
        "compiler: clang 19 -O1", "assertion 12", "never evaluated: freed-page", "covered: B borrows A"})
    EXPECT_TRUE(has(all, part)) << part << " in\n" << all;
}

TEST(Text, SeveralCpusNameTheirMemoryModel) {
  CaseReport report = passing_report();
  report.request.configuration.cpus = 2;
  EXPECT_TRUE(has(text(report, kStyle), "2 CPUs, features pge,pse,nx, memory model tso with 8 stores buffered"));
}

TEST(Text, OtherVerdictsGiveTheirReasonAndPlace) {
  CaseReport report = passing_report();
  report.answer.verdict = check::Verdict::Unsupported;
  report.answer.reason = "inline assembly: rdtsc";
  report.answer.file = "a.c";
  report.answer.line = 3;
  EXPECT_TRUE(has(text(report, kStyle), "a.c:3: inline assembly: rdtsc"));
}

TEST(Text, WarningsAndUnsavedTracesAreNotDropped) {
  CaseReport report = failing_report();
  report.answer.warnings = {"a.c:1: asm without a memory clobber"};
  report.answer.needs_new_then_old = true;
  report.replay.clear();
  report.trace_note = "The trace could not be saved";
  const std::string all = text(report, kStyle);
  EXPECT_TRUE(has(all, "a.c:1: asm without a memory clobber"));
  EXPECT_TRUE(has(all, "The trace could not be saved"));
  EXPECT_TRUE(has(all, "older cached translation"));
}

TEST(Text, TheEndStateHasEveryCpu) {
  trace::Trace trace = missed_flush();
  trace.cpus = 2;
  trace.events[0].cpu = 1;
  const std::string all = end_state_text(trace, kStyle);
  EXPECT_TRUE(has(all, "CPU0: A runs, page table A (0xa000), paging on, interrupts off, TLB may hold:"));
  EXPECT_TRUE(has(all, "CPU1: "));
  EXPECT_TRUE(has(all, "0x400000"));
  EXPECT_TRUE(has(all, "stale"));
}

}  // namespace
}  // namespace shootdown::report

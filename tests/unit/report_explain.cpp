// Explanations name both parties and the cause.
#include "report/explain.hpp"

#include <gtest/gtest.h>

#include "report_traces.hpp"

namespace shootdown::report {
namespace {

using trace::EventKind;

void expect_says(const std::string& text, std::initializer_list<const char*> parts) {
  for (const char* part : parts) EXPECT_NE(text.find(part), std::string::npos) << "no '" << part << "' in: " << text;
}

TEST(Explain, AStaleRootThatWasWrittenBack) {
  EXPECT_EQ(explain(stale_root()),
            "CPU0 runs B in user mode on page table A; it expects B. A wrote A to CR3 in flush_tlb (flush_tlb.h:20), a "
            "value it had read (flush_tlb.h:20) before the switch to B. B was then resumed without a reload of CR3.");
}

TEST(Explain, AFreshValueIsNotCalledCarried) {
  TraceBuilder b;
  b.add(EventKind::Operation, "MOV from CR3", "flush_tlb", 20).result = kRootA;
  b.add(EventKind::Operation, "MOV to CR3", "flush_tlb", 20).arguments = {kRootA};
  b.switch_to(2, "B");
  b.add(EventKind::Access, "user load", "task_b", 50).arguments = {0x400000, 8};
  b.trace().violation = {"wrong-page-table", "", "CPU0 runs B on page table A"};
  const std::string text = explain(b.trace());
  EXPECT_EQ(text.find("had read"), std::string::npos) << text;
  expect_says(text, {"A wrote A to CR3", "B was then resumed without a reload"});
}

TEST(Explain, ANoteOfTheSchedulerSaysWhy) {
  trace::Trace trace = stale_root();
  trace::Event note = trace.events[trace.events.size() - 3];
  note.kind = EventKind::Note;
  note.text = "prev == next";
  trace.events.insert(trace.events.end() - 3, note);
  expect_says(explain(trace), {"resumed without a reload of CR3 (prev == next)"});
}

// A CPU that has not turned its MMU on has no root yet, and what it writes has a name all the same.
TEST(Explain, ARootThatWasLoadedBeforePagingIsNamedAsWhereItIsUsed) {
  TraceBuilder b;
  b.view().paging_on = false;
  b.view().root_name = "off";
  b.add(EventKind::Operation, "MOV to CR3", "start", 12).arguments = {kRootB};
  b.view().paging_on = true;
  b.load(kRootB);
  b.add(EventKind::Operation, "MOV to CR0", "start", 13).arguments = {0x80000001};
  b.add(EventKind::Access, "user load", "task_a", 50).arguments = {0x400000, 8};
  b.trace().violation = {"wrong-page-table", "", "CPU0 runs A on page table B"};
  const std::string text = explain(b.trace());
  expect_says(text, {" A wrote B to CR3 in start (start.h:12)."});
  EXPECT_EQ(text.find("off"), std::string::npos) << text;
}

// The root of boot is nobody's load. What was noted on another CPU is no reason, nor what was noted after the switch.
TEST(Explain, ARootThatNobodyLoaded) {
  TraceBuilder b;
  b.add(EventKind::Interrupt, "timer", "boot", 5);
  b.add(EventKind::Note, "", "switch_mm", 29).text = "prev == next";
  b.add(EventKind::Note, "", "elsewhere", 1).text = "another CPU's";
  b.trace().events.back().cpu = 1;
  b.switch_to(2, "B");
  b.add(EventKind::Note, "", "task_b", 49).text = "too late";
  b.add(EventKind::Access, "user load", "task_b", 50).arguments = {0x400000, 8};
  b.trace().violation = {"wrong-page-table", "", "CPU0 runs B on page table A"};
  EXPECT_EQ(explain(b.trace()),
            "CPU0 runs B on page table A. B was switched to without a load of CR3, and CPU0 has not written it since "
            "boot (prev == next).");
}

TEST(Explain, ARootThatNobodyLoadedInTheTaskOfBoot) {
  TraceBuilder b;
  b.add(EventKind::Note, "", "use_mm", 29).text = "deferred";
  b.add(EventKind::Access, "user load", "task_a", 50).arguments = {0x400000, 8};
  b.trace().violation = {"wrong-page-table", "", "CPU0 runs A on page table A"};
  EXPECT_EQ(explain(b.trace()), "CPU0 runs A on page table A. CPU0 has not written CR3 since boot (deferred).");
}

TEST(Explain, AMissedFlush) {
  expect_says(explain(missed_flush()),
              {"CPU0 makes a user load at 0x400000 in A", "0x400000 -> 0x7000 U RW-", "from page table A",
               "had taken it away in unmap (unmap.h:61)", "CPU0 flushed nothing since"});
}

TEST(Explain, AFlushThatDidNotHelp) {
  trace::Trace trace = missed_flush();
  trace::Event flush = trace.events[2];
  flush.kind = EventKind::Operation;
  flush.operation = "INVLPG";
  flush.where.front() = {"/nowhere/tlb.h", 9, "flush_page"};
  trace.events.insert(trace.events.begin() + 2, flush);
  expect_says(explain(trace), {"INVLPG in flush_page (tlb.h:9) since then did not drop it"});
}

TEST(Explain, ATranslationOfAnotherAddressSpace) {
  TraceBuilder b;
  b.load(kRootB);
  b.view().tlb = {tlb_line(0x400000, "A", false)};
  b.add(EventKind::Operation, "MOV to CR3", "switch_mm", 30).arguments = {kRootB};
  b.add(EventKind::Access, "user load", "task_b", 50).arguments = {0x400000, 8};
  b.trace().violation = {"foreign-translation", "", "an access used a translation cached from another root"};
  expect_says(explain(b.trace()), {"from page table A", "now runs on page table B", "switch_mm (switch_mm.h:30)",
                                   "the translation survived it"});
}

TEST(Explain, AFreedRoot) {
  TraceBuilder b;
  b.add(EventKind::Operation, "MOV to CR3", "flush_tlb", 20).arguments = {kRootA};
  trace::Event& freed = b.add(EventKind::Ghost, "page freed", "free_page", 70);
  freed.arguments = {kRootA};
  freed.where.push_back({"/nowhere/mm.h", 80, "mmdrop"});
  b.trace().violation = {"freed-page", "loaded root", "a freed page table is loaded"};
  expect_says(explain(b.trace()),
              {"CPU0 runs A on page table A", "has freed in free_page (free_page.h:70), called by mmdrop",
               "A wrote A to CR3 in flush_tlb"});
}

TEST(Explain, ADeadlockSaysWhereEverybodyIs) {
  TraceBuilder b;
  b.add(EventKind::Store, "", "lock", 3);
  b.run(2, "B");
  b.add(EventKind::Store, "", "wait", 4);
  b.run(3, "C");
  b.add(EventKind::Operation, "finish context", "done", 5);
  b.trace().violation = {"deadlock", "", "nobody can make progress"};
  EXPECT_EQ(explain(b.trace()), "nobody can make progress: A is in lock (lock.h:3); B is in wait (wait.h:4).");
}

TEST(Explain, AnythingElseHasItsPlace) {
  TraceBuilder b;
  b.add(EventKind::Operation, "assert", "task_a", 8);
  b.trace().violation = {"assertion", "x == 2", "x == 2 does not hold"};
  EXPECT_EQ(explain(b.trace()), "CPU0, A in task_a (task_a.h:8): x == 2 does not hold.");
}

TEST(Explain, SurvivesTracesWithoutAnything) {
  trace::Trace trace;
  EXPECT_EQ(explain(trace), "");
  for (const char* property : {"wrong-page-table", "freed-page", "revoked-translation", "foreign-translation",
                               "deadlock", "assertion", "nonsense"}) {
    trace.violation = {property, "", "message"};
    EXPECT_EQ(explain(trace), "message.");
    trace.events.assign(1, {});
    EXPECT_NE(explain(trace), "") << property;
    trace.events.clear();
  }
}

}  // namespace
}  // namespace shootdown::report

// Hand-made traces for the tests of the reports.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "report/case_report.hpp"
#include "trace/trace.hpp"

namespace shootdown::report {

inline constexpr std::uint64_t kRootA = 0xa000, kRootB = 0xb000;

class TraceBuilder {
 public:
  TraceBuilder() {
    trace_.scenario = "corpus/example/scenario.c";
    trace_.variant = "buggy";
    trace_.machine = "x86-64";
    trace_.choices = {0, 2, 1};
    trace_.program_digest = 0xfedcba9876543210;
    view_.paging_on = true;
    load(kRootA);
  }

  trace::Event& add(trace::EventKind kind, const std::string& operation, const std::string& function, unsigned line) {
    trace::Event event;
    event.kind = kind;
    event.step = ++step_;
    event.context = context_;
    event.context_name = name_;
    event.where = {{"/nowhere/" + function + ".h", line, function}};
    event.operation = operation;
    event.after = view_;
    trace_.events.push_back(std::move(event));
    return trace_.events.back();
  }
  void run(unsigned context, std::string name) {
    context_ = context;
    name_ = std::move(name);
  }
  void switch_to(unsigned context, const std::string& name) {
    trace::Event& event = add(trace::EventKind::ContextSwitch, "switch context", "context_switch", 131);
    event.other_context = context;
    event.other_name = name;
    run(context, name);
  }
  void load(std::uint64_t root) {
    view_.root = root;
    view_.root_name = root == kRootA ? "A" : "B";
  }
  trace::CpuView& view() { return view_; }
  trace::Trace& trace() { return trace_; }

 private:
  trace::Trace trace_;
  trace::CpuView view_;
  unsigned step_ = 0, context_ = 1;
  std::string name_ = "A";
};

// The schedule of a flush that writes back a root it read before it was preempted.
inline trace::Trace stale_root() {
  using trace::EventKind;
  TraceBuilder b;
  b.add(EventKind::Store, "", "exit_mm", 10).symbol = "task_a+8";
  b.add(EventKind::Operation, "MOV from CR3", "flush_tlb", 20).result = kRootA;
  b.add(EventKind::Interrupt, "timer", "flush_tlb", 21);
  b.load(kRootB);
  b.add(EventKind::Operation, "MOV to CR3", "switch_mm", 30).arguments = {kRootB};
  b.switch_to(2, "B");
  b.add(EventKind::Interrupt, "timer", "task_b", 50);
  b.switch_to(1, "A");
  b.load(kRootA);
  b.add(EventKind::Operation, "MOV to CR3", "flush_tlb", 20).arguments = {kRootA};
  b.add(EventKind::Interrupt, "timer", "flush_tlb", 21);
  b.switch_to(2, "B");
  b.add(EventKind::Access, "user load", "task_b", 50).arguments = {0x400000, 8};
  trace::Event& violation = b.add(EventKind::Violation, "", "task_b", 50);
  violation.step = b.trace().events[b.trace().events.size() - 2].step;
  b.trace().violation = {"wrong-page-table", "", "CPU0 runs B in user mode on page table A; it expects B"};
  return b.trace();
}

inline trace::TlbLine tlb_line(std::uint64_t va, const std::string& origin, bool stale) {
  trace::TlbLine line;
  line.va = va;
  line.bytes = 4096;
  line.target = 0x7000;
  line.rights = "U RW-";
  line.origin = origin;
  line.stale = stale;
  return line;
}

// A page is taken away on the CPU that goes on using it.
inline trace::Trace missed_flush() {
  using trace::EventKind;
  TraceBuilder b;
  b.view().tlb = {tlb_line(0x400000, "A", false)};
  b.add(EventKind::Access, "user load", "task_a", 5).arguments = {0x400000, 8};
  b.view().tlb.front().stale = true;
  b.add(EventKind::Store, "", "unmap", 60).symbol = "page_table+0";
  b.add(EventKind::Ghost, "revoked", "unmap", 61).arguments = {kRootA, 0x400000};
  b.add(EventKind::Access, "user load", "task_a", 6).arguments = {0x400000, 8};
  b.trace().violation = {"revoked-translation", "", "an access used a translation that was taken away"};
  return b.trace();
}

inline CaseReport failing_report() {
  CaseReport report;
  report.label = "example/buggy";
  report.request.compile.source = "corpus/example/scenario.c";
  report.request.compile.variant = "buggy";
  report.answer.verdict = check::Verdict::Fail;
  report.answer.statistics.states = 1234;
  report.answer.statistics.seconds = 0.5;
  report.answer.statistics.store_bytes = 123400;
  report.answer.compiler = "clang 19";
  report.answer.flags = "-O1";
  report.answer.trace = stale_root();
  report.replay = "shootdown replay x.trace.json";
  return report;
}

}  // namespace shootdown::report

// Which events of a trace a schedule shows, and which it leaves out.
//
// Shown: whatever changes a CPU's root, TLB or interrupt flag; accesses, notes, and what a context's own code does
// (stores, ghost statements, choices, operations). Left out: loads; operations that change nothing; what interrupt
// handlers do besides; and the inside of the scheduler, of which the switch itself says enough.
#pragma once

#include <set>
#include <string>

#include "trace/trace.hpp"

namespace shootdown::report {

class Selection {
 public:
  explicit Selection(const trace::Trace& trace);

  // `changed`: the CPU's root, TLB or interrupt flag is another than before.
  [[nodiscard]] bool shows(const trace::Event& event, bool changed) const;

 private:
  [[nodiscard]] bool in_scheduler(const trace::Event& event) const;

  std::set<std::string, std::less<>> scheduler_;
};

// True if root, tag, TLB or interrupt flag differ.
bool differs(const trace::CpuView& a, const trace::CpuView& b);

}  // namespace shootdown::report

// What a schedule shows: rows, each in the columns of one CPU. Nothing here knows widths or colours; drawing is in
// columns.cpp.
// Interrupts and context switches are dividers; what the boot does is one row; which of the other events become rows
// is decided in selection.hpp.
#pragma once

#include <string>
#include <vector>

#include "report/source_text.hpp"
#include "trace/trace.hpp"

namespace shootdown::report {

struct Row {
  bool divider = false;  // `text` across the CPU's columns, nothing else
  bool violation = false;
  unsigned step = 0;
  unsigned cpu = 0;
  std::string task;    // name of the context
  std::string code;    // the function
  std::string text;    // what happens
  std::string root;    // page table that the CPU runs on; empty: as before
  std::string tlb;     // what its TLB may hold; empty: as before
  std::string source;  // file and line
};

struct Layout {
  unsigned cpus = 1;
  std::string root_heading = "root";
  std::vector<Row> rows;
};

Layout lay_out(const trace::Trace& trace, SourceText& source);

// "A", or "A #1" where tags are in use.
std::string root_text(const trace::CpuView& view);
// "7", or "7, stale: A 0x400000"
std::string tlb_text(const trace::CpuView& view);

}  // namespace shootdown::report

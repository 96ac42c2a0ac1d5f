// Trace: what a finished run looks like to the reports. Plain data; nothing here refers to a program, a machine or a
// search.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace shootdown::trace {

struct SourceLine {
  std::string file;  // as the compiler named it; empty if unknown
  unsigned line = 0;
  std::string function;  // the source function
};

// One translation that a CPU may have cached, for people.
struct TlbLine {
  std::string tag;  // "PCID 1", "global", "" where the machine has no tags in use
  std::uint64_t va = 0;
  std::uint64_t bytes = 0;  // size of the page, or of what the intermediate entry covers
  bool leaf = true;
  std::uint64_t target = 0;  // physical address of the page or table
  std::string rights;        // "U RW", "S R-", ...
  std::string origin;        // name of the root it was filled from
  bool stale = false;        // a walk of the origin's tables does not give it now
};

struct CpuView {
  std::uint64_t root = 0;
  std::string root_name;  // from sd_name_root, else the address in hexadecimal
  std::uint64_t tag = 0;
  bool tags_in_use = false;  // CR4.PCIDE = 1
  bool interrupts_on = false;
  bool paging_on = false;
  std::vector<TlbLine> tlb;
};

// clang-format off
enum class EventKind : std::uint8_t {
  Operation,        // a machine operation
  Load, Store, ReadModifyWrite,   // memory
  Drain,            // a buffered store reaches memory
  ContextSwitch,    // this context stops, `other_context` runs
  Interrupt,        // an interrupt or fault enters its handler (operation text names it)
  InterruptReturn,
  Access,           // a translated access
  Choice,
  Note,             // sd_note
  Ghost,            // a ghost statement
  Violation,
};
// clang-format on

struct Event {
  EventKind kind = EventKind::Operation;
  unsigned step = 0;  // number of the visible step, from 1
  unsigned cpu = 0;
  unsigned context = 0;  // number of the context
  std::string context_name;
  unsigned interrupt_depth = 0;   // 0: the context's own code
  std::vector<SourceLine> where;  // innermost first: the operation's own place, then callers up to the context's start
  std::string operation;          // mnemonic, as in machine/operations.hpp: "MOV to CR3", "user load"
  std::vector<std::uint64_t> arguments;
  std::optional<std::uint64_t> result;
  std::string
      text;  // for people, complete in itself: "CR3 = A", "r = CR3 (= A)", "user load 0x400000: walk, frame 0x1003000"
  std::string symbol;  // Load/Store: the variable, with offset, as "task_a+8"; else empty
  unsigned other_context = 0;
  std::string other_name;
  CpuView after;  // this CPU, after the event
};

struct Violation {
  std::string property;  // its name: "wrong-page-table"
  std::string detail;    // "#GP", "null pointer", ...; may be empty
  std::string message;   // one clause in words, from the property
};

struct Trace {
  std::string scenario;  // path of the file
  std::string variant;
  std::string machine;  // "x86-64"
  unsigned cpus = 1;
  std::vector<std::string> options;    // further options as on the command line, for the replay command
  std::vector<std::uint32_t> choices;  // the path, see explore::SearchResult
  std::uint64_t program_digest = 0;
  std::vector<Event> events;
  std::optional<Violation> violation;
  // Livelock: the step with which a loop begins that may go on for ever (the last event closes it); 0: there is none.
  unsigned loop_begins = 0;
  bool loop_survives_fair_scheduler = false;
};

}  // namespace shootdown::trace

// What an audit found. Plain data: nothing here refers to a program or a machine.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "trace/trace.hpp"

namespace shootdown::audit {

// What held at a moment.
struct Circumstances {
  bool interrupts_on = false;
  unsigned interrupt_depth = 0;  // handlers that the context was in
  std::uint64_t declared = 0;    // bit n: Findings::circumstances[n] held
  friend auto operator<=>(const Circumstances&, const Circumstances&) = default;
};

// In how many states it was so.
struct Seen {
  Circumstances circumstances;
  std::uint64_t states = 0;
};

// Where something is done, and on whose behalf. The first place is the instruction's, then its callers', inlined or
// not, out to where the context began or the interrupt came in.
struct CallPath {
  std::vector<trace::SourceLine> places;
  // The first place that is not in kit/, tlb/ or include/shootdown/; places.size() if there is none.
  std::size_t under_test = 0;
};

// One operation at one place, reached in one way. A state counts if some step from it executes the operation there.
struct Site {
  std::string operation;  // "MOV to CR3"
  CallPath path;
  std::vector<Seen> seen;  // by circumstances, ascending; a state may count in several
};

// A value read from a register that flows into a write of the same register, with one way to get there. The numbers are
// states in which some context is between the two: it holds the value and has not written it.
struct ReadModifyWrite {
  std::string reg;  // "CR3"
  trace::SourceLine read, write;
  CallPath path;                    // to the read, or to the write where the read's function has returned
  std::vector<Seen> between;        // the context runs, and no interrupt has come in between
  std::uint64_t preemptible = 0;    // of them: where it could be switched away, see Findings::preemptible
  std::uint64_t interrupted = 0;    // an interrupt has come in between
  std::uint64_t preempted = 0;      // of them: and from inside it the CPU was given to another context
  std::uint64_t switched_away = 0;  // the context gave the CPU to another by itself in between
};

struct Findings {
  std::vector<std::string> circumstances;  // names, in the order of the bits
  // The circumstance that says whether the running code can be switched away; empty: none is declared, and interrupts
  // that are on count as preemptible.
  std::string preemptible;
  std::vector<Site> sites;  // by operation, then place
  std::vector<ReadModifyWrite> read_modify_writes;
  std::vector<std::string> warnings;  // one sentence each, "file:line: warning: ..."
};

}  // namespace shootdown::audit

// What `cost` found of one case. Plain data: nothing here refers to a program or a machine.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace shootdown::cost {

// What a row counts.
enum class Counted : std::uint8_t {
  RootLoads,
  TlbInstructions,
  Barriers,
  Ipis,
  Dropped,        // live translations thrown away, all together
  DroppedAtOnce,  // by one execution of one instruction
};

struct Range {
  std::optional<std::uint64_t> minimum;  // none: nothing ever completes
  std::optional<std::uint64_t> maximum;  // none: there is no bound
  friend bool operator==(const Range&, const Range&) = default;
};

struct Row {
  Counted counted = Counted::RootLoads;
  std::string kind;             // "INVPCID type 1"
  std::string scope;            // "a PCID, this CPU"; of what is dropped: whose it is. May be empty
  std::optional<unsigned> cpu;  // that executes it; none: all CPUs together, where several do
  Range range;                  // an operation that is executed without it: 0 to 0, or no row
};

// A piece of an execution.
struct OperationCost {
  enum class What : std::uint8_t {
    Marked,  // sd_operation_begin to sd_operation_end
    Task,    // a context, from its first step until it finishes, or, but for boot's, says that it may wait for ever
    Whole,   // everything, from the start until all contexts have finished that are to finish
  } what = What::Marked;
  std::string name;        // empty for Whole
  bool completes = false;  // in some execution
  std::vector<Row> rows;   // in the order of Counted, then kind, scope, CPU
};

struct Findings {
  std::vector<OperationCost> operations;  // by name; at the end the whole execution
};

}  // namespace shootdown::cost

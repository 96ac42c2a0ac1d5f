// What an operation costs, in kind: what `cost` counts. A machine adds rows to cost_of(); an operation that has none is
// counted under its mnemonic, in the class that its other tables put it in.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "machine/invalidations.hpp"
#include "machine/operations.hpp"

namespace shootdown::machine {

enum class CostClass : std::uint8_t { None, RootLoad, TlbInstruction, Barrier, Ipi };

struct Cost {
  CostClass cost_class = CostClass::None;
  std::string kind;    // what tells it apart from others of its class: "INVPCID type 1"
  std::string scope;   // what it reaches, empty where that goes without saying: "one PCID, this CPU"
  unsigned times = 1;  // an IPI to a mask: the CPUs in it
};

// True if some execution of `op` has a cost.
constexpr bool has_cost(Operation op) {
  const Protection protection = info(op).protection;
  return may_cut_tlb(op) || loads_root(op) || op == Operation::Arm64MsrTtbr1 || protection == Protection::Barrier ||
         protection == Protection::Flush || protection == Protection::FlushIfNothingElse ||
         (op >= Operation::SendIpi && op <= Operation::SendNmi);
}

// Of `op` executed with `arguments`. `only_flushes`: what Machine::only_flushes() says of it. An execution that faults
// costs what it would have cost.
// Sources: SDM 2, MOV to control registers, INVLPG, INVPCID; AMD APM 3, INVLPGB.
Cost cost_of(Operation op, std::span<const std::uint64_t> arguments, bool only_flushes);

}  // namespace shootdown::machine

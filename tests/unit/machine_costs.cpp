// What an operation is counted as.
#include "machine/costs.hpp"

#include <gtest/gtest.h>

#include <algorithm>

using namespace shootdown::machine;

namespace {

Cost cost(Operation op, std::vector<std::uint64_t> arguments, bool only_flushes = false) {
  arguments.resize(std::max<std::size_t>(arguments.size(), info(op).arguments), 0);
  return cost_of(op, arguments, only_flushes);
}

// Whatever cuts a TLB, is a flush or is a barrier in the machine's other tables is counted, under some name.
TEST(Costs, NothingThatCostsIsForgotten) {
  for (const OperationInfo& row : kOperations) {
    const bool costs = may_cut_tlb(row.id) || row.protection == Protection::Flush ||
                       row.protection == Protection::FlushIfNothingElse || row.protection == Protection::Barrier;
    if (!costs) continue;
    EXPECT_TRUE(has_cost(row.id)) << row.mnemonic;
    EXPECT_NE(cost(row.id, {}).cost_class, CostClass::None) << row.mnemonic;
    EXPECT_FALSE(cost(row.id, {}).kind.empty()) << row.mnemonic;
  }
  for (const OperationInfo& row : kOperations) {
    if (has_cost(row.id)) continue;
    EXPECT_EQ(cost(row.id, {}).cost_class, CostClass::None) << row.mnemonic;
  }
}

TEST(Costs, KindsOfOneInstructionAreToldApart) {
  EXPECT_EQ(cost(Operation::X86MovToCr3, {0x1000}).cost_class, CostClass::RootLoad);
  EXPECT_NE(cost(Operation::X86MovToCr3, {0x1000}).kind, cost(Operation::X86MovToCr3, {0x1000}, true).kind);
  EXPECT_NE(cost(Operation::X86MovToCr3, {0x1000}).kind, cost(Operation::X86MovToCr3, {1ull << 63 | 0x1000}).kind);
  for (std::uint64_t type = 0; type < 4; ++type)
    EXPECT_EQ(cost(Operation::X86Invpcid, {type}).kind, "INVPCID type " + std::to_string(type));
  EXPECT_EQ(cost(Operation::X86Invlpgb, {0x5001, 2}).scope, "3 page(s), every CPU");
  EXPECT_EQ(cost(Operation::X86Invlpgb, {0xa}).scope, "all pages of a PCID, global too, every CPU");
}

// SDM 3, 4.10.4.1: a MOV to CR0 invalidates, and then everything, if it clears PG. ARM's own names say what they reach.
TEST(Costs, WhatAnInstructionReaches) {
  EXPECT_EQ(cost(Operation::X86MovToCr0, {1}).scope, "all, this CPU");
  EXPECT_EQ(cost(Operation::X86MovToCr0, {0x8000'0001}).scope, "flushes nothing");
  EXPECT_EQ(cost(Operation::ArmMcrTlbiAll, {}).scope, "all, this CPU");
  EXPECT_EQ(cost(Operation::ArmMcrTlbiMva, {0x1000}).scope, "a page, this CPU");
}

TEST(Costs, AnIpiToAMaskCountsEachCpu) {
  EXPECT_EQ(cost(Operation::SendIpi, {3, 32}).times, 1u);
  EXPECT_EQ(cost(Operation::SendIpiMask, {0b1011, 32}).times, 3u);
  EXPECT_EQ(cost(Operation::SendIpiMask, {0, 32}).times, 0u);
}

}  // namespace

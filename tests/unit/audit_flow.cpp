// Which values flow from a read of a control register to a write of the same one.
#include "audit/flow.hpp"

#include <gtest/gtest.h>

#include "program_builder.hpp"

namespace shootdown::audit {
namespace {

using machine::Operation;
using test::FunctionBuilder;
using test::Opcode;

TEST(Flow, ThroughArithmetic) {
  FunctionBuilder f("f", 0, 2);
  f.operate(Operation::X86MovFromCr4, {}, 0);
  f.add(Opcode::And, 1, 0, f.constant(~0x80ull));
  f.operate(Operation::X86MovToCr4, {1});
  f.leave();
  const auto flows = find_flows(test::program_of({f.function()}));
  ASSERT_EQ(flows.size(), 1u);
  EXPECT_EQ(flows[0].reg, "CR4");
  EXPECT_EQ(flows[0].read.pc, 0u);
  EXPECT_EQ(flows[0].write.pc, 2u);
  EXPECT_EQ(flows[0].holders[0], (std::vector<std::uint16_t>{0, 1}));
}

TEST(Flow, AnotherRegisterIsNone) {
  FunctionBuilder f("f", 0, 1);
  f.operate(Operation::X86MovFromCr3, {}, 0);
  f.operate(Operation::X86MovToCr4, {0});
  f.leave();
  EXPECT_TRUE(find_flows(test::program_of({f.function()})).empty());
}

// if (cr4 & PGE) write a constant chosen by it: what is written was not read.
TEST(Flow, ComparisonsAndConditionsAreNone) {
  FunctionBuilder f("f", 0, 3);
  f.operate(Operation::X86MovFromCr4, {}, 0);
  f.add(Opcode::CmpEq, 1, 0, f.constant(0));
  test::Instruction& select = f.add(Opcode::Select, 2, 1, f.constant(1));
  select.c = f.constant(2);
  f.operate(Operation::X86MovToCr4, {2});
  f.leave();
  EXPECT_TRUE(find_flows(test::program_of({f.function()})).empty());
}

TEST(Flow, ThroughMemoryIsNone) {
  FunctionBuilder f("f", 0, 2);
  const auto address = f.constant(program::layout::kGlobals);
  f.operate(Operation::X86MovFromCr3, {}, 0);
  f.add(Opcode::Store, program::kNone, address, 0);
  f.add(Opcode::Load, 1, address);
  f.operate(Operation::X86MovToCr3, {1});
  f.leave();
  EXPECT_TRUE(find_flows(test::program_of({f.function()})).empty());
}

// write(read()): the value passes a result and an argument, and is held by nobody else.
TEST(Flow, ThroughCalls) {
  FunctionBuilder f("f", 0, 1), read("read", 0, 1), write("write", 1, 1);
  f.call(1, {}, 0);
  f.call(2, {0});
  f.leave();
  read.operate(Operation::X86MovFromCr3, {}, 0);
  read.leave(0);
  write.operate(Operation::X86MovToCr3, {0});
  write.leave();
  const program::Program program = test::program_of({f.function(), read.function(), write.function()});
  const auto flows = find_flows(program);
  ASSERT_EQ(flows.size(), 1u);
  EXPECT_EQ(flows[0].read.function, 1u);
  EXPECT_EQ(flows[0].write.function, 2u);
  const auto held = [&](std::uint32_t function, std::uint32_t pc, bool called) {
    return holds(program.functions[function], flows[0].holders[function], pc, called);
  };
  EXPECT_FALSE(held(1, 0, false)) << "before the read";
  EXPECT_TRUE(held(1, 1, false)) << "read, not returned";
  EXPECT_FALSE(held(0, 0, true)) << "the caller has nothing yet";
  EXPECT_TRUE(held(0, 1, false)) << "returned, not passed on";
  EXPECT_FALSE(held(0, 1, true)) << "passed on: the callee has it";
  EXPECT_TRUE(held(2, 0, false)) << "before the write";
  EXPECT_FALSE(held(2, 1, false)) << "written";
}

}  // namespace
}  // namespace shootdown::audit

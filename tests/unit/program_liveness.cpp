// Which registers matter where: on functions small enough to say by hand.
#include <gtest/gtest.h>

#include "program_builder.hpp"

namespace shootdown::test {
namespace {

using program::kNone;
using program::Program;
using Slots = std::vector<std::uint16_t>;

const Slots& live(const Program& program, std::uint32_t pc, std::size_t function = 0) {
  const program::Function& f = program.functions[function];
  return f.live[f.live_at[pc]];
}

TEST(Liveness, StraightLine) {
  FunctionBuilder f("f", 2, 4);
  f.add(Opcode::Add, 2, 0, 1);
  f.add(Opcode::Mul, 3, 2, 0);
  f.leave(3);
  const Program program = program_of({f.function()});
  EXPECT_EQ(live(program, 0), (Slots{0, 1}));
  EXPECT_EQ(live(program, 1), (Slots{0, 2}));
  EXPECT_EQ(live(program, 2), (Slots{3}));
}

TEST(Liveness, WhatALoopNeedsInItsNextRound) {
  FunctionBuilder f("sum", 1, 3);
  const Operand zero = f.constant(0), one = f.constant(1);
  f.add(Opcode::Copy, 1, zero);
  f.add(Opcode::CmpNe, 2, 0, zero);
  f.branch(2, 3, 6);
  f.add(Opcode::Add, 1, 1, 0);
  f.add(Opcode::Sub, 0, 0, one);
  f.jump(1);
  f.leave(1);
  const Program program = program_of({f.function()});
  EXPECT_EQ(live(program, 0), (Slots{0}));
  EXPECT_EQ(live(program, 2), (Slots{0, 1, 2}));
  EXPECT_EQ(live(program, 5), (Slots{0, 1}));  // not the condition
  EXPECT_EQ(live(program, 6), (Slots{1}));
}

TEST(Liveness, ACallUsesItsArgumentsAndDefinesItsResult) {
  FunctionBuilder f("f", 3, 4);
  f.call(1, {0}, 3);
  f.add(Opcode::Add, 3, 3, 1);
  f.leave(3);
  FunctionBuilder g("g", 1, 1);
  g.leave(0);
  const Program program = program_of({f.function(), g.function()});
  EXPECT_EQ(live(program, 0), (Slots{0, 1}));  // 2 is never read, 3 is written first
  EXPECT_EQ(live(program, 1), (Slots{1, 3}));
}

TEST(Liveness, AnIndirectCallUsesThePointer) {
  FunctionBuilder f("f", 2, 2);
  const std::uint32_t list = f.list({1});
  f.add(Opcode::CallIndirect, kNone, 0).list = list;
  f.leave();
  const Program program = program_of({f.function()});
  EXPECT_EQ(live(program, 0), (Slots{0, 1}));
  EXPECT_EQ(live(program, 1), (Slots{}));
}

TEST(Liveness, SelectUsesBothSides) {
  FunctionBuilder f("f", 5, 7);
  Instruction& select = f.add(Opcode::Select, 5, 0, 1);
  select.c = 3;
  select.slots = 2;
  f.leave(6);
  const Program program = program_of({f.function()});
  EXPECT_EQ(live(program, 0), (Slots{0, 1, 2, 3, 4}));
  EXPECT_EQ(live(program, 1), (Slots{6}));
}

TEST(Liveness, WideValues) {
  FunctionBuilder f("f", 4, 9);
  f.add(Opcode::UMulOv, 4, 0, 2, 128);
  f.add(Opcode::CmpEq, 7, 4, 0, 128);
  f.add(Opcode::And, 8, 7, 6);
  f.leave(8);
  const Program program = program_of({f.function()});
  EXPECT_EQ(live(program, 0), (Slots{0, 1, 2, 3}));
  EXPECT_EQ(live(program, 1), (Slots{0, 1, 4, 5, 6}));
  EXPECT_EQ(live(program, 2), (Slots{6, 7}));
}

TEST(Liveness, Memory) {
  FunctionBuilder f("f", 3, 6);
  f.add(Opcode::Store, kNone, 0, 1);
  f.add(Opcode::RmwAdd, 3, 0, 2);
  f.add(Opcode::CmpXchg, 4, 0, 3).c = 2;
  f.leave(5);
  const Program program = program_of({f.function()});
  EXPECT_EQ(live(program, 0), (Slots{0, 1, 2}));
  EXPECT_EQ(live(program, 2), (Slots{0, 2, 3}));
  EXPECT_EQ(live(program, 3), (Slots{5}));
}

TEST(Liveness, NothingIsLiveBeforeTheEndOfTheWorld) {
  FunctionBuilder f("f", 1, 1);
  f.add(Opcode::Trap);
  f.leave(0);
  const Program program = program_of({f.function()});
  EXPECT_EQ(live(program, 0), (Slots{}));
}

}  // namespace
}  // namespace shootdown::test

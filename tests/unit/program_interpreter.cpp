// The interpreter on hand-made programs: values of one, two and more slots, control flow, calls, the stack.
#include "program/interpreter.hpp"

#include <gtest/gtest.h>

#include "program_builder.hpp"

namespace shootdown::test {
namespace {

using program::Executed;
using program::kNone;
using program::Program;
using program::Thread;

std::uint64_t slot(const Program& program, const Thread& thread, Operand operand, unsigned n = 0) {
  return program::read(program, thread, operand, n);
}

TEST(Interpreter, Conversions) {
  FunctionBuilder f("f", 1, 8);
  const auto convert = [&](Opcode op, Operand dst, unsigned from, unsigned to) {
    f.add(op, dst, 0, kNone, from).width2 = static_cast<std::uint8_t>(to);
  };
  convert(Opcode::SExt, 1, 8, 16);
  convert(Opcode::ZExt, 2, 8, 64);
  convert(Opcode::SExt, 3, 8, 128);
  convert(Opcode::Trunc, 5, 8, 4);
  f.leave();
  const Program program = program_of({f.function()});
  Thread thread = thread_in(program, 0, {0x9a});
  EXPECT_EQ(run(program, thread), Executed::ContextReturn);
  EXPECT_EQ(slot(program, thread, 1), 0xff9au);
  EXPECT_EQ(slot(program, thread, 2), 0x9au);
  EXPECT_EQ(slot(program, thread, 3), 0xffff'ffff'ffff'ff9au);
  EXPECT_EQ(slot(program, thread, 3, 1), ~std::uint64_t{0});
  EXPECT_EQ(slot(program, thread, 5), 0xau);
}

TEST(Interpreter, WideValuesTakeTwoSlotsAndAnOverflowOneMore) {
  FunctionBuilder f("f", 0, 8);
  const Operand most = f.wide_constant(~std::uint64_t{0}, ~std::uint64_t{0});
  const Operand one = f.wide_constant(1, 0);
  f.add(Opcode::UAddOv, 0, most, one, 128);
  f.add(Opcode::Add, 3, one, one, 128);
  f.add(Opcode::CmpUlt, 5, one, most, 128);
  f.leave();
  const Program program = program_of({f.function()});
  Thread thread = thread_in(program, 0);
  thread.registers.assign(8, 77);
  EXPECT_EQ(run(program, thread), Executed::ContextReturn);
  EXPECT_EQ(slot(program, thread, 0), 0u);
  EXPECT_EQ(slot(program, thread, 0, 1), 0u);
  EXPECT_EQ(slot(program, thread, 0, 2), 1u);
  EXPECT_EQ(slot(program, thread, 3), 2u);
  EXPECT_EQ(slot(program, thread, 3, 1), 0u);
  EXPECT_EQ(slot(program, thread, 5), 1u);
  EXPECT_EQ(slot(program, thread, 6), 77u);
}

TEST(Interpreter, FunnelShifts) {
  for (unsigned by = 0; by < 20; ++by) {
    FunctionBuilder f("f", 0, 2);
    const Operand high = f.constant(0xb1), low = f.constant(0x6d), amount = f.constant(by);
    f.add(Opcode::FShl, 0, high, low, 8).c = amount;
    f.add(Opcode::FShr, 1, high, low, 8).c = amount;
    f.leave();
    const Program program = program_of({f.function()});
    Thread thread = thread_in(program, 0);
    EXPECT_EQ(run(program, thread), Executed::ContextReturn);
    const unsigned both = 0xb16d;
    EXPECT_EQ(slot(program, thread, 0), both << by % 8 >> 8 & 0xff);
    EXPECT_EQ(slot(program, thread, 1), both >> by % 8 & 0xff);
  }
}

TEST(Interpreter, CopiesThatOverlap) {
  FunctionBuilder f("f", 4, 6);
  f.add(Opcode::Copy, 1, 0).slots = 4;  // 0..3 to 1..4
  f.add(Opcode::Copy, 0, 1).slots = 4;  // and back
  f.leave();
  const Program program = program_of({f.function()});
  Thread thread = thread_in(program, 0, {10, 11, 12, 13});
  (void)program::execute(program, thread);
  for (unsigned n = 0; n < 4; ++n) EXPECT_EQ(slot(program, thread, 1, n), 10 + n);
  (void)program::execute(program, thread);
  for (unsigned n = 0; n < 4; ++n) EXPECT_EQ(slot(program, thread, 0, n), 10 + n);
}

TEST(Interpreter, ALoopSaysWhereItCloses) {
  // for (sum = 0; n != 0; n--) sum += n;
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
  Thread thread = thread_in(program, 0, {4});
  unsigned rounds = 0;
  Executed executed = Executed::Next;
  while (executed != Executed::ContextReturn) {
    executed = program::execute(program, thread);
    rounds += executed == Executed::BackEdge ? 1 : 0;
  }
  EXPECT_EQ(rounds, 4u);
  EXPECT_EQ(slot(program, thread, 1), 10u);
}

TEST(Interpreter, Switch) {
  FunctionBuilder f("f", 1, 2);
  f.function().switches.push_back({{{3, 1}, {9, 3}}, 5});
  f.add(Opcode::Switch, kNone, 0).aux = 0;
  for (const std::uint64_t value : {30u, 90u, 50u}) {
    const Operand constant = f.constant(value);
    f.add(Opcode::Copy, 1, constant);
    f.leave(1);
  }
  const Program program = program_of({f.function()});
  for (const auto& [value, want] : {std::pair{3u, 30u}, std::pair{9u, 90u}, std::pair{4u, 50u}}) {
    Thread thread = thread_in(program, 0, {value});
    EXPECT_EQ(run(program, thread), Executed::ContextReturn);
    EXPECT_EQ(slot(program, thread, 1), want);
  }
}

// fib(n) = n < 2 ? n : fib(n - 1) + fib(n - 2), called directly and through a pointer.
Program fibonacci() {
  FunctionBuilder f("fib", 1, 6);
  const Operand two = f.constant(2), one = f.constant(1), own = f.constant(program::layout::kFunctions);
  f.add(Opcode::CmpUlt, 1, 0, two);
  f.branch(1, 2, 3);
  f.leave(0);
  f.add(Opcode::Sub, 2, 0, one);
  f.call(0, {2}, 3);
  f.add(Opcode::Sub, 2, 0, two);
  const std::uint32_t list = f.list({2});
  Instruction& indirect = f.add(Opcode::CallIndirect, 4, own);
  indirect.list = list;
  f.add(Opcode::Add, 5, 3, 4);
  f.leave(5);
  return program_of({f.function()});
}

TEST(Interpreter, Recursion) {
  const Program program = fibonacci();
  Thread thread = thread_in(program, 0, {12});
  EXPECT_EQ(run(program, thread), Executed::ContextReturn);
  EXPECT_EQ(slot(program, thread, 5), 144u);
  EXPECT_EQ(thread.frames.size(), 1u);
  EXPECT_EQ(thread.registers.size(), 6u);
}

TEST(Interpreter, RecursionHasALimit) {
  const Program program = fibonacci();
  Thread thread = thread_in(program, 0, {1'000'000});
  EXPECT_EQ(run(program, thread), Executed::Overflow);
  EXPECT_EQ(thread.frames.size(), program::kMaxFrames);
}

TEST(Interpreter, StackObjectsHaveALimit) {
  FunctionBuilder caller("caller", 0, 1), callee("callee", 0, 1);
  caller.function().frame_bytes = 0x2000;
  caller.call(1, {});
  caller.leave();
  callee.function().frame_bytes = 0x2001;
  callee.leave();
  const Program program = program_of({caller.function(), callee.function()});
  Thread thread = thread_in(program, 0);
  EXPECT_EQ(run(program, thread), Executed::Overflow);
  EXPECT_EQ(thread.frames.size(), 1u);

  FunctionBuilder f("f", 1, 3);
  f.add(Opcode::StackSave, 1, kNone);
  f.add(Opcode::DynamicAlloca, 2, 0).aux = 64;
  f.add(Opcode::StackRestore, kNone, 1);
  f.leave();
  const Program dynamic = program_of({f.function()});
  for (const std::uint64_t bytes :
       {std::uint64_t{1}, std::uint64_t{0x4000}, std::uint64_t{0x4001}, ~std::uint64_t{0}}) {
    Thread own = thread_in(dynamic, 0, {bytes});
    const std::uint64_t before = own.stack_pointer;
    EXPECT_EQ(run(dynamic, own), bytes > 0x4000 ? Executed::Overflow : Executed::ContextReturn) << bytes;
    if (bytes > 0x4000) continue;
    EXPECT_EQ(own.stack_pointer, before);
    EXPECT_EQ(slot(dynamic, own, 2) % 64, 0u);
  }
}

TEST(Interpreter, CallsToWhatIsNoFunction) {
  for (const std::uint64_t address : {std::uint64_t{0}, std::uint64_t{0x1000}, program::layout::kFunctions + 8,
                                      program::layout::kFunctions + 16, ~std::uint64_t{0}}) {
    FunctionBuilder f("f", 0, 1);
    const Operand pointer = f.constant(address);
    const std::uint32_t list = f.list({});
    f.add(Opcode::CallIndirect, kNone, pointer).list = list;
    f.leave();
    const Program program = program_of({f.function()});
    Thread thread = thread_in(program, 0);
    EXPECT_EQ(run(program, thread), Executed::BadCall) << address;
  }
}

// A call through a pointer of another type: a result that nobody returns is 0, whatever the register held.
TEST(Interpreter, AResultThatIsNotReturnedIsZero) {
  FunctionBuilder caller("caller", 0, 1), callee("callee", 0, 1);
  const Operand seven = caller.constant(7);
  caller.add(Opcode::Copy, 0, seven);
  caller.call(1, {}, 0);
  caller.leave(0);
  callee.leave();
  const Program program = program_of({caller.function(), callee.function()});
  Thread thread = thread_in(program, 0);
  EXPECT_EQ(run(program, thread), Executed::ContextReturn);
  EXPECT_EQ(slot(program, thread, 0), 0u);
}

TEST(Interpreter, WhatItLeavesToOthers) {
  FunctionBuilder f("f", 0, 2);
  f.add(Opcode::Load, 0, f.constant(0x100'0000));
  f.leave();
  const Program program = program_of({f.function()});
  Thread thread = thread_in(program, 0);
  EXPECT_EQ(run(program, thread), Executed::External);
  EXPECT_EQ(thread.top().pc, 0u);

  FunctionBuilder g("g", 0, 2);
  const Operand zero = g.constant(0);
  g.add(Opcode::UDiv, 0, zero, zero);
  const Program divides = program_of({g.function()});
  Thread other = thread_in(divides, 0);
  EXPECT_EQ(run(divides, other), Executed::DivideError);
  EXPECT_EQ(other.top().pc, 0u);
}

TEST(Interpreter, AnInterruptsReturnIsTheCallers) {
  FunctionBuilder f("f", 2, 2);
  f.leave();
  const Program program = program_of({f.function()});
  Thread thread = thread_in(program, 0, {1, 2});
  const std::uint64_t arguments[] = {5, 6};
  program::push_frame(program, thread, 0, arguments, 2, program::FrameKind::Interrupt);
  EXPECT_EQ(thread.interrupt_depth(), 1u);
  EXPECT_EQ(slot(program, thread, 1), 6u);
  EXPECT_EQ(run(program, thread), Executed::InterruptReturn);
  EXPECT_EQ(thread.frames.size(), 2u);
  program::pop_frame(thread);
  EXPECT_EQ(slot(program, thread, 1), 2u);
}

}  // namespace
}  // namespace shootdown::test

// Hand-made programs for tests: no front end, no clang.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "machine/operations.hpp"
#include "program/interpreter.hpp"
#include "program/program.hpp"
#include "program/thread.hpp"

namespace shootdown::test {

using program::Argument;
using program::Instruction;
using program::kConstant;
using program::Opcode;
using program::Operand;

class FunctionBuilder {
 public:
  FunctionBuilder(std::string name, std::uint16_t parameters, std::uint32_t registers) {
    function_.name = function_.symbol = std::move(name);
    function_.parameters = parameters;
    for (unsigned n = 0; n < parameters; ++n) function_.parameter_slots.push_back(1);
    function_.registers = registers;
    function_.has_body = true;
  }
  Operand constant(std::uint64_t value) {
    function_.constants.push_back(value);
    return kConstant | static_cast<Operand>(function_.constants.size() - 1);
  }
  Operand wide_constant(std::uint64_t low, std::uint64_t high) {
    const Operand first = constant(low);
    (void)constant(high);
    return first;
  }
  Instruction& add(Opcode op) {
    function_.code.emplace_back();
    function_.code.back().op = op;
    return function_.code.back();
  }
  Instruction& add(Opcode op, Operand dst, Operand a, Operand b = program::kNone, unsigned width = 64) {
    Instruction& i = add(op);
    i.dst = dst;
    i.a = a;
    i.b = b;
    i.width = static_cast<std::uint8_t>(width);
    return i;
  }
  std::uint32_t list(std::initializer_list<Operand> operands) {
    std::vector<Argument> arguments;
    for (const Operand operand : operands) arguments.push_back({operand, 1});
    function_.lists.push_back(std::move(arguments));
    return static_cast<std::uint32_t>(function_.lists.size() - 1);
  }
  void operate(machine::Operation op, std::initializer_list<Operand> operands, Operand dst = program::kNone) {
    const std::uint32_t arguments = list(operands);
    Instruction& i = add(Opcode::Operate);
    i.aux = static_cast<std::uint32_t>(op);
    i.list = arguments;
    i.dst = dst;
  }
  void call(std::uint32_t callee, std::initializer_list<Operand> operands, Operand dst = program::kNone) {
    const std::uint32_t arguments = list(operands);
    Instruction& i = add(Opcode::Call);
    i.aux = callee;
    i.list = arguments;
    i.dst = dst;
  }
  void jump(std::uint32_t target) { add(Opcode::Jump).target = target; }
  void branch(Operand condition, std::uint32_t taken, std::uint32_t otherwise) {
    Instruction& i = add(Opcode::Branch);
    i.a = condition;
    i.target = taken;
    i.target2 = otherwise;
  }
  void leave(Operand value = program::kNone) {
    Instruction& i = add(Opcode::Return);
    i.a = value;
    i.slots = value == program::kNone ? 0 : 1;
  }
  [[nodiscard]] std::uint32_t next() const { return static_cast<std::uint32_t>(function_.code.size()); }
  program::Function& function() { return function_; }

 private:
  program::Function function_;
};

inline program::Program program_of(std::vector<program::Function> functions) {
  program::Program program;
  program.locations.emplace_back();
  program.files.emplace_back();
  program.functions = std::move(functions);
  for (std::size_t n = 0; n < program.functions.size(); ++n)
    program.functions[n].address = program::layout::kFunctions + 16 * n;
  program::compute_liveness(program);
  return program;
}

inline program::Global global_at(std::string name, std::uint64_t address, std::uint64_t size,
                                 std::vector<std::uint8_t> initial = {}) {
  program::Global global;
  global.name = std::move(name);
  global.address = address;
  global.size = size;
  global.initial = std::move(initial);
  return global;
}

// A thread that is about to execute the first instruction of `function`.
inline program::Thread thread_in(const program::Program& program, std::uint32_t function,
                                 const std::vector<std::uint64_t>& arguments = {}) {
  program::Thread thread;
  thread.stack_pointer = program::layout::kStacks;
  program::push_frame(program, thread, function, arguments.data(), arguments.size(), program::FrameKind::Call);
  return thread;
}

// Runs until something else than plain progress happens; at most 10,000 instructions.
inline program::Executed run(const program::Program& program, program::Thread& thread) {
  using program::Executed;
  for (unsigned n = 0; n < 10'000; ++n) {
    const Executed executed = program::execute(program, thread);
    if (executed != Executed::Next && executed != Executed::Jumped && executed != Executed::BackEdge &&
        executed != Executed::Returned)
      return executed;
  }
  return Executed::Unsupported;
}

}  // namespace shootdown::test

// Puts a generated kernel's function together, instruction by instruction, for the checker.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "machine/operations.hpp"
#include "program/program.hpp"

namespace shootdown::naive {

class Builder {
 public:
  using Operand = program::Operand;

  // `bits`: of a register. `scratch`: a slot that nothing else uses.
  Builder(program::Function& function, unsigned bits, Operand scratch)
      : function_(function), bits_(bits), scratch_(scratch) {}

  Operand constant(std::uint64_t value) {
    function_.constants.push_back(value);
    return program::kConstant | static_cast<Operand>(function_.constants.size() - 1);
  }
  void operate(machine::Operation operation, const std::vector<Operand>& operands, Operand dst = program::kNone) {
    std::vector<program::Argument> arguments;
    for (const Operand operand : operands) arguments.push_back({operand, 1});
    program::Instruction i;
    i.op = program::Opcode::Operate;
    i.width = static_cast<std::uint8_t>(bits_);
    i.aux = static_cast<std::uint32_t>(operation);
    i.list = static_cast<std::uint32_t>(function_.lists.size());
    i.dst = dst;
    function_.lists.push_back(std::move(arguments));
    emit(i);
  }
  void operate_on(machine::Operation operation, const std::vector<std::uint64_t>& values,
                  Operand dst = program::kNone) {
    std::vector<Operand> operands;
    for (const std::uint64_t value : values) operands.push_back(constant(value));
    operate(operation, operands, dst);
  }
  void compute(program::Opcode op, Operand dst, Operand a, Operand b) {
    program::Instruction i;
    i.op = op;
    i.width = static_cast<std::uint8_t>(bits_);
    i.dst = dst;
    i.a = a;
    i.b = b;
    emit(i);
  }
  // `flags`: beyond kVolatile.
  void store(std::uint64_t address, std::uint64_t value, std::uint8_t flags = 0) {
    program::Instruction i;
    i.op = program::Opcode::Store;
    i.flags = static_cast<std::uint8_t>(program::kVolatile | flags);
    i.width = static_cast<std::uint8_t>(bits_);
    i.a = constant(address);
    i.b = constant(value);
    emit(i);
  }
  void spin_until_set(std::uint64_t address) {
    program::Instruction load;
    load.op = program::Opcode::Load;
    load.flags = program::kVolatile;
    load.width = static_cast<std::uint8_t>(bits_);
    load.dst = scratch_;
    load.a = constant(address);
    program::Instruction again;
    again.op = program::Opcode::Branch;
    again.back_edge = true;
    again.a = scratch_;
    again.target2 = static_cast<std::uint32_t>(function_.code.size());
    again.target = again.target2 + 2;
    emit(load);
    emit(again);
  }
  // `wait`: what halts the CPU.
  void halt_for_ever(machine::Operation wait, const std::vector<std::uint64_t>& operands = {}) {
    program::Instruction i;
    i.op = program::Opcode::Jump;
    i.back_edge = true;
    i.target = static_cast<std::uint32_t>(function_.code.size());
    operate_on(wait, operands);
    emit(i);
  }
  void emit(program::Instruction i) {
    i.location = location;
    function_.code.push_back(i);
  }
  std::uint32_t location = 0;

 private:
  program::Function& function_;
  unsigned bits_;
  Operand scratch_;
};

// A location of its own in `program` for an operation of `function`: one line each, numbered through the functions.
inline std::uint32_t add_line(program::Program& program, const program::Function& function) {
  program::Location location;
  location.file = 1;
  location.line = static_cast<std::uint32_t>(program.locations.size());
  location.function = function.name;
  program.locations.push_back(location);
  return static_cast<std::uint32_t>(program.locations.size() - 1);
}

// `texts`, one after another, each with its final 0, as a constant at `address`.
inline program::Global text_constants(std::uint64_t address, const std::vector<const char*>& texts) {
  program::Global global;
  global.name = "names";
  global.address = address;
  for (const char* text : texts) {
    for (const char* c = text; *c != 0; ++c) global.initial.push_back(static_cast<std::uint8_t>(*c));
    global.initial.push_back(0);
  }
  global.size = global.initial.size();
  global.constant = true;
  return global;
}

inline program::Global zeros(const char* name, std::uint64_t address, std::uint64_t bytes) {
  program::Global global;
  global.name = name;
  global.address = address;
  global.size = bytes;
  global.initial.assign(bytes, 0);
  return global;
}

}  // namespace shootdown::naive

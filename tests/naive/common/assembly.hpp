// A kernel as the checker is given it: memory, and a function for each list of operations.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "builder.hpp"

namespace shootdown::naive {

// Where things lie: tables and data pages; texts; the words of Signal, a cache line for each CPU.
inline constexpr std::uint64_t kTablesAt = program::layout::kGlobals;
inline constexpr std::uint64_t kTexts = program::layout::kGlobals + 0x200000;
inline constexpr std::uint64_t kWords = program::layout::kGlobals + 0x201000, kWordBytes = 64;

constexpr std::uint64_t function_address(unsigned list) { return program::layout::kFunctions + 16 * list; }

// Writes `value`, of `bytes` bytes, at `offset` of `global`.
inline void put(program::Global& global, std::uint64_t offset, std::uint64_t value, unsigned bytes, bool big_endian) {
  for (unsigned i = 0; i < bytes; ++i)
    global.initial[offset + (big_endian ? bytes - 1 - i : i)] = static_cast<std::uint8_t>(value >> (8 * i));
}

// Whose list it is; the number is that of the function's parameters. A handler returns, the others idle at last.
enum class Runs : std::uint8_t { AtBoot = 0, OnSecondCpu = 1, AsHandler = 2 };

struct ListShape {
  std::string name;
  Runs runs{};
};

struct Shape {
  unsigned bits = 64;  // of a pointer and of a register
  bool big_endian = false;
  program::Operand slots = 0, scratch = 0;  // slots of a function, the first ones its parameters; one for Builder
  std::vector<ListShape> lists;
  std::vector<program::Global> globals;
};

// `begin(builder, list)`: what comes before the operations of a list; `add(builder, op, list)`: one of them;
// `idle(builder)`: what comes when a CPU has done its own.
template <class Kernel, class Begin, class Add, class Idle>
program::Program put_together(const Kernel& kernel, const Shape& shape, const Begin& begin, const Add& add,
                              const Idle& idle) {
  program::Program program;
  program.pointer_bits = shape.bits;
  program.big_endian = shape.big_endian;
  program.files = {"", "generated"};
  program.locations.emplace_back();
  program.globals = shape.globals;
  for (unsigned list = 0; list < shape.lists.size(); ++list) {
    const ListShape& one = shape.lists[list];
    program::Function function;
    function.name = function.symbol = one.name;
    function.address = function_address(list);
    function.parameters = static_cast<std::uint8_t>(one.runs);
    function.parameter_slots.assign(function.parameters, 1);
    function.registers = shape.slots;
    function.has_body = true;
    Builder builder(function, shape.bits, shape.scratch);
    begin(builder, list);
    for (const auto& op : kernel.lists[list]) {
      builder.location = add_line(program, function);
      add(builder, op, list);
    }
    if (one.runs == Runs::AsHandler) {
      program::Instruction i;
      i.op = program::Opcode::Return;
      i.slots = 0;
      builder.emit(i);
    } else {
      builder.operate_on(machine::Operation::ContextFinish, {});
      idle(builder);
    }
    program.functions.push_back(std::move(function));
  }
  program.entry = 0;
  program::compute_liveness(program);
  return program;
}

}  // namespace shootdown::naive

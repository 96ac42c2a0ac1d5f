// Emitter: values and straight-line instructions.
#include "frontend/emitter.hpp"

#include <algorithm>
#include <optional>

namespace shootdown::frontend {

using program::Instruction;
using program::kConstant;
using program::kNone;

std::uint32_t TextTable::index(const std::string& text) {
  const auto [at, added] = known_.try_emplace(text, static_cast<std::uint32_t>(texts_.size()));
  if (added) texts_.push_back(text);
  return at->second;
}

Operand Emitter::fresh(unsigned slots) {
  const Operand first = function_.registers;
  function_.registers += slots;
  return first;
}

Operand Emitter::constant(std::uint64_t value) {
  const auto [at, added] =
      known_constants_.try_emplace(value, static_cast<Operand>(function_.constants.size()) | kConstant);
  if (added) function_.constants.push_back(value);
  return at->second;
}

Operand Emitter::constants(std::span<const std::uint64_t> values) {
  if (values.size() == 1) return constant(values[0]);
  const auto first = static_cast<Operand>(function_.constants.size()) | kConstant;
  function_.constants.insert(function_.constants.end(), values.begin(), values.end());
  return first;
}

Instruction& Emitter::emit(Opcode op) {
  if (stopped_) {
    dropped_ = Instruction{};
    return dropped_;
  }
  Instruction& instruction = function_.code.emplace_back();
  instruction.op = op;
  instruction.location = location_;
  return instruction;
}

namespace {

// What the address arithmetic of assembly folds to; everything else was folded by LLVM already.
std::optional<std::uint64_t> fold(Opcode op, unsigned width, std::uint64_t a, std::uint64_t b) {
  if (width > 64) return std::nullopt;
  switch (op) {
    case Opcode::Add: return (a + b) & low_mask(width);
    case Opcode::Sub: return (a - b) & low_mask(width);
    case Opcode::Mul: return (a * b) & low_mask(width);
    case Opcode::And: return a & b;
    case Opcode::Or: return a | b;
    case Opcode::Xor: return a ^ b;
    case Opcode::Shl: return b >= width ? 0 : (a << b) & low_mask(width);
    case Opcode::LShr: return b >= width ? 0 : a >> b;
    default: return std::nullopt;
  }
}

}  // namespace

Operand Emitter::binary(Opcode op, unsigned width, Operand a, Operand b) {
  if (is_constant(a) && is_constant(b))
    if (const auto value = fold(op, width, constant_value(a), constant_value(b))) return constant(*value);
  const Operand result = fresh(width > 64 ? 2 : 1);
  Instruction& i = emit(op);
  i.width = static_cast<std::uint8_t>(width);
  i.dst = result;
  i.a = a;
  i.b = b;
  return result;
}

Operand Emitter::unary(Opcode op, unsigned width, Operand a) {
  const Operand result = fresh(width > 64 ? 2 : 1);
  Instruction& i = emit(op);
  i.width = static_cast<std::uint8_t>(width);
  i.dst = result;
  i.a = a;
  return result;
}

Operand Emitter::convert(Opcode op, unsigned from, unsigned to, Operand a) {
  if (from == to) return a;
  // One slot holds its value zero-extended already.
  if (op == Opcode::ZExt && to <= 64) return a;
  if (op == Opcode::Trunc && is_constant(a) && to <= 64) return constant(constant_value(a) & low_mask(to));
  const Operand result = fresh(to > 64 ? 2 : 1);
  Instruction& i = emit(op);
  i.width = static_cast<std::uint8_t>(from);
  i.width2 = static_cast<std::uint8_t>(to);
  i.dst = result;
  i.a = a;
  return result;
}

Operand Emitter::select(Operand condition, Operand yes, Operand no, unsigned slots) {
  const Operand result = fresh(slots);
  Instruction& i = emit(Opcode::Select);
  i.slots = static_cast<std::uint16_t>(slots);
  i.dst = result;
  i.a = condition;
  i.b = yes;
  i.c = no;
  return result;
}

void Emitter::copy(Operand to, Operand from, unsigned slots) {
  if (to == from || slots == 0) return;
  Instruction& i = emit(Opcode::Copy);
  i.slots = static_cast<std::uint16_t>(slots);
  i.dst = to;
  i.a = from;
}

void Emitter::parallel_copies(std::vector<Move> moves) {
  std::erase_if(moves, [](const Move& m) { return m.to == m.from; });
  while (!moves.empty()) {
    const auto harmless = std::find_if(moves.begin(), moves.end(), [&](const Move& m) {
      return std::none_of(moves.begin(), moves.end(), [&](const Move& other) { return other.from == m.to; });
    });
    if (harmless != moves.end()) {
      copy(harmless->to, harmless->from);
      moves.erase(harmless);
      continue;
    }
    // Only cycles are left: save one destination, and let its readers read the saved value.
    const Operand saved = fresh();
    const Operand overwritten = moves.front().to;
    copy(saved, overwritten);
    for (Move& m : moves)
      if (m.from == overwritten) m.from = saved;
  }
}

Operand Emitter::load(Operand address, unsigned width, std::uint8_t flags) {
  const Operand result = fresh(width > 64 ? 2 : 1);
  Instruction& i = emit(Opcode::Load);
  i.width = static_cast<std::uint8_t>(width);
  i.flags = flags;
  i.dst = result;
  i.a = address;
  return result;
}

void Emitter::store(Operand address, Operand value, unsigned width, std::uint8_t flags) {
  Instruction& i = emit(Opcode::Store);
  i.width = static_cast<std::uint8_t>(width);
  i.flags = flags;
  i.a = address;
  i.b = value;
}

Operand Emitter::rmw(Opcode op, Operand address, Operand value, unsigned width, std::uint8_t flags) {
  const Operand result = fresh(width > 64 ? 2 : 1);
  Instruction& i = emit(op);
  i.width = static_cast<std::uint8_t>(width);
  i.flags = flags;
  i.dst = result;
  i.a = address;
  i.b = value;
  return result;
}

Operand Emitter::offset(Operand address, std::uint64_t bytes, unsigned pointer_bits) {
  bytes &= low_mask(pointer_bits);
  return bytes == 0 ? address : binary(Opcode::Add, pointer_bits, address, constant(bytes));
}

void Emitter::bulk(Opcode op, Operand destination, Operand source, Operand bytes, std::uint8_t flags,
                   unsigned element) {
  const Operand done = fresh();
  copy(done, constant(0));
  Instruction& i = emit(op);
  i.flags = flags;
  i.width2 = static_cast<std::uint8_t>(element);
  i.dst = done;
  i.a = destination;
  i.b = source;
  i.c = bytes;
}

Operand Emitter::operate(machine::Operation operation, std::initializer_list<Operand> arguments) {
  std::vector<program::Argument> list;
  for (Operand argument : arguments) list.push_back({argument, 1});
  return operate(operation, list);
}

Operand Emitter::operate(machine::Operation operation, const std::vector<program::Argument>& arguments) {
  const machine::OperationInfo& row = machine::info(operation);
  const Operand result = row.has_result ? fresh() : kNone;
  const std::uint32_t at = list(arguments);
  Instruction& i = emit(Opcode::Operate);
  i.aux = static_cast<std::uint32_t>(operation);
  i.list = at;
  i.dst = result;
  i.slots = row.has_result ? 1 : 0;
  return result;
}

std::uint32_t Emitter::list(std::vector<program::Argument> arguments) {
  if (stopped_) return 0;
  function_.lists.push_back(std::move(arguments));
  return static_cast<std::uint32_t>(function_.lists.size() - 1);
}

}  // namespace shootdown::frontend

// Emitter: writes the instructions of one program::Function. It knows neither LLVM nor assembly; both kinds of lowering
// use it, so slots, constants, labels and locations are handled in one place.
//
// Labels stand for indices that are not known yet; finish() puts the indices in. After an instruction that control
// never passes (Jump, Return, Unsupported, ...) everything up to the next bind() is dropped.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "machine/operations.hpp"
#include "program/program.hpp"

namespace shootdown::frontend {

using program::Opcode;
using program::Operand;

// Program::texts, each text once.
class TextTable {
 public:
  explicit TextTable(std::vector<std::string>& texts) : texts_(texts) {}
  std::uint32_t index(const std::string& text);

 private:
  std::vector<std::string>& texts_;
  std::map<std::string, std::uint32_t> known_;
};

using Label = std::uint32_t;

struct Move {
  Operand to = program::kNone;  // a slot
  Operand from = program::kNone;
};

class Emitter {
 public:
  Emitter(program::Function& function, TextTable& texts) : function_(function), texts_(texts) {}

  // Values.
  Operand fresh(unsigned slots = 1);
  Operand constant(std::uint64_t value);
  Operand constants(std::span<const std::uint64_t> values);
  [[nodiscard]] bool is_constant(Operand operand) const {
    return operand != program::kNone && (operand & program::kConstant) != 0;
  }
  [[nodiscard]] std::uint64_t constant_value(Operand operand) const {
    return function_.constants[operand & ~program::kConstant];
  }

  // Instructions. The reference that emit() returns is good until the next emission.
  program::Instruction& emit(Opcode op);
  Operand binary(Opcode op, unsigned width, Operand a, Operand b);
  Operand unary(Opcode op, unsigned width, Operand a);
  Operand convert(Opcode op, unsigned from, unsigned to, Operand a);
  Operand select(Operand condition, Operand yes, Operand no, unsigned slots = 1);
  void copy(Operand to, Operand from, unsigned slots = 1);
  void parallel_copies(std::vector<Move> moves);  // all sources are read before any destination is written
  Operand load(Operand address, unsigned width, std::uint8_t flags);
  void store(Operand address, Operand value, unsigned width, std::uint8_t flags);
  Operand rmw(Opcode op, Operand address, Operand value, unsigned width, std::uint8_t flags);
  // Address arithmetic: operand + offset, in pointers.
  Operand offset(Operand address, std::uint64_t bytes, unsigned pointer_bits);
  // ELEMENT: bits that go at once; 0 as C copies, by aligned words.
  void bulk(Opcode op, Operand destination, Operand source, Operand bytes, std::uint8_t flags, unsigned element = 0);
  Operand operate(machine::Operation operation, std::initializer_list<Operand> arguments);
  Operand operate(machine::Operation operation, const std::vector<program::Argument>& arguments);
  std::uint32_t list(std::vector<program::Argument> arguments);
  void unsupported(const std::string& text);
  void trap(const std::string& text);

  // Control.
  Label new_label();
  void bind(Label label);
  void jump(Label label);
  void branch(Operand condition, Label yes, Label no);
  // 64-bit selectors only.
  void switch_on(Operand value, unsigned width, const std::vector<std::pair<std::uint64_t, Label>>& cases,
                 Label otherwise);
  void return_value(Operand value, unsigned slots);

  // Stack objects of fixed size: an offset in the frame.
  std::uint32_t frame_object(std::uint64_t bytes, std::uint64_t alignment);
  Operand frame_address(std::uint32_t at);

  void set_location(std::uint32_t location) { location_ = location; }
  [[nodiscard]] std::uint32_t location() const { return location_; }
  [[nodiscard]] bool stopped() const { return stopped_; }
  [[nodiscard]] std::size_t size() const { return function_.code.size(); }
  [[nodiscard]] program::Instruction* last() {
    return stopped_ || function_.code.empty() ? nullptr : &function_.code.back();
  }

  // Puts indices for labels and marks back edges. False if the function needs more slots than liveness can name.
  [[nodiscard]] bool finish();

 private:
  void stop() { stopped_ = true; }
  [[nodiscard]] std::uint32_t place(Label label) const { return places_[label]; }

  program::Function& function_;
  TextTable& texts_;
  std::map<std::uint64_t, Operand> known_constants_;
  std::vector<std::uint32_t> places_;  // by label
  std::size_t last_bound_ = 0;         // greatest index any label stands at
  program::Instruction dropped_;
  std::uint32_t location_ = 0;
  bool stopped_ = false;
};

// Bits 0 .. width-1.
constexpr std::uint64_t low_mask(unsigned width) {
  return width >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << width) - 1;
}

}  // namespace shootdown::frontend

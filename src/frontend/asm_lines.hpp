// Inline assembly of the processors whose instructions are lines: a mnemonic and arguments between commas. A derived
// class says what registers are called, how addresses are written, and what each mnemonic means.
#pragma once

#include "frontend/asm_base.hpp"

namespace shootdown::frontend {

// A register as an argument names it.
struct LineRegister {
  Place place;
  unsigned width = 64;  // bits of it that the argument means
  bool zero = false;    // arm64's zero register
};

class LineStatement : public AsmBase {
 protected:
  LineStatement(FunctionLowering& function, const llvm::CallBase& call, char comment);

  // The meaning of LINE. False: it is not understood, because of why_ if that is set.
  virtual bool instruct(const AsmLine& line) = 0;
  virtual std::optional<LineRegister> named(std::string_view name) const = 0;  // nothing: no register, or no value
  // What an operand's register is called with MODIFIER: how many bits; 0 if there is no such modifier.
  virtual unsigned modified_width(char modifier) const = 0;
  // A register that held OLD was written as WIDTH bits, fewer than it has: what it holds now. The value, if the rest
  // becomes 0.
  virtual Operand merged(Operand old, Operand value, unsigned width);

  [[nodiscard]] std::size_t count() const final { return lines_.size(); }
  [[nodiscard]] const std::vector<std::string>& labels(std::size_t line) const final { return lines_[line].labels; }
  void lower(std::size_t line) final;
  void mention_registers() override;
  [[nodiscard]] std::optional<unsigned> register_number(std::string_view name) const override;
  void finish() override;

  [[nodiscard]] std::optional<OperandReference> reference(std::string_view text) const;
  [[nodiscard]] std::optional<LineRegister> reg(std::string_view text) const;
  [[nodiscard]] std::optional<std::uint64_t> number(std::string_view text);  // a constant, with or without #
  // The low WIDTH bits of a register. Nothing: they are not all defined.
  std::optional<Operand> get(const LineRegister& from, unsigned width);
  void put(const LineRegister& to, unsigned width, Operand value);
  // A register or a constant.
  std::optional<Operand> value(std::string_view text, unsigned width);
  [[nodiscard]] std::optional<Address> memory_operand(std::string_view text) const;
  [[nodiscard]] std::optional<Label> target(std::string_view text) const;
  [[nodiscard]] bool refuse(const std::string& why) {
    why_ = why;
    return false;
  }
  Operand load(const Address& from, unsigned width, unsigned flags = program::kVolatile) {
    return out_.load(from.operand, width, static_cast<std::uint8_t>(flags | from.flags));
  }
  void store(const Address& to, Operand value, unsigned width, unsigned flags = program::kVolatile) {
    out_.store(to.operand, value, width, static_cast<std::uint8_t>(flags | to.flags));
  }
  Operand modify(Opcode op, const Address& at, Operand value, unsigned width, unsigned flags) {
    return out_.rmw(op, at.operand, value, width, static_cast<std::uint8_t>(flags | program::kVolatile | at.flags));
  }
  // dst: the old value, then 1 if it stored.
  Operand exchange_if(const Address& at, Operand expected, Operand desired, unsigned width, unsigned flags);
  Operand logical_not(Operand value) { return out_.binary(Opcode::Xor, 1, value, out_.constant(1)); }

  std::vector<AsmLine> lines_;

 private:
  void find_defined();
  bool conditional_text(const AsmLine& line);

  std::string why_;
  std::vector<unsigned> defined_operands_;  // by Place::number: low bits that are defined
  std::array<unsigned, 32> defined_registers_{};
  std::vector<bool> included_;  // by .if around: whether its text counts
};

}  // namespace shootdown::frontend

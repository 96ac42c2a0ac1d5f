// What the inline assembly of ARM and arm64 has in common: N, Z, C and V, conditions, data processing.
#pragma once

#include "frontend/asm_lines.hpp"

namespace shootdown::frontend {

class ArmFamilyStatement : public LineStatement {
 protected:
  using LineStatement::LineStatement;

  [[nodiscard]] unsigned flags_wanted() const override;
  std::optional<Operand> condition(std::string_view name) override;
  [[nodiscard]] static bool is_condition(std::string_view name);
  // Whether a line reads flags.
  [[nodiscard]] virtual bool reads_flags(const AsmLine& line) const = 0;

  // NAME without condition and S: MOV, MVN, ADD, ..., CMP, TST. HOLDS: the condition, if it has one.
  bool data_processing(const AsmLine& line, std::string_view name, bool sets_flags, std::optional<Operand> holds);
  // The flexible second operand: a register, shifted or not, or a constant, from argument FIRST to the last.
  std::optional<Operand> flexible(const AsmLine& line, std::size_t first, unsigned width);
  std::optional<Operand> shifted(Operand value, std::string_view shift, unsigned width);
  // Whether the logical instructions with S clear C and V (arm64), or take C from the shifter and leave V (ARM).
  virtual bool logic_clears_carry() const = 0;
  // By how many bits a register shifts: a number of at least WIDTH shifts everything out.
  virtual Operand shift_amount(Operand content, unsigned width) = 0;

 private:
  void set_arithmetic_flags(Opcode op, Operand a, Operand b, Operand result, unsigned width);
};

}  // namespace shootdown::frontend

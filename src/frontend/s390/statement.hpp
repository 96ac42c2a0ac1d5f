// Inline assembly of s390 (z/Architecture, 64-bit mode).
#pragma once

#include "frontend/asm_lines.hpp"

namespace shootdown::frontend {

class S390Statement final : public LineStatement {
 public:
  S390Statement(FunctionLowering& function, const llvm::CallBase& call) : LineStatement(function, call, '#') {}

 private:
  [[nodiscard]] bool jumps(std::size_t line) const override;
  [[nodiscard]] std::optional<LineRegister> named(std::string_view name) const override;
  [[nodiscard]] unsigned modified_width(char modifier) const override { return modifier == 0 ? 64 : 0; }
  [[nodiscard]] bool may_be_printed(const std::vector<std::string>& codes, std::uint64_t value) const override;
  [[nodiscard]] bool is_memory_constraint(const std::vector<std::string>& codes) const override;
  [[nodiscard]] bool has_pairs() const override { return true; }
  [[nodiscard]] unsigned flags_wanted() const override;
  std::optional<Operand> condition(std::string_view) override { return std::nullopt; }  // clang 19 has no flag outputs
  // A write of 32 bits keeps the upper half.
  Operand merged(Operand old, Operand value, unsigned width) override;
  bool instruct(const AsmLine& line) override;

  // statement.cpp
  bool branch(const AsmLine& line);
  std::optional<Address> address(std::string_view text);  // %0 of a memory operand, D(B), D(X,B)
  // The odd register of the pair that FIRST is the even one of.
  std::optional<LineRegister> second_of_pair(std::string_view first) const;
  // compute.cpp
  bool compute(const AsmLine& line);
  bool access(const AsmLine& line);
  bool shift(const AsmLine& line);
  bool atomic(const AsmLine& line);
  void set_code(Operand code) { set_flag(kCarry, code); }
  void set_code_of_sign(Operand result, unsigned width, std::optional<Operand> overflow);
  void set_code_of_logic(Operand result, unsigned width);
  void set_code_of_comparison(Operand a, Operand b, unsigned width, bool is_signed);
  // system.cpp
  bool system(const AsmLine& line);
  bool control_registers(const AsmLine& line, bool loads);
  bool system_mask(const AsmLine& line);
  bool spelled_out(const AsmLine& line);  // .insn
  bool invalidate_page(const AsmLine& line, std::string_view r1, std::string_view r2, std::string_view r3,
                       std::string_view m4);
  bool invalidate_table(const AsmLine& line, std::string_view r1, std::string_view r3, std::string_view r2,
                        std::string_view m4);
  bool compare_and_replace(const AsmLine& line, std::string_view r1, std::string_view r3, std::string_view r2,
                           std::string_view m4);
  bool compare_and_purge(const AsmLine& line, std::string_view r1, std::string_view r2, unsigned bytes);
};

}  // namespace shootdown::frontend

// Inline assembly of ARM processors before version 6, in A32.
#pragma once

#include "frontend/arm/family.hpp"

namespace shootdown::frontend {

class ArmStatement final : public ArmFamilyStatement {
 public:
  ArmStatement(FunctionLowering& function, const llvm::CallBase& call) : ArmFamilyStatement(function, call, '@') {}

 private:
  // A mnemonic, taken apart.
  struct Name {
    std::string base;
    std::string condition;    // empty: always
    bool sets_flags = false;  // S
  };
  [[nodiscard]] static std::optional<Name> split(std::string_view mnemonic);

  [[nodiscard]] bool jumps(std::size_t line) const override;
  [[nodiscard]] bool reads_flags(const AsmLine& line) const override;
  [[nodiscard]] std::optional<LineRegister> named(std::string_view name) const override;
  [[nodiscard]] unsigned modified_width(char modifier) const override { return modifier == 0 ? 32 : 0; }
  [[nodiscard]] bool may_be_printed(const std::vector<std::string>& codes, std::uint64_t value) const override;
  [[nodiscard]] bool is_memory_constraint(const std::vector<std::string>& codes) const override;
  [[nodiscard]] bool logic_clears_carry() const override { return false; }
  Operand shift_amount(Operand content, unsigned) override {
    return out_.binary(Opcode::And, 32, content, out_.constant(255));
  }
  bool instruct(const AsmLine& line) override;
  bool always(const AsmLine& line, const std::string& base);
  std::optional<Address> address(const AsmLine& line, std::size_t first);
  bool access(const AsmLine& line, std::string_view base);
  bool swap(const AsmLine& line, unsigned width);

  // system.cpp
  bool coprocessor(const AsmLine& line, bool from);
  bool status_register(const AsmLine& line, bool from);
};

}  // namespace shootdown::frontend

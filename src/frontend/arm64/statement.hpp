// Inline assembly of arm64.
#pragma once

#include "frontend/arm/family.hpp"

namespace shootdown::frontend {

class Arm64Statement final : public ArmFamilyStatement {
 public:
  Arm64Statement(FunctionLowering& function, const llvm::CallBase& call) : ArmFamilyStatement(function, call, 0) {}

 private:
  [[nodiscard]] bool jumps(std::size_t line) const override;
  [[nodiscard]] bool reads_flags(const AsmLine& line) const override;
  [[nodiscard]] std::optional<LineRegister> named(std::string_view name) const override;
  [[nodiscard]] unsigned modified_width(char modifier) const override {
    return modifier == 'w' ? 32 : modifier == 'x' || modifier == 0 ? 64 : 0;
  }
  [[nodiscard]] bool may_be_printed(const std::vector<std::string>& codes, std::uint64_t value) const override;
  [[nodiscard]] bool is_memory_constraint(const std::vector<std::string>& codes) const override;
  [[nodiscard]] bool logic_clears_carry() const override { return true; }
  Operand shift_amount(Operand content, unsigned width) override {
    return out_.binary(Opcode::And, width, content, out_.constant(width - 1));
  }
  bool instruct(const AsmLine& line) override;

  // statement.cpp
  bool branch(const AsmLine& line);
  bool compute(const AsmLine& line);
  bool bit_field(const AsmLine& line);
  // system.cpp
  bool system(const AsmLine& line);
  bool read_register(const AsmLine& line);
  bool write_register(const AsmLine& line);
  bool invalidate(const AsmLine& line);
  bool barrier(const AsmLine& line);
  // memory.cpp
  bool memory(const AsmLine& line);
  std::optional<Address> address(const AsmLine& line, std::size_t first);
  bool access(const AsmLine& line);
  bool atomic(const AsmLine& line);
  bool load_exclusive(const AsmLine& line);
  bool store_exclusive(const AsmLine& line);
  [[nodiscard]] bool is_in(const std::string& address, const LineRegister& which) const;

  // The load that an exclusive store belongs to, while nothing between the two touches memory or the machine.
  struct Exclusive {
    std::size_t line;
    std::string address;  // as written
    unsigned width;
    Operand loaded;
  };
  std::optional<Exclusive> exclusive_;
};

}  // namespace shootdown::frontend

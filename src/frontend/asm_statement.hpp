// Inline assembly of x86: the lowering of one statement. What is not x86's is in asm_base.hpp.
#pragma once

#include "frontend/asm_base.hpp"

namespace shootdown::frontend {

// A register operand of an instruction: which, and which bits of it.
struct View {
  Place place;
  unsigned width = 64;
  bool high = false;
};

class AsmStatement final : public AsmBase {
 public:
  AsmStatement(FunctionLowering& function, const llvm::CallBase& call);

  using Handler = void (AsmStatement::*)(const AsmInstruction& instruction, unsigned width, unsigned which);

  // Handlers, by kind; WIDTH is that of the mnemonic's suffix, 0 without one, WHICH the row's parameter.
  // asm_move.cpp
  void move(const AsmInstruction& instruction, unsigned width, unsigned which);
  void extend(const AsmInstruction& instruction, unsigned width, unsigned which);
  void load_address(const AsmInstruction& instruction, unsigned width, unsigned which);
  void push(const AsmInstruction& instruction, unsigned width, unsigned which);
  void pop(const AsmInstruction& instruction, unsigned width, unsigned which);
  void push_flags(const AsmInstruction& instruction, unsigned width, unsigned which);
  void pop_flags(const AsmInstruction& instruction, unsigned width, unsigned which);
  void string_operation(const AsmInstruction& instruction, unsigned width, unsigned which);
  // asm_arith.cpp
  void arithmetic(const AsmInstruction& instruction, unsigned width, unsigned which);
  void compare(const AsmInstruction& instruction, unsigned width, unsigned which);
  void increment(const AsmInstruction& instruction, unsigned width, unsigned which);
  void complement(const AsmInstruction& instruction, unsigned width, unsigned which);
  void shift(const AsmInstruction& instruction, unsigned width, unsigned which);
  void multiply(const AsmInstruction& instruction, unsigned width, unsigned which);
  // asm_exchange.cpp
  void exchange(const AsmInstruction& instruction, unsigned width, unsigned which);
  void exchange_add(const AsmInstruction& instruction, unsigned width, unsigned which);
  void compare_exchange(const AsmInstruction& instruction, unsigned width, unsigned which);
  void compare_exchange_pair(const AsmInstruction& instruction, unsigned width, unsigned which);
  // asm_bits.cpp
  void bit_test(const AsmInstruction& instruction, unsigned width, unsigned which);
  void bit_scan(const AsmInstruction& instruction, unsigned width, unsigned which);
  void byte_swap(const AsmInstruction& instruction, unsigned width, unsigned which);
  // asm_control.cpp
  void jump(const AsmInstruction& instruction, unsigned width, unsigned which);
  void jump_if(const AsmInstruction& instruction, unsigned width, unsigned which);
  void set_if(const AsmInstruction& instruction, unsigned width, unsigned which);
  void move_if(const AsmInstruction& instruction, unsigned width, unsigned which);
  // asm_system.cpp
  void operation(const AsmInstruction& instruction, unsigned width, unsigned which);
  void interrupt(const AsmInstruction& instruction, unsigned width, unsigned which);
  void invalidate_page(const AsmInstruction& instruction, unsigned width, unsigned which);
  void invalidate_context(const AsmInstruction& instruction, unsigned width, unsigned which);
  void invalidate_everywhere(const AsmInstruction& instruction, unsigned width, unsigned which);
  void nothing(const AsmInstruction& instruction, unsigned width, unsigned which);
  void bytes(const AsmInstruction& instruction, unsigned width, unsigned which);
  void section(const AsmInstruction& instruction, unsigned width, unsigned which);

 private:
  // asm_lowering.cpp: what AsmBase asks.
  [[nodiscard]] std::size_t count() const override { return instructions_.size(); }
  [[nodiscard]] const std::vector<std::string>& labels(std::size_t instruction) const override {
    return instructions_[instruction].labels;
  }
  [[nodiscard]] bool jumps(std::size_t instruction) const override {
    return instructions_[instruction].mnemonic.starts_with('j');
  }
  void lower(std::size_t instruction) override;
  [[nodiscard]] std::optional<unsigned> register_number(std::string_view name) const override;
  [[nodiscard]] bool may_be_printed(const std::vector<std::string>& codes, std::uint64_t value) const override;
  [[nodiscard]] bool is_memory_constraint(const std::vector<std::string>& codes) const override;
  [[nodiscard]] unsigned flags_wanted() const override;
  void mention_registers() override;
  void finish() override;

  // asm_access.cpp
  void problem(const AsmInstruction& instruction, const std::string& why = {}) {
    AsmBase::problem(instruction.text, why);
  }
  std::optional<View> view(const AsmArgument& argument);
  std::optional<View> view(const OperandReference& reference);
  std::optional<View> view(const AsmRegister& reg);
  Operand read(const View& from);
  Operand read_as(const View& from, unsigned width);
  void write(const View& to, Operand value);
  bool is_memory(const AsmArgument& argument) const;
  std::optional<Address> address(const AsmArgument& argument);
  std::optional<std::uint8_t> segment_flags(const AsmArgument& argument) const;
  // The number a source operand is known to be; it may still stand in a register.
  std::optional<std::uint64_t> immediate(const AsmArgument& argument);
  [[nodiscard]] bool is_printed(const AsmArgument& argument) const;
  // The value of a source operand: immediate, register or memory.
  std::optional<Operand> value(const AsmArgument& argument, unsigned width);
  // The operation's width: the suffix, else that of the register operands; 0 if neither says it.
  unsigned width_of(const AsmInstruction& instruction, unsigned suffix) const;
  unsigned register_width(const AsmArgument& argument) const;
  [[nodiscard]] static std::uint8_t rmw_flags(const AsmInstruction& instruction);
  bool check(const AsmInstruction& instruction, std::size_t arguments, unsigned width, bool lockable = false);

  // asm_conditions.cpp
  std::optional<Operand> condition(std::string_view name) override;

  // asm_control.cpp
  std::optional<Label> jump_target(const AsmArgument& argument);

  // asm_system.cpp
  void warn_without_clobber(const AsmInstruction& instruction) { AsmBase::warn_without_clobber(instruction.text); }
  bool control_register_move(const AsmInstruction& instruction, unsigned width);

  std::vector<AsmInstruction> instructions_;
  std::vector<std::pair<Operand, bool>> pushed_;  // the second: pushed by PUSHF
  bool skip_next_ = false;                        // STI took the HLT that follows
  bool in_table_ = false;                         // between .pushsection and .popsection of a harmless section
};

// What a mnemonic means.
struct AsmMeaning {
  AsmStatement::Handler handler = nullptr;
  unsigned width = 0;
  unsigned which = 0;
};
std::optional<AsmMeaning> find_meaning(const AsmInstruction& instruction);
// Flags the instruction reads.
unsigned flags_read(const AsmInstruction& instruction);
// Flags that the condition NAME ("c", "nz", ...) reads; 0 if there is no such condition.
unsigned condition_flags(std::string_view name);

}  // namespace shootdown::frontend

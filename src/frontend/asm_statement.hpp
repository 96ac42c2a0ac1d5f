// Inline assembly: the lowering of one statement.
//
// Each instruction of the template becomes Program instructions of its own, so that an interrupt can come between any
// two; an instruction that reads and writes memory becomes one read-modify-write. Registers are values: an operand, or
// a register named in the template, is tracked as the operand that holds its content, and writing it just changes what
// is tracked. Only if the template jumps do registers and flags get fixed slots, since different ways then meet. Flags
// are computed only where an instruction of the same statement, or a flag output, reads them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "frontend/asm_parse.hpp"
#include "frontend/emitter.hpp"
#include "frontend/lower_function.hpp"

namespace shootdown::frontend {

enum Flag : std::uint8_t { kCarry = 1, kZero = 2, kSign = 4, kOverflow = 8, kParity = 16 };

// Where a register's content is: a machine register, or an operand of the statement that the compiler would allocate.
struct Place {
  bool is_operand = false;
  unsigned number = 0;
};

// A register operand of an instruction: which, and which bits of it.
struct View {
  Place place;
  unsigned width = 64;
  bool high = false;
};

struct Address {
  Operand operand = program::kNone;
  std::uint8_t flags = 0;  // kPerCpu
};

class AsmStatement {
 public:
  AsmStatement(FunctionLowering& function, const llvm::CallBase& call);
  void run();

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
  // An operand of the statement, as the constraint string declares it.
  struct Bound {
    enum class Kind : std::uint8_t { Value, Memory, Target, Flag, Unknown };
    Kind kind = Kind::Unknown;
    unsigned width = 64;     // Value: of its type; Memory: of what it points to, 0 if that is no scalar
    Place place;             // Value: where its content is
    Address address;         // Memory
    Label label = 0;         // Target
    std::string condition;   // Flag
    bool immediate = false;  // Value: a constant is printed into the template
    bool output = false;
    unsigned result = 0;  // output: member of the call's result
  };

  // asm_bind.cpp
  bool bind_operands();
  bool bind_value(const std::vector<std::string>& codes, Bound& bound, std::optional<Operand> initial,
                  const std::string& text);
  void find_jumps();
  void fix_registers();
  void write_outputs();
  void finish_jumps_out();
  void find_wanted_flags();

  // asm_access.cpp
  void problem(const AsmInstruction& instruction, const std::string& why = {});
  Operand content(Place place);
  void set_content(Place place, Operand value);
  std::optional<View> view(const AsmArgument& argument);
  std::optional<View> view(const OperandReference& reference);
  std::optional<View> view(const AsmRegister& reg);
  Operand read(const View& from);
  Operand read_as(const View& from, unsigned width);
  void write(const View& to, Operand value);
  bool is_memory(const AsmArgument& argument) const;
  std::optional<Address> address(const AsmArgument& argument);
  std::optional<std::uint8_t> segment_flags(const AsmArgument& argument) const;
  std::optional<std::uint64_t> evaluate(const std::string& expression);
  // The number a source operand is known to be; it may still stand in a register.
  std::optional<std::uint64_t> immediate(const AsmArgument& argument);
  [[nodiscard]] bool is_printed(const AsmArgument& argument) const;
  // The value of a source operand: immediate, register or memory.
  std::optional<Operand> value(const AsmArgument& argument, unsigned width);
  // The operation's width: the suffix, else that of the register operands; 0 if neither says it.
  unsigned width_of(const AsmInstruction& instruction, unsigned suffix) const;
  unsigned register_width(const AsmArgument& argument) const;
  [[nodiscard]] unsigned word() const { return word_; }
  [[nodiscard]] static std::uint8_t rmw_flags(const AsmInstruction& instruction);
  bool check(const AsmInstruction& instruction, std::size_t arguments, unsigned width, bool lockable = false);

  // asm_flags.cpp
  void set_flag(Flag flag, Operand value);
  void set_result_flags(Operand result, unsigned width);
  void set_logic_flags(Operand result, unsigned width);
  void set_add_flags(Operand a, Operand b, Operand result, unsigned width, Operand carry);
  void set_subtract_flags(Operand a, Operand b, Operand result, unsigned width, Operand borrow);
  std::optional<Operand> flag(Flag flag);
  std::optional<Operand> condition(std::string_view name);
  Operand bit(Operand value, unsigned index, unsigned width);
  [[nodiscard]] bool wanted(unsigned flags) const { return (wanted_ & flags) != 0; }

  // asm_control.cpp
  std::optional<Label> jump_target(const AsmArgument& argument);

  // asm_system.cpp
  void warn_without_clobber(const AsmInstruction& instruction);
  bool control_register_move(const AsmInstruction& instruction, unsigned width);

  void lower(const AsmInstruction& instruction);

  FunctionLowering& function_;
  const llvm::CallBase& call_;
  Emitter& out_;
  unsigned word_;
  std::vector<AsmInstruction> instructions_;
  std::size_t at_ = 0;  // index of the instruction being lowered
  std::vector<Bound> bound_;
  std::vector<Operand> operand_content_;  // by Place::number of operands
  std::array<std::optional<Operand>, 16> registers_{};
  std::array<std::optional<Operand>, 5> flags_{};
  unsigned wanted_ = 0;                           // flags that something reads
  std::vector<std::pair<Operand, bool>> pushed_;  // the second: pushed by PUSHF
  bool memory_clobber_ = false;
  bool jumping_ = false;                                  // registers have fixed slots
  std::vector<Label> starts_;                             // jumping: by instruction, and one for the end
  std::vector<std::pair<Label, std::size_t>> jumps_out_;  // asm goto: from here, to indirect destination
  bool skip_next_ = false;                                // STI took the HLT that follows
  bool in_table_ = false;                                 // between .pushsection and .popsection of a harmless section
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

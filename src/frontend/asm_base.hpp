// Inline assembly: what the lowering of one statement needs whatever the processor: the statement's operands, where the
// content of registers is, labels and jumps, arithmetic flags, outputs.
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
#include <string_view>
#include <utility>
#include <vector>

#include "frontend/asm_parse.hpp"
#include "frontend/emitter.hpp"
#include "frontend/lower_function.hpp"

namespace shootdown::frontend {

// s390 has a condition code of two bits instead, which stands in kCarry's place.
enum Flag : std::uint8_t { kCarry = 1, kZero = 2, kSign = 4, kOverflow = 8, kParity = 16 };

// Where a register's content is: a machine register, or an operand of the statement that the compiler would allocate.
struct Place {
  bool is_operand = false;
  unsigned number = 0;
  friend bool operator==(const Place&, const Place&) = default;
};

struct Address {
  Operand operand = program::kNone;
  std::uint8_t flags = 0;  // kPerCpu
};

class AsmBase {
 public:
  AsmBase(FunctionLowering& function, const llvm::CallBase& call);
  virtual ~AsmBase() = default;
  AsmBase(const AsmBase&) = delete;
  AsmBase& operator=(const AsmBase&) = delete;
  void run();

 protected:
  // An operand of the statement, as the constraint string declares it.
  struct Bound {
    enum class Kind : std::uint8_t { Value, Memory, Target, Flag, Unknown };
    Kind kind = Kind::Unknown;
    unsigned width = 64;     // Value: of its type; Memory: of what it points to, 0 if that is no scalar
    Place place;             // Value: where its content is; of a pair, the register with the more significant half
    Address address;         // Memory
    Label label = 0;         // Target
    std::string condition;   // Flag
    bool immediate = false;  // Value: a constant is printed into the template
    bool output = false;
    unsigned result = 0;  // output: member of the call's result
  };

  // What the processor decides.
  virtual std::size_t count() const = 0;                                              // instructions
  virtual const std::vector<std::string>& labels(std::size_t instruction) const = 0;  // that stand before it
  virtual bool jumps(std::size_t instruction) const = 0;
  virtual void lower(std::size_t instruction) = 0;
  virtual std::optional<unsigned> register_number(std::string_view name) const = 0;  // of a constraint "{name}"
  // Whether the compiler may print a constant of this value into the template; else it goes into a register.
  virtual bool may_be_printed(const std::vector<std::string>& codes, std::uint64_t value) const = 0;
  virtual bool is_memory_constraint(const std::vector<std::string>& codes) const = 0;
  virtual bool has_pairs() const { return false; }                      // values of two registers
  virtual unsigned flags_wanted() const = 0;                            // by instructions and flag outputs
  virtual std::optional<Operand> condition(std::string_view name) = 0;  // as 0/1; nothing if no instruction set it
  virtual void mention_registers() {}  // named in the template: mention() each, if the statement jumps
  virtual void finish() {}             // after the last instruction

  // asm_bind.cpp
  bool bind_operands();
  bool bind_value(const std::vector<std::string>& codes, Bound& bound, std::optional<Operand> initial,
                  const std::string& text);
  void set_initial(const Bound& bound, Operand value);
  void find_jumps();
  void fix_registers();
  void mention(unsigned number);
  void write_outputs();
  void finish_jumps_out();

  // asm_access.cpp
  void problem(const std::string& instruction, const std::string& why = {});
  Operand content(Place place);
  void set_content(Place place, Operand value);
  // The content is not known behind INSTRUCTION; whatever reads it is refused.
  void forget(Place place, const std::string& instruction);
  std::optional<std::uint64_t> evaluate(const std::string& expression);
  // The place of label NAME ("1b", "2f", "loop") as seen from the instruction being lowered.
  std::optional<Label> label_named(std::string name) const;
  std::optional<std::size_t> instruction_at(std::string name) const;  // the one it stands before; count() for the end
  std::optional<Label> target_operand(unsigned index) const;
  // The compiler may move accesses to memory across a statement that does not say it touches memory; around a change of
  // translations that is hardly ever meant.
  void warn_without_clobber(const std::string& instruction);
  [[nodiscard]] unsigned word() const { return word_; }

  // asm_flags.cpp
  void set_flag(Flag flag, Operand value);
  void set_result_flags(Operand result, unsigned width);
  void set_logic_flags(Operand result, unsigned width);
  void set_add_flags(Operand a, Operand b, Operand result, unsigned width, Operand carry);
  void set_subtract_flags(Operand a, Operand b, Operand result, unsigned width, Operand borrow);
  std::optional<Operand> flag(Flag flag);
  Operand bit(Operand value, unsigned index, unsigned width);
  [[nodiscard]] bool wanted(unsigned flags) const { return (wanted_ & flags) != 0; }

  FunctionLowering& function_;
  const llvm::CallBase& call_;
  Emitter& out_;
  unsigned word_;
  std::size_t at_ = 0;  // index of the instruction being lowered
  std::vector<Bound> bound_;
  std::vector<Operand> operand_content_;  // by Place::number of operands
  std::array<std::optional<Operand>, 32> registers_{};
  std::array<std::optional<Operand>, 5> flags_{};
  unsigned wanted_ = 0;  // flags that something reads
  bool memory_clobber_ = false;
  bool jumping_ = false;                                  // registers have fixed slots
  std::vector<Label> starts_;                             // jumping: by instruction, and one for the end
  std::vector<std::pair<Label, std::size_t>> jumps_out_;  // asm goto: from here, to indirect destination
  std::vector<std::pair<Place, std::string>> forgotten_;
};

}  // namespace shootdown::frontend

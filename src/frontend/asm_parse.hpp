// Inline assembly as text: from LLVM's template string to instructions with operands. Nothing here knows what an
// instruction does.
//
// AT&T syntax, except for AsmLine. References to operands of the statement ($0, ${1:k}) stay references: which register
// the compiler would have chosen does not matter.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace shootdown::frontend {

// A reference to an operand of the statement: `$index` or `${index:modifier}`.
struct OperandReference {
  unsigned index = 0;
  char modifier = 0;
};

struct RegisterName {
  enum class Kind : std::uint8_t { General, Control, Segment, InstructionPointer, Other };
  Kind kind = Kind::Other;
  unsigned number = 0;  // General: 0 rax, 1 rcx, 2 rdx, 3 rbx, 4 rsp, 5 rbp, 6 rsi, 7 rdi, 8..15; Control: n of crN
  unsigned width = 64;
  bool high = false;  // ah, bh, ch, dh
};
// The register called NAME, without the %.
std::optional<RegisterName> parse_register(std::string_view name);

struct AsmRegister {  // a register in an address
  std::optional<RegisterName> name;
  std::optional<OperandReference> operand;
  [[nodiscard]] bool present() const { return name || operand; }
};

struct AsmArgument {
  enum class Kind : std::uint8_t {
    Register,   // %eax
    Immediate,  // $expression
    Operand,    // $0
    Memory,     // segment:expression(base,index,scale)
    Bare,       // expression: a jump target, or an absolute address
    Unknown,
  };
  Kind kind = Kind::Unknown;
  RegisterName reg;
  OperandReference operand;  // Operand; Memory: the operand that stands for the address, if has_operand
  bool has_operand = false;
  std::string expression;  // Immediate, Bare, and the displacement of Memory
  std::string segment;     // "gs", ...; empty if none
  AsmRegister base, index;
  unsigned scale = 1;
  bool indirect = false;  // *operand of a jump or call
};

struct AsmInstruction {
  std::string text;                 // as written, for messages
  std::vector<std::string> labels;  // that stand before it
  bool lock = false;
  bool unknown_modifier = false;  // an operand is written in a way that is not understood
  std::string repeat;             // "rep", "repne", ...; empty if none
  std::string mnemonic;           // empty: only labels (the end of the statement)
  std::vector<AsmArgument> arguments;
};

// The instructions of TEMPLATE, LLVM's form of the string (AT&T alternative). The last has no mnemonic if labels end
// it.
std::vector<AsmInstruction> parse_assembly(std::string_view text);

// An instruction of the other processors: its arguments stay text.
struct AsmLine {
  std::string text;                    // as written, for messages
  std::vector<std::string> labels;     // that stand before it
  std::string mnemonic;                // in lower case; empty: only labels (the end of the statement)
  std::vector<std::string> arguments;  // what stands between commas outside of brackets
};
// COMMENT: the character that begins one; 0 if only // and /* do.
std::vector<AsmLine> parse_lines(std::string_view text, char comment);
std::vector<std::string> split_list(std::string_view text);  // at commas outside of brackets
void make_lower_case(std::string& text);

// The value of an assembler expression. RESOLVE gives the values of symbols ("name") and operand references.
struct Atom {
  std::string_view symbol;  // empty: the operand
  OperandReference operand;
};
std::optional<std::uint64_t> evaluate_expression(
    std::string_view text, const std::function<std::optional<std::uint64_t>(const Atom&)>& resolve);

// Inside texts a reference is written as this mark, the index, an optional ':' and modifier, and the end mark.
inline constexpr char kReferenceBegin = '\x01';
inline constexpr char kReferenceEnd = '\x02';
// Reads a reference at the start of TEXT and removes it.
std::optional<OperandReference> take_reference(std::string_view& text);

}  // namespace shootdown::frontend

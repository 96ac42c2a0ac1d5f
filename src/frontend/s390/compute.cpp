// Inline assembly of s390: loads, stores, computation, interlocked updates, and the condition code each leaves.
#include <algorithm>
#include <array>

#include "frontend/s390/statement.hpp"

namespace shootdown::frontend {
namespace {

// CS and its like serialize before and after; LAA and its like do not.
constexpr unsigned kSerializes = program::kAtomic | program::kAcquire | program::kRelease | program::kSeqCst;

enum class Code : std::uint8_t { Sign, Logic, Kept };

struct Operator {
  std::string_view stem;  // with `g` after it for 64 bits
  Opcode op;
  Code code;
};

constexpr std::array<Operator, 6> kOperators{{
    {"a", Opcode::Add, Code::Sign},
    {"s", Opcode::Sub, Code::Sign},
    {"n", Opcode::And, Code::Logic},
    {"o", Opcode::Or, Code::Logic},
    {"x", Opcode::Xor, Code::Logic},
    {"ms", Opcode::Mul, Code::Kept},
}};

enum class Form : std::uint8_t { Register, ThreeRegisters, Memory, Immediate };

struct Found {
  const Operator* row;
  Form form;
  unsigned width;
};

// AR, AGR, ARK, AGRK, A, AY, AG, AHI, AGHI, and the same for the others.
std::optional<Found> find_operator(std::string_view name) {
  for (const Operator& row : kOperators) {
    if (!name.starts_with(row.stem)) continue;
    std::string_view rest = name.substr(row.stem.size());
    const unsigned width = rest.starts_with('g') ? 64 : 32;
    if (width == 64) rest.remove_prefix(1);
    if (rest == "r") return Found{&row, Form::Register, width};
    if (rest == "rk" && row.op != Opcode::Mul) return Found{&row, Form::ThreeRegisters, width};
    if (rest.empty() || (rest == "y" && width == 32)) return Found{&row, Form::Memory, width};
    if ((rest == "hi" || rest == "fi") && (row.op == Opcode::Add || row.op == Opcode::Mul))
      return Found{&row, Form::Immediate, width};
  }
  return std::nullopt;
}

struct Load {
  std::string_view name;
  unsigned from;  // bits
  unsigned to;
  bool sign;
  bool memory;  // else from a register
};

constexpr std::array<Load, 22> kLoads{{
    {"l", 32, 32, false, true},      {"ly", 32, 32, false, true},    {"lg", 64, 64, false, true},
    {"lgf", 32, 64, true, true},     {"llgf", 32, 64, false, true},  {"lh", 16, 32, true, true},
    {"lhy", 16, 32, true, true},     {"lgh", 16, 64, true, true},    {"llh", 16, 32, false, true},
    {"llgh", 16, 64, false, true},   {"llc", 8, 32, false, true},    {"llgc", 8, 64, false, true},
    {"lr", 32, 32, false, false},    {"lgr", 64, 64, false, false},  {"lgfr", 32, 64, true, false},
    {"llgfr", 32, 64, false, false}, {"llgcr", 8, 64, false, false}, {"llcr", 8, 32, false, false},
    {"ltr", 32, 32, false, false},   {"ltgr", 64, 64, false, false}, {"lt", 32, 32, false, true},
    {"ltg", 64, 64, false, true},
}};

}  // namespace

// 0, less than 0, greater than 0, overflow.
void S390Statement::set_code_of_sign(Operand result, unsigned width, std::optional<Operand> overflow) {
  if (!wanted(kCarry)) return;
  const Operand zero = out_.binary(Opcode::CmpEq, width, result, out_.constant(0));
  const Operand negative = out_.binary(Opcode::CmpSlt, width, result, out_.constant(0));
  Operand code = out_.select(negative, out_.constant(1), out_.constant(2));
  code = out_.select(zero, out_.constant(0), code);
  if (overflow) code = out_.select(*overflow, out_.constant(3), code);
  set_code(code);
}

void S390Statement::set_code_of_logic(Operand result, unsigned width) {
  if (wanted(kCarry)) set_code(out_.binary(Opcode::CmpNe, width, result, out_.constant(0)));
}

// Equal, first low, first high.
void S390Statement::set_code_of_comparison(Operand a, Operand b, unsigned width, bool is_signed) {
  if (!wanted(kCarry)) return;
  const Operand less = out_.binary(is_signed ? Opcode::CmpSlt : Opcode::CmpUlt, width, a, b);
  const Operand code = out_.select(less, out_.constant(1), out_.constant(2));
  set_code(out_.select(out_.binary(Opcode::CmpEq, width, a, b), out_.constant(0), code));
}

bool S390Statement::access(const AsmLine& line) {
  const std::vector<std::string>& a = line.arguments;
  const std::string& name = line.mnemonic;
  if (a.size() != 2) return false;
  const auto data = reg(a[0]);
  if (!data) return false;
  if (const auto row = std::find_if(kLoads.begin(), kLoads.end(), [&](const Load& l) { return l.name == name; });
      row != kLoads.end()) {
    std::optional<Operand> from;
    if (row->memory) {
      const auto at = address(a[1]);
      if (at) from = load(*at, row->from);
    } else if (const auto source = reg(a[1])) {
      from = get(*source, row->from);
    }
    if (!from) return false;
    const Operand result = out_.convert(row->sign ? Opcode::SExt : Opcode::ZExt, row->from, row->to, *from);
    put(*data, row->to, result);
    if (name.starts_with("lt")) set_code_of_sign(result, row->to, std::nullopt);
    return true;
  }
  if (name == "lhi" || name == "lghi" || name == "lgfi") {
    const unsigned width = name == "lhi" ? 32 : 64;
    const auto constant = number(a[1]);
    if (!constant) return false;
    put(*data, width, out_.constant(*constant & low_mask(width)));
    return true;
  }
  if (name == "la" || name == "lay") {
    const auto at = address(a[1]);
    if (!at || at->flags != 0) return false;
    put(*data, 64, at->operand);
    return true;
  }
  const unsigned width = name == "stg"                   ? 64
                         : name == "st" || name == "sty" ? 32
                         : name == "sth"                 ? 16
                         : name == "stc"                 ? 8
                                                         : 0;
  const auto at = width == 0 ? std::nullopt : address(a[1]);
  const auto content = at ? get(*data, width) : std::nullopt;
  if (!content) return false;
  store(*at, *content, width);
  return true;
}

// SLL, SRL of a register by a constant; SLLG, SRLG from one register to another; IPM.
bool S390Statement::shift(const AsmLine& line) {
  const std::vector<std::string>& a = line.arguments;
  const std::string& name = line.mnemonic;
  if (name == "ipm" && a.size() == 1) {
    const auto to = reg(a[0]);
    const auto code = flag(kCarry);
    if (!to || !code) return false;
    // Bits 24 to 27 hold the program mask, which kernels leave 0; the 24 bits below are kept.
    const Operand kept = out_.binary(Opcode::And, 64, content(to->place), out_.constant(0xffffff));
    put(*to, 32, out_.binary(Opcode::Or, 32, kept, out_.binary(Opcode::Shl, 32, *code, out_.constant(28))));
    return true;
  }
  const bool three = name == "sllg" || name == "srlg";
  if ((!three && name != "sll" && name != "srl") || a.size() != (three ? 3U : 2U)) return false;
  const unsigned width = three ? 64 : 32;
  const auto to = reg(a[0]);
  const auto source = three ? reg(a[1]) : to;
  const auto by = number(a.back());
  const auto from = to && source && by && *by < width ? get(*source, width) : std::nullopt;
  if (!from) return false;
  put(*to, width, out_.binary(name[1] == 'l' ? Opcode::Shl : Opcode::LShr, width, *from, out_.constant(*by)));
  return true;
}

bool S390Statement::atomic(const AsmLine& line) {
  const std::vector<std::string>& a = line.arguments;
  const std::string& name = line.mnemonic;
  if (name == "cs" || name == "csy" || name == "csg") {
    const unsigned width = name == "csg" ? 64 : 32;
    const auto compared = a.size() == 3 ? reg(a[0]) : std::nullopt;
    const auto source = compared ? reg(a[1]) : std::nullopt;
    if (!source) return false;
    const auto expected = get(*compared, width), desired = get(*source, width);
    const auto at = address(a[2]);
    if (!expected || !desired || !at) return false;
    const Operand old = exchange_if(*at, *expected, *desired, width, kSerializes);
    put(*compared, width, old);
    set_code(logical_not(old + 1));
    return true;
  }
  struct Row {
    std::string_view name;
    Opcode op;
    Opcode update;
    unsigned width;
  };
  constexpr std::array<Row, 8> kRows{{
      {"laa", Opcode::Add, Opcode::RmwAdd, 32},
      {"laag", Opcode::Add, Opcode::RmwAdd, 64},
      {"lan", Opcode::And, Opcode::RmwAnd, 32},
      {"lang", Opcode::And, Opcode::RmwAnd, 64},
      {"lao", Opcode::Or, Opcode::RmwOr, 32},
      {"laog", Opcode::Or, Opcode::RmwOr, 64},
      {"lax", Opcode::Xor, Opcode::RmwXor, 32},
      {"laxg", Opcode::Xor, Opcode::RmwXor, 64},
  }};
  const bool adds_constant = name == "asi" || name == "agsi";
  const auto row = std::find_if(kRows.begin(), kRows.end(), [&](const Row& r) {
    return r.name == (name == "asi" ? std::string_view("laa") : name == "agsi" ? std::string_view("laag") : name);
  });
  if (row == kRows.end() || a.size() != (adds_constant ? 2U : 3U)) return false;
  const auto at = address(a[adds_constant ? 0 : 2]);
  std::optional<LineRegister> to, source;
  std::optional<Operand> operand;
  if (adds_constant) {
    if (const auto constant = number(a[1])) operand = out_.constant(*constant & low_mask(row->width));
  } else {
    to = reg(a[0]);
    source = reg(a[1]);
    if (to && source) operand = get(*source, row->width);
  }
  if (!at || !operand) return false;
  const Operand old = modify(row->update, *at, *operand, row->width, program::kAtomic);
  if (wanted(kCarry)) {
    const Operand result = out_.binary(row->op, row->width, old, *operand);
    if (row->op == Opcode::Add) {
      const Operand left = out_.binary(Opcode::Xor, row->width, old, result);
      const Operand right = out_.binary(Opcode::Xor, row->width, *operand, result);
      set_code_of_sign(result, row->width,
                       bit(out_.binary(Opcode::And, row->width, left, right), row->width - 1, row->width));
    } else {
      set_code_of_logic(result, row->width);
    }
  }
  if (to) put(*to, row->width, old);
  return true;
}

bool S390Statement::compute(const AsmLine& line) {
  const std::vector<std::string>& a = line.arguments;
  const std::string_view name = line.mnemonic;
  const auto to = a.empty() ? std::nullopt : reg(a[0]);
  if (!to) return false;
  // C, CY, CG, CR, CGR, CHI, CGHI; CL and its like without sign.
  if (name.starts_with('c') && a.size() == 2) {
    std::string_view rest = name.substr(1);
    const bool is_signed = !rest.starts_with('l');
    if (!is_signed) rest.remove_prefix(1);
    const unsigned width = rest.starts_with('g') ? 64 : 32;
    if (width == 64) rest.remove_prefix(1);
    std::optional<Operand> other;
    if (rest == "r") {
      if (const auto second = reg(a[1])) other = get(*second, width);
    } else if (rest.empty() || rest == "y") {
      if (const auto at = address(a[1])) other = load(*at, width);
    } else if (rest == "hi" || rest == "fi") {
      if (const auto constant = number(a[1])) other = out_.constant(*constant & low_mask(width));
    }
    const auto first = other ? get(*to, width) : std::nullopt;
    if (!first) return false;
    set_code_of_comparison(*first, *other, width, is_signed);
    return true;
  }
  const auto found = find_operator(name);
  if (!found || a.size() != (found->form == Form::ThreeRegisters ? 3U : 2U)) return false;
  const unsigned width = found->width;
  const auto first_register = found->form == Form::ThreeRegisters ? reg(a[1]) : to;
  if (!first_register) return false;
  std::optional<Operand> second;
  switch (found->form) {
    case Form::Register:
    case Form::ThreeRegisters:
      if (const auto from = reg(a.back())) second = get(*from, width);
      break;
    case Form::Memory:
      if (const auto at = address(a[1])) second = load(*at, width);
      break;
    case Form::Immediate:
      if (const auto constant = number(a[1])) second = out_.constant(*constant & low_mask(width));
      break;
  }
  const auto first = second ? get(*first_register, width) : std::nullopt;
  if (!first) return false;
  const Operand result = out_.binary(found->row->op, width, *first, *second);
  if (found->row->code == Code::Logic) set_code_of_logic(result, width);
  if (found->row->code == Code::Sign && wanted(kCarry)) {
    const bool adds = found->row->op == Opcode::Add;
    const Operand left = out_.binary(Opcode::Xor, width, *first, adds ? result : *second);
    const Operand right = out_.binary(Opcode::Xor, width, adds ? *second : *first, result);
    set_code_of_sign(result, width, bit(out_.binary(Opcode::And, width, left, right), width - 1, width));
  }
  put(*to, width, result);
  return true;
}

}  // namespace shootdown::frontend

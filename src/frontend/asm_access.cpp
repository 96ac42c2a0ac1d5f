// Inline assembly of x86: reading and writing registers, immediates and memory operands.
#include "frontend/asm_statement.hpp"

namespace shootdown::frontend {

std::optional<View> AsmStatement::view(const OperandReference& reference) {
  if (reference.index >= bound_.size() || bound_[reference.index].kind != Bound::Kind::Value) return std::nullopt;
  const Bound& bound = bound_[reference.index];
  View result{bound.place, bound.width <= 8 ? 8U : bound.width <= 16 ? 16U : bound.width <= 32 ? 32U : 64U, false};
  switch (reference.modifier) {
    case 'b': result.width = 8; break;
    case 'w': result.width = 16; break;
    case 'k': result.width = 32; break;
    case 'q': result.width = word(); break;
    case 'h':
      result.width = 8;
      result.high = true;
      break;
    default: break;
  }
  return result;
}

std::optional<View> AsmStatement::view(const AsmArgument& argument) {
  if (argument.kind == AsmArgument::Kind::Operand) return view(argument.operand);
  if (argument.kind != AsmArgument::Kind::Register || argument.reg.kind != RegisterName::Kind::General)
    return std::nullopt;
  if (argument.reg.number == 4 || argument.reg.width > word())
    return std::nullopt;  // the stack pointer is no value here
  return View{{false, argument.reg.number}, argument.reg.width, argument.reg.high};
}

std::optional<View> AsmStatement::view(const AsmRegister& reg) {
  if (reg.operand) return view(*reg.operand);
  AsmArgument argument;
  argument.kind = AsmArgument::Kind::Register;
  argument.reg = *reg.name;
  return view(argument);
}

Operand AsmStatement::read(const View& from) {
  Operand value = content(from.place);
  if (jumping_ && !out_.is_constant(value)) {
    // A slot that may be written before the value is used.
    const Operand saved = out_.fresh();
    out_.copy(saved, value);
    value = saved;
  }
  if (from.high) value = out_.binary(Opcode::LShr, word(), value, out_.constant(8));
  return out_.convert(Opcode::Trunc, word(), from.width, value);
}

Operand AsmStatement::read_as(const View& from, unsigned width) {
  return read({from.place, std::min(width, word()), from.high});
}

void AsmStatement::write(const View& to, Operand value) {
  // A write of 32 bits clears the rest; one of 8 or 16 bits keeps it.
  if (to.width >= 32) return set_content(to.place, value);
  const unsigned shift = to.high ? 8 : 0;
  const std::uint64_t mask = low_mask(to.width) << shift;
  const Operand kept = out_.binary(Opcode::And, word(), content(to.place), out_.constant(~mask & low_mask(word())));
  const Operand placed = shift == 0 ? value : out_.binary(Opcode::Shl, word(), value, out_.constant(shift));
  set_content(to.place, out_.binary(Opcode::Or, word(), kept, placed));
}

bool AsmStatement::is_memory(const AsmArgument& argument) const {
  switch (argument.kind) {
    case AsmArgument::Kind::Memory:
    case AsmArgument::Kind::Bare: return true;
    case AsmArgument::Kind::Operand:
      return argument.operand.modifier == 'a' || argument.operand.modifier == 'c' || argument.operand.modifier == 'P' ||
             (argument.operand.index < bound_.size() && bound_[argument.operand.index].kind == Bound::Kind::Memory);
    default: return false;
  }
}

std::optional<std::uint8_t> AsmStatement::segment_flags(const AsmArgument& argument) const {
  const std::string& segment = argument.segment;
  if (segment.empty() || segment == "ds" || segment == "es" || segment == "ss" || segment == "cs")
    return std::uint8_t{0};
  if (segment == "gs" || (segment == "fs" && word() == 32)) return std::uint8_t{program::kPerCpu};
  return std::nullopt;
}

std::optional<Address> AsmStatement::address(const AsmArgument& argument) {
  const auto flags = segment_flags(argument);
  if (!flags) return std::nullopt;
  Address result{out_.constant(0), *flags};
  if (argument.has_operand) {
    if (argument.operand.index >= bound_.size()) return std::nullopt;
    const Bound& bound = bound_[argument.operand.index];
    if (bound.kind == Bound::Kind::Memory) {
      result.operand = bound.address.operand;
      result.flags |= bound.address.flags;
      // %H0: the eight bytes after.
      if (argument.operand.modifier == 'H') result.operand = out_.offset(result.operand, 8, word());
      return result;
    }
    if (bound.kind != Bound::Kind::Value) return std::nullopt;
    result.operand = content(bound.place);
    return result;
  }
  // A displacement may itself stand for a memory operand: 8+%0.
  std::optional<Operand> base;
  const auto displacement =
      argument.expression.empty()
          ? std::optional<std::uint64_t>(0)
          : evaluate_expression(argument.expression, [&](const Atom& atom) -> std::optional<std::uint64_t> {
              if (atom.symbol.empty() && atom.operand.index < bound_.size() &&
                  bound_[atom.operand.index].kind == Bound::Kind::Memory && !base) {
                base = bound_[atom.operand.index].address.operand;
                result.flags |= bound_[atom.operand.index].address.flags;
                return 0;
              }
              std::string text = atom.symbol.empty()
                                     ? std::string{kReferenceBegin} + std::to_string(atom.operand.index) + kReferenceEnd
                                     : std::string(atom.symbol);
              return evaluate(text);
            });
  if (!displacement) return std::nullopt;
  if (base) result.operand = *base;
  bool narrow = false;
  const auto add = [&](const AsmRegister& reg, unsigned scale) {
    if (!reg.present() || (reg.name && reg.name->kind == RegisterName::Kind::InstructionPointer)) return true;
    const auto from = view(reg);
    if (!from) return false;
    narrow = narrow || (from->width == 32 && word() == 64);
    Operand value = read_as(*from, word());
    if (scale != 1) value = out_.binary(Opcode::Mul, word(), value, out_.constant(scale));
    const bool zero = out_.is_constant(result.operand) && out_.constant_value(result.operand) == 0;
    result.operand = zero ? value : out_.binary(Opcode::Add, word(), result.operand, value);
    return true;
  };
  if (!add(argument.base, 1) || !add(argument.index, argument.scale)) return std::nullopt;
  result.operand = out_.offset(result.operand, *displacement, word());
  // Addresses made of 32-bit registers have 32 bits, wherever the carries go.
  if (narrow) result.operand = out_.convert(Opcode::Trunc, word(), 32, result.operand);
  return result;
}

std::optional<std::uint64_t> AsmStatement::immediate(const AsmArgument& argument) {
  if (argument.kind == AsmArgument::Kind::Immediate) return evaluate(argument.expression);
  if (argument.kind != AsmArgument::Kind::Operand || is_memory(argument)) return std::nullopt;
  return evaluate(std::string{kReferenceBegin} + std::to_string(argument.operand.index) + kReferenceEnd);
}

bool AsmStatement::is_printed(const AsmArgument& argument) const {
  if (argument.kind != AsmArgument::Kind::Operand) return argument.kind == AsmArgument::Kind::Immediate;
  return argument.operand.index < bound_.size() && bound_[argument.operand.index].immediate;
}

std::optional<Operand> AsmStatement::value(const AsmArgument& argument, unsigned width) {
  if (is_memory(argument)) {
    const auto from = address(argument);
    if (!from) return std::nullopt;
    return out_.load(from->operand, width, static_cast<std::uint8_t>(from->flags | program::kVolatile));
  }
  if (argument.kind == AsmArgument::Kind::Immediate) {
    const auto number = immediate(argument);
    if (!number) return std::nullopt;
    return out_.constant(*number & low_mask(width));
  }
  // A constant operand is an immediate, whatever width its C type has.
  if (const auto number = immediate(argument)) return out_.constant(*number & low_mask(width));
  const auto from = view(argument);
  if (!from) return std::nullopt;
  return read_as(*from, width);
}

unsigned AsmStatement::register_width(const AsmArgument& argument) const {
  if (argument.kind == AsmArgument::Kind::Register && argument.reg.kind == RegisterName::Kind::General)
    return argument.reg.width;
  if (argument.kind != AsmArgument::Kind::Operand || is_memory(argument)) return 0;
  const auto found = const_cast<AsmStatement*>(this)->view(argument.operand);
  return found ? found->width : 0;
}

unsigned AsmStatement::width_of(const AsmInstruction& instruction, unsigned suffix) const {
  if (suffix != 0) return suffix;
  // The destination, which stands last, decides; a constant source has no width of its own.
  for (auto argument = instruction.arguments.rbegin(); argument != instruction.arguments.rend(); ++argument)
    if (const unsigned width = register_width(*argument); width != 0) return width;
  return 0;
}

std::uint8_t AsmStatement::rmw_flags(const AsmInstruction& instruction) {
  if (!instruction.lock) return program::kAtomic;
  return program::kAtomic | program::kAcquire | program::kRelease | program::kSeqCst | program::kLocked;
}

bool AsmStatement::check(const AsmInstruction& instruction, std::size_t arguments, unsigned width, bool lockable) {
  if (instruction.arguments.size() != arguments) {
    problem(instruction);
    return false;
  }
  if (width == 0 || width > word()) {
    problem(instruction,
            width == 0 ? "how wide the access is cannot be told" : "this processor has no such instruction");
    return false;
  }
  if (instruction.lock && !(lockable && arguments > 0 && is_memory(instruction.arguments.back()))) {
    problem(instruction, "LOCK is not allowed here");
    return false;
  }
  return true;
}

}  // namespace shootdown::frontend

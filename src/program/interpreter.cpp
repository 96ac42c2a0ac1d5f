// One instruction at a time, by kind. What needs memory or the machine is handed back as External.
#include "program/interpreter.hpp"

#include <algorithm>
#include <array>

#include "program/arithmetic.hpp"

namespace shootdown::program {

namespace {

class Stepper {
 public:
  Stepper(const Program& program, Thread& thread)
      : program_(program),
        thread_(thread),
        function_(program.functions[thread.top().function]),
        instruction_(function_.code[thread.top().pc]) {}

  Executed run();

 private:
  [[nodiscard]] std::uint64_t get(Operand operand, unsigned slot = 0) const {
    if ((operand & kConstant) != 0) return function_.constants[(operand & ~kConstant) + slot];
    return thread_.registers[thread_.top().base + operand + slot];
  }
  void set(Operand dst, std::uint64_t value, unsigned slot = 0) {
    thread_.registers[thread_.top().base + dst + slot] = value;
  }
  [[nodiscard]] Wide get_wide(Operand operand) const { return (Wide{get(operand, 1)} << 64) | get(operand, 0); }
  void set_wide(Operand dst, Wide value) {
    set(dst, static_cast<std::uint64_t>(value), 0);
    set(dst, static_cast<std::uint64_t>(value >> 64), 1);
  }
  // A value of any width as 128 bits; a result cut to its slots.
  [[nodiscard]] Wide get_any(Operand operand, unsigned width) const {
    return width > 64 ? get_wide(operand) : Wide{get(operand)};
  }
  void set_any(Operand dst, Wide value, unsigned width) {
    if (width > 64)
      set_wide(dst, value);
    else
      set(dst, static_cast<std::uint64_t>(value));
  }
  Executed next() {
    ++thread_.top().pc;
    return Executed::Next;
  }
  Executed jump(std::uint32_t target) {
    const bool back = target <= thread_.top().pc;
    thread_.top().pc = target;
    return back ? Executed::BackEdge : Executed::Jumped;
  }

  Executed arithmetic();
  Executed conversion();
  Executed unary_operation();
  Executed funnel_shift();
  Executed copy(Operand source);
  Executed stack_operation();
  Executed switch_jump();
  Executed call(std::uint32_t callee);
  Executed indirect_call();
  Executed leave();

  const Program& program_;
  Thread& thread_;
  const Function& function_;
  const Instruction& instruction_;
};

Executed Stepper::arithmetic() {
  const Instruction& i = instruction_;
  const bool has_overflow = i.op >= Opcode::UAddOv && i.op <= Opcode::SMulOv;
  const bool compares = i.op >= Opcode::CmpEq && i.op <= Opcode::CmpSle;
  if (i.width <= 64) {
    const Arithmetic r = binary(i.op, get(i.a), get(i.b), i.width);
    if (r.divide_error) return Executed::DivideError;
    set(i.dst, r.value);
    if (has_overflow) set(i.dst, r.overflow ? 1 : 0, 1);
    return next();
  }
  const WideArithmetic r = binary_wide(i.op, get_wide(i.a), get_wide(i.b), i.width);
  if (r.divide_error) return Executed::DivideError;
  if (compares) {
    set(i.dst, static_cast<std::uint64_t>(r.value));
    return next();
  }
  set_wide(i.dst, r.value);
  if (has_overflow) set(i.dst, r.overflow ? 1 : 0, 2);
  return next();
}

Executed Stepper::conversion() {
  const Instruction& i = instruction_;
  Wide value = get_any(i.a, i.width);
  if (i.op == Opcode::SExt) value = static_cast<Wide>(wide_sign_extend(value, i.width));
  set_any(i.dst, value & wide_mask(i.width2), i.width2);
  return next();
}

Executed Stepper::unary_operation() {
  const Instruction& i = instruction_;
  set_any(i.dst, unary_wide(i.op, get_any(i.a, i.width), i.width), i.width);
  return next();
}

Executed Stepper::funnel_shift() {
  const Instruction& i = instruction_;
  const Wide all = wide_mask(i.width);
  const Wide high = get_any(i.a, i.width), low = get_any(i.b, i.width);
  const auto by = static_cast<unsigned>(get_any(i.c, i.width) % i.width);
  Wide r = 0;
  if (i.op == Opcode::FShl)
    r = by == 0 ? high : (high << by) | (low >> (i.width - by));
  else
    r = by == 0 ? low : (high << (i.width - by)) | (low >> by);
  set_any(i.dst, r & all, i.width);
  return next();
}

Executed Stepper::copy(Operand source) {
  const Instruction& i = instruction_;
  if (i.slots == 1) {
    set(i.dst, get(source));
    return next();
  }
  // Source and destination may overlap.
  const bool upwards = (source & kConstant) != 0 || source >= i.dst;
  for (unsigned n = 0; n < i.slots; ++n) {
    const unsigned slot = upwards ? n : i.slots - 1u - n;
    set(i.dst, get(source, slot), slot);
  }
  return next();
}

Executed Stepper::stack_operation() {
  const Instruction& i = instruction_;
  switch (i.op) {
    case Opcode::FrameAddress: set(i.dst, thread_.top().stack + i.aux); break;
    case Opcode::DynamicAlloca: {
      const std::uint64_t alignment = std::max<std::uint64_t>(i.aux, 16);
      const std::uint64_t address = (thread_.stack_pointer + alignment - 1) & ~(alignment - 1);
      const std::uint64_t limit = layout::kStackBytes - (thread_.frames.front().stack % layout::kStackBytes);
      if (get(i.a) > limit || address + get(i.a) > thread_.frames.front().stack + limit) return Executed::Overflow;
      set(i.dst, address);
      thread_.stack_pointer = address + get(i.a);
      break;
    }
    case Opcode::StackSave: set(i.dst, thread_.stack_pointer); break;
    default: thread_.stack_pointer = get(i.a); break;  // StackRestore
  }
  return next();
}

Executed Stepper::switch_jump() {
  const SwitchTable& table = function_.switches[instruction_.aux];
  const std::uint64_t value = get(instruction_.a);
  for (const SwitchTable::Case& c : table.cases)
    if (c.value == value) return jump(c.target);
  return jump(table.otherwise);
}

Executed Stepper::call(std::uint32_t callee) {
  if (thread_.frames.size() >= kMaxFrames) return Executed::Overflow;
  const Function& target = program_.functions[callee];
  std::array<std::uint64_t, 64> few{};
  std::vector<std::uint64_t> many;
  std::size_t count = 0;
  std::uint64_t* arguments = few.data();
  const std::vector<Argument>& list = function_.lists[instruction_.list];
  std::size_t slots = 0;
  for (const Argument& a : list) slots += a.slots;
  if (slots > few.size()) {
    many.resize(slots);
    arguments = many.data();
  }
  for (const Argument& a : list)
    for (unsigned s = 0; s < a.slots; ++s) arguments[count++] = get(a.operand, s);
  push_frame(program_, thread_, callee, arguments, count, FrameKind::Call);
  const std::uint64_t base = thread_.frames.front().stack & ~(layout::kStackBytes - 1);
  if (thread_.stack_pointer > base + layout::kStackBytes) {
    pop_frame(thread_);
    return Executed::Overflow;
  }
  return target.has_body || !target.code.empty() ? Executed::Jumped : Executed::Unsupported;
}

Executed Stepper::indirect_call() {
  const std::uint64_t address = get(instruction_.a);
  if (address < layout::kFunctions || (address - layout::kFunctions) % 16 != 0) return Executed::BadCall;
  const std::uint64_t index = (address - layout::kFunctions) / 16;
  if (index >= program_.functions.size()) return Executed::BadCall;
  return call(static_cast<std::uint32_t>(index));
}

Executed Stepper::leave() {
  if (thread_.top().kind == FrameKind::Interrupt) return Executed::InterruptReturn;
  if (thread_.frames.size() == 1) return Executed::ContextReturn;
  std::array<std::uint64_t, 64> few{};
  std::vector<std::uint64_t> many;
  std::uint64_t* results = few.data();
  const unsigned slots = instruction_.slots;
  if (slots > few.size()) {
    many.resize(slots);
    results = many.data();
  }
  for (unsigned s = 0; s < slots; ++s) results[s] = get(instruction_.a, s);
  pop_frame(thread_);
  Frame& caller = thread_.top();
  const Instruction& site = program_.functions[caller.function].code[caller.pc];
  if (site.dst != kNone)
    // Through a pointer of another type a call may expect more than it gets: an undefined value, which is 0.
    for (unsigned s = 0; s < site.slots; ++s)
      thread_.registers[caller.base + site.dst + s] = s < slots ? results[s] : 0;
  ++caller.pc;
  return Executed::Returned;
}

Executed Stepper::run() {
  const Instruction& i = instruction_;
  switch (i.op) {
    case Opcode::Copy: return copy(i.a);
    case Opcode::Select: return copy(get(i.a) != 0 ? i.b : i.c);
    case Opcode::Trunc:
    case Opcode::ZExt:
    case Opcode::SExt: return conversion();
    case Opcode::FShl:
    case Opcode::FShr: return funnel_shift();
    case Opcode::FrameAddress:
    case Opcode::DynamicAlloca:
    case Opcode::StackSave:
    case Opcode::StackRestore: return stack_operation();
    case Opcode::Jump: return jump(i.target);
    case Opcode::Branch: return jump(get(i.a) != 0 ? i.target : i.target2);
    case Opcode::Switch: return switch_jump();
    case Opcode::Call: return call(i.aux);
    case Opcode::CallIndirect: return indirect_call();
    case Opcode::Return: return leave();
    case Opcode::Unreachable: return Executed::Unreachable;
    case Opcode::Trap: return Executed::Trap;
    case Opcode::Unsupported: return Executed::Unsupported;
    default: break;
  }
  if (i.op >= Opcode::Add && i.op <= Opcode::SSubSat) return arithmetic();
  if (i.op >= Opcode::CtPop && i.op <= Opcode::Abs) return unary_operation();
  return Executed::External;
}

}  // namespace

Executed execute(const Program& program, Thread& thread) { return Stepper(program, thread).run(); }

std::uint64_t read(const Program& program, const Thread& thread, Operand operand, unsigned slot) {
  if ((operand & kConstant) != 0)
    return program.functions[thread.top().function].constants[(operand & ~kConstant) + slot];
  return thread.registers[thread.top().base + operand + slot];
}

void write(Thread& thread, Operand dst, std::uint64_t value, unsigned slot) {
  if (dst != kNone) thread.registers[thread.top().base + dst + slot] = value;
}

std::uint64_t apply_rmw(Opcode op, std::uint64_t old_value, std::uint64_t operand, unsigned width) {
  const std::int64_t so = sign_extend(old_value, width), sp = sign_extend(operand, width);
  std::uint64_t r = operand;
  switch (op) {
    case Opcode::RmwAdd: r = old_value + operand; break;
    case Opcode::RmwSub: r = old_value - operand; break;
    case Opcode::RmwAnd: r = old_value & operand; break;
    case Opcode::RmwOr: r = old_value | operand; break;
    case Opcode::RmwXor: r = old_value ^ operand; break;
    case Opcode::RmwNand: r = ~(old_value & operand); break;
    case Opcode::RmwMin: r = so < sp ? old_value : operand; break;
    case Opcode::RmwMax: r = so < sp ? operand : old_value; break;
    case Opcode::RmwUMin: r = std::min(old_value, operand); break;
    case Opcode::RmwUMax: r = std::max(old_value, operand); break;
    default: break;  // RmwXchg
  }
  return r & mask(width);
}

}  // namespace shootdown::program

// A function as text, one instruction a line: `7: %12 = add.64 %3, 0x10`. For tests and for --dump-program; no program
// reads it back.
#include <array>
#include <cstdio>
#include <initializer_list>
#include <string_view>

#include "program/program.hpp"

namespace shootdown::program {
namespace {

constexpr std::array kNames{
    std::string_view{"copy"},
    std::string_view{"add"},
    std::string_view{"sub"},
    std::string_view{"mul"},
    std::string_view{"udiv"},
    std::string_view{"sdiv"},
    std::string_view{"urem"},
    std::string_view{"srem"},
    std::string_view{"and"},
    std::string_view{"or"},
    std::string_view{"xor"},
    std::string_view{"shl"},
    std::string_view{"lshr"},
    std::string_view{"ashr"},
    std::string_view{"umin"},
    std::string_view{"umax"},
    std::string_view{"smin"},
    std::string_view{"smax"},
    std::string_view{"eq"},
    std::string_view{"ne"},
    std::string_view{"ult"},
    std::string_view{"ule"},
    std::string_view{"slt"},
    std::string_view{"sle"},
    std::string_view{"uadd_ov"},
    std::string_view{"sadd_ov"},
    std::string_view{"usub_ov"},
    std::string_view{"ssub_ov"},
    std::string_view{"umul_ov"},
    std::string_view{"smul_ov"},
    std::string_view{"uadd_sat"},
    std::string_view{"usub_sat"},
    std::string_view{"sadd_sat"},
    std::string_view{"ssub_sat"},
    std::string_view{"trunc"},
    std::string_view{"zext"},
    std::string_view{"sext"},
    std::string_view{"ctpop"},
    std::string_view{"ctlz"},
    std::string_view{"cttz"},
    std::string_view{"bswap"},
    std::string_view{"bitreverse"},
    std::string_view{"abs"},
    std::string_view{"fshl"},
    std::string_view{"fshr"},
    std::string_view{"select"},
    std::string_view{"load"},
    std::string_view{"store"},
    std::string_view{"rmw_xchg"},
    std::string_view{"rmw_add"},
    std::string_view{"rmw_sub"},
    std::string_view{"rmw_and"},
    std::string_view{"rmw_or"},
    std::string_view{"rmw_xor"},
    std::string_view{"rmw_nand"},
    std::string_view{"rmw_min"},
    std::string_view{"rmw_max"},
    std::string_view{"rmw_umin"},
    std::string_view{"rmw_umax"},
    std::string_view{"cmpxchg"},
    std::string_view{"fence"},
    std::string_view{"memcpy"},
    std::string_view{"memmove"},
    std::string_view{"memset"},
    std::string_view{"frame_address"},
    std::string_view{"dynamic_alloca"},
    std::string_view{"stack_save"},
    std::string_view{"stack_restore"},
    std::string_view{"jump"},
    std::string_view{"branch"},
    std::string_view{"switch"},
    std::string_view{"call"},
    std::string_view{"call_indirect"},
    std::string_view{"return"},
    std::string_view{"unreachable"},
    std::string_view{"trap"},
    std::string_view{"unsupported"},
    std::string_view{"operate"},
};
static_assert(kNames.size() == static_cast<std::size_t>(Opcode::Operate) + 1, "a name for every opcode");

// Pieces one after another. (Not operator+: of "literal" + string gcc 12 warns wrongly, its bug 105651.)
std::string join(std::initializer_list<std::string_view> pieces) {
  std::string text;
  for (std::string_view piece : pieces) text += piece;
  return text;
}

std::string hexadecimal(std::uint64_t value) {
  std::array<char, 24> buffer{};
  std::snprintf(buffer.data(), buffer.size(), value < 10 ? "%llu" : "0x%llx", static_cast<unsigned long long>(value));
  return buffer.data();
}

std::string operand_text(const Function& function, Operand operand) {
  if (operand == kNone) return "-";
  if ((operand & kConstant) == 0) return join({"%", std::to_string(operand)});
  const std::size_t index = operand & ~kConstant;
  return index < function.constants.size() ? hexadecimal(function.constants[index]) : "constant?";
}

std::string flags_text(std::uint8_t flags) {
  struct Name {
    std::uint8_t flag;
    std::string_view text;
  };
  constexpr std::array<Name, 7> names{{{kVolatile, "volatile"},
                                       {kAtomic, "atomic"},
                                       {kAcquire, "acquire"},
                                       {kRelease, "release"},
                                       {kSeqCst, "seq_cst"},
                                       {kPerCpu, "percpu"},
                                       {kLocked, "locked"}}};
  std::string text;
  for (const Name& name : names)
    if ((flags & name.flag) != 0) text.append(" ").append(name.text);
  return text;
}

std::string target_text(std::uint32_t target) { return join({"@", std::to_string(target)}); }

std::string list_text(const Function& function, std::uint32_t list) {
  std::string text = "(";
  if (list < function.lists.size()) {
    for (const Argument& argument : function.lists[list]) {
      if (text.size() > 1) text += ", ";
      text += operand_text(function, argument.operand);
      if (argument.slots != 1) text += join({"x", std::to_string(argument.slots)});
    }
  }
  return text + ")";
}

// What stands behind the opcode of an instruction that is not plain `dst = op a, b, c`.
std::string special_text(const Program& program, const Function& function, const Instruction& i) {
  const std::string a = operand_text(function, i.a);
  switch (i.op) {
    case Opcode::Jump: return join({" ", target_text(i.target)});
    case Opcode::Branch: return join({" ", a, ", ", target_text(i.target), ", ", target_text(i.target2)});
    case Opcode::Switch: {
      std::string text = join({" ", a});
      const SwitchTable& table = function.switches[i.aux];
      for (const auto& entry : table.cases)
        text += join({", ", hexadecimal(entry.value), ": ", target_text(entry.target)});
      return text + join({", else ", target_text(table.otherwise)});
    }
    case Opcode::Call: return join({" ", program.functions[i.aux].name, list_text(function, i.list)});
    case Opcode::CallIndirect: return join({" ", a, list_text(function, i.list)});
    case Opcode::Trap:
    case Opcode::Unsupported: return join({" \"", program.texts[i.aux], "\""});
    case Opcode::FrameAddress: return join({" ", std::to_string(i.aux)});
    case Opcode::Operate: return join({" #", std::to_string(i.aux), list_text(function, i.list)});
    default: {
      std::string text;
      for (Operand operand : {i.a, i.b, i.c})
        if (operand != kNone) text += join({text.empty() ? " " : ", ", operand_text(function, operand)});
      return text;
    }
  }
}

std::string instruction_text(const Program& program, const Function& function, const Instruction& i) {
  std::string text = i.dst == kNone ? "" : operand_text(function, i.dst) + " = ";
  text += kNames[static_cast<std::size_t>(i.op)];
  if (i.width != 64) text += join({".", std::to_string(i.width)});
  if (i.width2 != 0) text += join({".", std::to_string(i.width2)});
  if (i.slots != 1) text += join({"x", std::to_string(i.slots)});
  text += special_text(program, function, i) + flags_text(i.flags);
  if (i.back_edge) text += " back";
  const Location& location = program.locations[i.location];
  if (location.line != 0) text += join({"  ; ", program.files[location.file], ":", std::to_string(location.line)});
  return text;
}

}  // namespace

std::string to_text(const Program& program, const Function& function) {
  std::string text = function.name + ": " + std::to_string(function.parameters) + " parameter slots, " +
                     std::to_string(function.result_slots) + " result slots, " + std::to_string(function.registers) +
                     " registers, frame " + std::to_string(function.frame_bytes) + "\n";
  for (std::size_t pc = 0; pc < function.code.size(); ++pc)
    text += "  " + std::to_string(pc) + ": " + instruction_text(program, function, function.code[pc]) + "\n";
  return text;
}

}  // namespace shootdown::program

// Emitter: control flow, stack objects, and the end of a function.
#include <limits>

#include "frontend/emitter.hpp"

namespace shootdown::frontend {

using program::Instruction;

namespace {
constexpr std::uint32_t kUnbound = std::numeric_limits<std::uint32_t>::max();
}

void Emitter::unsupported(const std::string& text) {
  emit(Opcode::Unsupported).aux = texts_.index(text);
  stop();
}

void Emitter::trap(const std::string& text) {
  emit(Opcode::Trap).aux = texts_.index(text);
  stop();
}

Label Emitter::new_label() {
  places_.push_back(kUnbound);
  return static_cast<Label>(places_.size() - 1);
}

void Emitter::bind(Label label) {
  std::vector<Instruction>& code = function_.code;
  // A jump to the place just behind it does nothing; unless some label already stands behind it, it can go.
  const bool to_here = !code.empty() && code.back().op == Opcode::Jump && code.back().target == label;
  if (to_here && last_bound_ < code.size()) code.pop_back();
  places_[label] = static_cast<std::uint32_t>(code.size());
  last_bound_ = code.size();
  stopped_ = false;
}

void Emitter::jump(Label label) {
  emit(Opcode::Jump).target = label;
  stop();
}

void Emitter::branch(Operand condition, Label yes, Label no) {
  Instruction& i = emit(Opcode::Branch);
  i.a = condition;
  i.target = yes;
  i.target2 = no;
  i.width = 1;
  stop();
}

void Emitter::switch_on(Operand value, unsigned width, const std::vector<std::pair<std::uint64_t, Label>>& cases,
                        Label otherwise) {
  if (stopped_) return;
  program::SwitchTable& table = function_.switches.emplace_back();
  table.otherwise = otherwise;
  for (const auto& [number, label] : cases) table.cases.push_back({number, label});
  Instruction& i = emit(Opcode::Switch);
  i.a = value;
  i.width = static_cast<std::uint8_t>(width);
  i.aux = static_cast<std::uint32_t>(function_.switches.size() - 1);
  stop();
}

void Emitter::return_value(Operand value, unsigned slots) {
  Instruction& i = emit(Opcode::Return);
  i.a = slots == 0 ? program::kNone : value;
  i.slots = static_cast<std::uint16_t>(slots);
  stop();
}

std::uint32_t Emitter::frame_object(std::uint64_t bytes, std::uint64_t alignment) {
  if (alignment == 0) alignment = 1;
  const std::uint64_t at = (function_.frame_bytes + alignment - 1) / alignment * alignment;
  // A frame that no stack could hold still has to be a number; running it overflows the stack, which is reported.
  const std::uint64_t end = at + (bytes == 0 ? 1 : bytes);
  function_.frame_bytes = static_cast<std::uint32_t>(end < program::layout::kEnd ? end : program::layout::kEnd);
  return static_cast<std::uint32_t>(at < program::layout::kEnd ? at : program::layout::kEnd);
}

Operand Emitter::frame_address(std::uint32_t at) {
  const Operand result = fresh();
  Instruction& i = emit(Opcode::FrameAddress);
  i.aux = at;
  i.dst = result;
  return result;
}

bool Emitter::finish() {
  // Frames start at multiples of 16, so what a call returns to is the same stack pointer as before it.
  function_.frame_bytes = (function_.frame_bytes + 15) / 16 * 16;
  for (std::uint32_t pc = 0; pc < function_.code.size(); ++pc) {
    Instruction& i = function_.code[pc];
    switch (i.op) {
      case Opcode::Branch:
        i.target2 = place(i.target2);
        i.back_edge = i.target2 <= pc;
        [[fallthrough]];
      case Opcode::Jump:
        i.target = place(i.target);
        i.back_edge = i.back_edge || i.target <= pc;
        break;
      case Opcode::Switch: {
        program::SwitchTable& table = function_.switches[i.aux];
        table.otherwise = place(table.otherwise);
        i.back_edge = table.otherwise <= pc;
        for (auto& entry : table.cases) {
          entry.target = place(entry.target);
          i.back_edge = i.back_edge || entry.target <= pc;
        }
        break;
      }
      default: break;
    }
  }
  return function_.registers <= std::numeric_limits<std::uint16_t>::max();
}

}  // namespace shootdown::frontend

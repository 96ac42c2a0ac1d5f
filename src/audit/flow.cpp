// A graph of slots: an edge leads from each slot to those that receive a value computed from it. A read and a write
// belong together if the write's argument can be reached from the read's result; what lies on the way is reached from
// the one and reaches the other.
#include "audit/flow.hpp"

#include <algorithm>

#include "audit/subjects.hpp"
#include "machine/operations.hpp"

namespace shootdown::audit {

using machine::Operation;
using program::Instruction;
using program::Opcode;
using program::Operand;

namespace {

using Edges = std::vector<std::vector<std::uint32_t>>;

class Graph {
 public:
  explicit Graph(const program::Program& program) : program_(program) {
    for (const program::Function& function : program.functions) {
      first_.push_back(size_);
      size_ += function.registers;
    }
    to_.resize(size_);
    from_.resize(size_);
    for (std::uint32_t number = 0; number < program.functions.size(); ++number)
      for (const Instruction& i : program.functions[number].code) add(number, i);
  }

  [[nodiscard]] std::uint32_t node(std::uint32_t function, Operand slot) const { return first_[function] + slot; }
  [[nodiscard]] std::vector<bool> after(std::uint32_t node) const { return reach(to_, node); }
  [[nodiscard]] std::vector<bool> before(std::uint32_t node) const { return reach(from_, node); }

 private:
  static bool is_slot(Operand operand) { return operand != program::kNone && (operand & program::kConstant) == 0; }

  void edge(std::uint32_t from_function, Operand from, std::uint32_t to_function, Operand to) {
    if (!is_slot(from) || !is_slot(to)) return;
    to_[node(from_function, from)].push_back(node(to_function, to));
    from_[node(to_function, to)].push_back(node(from_function, from));
  }
  void copies(std::uint32_t from_function, Operand from, std::uint32_t to_function, Operand to, unsigned slots) {
    if (!is_slot(from) || !is_slot(to)) return;
    for (unsigned s = 0; s < slots; ++s) edge(from_function, from + s, to_function, to + s);
  }

  void add(std::uint32_t number, const Instruction& i) {
    const program::Function& function = program_.functions[number];
    const bool compares = i.op >= Opcode::CmpEq && i.op <= Opcode::CmpSle;
    if (i.op == Opcode::Copy) {
      copies(number, i.a, number, i.dst, i.slots);
    } else if (i.op == Opcode::Select) {
      copies(number, i.b, number, i.dst, i.slots);
      copies(number, i.c, number, i.dst, i.slots);
    } else if (i.op == Opcode::Call) {
      const program::Function& callee = program_.functions[i.aux];
      Operand parameter = 0;
      for (const program::Argument& argument : function.lists[i.list])
        for (unsigned s = 0; s < argument.slots; ++s, ++parameter)
          if (parameter < callee.parameters && is_slot(argument.operand))
            edge(number, argument.operand + s, i.aux, parameter);
      for (const Instruction& last : callee.code)
        if (last.op == Opcode::Return) copies(i.aux, last.a, number, i.dst, std::min(last.slots, i.slots));
    } else if ((i.op >= Opcode::Add && i.op <= Opcode::FShl) && !compares) {
      // A wide value is two slots, low half first; a carry goes from one to the other.
      const unsigned in = i.width > 64 ? 2 : 1, out = std::max(in, i.width2 > 64 ? 2u : 1u);
      for (const Operand operand : {i.a, i.b, i.c})
        for (unsigned s = 0; is_slot(operand) && s < in; ++s)
          for (unsigned t = 0; is_slot(i.dst) && t < out; ++t) edge(number, operand + s, number, i.dst + t);
    }
  }

  [[nodiscard]] std::vector<bool> reach(const Edges& edges, std::uint32_t start) const {
    std::vector<bool> seen(size_, false);
    std::vector<std::uint32_t> pending{start};
    seen[start] = true;
    while (!pending.empty()) {
      const std::uint32_t at = pending.back();
      pending.pop_back();
      for (const std::uint32_t next : edges[at])
        if (!seen[next]) {
          seen[next] = true;
          pending.push_back(next);
        }
    }
    return seen;
  }

  const program::Program& program_;
  std::vector<std::uint32_t> first_;  // of each function: the number of its slot 0
  std::uint32_t size_ = 0;
  Edges to_, from_;
};

std::vector<Point> points(const program::Program& program, Operation operation) {
  std::vector<Point> found;
  for (std::uint32_t number = 0; number < program.functions.size(); ++number) {
    const auto& code = program.functions[number].code;
    for (std::uint32_t pc = 0; pc < code.size(); ++pc)
      if (code[pc].op == Opcode::Operate && static_cast<Operation>(code[pc].aux) == operation)
        found.push_back({number, pc});
  }
  return found;
}

}  // namespace

std::vector<Flow> find_flows(const program::Program& program) {
  std::vector<Flow> flows;
  const Graph graph(program);
  for (const Register& reg : kRegisters) {
    const std::vector<Point> writes = points(program, reg.write);
    if (writes.empty()) continue;
    for (const Point& read : points(program, reg.read)) {
      const Operand result = program.functions[read.function].code[read.pc].dst;
      if (result == program::kNone) continue;
      const std::vector<bool> after = graph.after(graph.node(read.function, result));
      for (const Point& write : writes) {
        const program::Function& function = program.functions[write.function];
        const Operand argument = function.lists[function.code[write.pc].list].at(0).operand;
        if ((argument & program::kConstant) != 0 || !after[graph.node(write.function, argument)]) continue;
        const std::vector<bool> before = graph.before(graph.node(write.function, argument));
        Flow flow{reg.name, read, write, {}};
        flow.holders.resize(program.functions.size());
        for (std::uint32_t number = 0; number < program.functions.size(); ++number)
          for (std::uint32_t slot = 0; slot < program.functions[number].registers; ++slot)
            if (const std::uint32_t node = graph.node(number, slot); after[node] && before[node])
              flow.holders[number].push_back(static_cast<std::uint16_t>(slot));
        flows.push_back(std::move(flow));
      }
    }
  }
  return flows;
}

bool holds(const program::Function& function, const std::vector<std::uint16_t>& holders, std::uint32_t pc,
           bool called) {
  if (holders.empty()) return false;
  Operand result = program::kNone;
  unsigned slots = 0;
  if (called) {
    // What the call gets has gone to the callee's parameters, and its result is not there yet.
    result = function.code[pc].dst;
    slots = function.code[pc].slots;
    if (++pc >= function.code.size()) return false;
  }
  const std::vector<std::uint16_t>& live = function.live[function.live_at[pc]];
  return std::any_of(holders.begin(), holders.end(), [&](std::uint16_t slot) {
    if (result != program::kNone && slot >= result && slot < result + slots) return false;
    return std::binary_search(live.begin(), live.end(), slot);
  });
}

}  // namespace shootdown::audit

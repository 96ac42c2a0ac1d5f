// Which registers still matter at each instruction. A state keeps only those, so that two states that differ in a
// value nobody will read are one state.
//
// The usual backward data flow over single instructions (a function's code is one array with explicit targets), on
// bit sets, iterated until nothing changes.
#include <algorithm>
#include <map>

#include "program/program.hpp"

namespace shootdown::program {

namespace {

using Bits = std::vector<bool>;

class Flow {
 public:
  explicit Flow(Function& function) : function_(function) {}

  void solve() {
    const std::size_t size = function_.code.size();
    before_.assign(size, Bits(function_.registers, false));
    for (bool changed = true; changed;) {
      changed = false;
      for (std::size_t n = size; n-- > 0;) changed |= update(n);
    }
    function_.live_at.resize(size);
    function_.live.clear();
    std::map<std::vector<std::uint16_t>, std::uint32_t> known;
    for (std::size_t n = 0; n < size; ++n) {
      std::vector<std::uint16_t> slots;
      for (std::size_t r = 0; r < function_.registers; ++r)
        if (before_[n][r]) slots.push_back(static_cast<std::uint16_t>(r));
      const auto [at, added] = known.try_emplace(slots, static_cast<std::uint32_t>(function_.live.size()));
      if (added) function_.live.push_back(slots);
      function_.live_at[n] = at->second;
    }
  }

 private:
  void use(Bits& bits, Operand operand, unsigned slots) const {
    if (operand == kNone || (operand & kConstant) != 0) return;
    for (unsigned s = 0; s < slots; ++s) bits[operand + s] = true;
  }
  void define(Bits& bits, Operand dst, unsigned slots) const {
    if (dst == kNone) return;
    for (unsigned s = 0; s < slots; ++s) bits[dst + s] = false;
  }
  void join(Bits& bits, std::uint32_t target) const {
    const Bits& other = before_[target];
    for (std::size_t r = 0; r < bits.size(); ++r)
      if (other[r]) bits[r] = true;
  }

  Bits after(std::size_t n) const {
    const Instruction& i = function_.code[n];
    Bits bits(function_.registers, false);
    switch (i.op) {
      case Opcode::Jump: join(bits, i.target); break;
      case Opcode::Branch:
        join(bits, i.target);
        join(bits, i.target2);
        break;
      case Opcode::Switch:
        for (const SwitchTable::Case& c : function_.switches[i.aux].cases) join(bits, c.target);
        join(bits, function_.switches[i.aux].otherwise);
        break;
      case Opcode::Return:
      case Opcode::Unreachable:
      case Opcode::Trap:
      case Opcode::Unsupported: break;
      default:
        if (n + 1 < function_.code.size()) join(bits, static_cast<std::uint32_t>(n + 1));
        break;
    }
    return bits;
  }

  void transfer(Bits& bits, const Instruction& i) const {
    const unsigned slots = i.width > 64 ? 2 : 1;
    switch (i.op) {
      case Opcode::Copy:
        define(bits, i.dst, i.slots);
        use(bits, i.a, i.slots);
        return;
      case Opcode::Select:
        define(bits, i.dst, i.slots);
        use(bits, i.a, 1);
        use(bits, i.b, i.slots);
        use(bits, i.c, i.slots);
        return;
      case Opcode::Trunc:
      case Opcode::ZExt:
      case Opcode::SExt:
        define(bits, i.dst, i.width2 > 64 ? 2 : 1);
        use(bits, i.a, slots);
        return;
      case Opcode::Load:
        define(bits, i.dst, slots);
        use(bits, i.a, 1);
        return;
      case Opcode::Store:
        use(bits, i.a, 1);
        use(bits, i.b, slots);
        return;
      case Opcode::CmpXchg:
        define(bits, i.dst, slots + 1);
        use(bits, i.a, 1);
        use(bits, i.b, slots);
        use(bits, i.c, slots);
        return;
      case Opcode::MemCpy:
      case Opcode::MemMove:
      case Opcode::MemSet:
        // dst counts the bytes done: read and written by the instruction itself.
        use(bits, i.dst, 1);
        use(bits, i.a, 1);
        use(bits, i.b, 1);
        use(bits, i.c, 1);
        return;
      case Opcode::Return: use(bits, i.a, i.slots); return;
      case Opcode::Call:
      case Opcode::CallIndirect:
      case Opcode::Operate:
        define(bits, i.dst, i.slots);
        use(bits, i.a, 1);
        for (const Argument& a : function_.lists[i.list]) use(bits, a.operand, a.slots);
        return;
      default: break;
    }
    unsigned results = slots;
    if (i.op >= Opcode::UAddOv && i.op <= Opcode::SMulOv) results = slots + 1;
    if (i.op >= Opcode::CmpEq && i.op <= Opcode::CmpSle) results = 1;
    const bool read_modify_write = i.op >= Opcode::RmwXchg && i.op <= Opcode::RmwUMax;
    define(bits, i.dst, results);
    use(bits, i.a, read_modify_write ? 1 : slots);
    use(bits, i.b, slots);
    use(bits, i.c, slots);
  }

  bool update(std::size_t n) {
    Bits bits = after(n);
    transfer(bits, function_.code[n]);
    if (bits == before_[n]) return false;
    before_[n] = std::move(bits);
    return true;
  }

  Function& function_;
  std::vector<Bits> before_;
};

}  // namespace

void compute_liveness(Program& program) {
  for (Function& function : program.functions) Flow(function).solve();
}

}  // namespace shootdown::program

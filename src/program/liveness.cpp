// Which registers still matter at each instruction. A state keeps only those, so that two states that differ in a
// value nobody will read are one state.
//
// The usual backward data flow, on bit sets: first the sets at the beginnings of basic blocks, iterated until nothing
// changes; then one walk back through each block. Only blocks keep a set of all registers, so that a function of many
// thousand instructions costs no more than its blocks.
#include <algorithm>
#include <bit>
#include <map>

#include "program/program.hpp"

namespace shootdown::program {

namespace {

// Registers, as a set.
class Bits {
 public:
  explicit Bits(std::size_t registers) : words_((registers + 63) / 64) {}

  void set(std::size_t at) { words_[at / 64] |= std::uint64_t{1} << at % 64; }
  void reset(std::size_t at) { words_[at / 64] &= ~(std::uint64_t{1} << at % 64); }
  void join(const Bits& other) {
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] |= other.words_[i];
  }
  [[nodiscard]] std::vector<std::uint16_t> members() const {
    std::vector<std::uint16_t> found;
    for (std::size_t i = 0; i < words_.size(); ++i)
      for (std::uint64_t left = words_[i]; left != 0; left &= left - 1)
        found.push_back(static_cast<std::uint16_t>(i * 64 + static_cast<std::size_t>(std::countr_zero(left))));
    return found;
  }
  friend bool operator==(const Bits&, const Bits&) = default;

 private:
  std::vector<std::uint64_t> words_;
};

class Flow {
 public:
  explicit Flow(Function& function) : function_(function) {}

  void solve() {
    find_blocks();
    before_.assign(first_.size(), Bits(function_.registers));
    for (bool changed = true; changed;) {
      changed = false;
      for (std::size_t block = first_.size(); block-- > 0;) changed |= update(block);
    }
    function_.live_at.resize(function_.code.size());
    function_.live.clear();
    for (std::size_t block = 0; block < first_.size(); ++block) write(block);
  }

 private:
  void use(Bits& bits, Operand operand, unsigned slots) const {
    if (operand == kNone || (operand & kConstant) != 0) return;
    for (unsigned s = 0; s < slots; ++s) bits.set(operand + s);
  }
  void define(Bits& bits, Operand dst, unsigned slots) const {
    if (dst == kNone) return;
    for (unsigned s = 0; s < slots; ++s) bits.reset(dst + s);
  }
  void join(Bits& bits, std::uint32_t target) const { bits.join(before_[block_of_[target]]); }

  [[nodiscard]] std::size_t end_of(std::size_t block) const {
    return block + 1 < first_.size() ? first_[block + 1] : function_.code.size();
  }

  // A block begins with the first instruction, where a jump leads, and behind every instruction that jumps or ends.
  void find_blocks() {
    const std::size_t size = function_.code.size();
    std::vector<bool> begins(size + 1, false);
    begins[0] = true;
    for (std::size_t n = 0; n < size; ++n) {
      const Instruction& i = function_.code[n];
      switch (i.op) {
        case Opcode::Jump: begins[i.target] = true; break;
        case Opcode::Branch: begins[i.target] = begins[i.target2] = true; break;
        case Opcode::Switch:
          for (const SwitchTable::Case& c : function_.switches[i.aux].cases) begins[c.target] = true;
          begins[function_.switches[i.aux].otherwise] = true;
          break;
        case Opcode::Return:
        case Opcode::Unreachable:
        case Opcode::Trap:
        case Opcode::Unsupported: break;
        default: continue;
      }
      begins[n + 1] = true;
    }
    block_of_.resize(size);
    for (std::size_t n = 0; n < size; ++n) {
      if (begins[n]) first_.push_back(n);
      block_of_[n] = static_cast<std::uint32_t>(first_.size() - 1);
    }
  }

  // What matters behind a block, which its last instruction knows.
  [[nodiscard]] Bits after(std::size_t block) const {
    const std::size_t n = end_of(block) - 1;
    const Instruction& i = function_.code[n];
    Bits bits(function_.registers);
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

  bool update(std::size_t block) {
    Bits bits = after(block);
    for (std::size_t n = end_of(block); n-- > first_[block];) transfer(bits, function_.code[n]);
    if (bits == before_[block]) return false;
    before_[block] = std::move(bits);
    return true;
  }

  void write(std::size_t block) {
    std::vector<std::vector<std::uint16_t>> sets;  // of the block's instructions, the last one first
    Bits bits = after(block);
    for (std::size_t n = end_of(block); n-- > first_[block];) {
      transfer(bits, function_.code[n]);
      sets.push_back(bits.members());
    }
    for (std::size_t n = first_[block]; n < end_of(block); ++n) {
      const auto [at, added] = known_.try_emplace(sets.back(), static_cast<std::uint32_t>(function_.live.size()));
      if (added) function_.live.push_back(std::move(sets.back()));
      sets.pop_back();
      function_.live_at[n] = at->second;
    }
  }

  Function& function_;
  std::vector<std::size_t> first_;                             // instruction of each block
  std::vector<std::uint32_t> block_of_;                        // of each instruction
  std::vector<Bits> before_;                                   // of each block
  std::map<std::vector<std::uint16_t>, std::uint32_t> known_;  // places in Function::live
};

}  // namespace

void compute_liveness(Program& program) {
  for (Function& function : program.functions) Flow(function).solve();
}

}  // namespace shootdown::program

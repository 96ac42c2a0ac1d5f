// Components, in this order: one for what is global, two a CPU (registers; TLB set), one a context, then memory in
// groups of 32 slots. Memory comes last because it grows; trailing groups without a difference are left out, so a state
// has one form only.
#include <algorithm>

#include "system/state.hpp"

namespace shootdown::system {

namespace {

using explore::Words;
constexpr std::size_t kGroup = 32;

class Writer {
 public:
  explicit Writer(Words& words) : words_(words) { words_.clear(); }
  void word(std::uint64_t value) { words_.push_back(static_cast<std::uint32_t>(value)); }
  void wide(std::uint64_t value) {
    word(value & 0xffff'ffff);
    word(value >> 32);
  }

 private:
  Words& words_;
};

class Reader {
 public:
  explicit Reader(const Words& words) : words_(words) {}
  std::uint32_t word() { return words_[at_++]; }
  std::uint64_t wide() {
    const std::uint64_t low = word();
    return low | std::uint64_t{word()} << 32;
  }
  [[nodiscard]] bool more() const { return at_ < words_.size(); }

 private:
  const Words& words_;
  std::size_t at_ = 0;
};

// ---- what is global

void write_global(const SystemState& state, Words& words) {
  Writer w(words);
  const machine::State& m = state.machine;
  w.word(m.cpus.size());
  w.word(state.contexts.size());
  w.word(m.timer_vector | (m.concurrent ? 0x1'0000u : 0u) | (m.designations.empty() ? 0u : 0x2'0000u));
  w.word(m.nmis_left);
  w.word(m.vectors.size());
  for (const auto& [vector, handler] : m.vectors) {
    w.word(vector);
    w.wide(handler);
  }
  w.word(m.maybe_accessed.size());
  for (const std::uint64_t at : m.maybe_accessed) w.wide(at);
  if (!m.designations.empty()) w.word(m.designations.size());
  for (const auto& [root, designation] : m.designations) w.wide(root | designation);
  const machine::Ghost& g = m.ghost;
  w.word(g.primary_root.size());
  for (const auto& [root, primary] : g.primary_root) {
    w.wide(root);
    w.wide(primary);
  }
  w.word(g.user_roots.size());
  for (const std::uint64_t root : g.user_roots) w.wide(root);
  w.word(g.user_tags.size());
  for (const std::uint16_t tag : g.user_tags) w.word(tag);
  w.word(g.pages.size());
  for (const auto& [page, use] : g.pages) w.wide(page | static_cast<unsigned>(use));
  w.word(g.revoked.size());
  for (const machine::Revoked& r : g.revoked) {
    w.word(r.everywhere ? 1u : 0u);
    w.wide(r.root);
    w.wide(r.va);
    w.word(r.allowed.size());
    for (const machine::Allowed& a : r.allowed)
      w.wide(a.page | (a.user ? 1u : 0u) | (a.write ? 2u : 0u) | (a.user_fetch ? 4u : 0u) | (a.kernel_fetch ? 8u : 0u));
  }
}

void read_global(const Words& words, SystemState& state) {
  Reader r(words);
  machine::State& m = state.machine;
  m.cpus.resize(r.word());
  state.contexts.resize(r.word());
  const std::uint32_t timer = r.word();
  m.timer_vector = static_cast<std::uint16_t>(timer & 0xffff);
  m.concurrent = (timer & 0x1'0000) != 0;
  m.nmis_left = static_cast<std::uint8_t>(r.word());
  m.vectors.resize(r.word());
  for (auto& [vector, handler] : m.vectors) {
    vector = static_cast<std::uint8_t>(r.word());
    handler = r.wide();
  }
  m.maybe_accessed.resize(r.word());
  for (std::uint64_t& at : m.maybe_accessed) at = r.wide();
  m.designations.resize((timer & 0x2'0000) != 0 ? r.word() : 0);
  for (auto& [root, designation] : m.designations) {
    const std::uint64_t both = r.wide();
    root = both & ~(machine::kPageBytes - 1);
    designation = static_cast<std::uint8_t>(both & 0xff);
  }
  machine::Ghost& g = m.ghost;
  g.primary_root.resize(r.word());
  for (auto& [root, primary] : g.primary_root) {
    root = r.wide();
    primary = r.wide();
  }
  g.user_roots.resize(r.word());
  for (std::uint64_t& root : g.user_roots) root = r.wide();
  g.user_tags.resize(r.word());
  for (std::uint16_t& tag : g.user_tags) tag = static_cast<std::uint16_t>(r.word());
  g.pages.resize(r.word());
  for (auto& [page, use] : g.pages) {
    const std::uint64_t both = r.wide();
    page = both & ~(machine::kPageBytes - 1);
    use = static_cast<machine::PageUse>(both & 3);
  }
  g.revoked.resize(r.word());
  for (machine::Revoked& said : g.revoked) {
    said.everywhere = r.word() != 0;
    said.root = r.wide();
    said.va = r.wide();
    said.allowed.resize(r.word());
    for (machine::Allowed& a : said.allowed) {
      const std::uint64_t bits = r.wide();
      a = {bits & ~std::uint64_t{0xfff}, (bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0};
    }
  }
}

// ---- TLB sets

void write_entry(const machine::Entry& e, Writer& w) {
  w.word(e.tag | std::uint32_t{e.level} << 16 | (e.attributes & 0x10u) << 15 | (e.leaf ? 1u << 20 : 0u) |
         (e.user ? 1u << 21 : 0u) | (e.write ? 1u << 22 : 0u) | (e.no_execute ? 1u << 23 : 0u) |
         (e.global ? 1u << 24 : 0u) | (e.dirty ? 1u << 25 : 0u) | (e.accessed ? 1u << 26 : 0u) |
         (e.dangling ? 1u << 27 : 0u) | (e.attributes & 0xfu) << 28);
  // Pages have more than 16 bytes.
  w.wide(e.va | (e.table != 0 ? 1u : 0u) | (e.attributes & 0xe0u) >> 4);
  w.wide(e.target);
  w.wide(e.origin);
  if (e.table != 0) w.wide(e.table);
}

machine::Entry read_entry(Reader& r) {
  const std::uint32_t bits = r.word();
  machine::Entry e;
  e.tag = static_cast<std::uint16_t>(bits & 0xffff);
  e.level = static_cast<std::uint8_t>(bits >> 16 & 0x7);
  e.attributes = static_cast<std::uint8_t>(bits >> 28 | (bits >> 15 & 0x10));
  e.leaf = (bits >> 20 & 1) != 0;
  e.user = (bits >> 21 & 1) != 0;
  e.write = (bits >> 22 & 1) != 0;
  e.no_execute = (bits >> 23 & 1) != 0;
  e.global = (bits >> 24 & 1) != 0;
  e.dirty = (bits >> 25 & 1) != 0;
  e.accessed = (bits >> 26 & 1) != 0;
  e.dangling = (bits >> 27 & 1) != 0;
  const std::uint64_t va = r.wide();
  e.va = va & ~std::uint64_t{0xf};
  e.attributes |= static_cast<std::uint8_t>((va & 0xe) << 4);
  e.target = r.wide();
  e.origin = r.wide();
  if ((va & 1) != 0) e.table = r.wide();
  return e;
}

void write_tlb(const machine::TlbSet& tlb, Words& words) {
  Writer w(words);
  for (const machine::Entry& e : tlb.entries()) write_entry(e, w);
}

void read_tlb(const Words& words, machine::TlbSet& tlb) {
  Reader r(words);
  tlb.clear();
  while (r.more()) tlb.entries().push_back(read_entry(r));
}

// ---- CPUs

void write_older(const std::vector<machine::arm64::Older>& all, Writer& w) {
  w.word(all.size());
  for (const machine::arm64::Older& older : all) {
    w.word(static_cast<std::uint32_t>(older.until) | (older.exchange ? 4u : 0u));
    w.wide(older.address);
    w.wide(older.value);
  }
}

void read_older(Reader& r, std::vector<machine::arm64::Older>& all) {
  all.resize(r.word());
  for (machine::arm64::Older& older : all) {
    const std::uint32_t bits = r.word();
    older.until = static_cast<machine::arm64::Older::Until>(bits & 3);
    older.exchange = (bits & 4) != 0;
    older.address = r.wide();
    older.value = r.wide();
  }
}

void write_arm64(const machine::Cpu& cpu, Writer& w) {
  const machine::arm64::Registers& a = cpu.arm64;
  w.word(a.ttbr0.size() | a.ttbr1.size() << 8 | a.tcr.size() << 16 | (a.el0 ? 1u << 24 : 0u));
  for (const std::vector<std::uint64_t>* values : {&a.ttbr0, &a.ttbr1, &a.tcr})
    for (const std::uint64_t value : *values) w.wide(value);
  w.wide(a.sctlr);
  w.wide(a.far);
  w.word(cpu.tokens.size());
  for (const machine::arm64::Token& token : cpu.tokens) {
    w.word(token.issuer | std::uint32_t{token.level} << 6 | std::uint32_t{token.type} << 8 |
           std::uint32_t{token.asid} << 16);
    w.wide(token.va);
    w.wide(token.pages);
    write_older(token.missed, w);
  }
  write_older(cpu.older, w);
  for (const machine::TlbSet* set : {&cpu.unsynchronised_data, &cpu.unsynchronised_fetch}) {
    w.word(set->entries().size());
    for (const machine::Entry& e : set->entries()) write_entry(e, w);
  }
}

void read_arm64(Reader& r, machine::Cpu& cpu) {
  machine::arm64::Registers& a = cpu.arm64;
  const std::uint32_t sizes = r.word();
  a.ttbr0.resize(sizes & 0xff);
  a.ttbr1.resize(sizes >> 8 & 0xff);
  a.tcr.resize(sizes >> 16 & 0xff);
  a.el0 = (sizes >> 24 & 1) != 0;
  for (std::vector<std::uint64_t>* values : {&a.ttbr0, &a.ttbr1, &a.tcr})
    for (std::uint64_t& value : *values) value = r.wide();
  a.sctlr = r.wide();
  a.far = r.wide();
  cpu.tokens.resize(r.word());
  for (machine::arm64::Token& token : cpu.tokens) {
    const std::uint32_t bits = r.word();
    token.issuer = bits & 0x3f;  // at most 64 CPUs
    token.level = static_cast<std::uint8_t>(bits >> 6 & 3);
    token.type = static_cast<std::uint8_t>(bits >> 8);
    token.asid = static_cast<std::uint16_t>(bits >> 16);
    token.va = r.wide();
    token.pages = r.wide();
    read_older(r, token.missed);
  }
  read_older(r, cpu.older);
  for (machine::TlbSet* set : {&cpu.unsynchronised_data, &cpu.unsynchronised_fetch}) {
    const std::uint32_t size = r.word();
    for (std::uint32_t n = 0; n < size; ++n) set->entries().push_back(read_entry(r));
  }
}

void write_cpu(const machine::Cpu& cpu, Words& words) {
  Writer w(words);
  w.word(cpu.context);
  const bool arm64 = !(cpu.arm64 == machine::arm64::Registers{}) || !cpu.tokens.empty() || !cpu.older.empty() ||
                     !cpu.unsynchronised_data.entries().empty() || !cpu.unsynchronised_fetch.entries().empty();
  const bool s390 = !(cpu.s390 == machine::s390::Registers{}), arm = !(cpu.arm == machine::arm::Registers{});
  w.word((cpu.interrupts_on ? 1u : 0u) | (cpu.shadow ? 2u : 0u) | (cpu.halted ? 4u : 0u) | (cpu.nmi_blocked ? 8u : 0u) |
         (arm64 ? 16u : 0u) | (s390 ? 32u : 0u) | (arm ? 64u : 0u));
  w.wide(cpu.x86.cr0);
  w.wide(cpu.x86.cr2);
  w.wide(cpu.x86.cr3);
  w.wide(cpu.x86.cr4);
  if (arm64) write_arm64(cpu, w);
  if (s390) {
    for (const std::uint64_t asce : cpu.s390.asce) w.wide(asce);
    w.wide(cpu.s390.teid);
  }
  if (arm)
    for (const std::uint64_t value : {cpu.arm.control, cpu.arm.ttbr, cpu.arm.far}) w.wide(value);
  w.word(cpu.nmis_pending | cpu.buffer.size() << 8 | cpu.broadcasts.size() << 16);
  for (const machine::BufferedStore& store : cpu.buffer) {
    w.word(static_cast<unsigned>(store.kind) | unsigned{store.level} << 4 | (store.joined ? 1u << 7 : 0u) |
           unsigned{store.bytes} << 8 | (store.exclusive ? 1u << 12 : 0u) | (store.release ? 1u << 13 : 0u) |
           (store.own_walks ? 1u << 14 : 0u) | (store.translated ? 1u << 15 : 0u) | unsigned{store.tag} << 16);
    if (store.translated) w.wide(store.page);
    w.wide(store.address);
    w.wide(store.value);
  }
  for (const machine::x86::Broadcast& b : cpu.broadcasts) {
    w.word(b.issuer);
    w.word(b.pcid | std::uint32_t{b.further} << 16);
    w.word((b.by_address ? 1u : 0u) | (b.by_pcid ? 2u : 0u) | (b.global ? 4u : 0u) | (b.final_only ? 8u : 0u));
    w.wide(b.stride);
    w.wide(b.va);
  }
  for (const std::uint8_t vector : cpu.pending) w.word(vector);
}

void read_cpu(const Words& words, machine::Cpu& cpu) {
  Reader r(words);
  cpu.context = r.word();
  const std::uint32_t bits = r.word();
  cpu.interrupts_on = (bits & 1) != 0;
  cpu.shadow = (bits & 2) != 0;
  cpu.halted = (bits & 4) != 0;
  cpu.nmi_blocked = (bits & 8) != 0;
  cpu.x86.cr0 = r.wide();
  cpu.x86.cr2 = r.wide();
  cpu.x86.cr3 = r.wide();
  cpu.x86.cr4 = r.wide();
  cpu.tokens.clear();
  cpu.older.clear();
  cpu.unsynchronised_data.clear();
  cpu.unsynchronised_fetch.clear();
  cpu.arm64 = {};
  cpu.s390 = {};
  cpu.arm = {};
  if ((bits & 16) != 0) read_arm64(r, cpu);
  if ((bits & 32) != 0) {
    for (std::uint64_t& asce : cpu.s390.asce) asce = r.wide();
    cpu.s390.teid = r.wide();
  }
  if ((bits & 64) != 0)
    for (std::uint64_t* value : {&cpu.arm.control, &cpu.arm.ttbr, &cpu.arm.far}) *value = r.wide();
  const std::uint32_t counts = r.word();
  cpu.nmis_pending = static_cast<std::uint8_t>(counts & 0xff);
  cpu.buffer.resize(counts >> 8 & 0xff);  // at most 64
  for (machine::BufferedStore& store : cpu.buffer) {
    const std::uint32_t kind = r.word();
    store.kind = static_cast<machine::BufferedStore::Kind>(kind & 0xf);
    store.level = static_cast<std::uint8_t>(kind >> 4 & 7);
    store.joined = (kind >> 7 & 1) != 0;
    store.bytes = static_cast<std::uint8_t>(kind >> 8 & 0xf);  // 1 .. 8
    store.exclusive = (kind >> 12 & 1) != 0;
    store.release = (kind >> 13 & 1) != 0;
    store.own_walks = (kind >> 14 & 1) != 0;
    store.translated = (kind >> 15 & 1) != 0;
    store.tag = static_cast<std::uint16_t>(kind >> 16);
    store.page = store.translated ? r.wide() : 0;
    store.address = r.wide();
    store.value = r.wide();
  }
  cpu.broadcasts.resize(counts >> 16);
  for (machine::x86::Broadcast& b : cpu.broadcasts) {
    b.issuer = r.word();
    const std::uint32_t operand = r.word();
    b.pcid = static_cast<std::uint16_t>(operand & 0xffff);
    b.further = static_cast<std::uint16_t>(operand >> 16);
    const std::uint32_t selectors = r.word();
    b.by_address = (selectors & 1) != 0;
    b.by_pcid = (selectors & 2) != 0;
    b.global = (selectors & 4) != 0;
    b.final_only = (selectors & 8) != 0;
    b.stride = r.wide();
    b.va = r.wide();
  }
  cpu.pending.clear();
  while (r.more()) cpu.pending.push_back(static_cast<std::uint8_t>(r.word()));
}

// ---- contexts

// Calls `use` with the index of each register of frame `n` that can still be read.
template <class Use>
void for_live(const program::Program& program, const std::vector<program::Frame>& frames, std::size_t n, Use use) {
  const program::Frame& frame = frames[n];
  const program::Function& function = program.functions[frame.function];
  // A caller has executed its call up to the callee's return, which writes dst and goes on behind the call.
  const bool calling = n + 1 < frames.size() && frames[n + 1].kind == program::FrameKind::Call;
  const program::Instruction& at = function.code[frame.pc];
  const auto& live = function.live[function.live_at[calling ? frame.pc + 1 : frame.pc]];
  for (const std::uint16_t slot : live) {
    if (calling && at.dst != program::kNone && slot >= at.dst && slot < at.dst + at.slots) continue;
    use(frame.base + slot);
  }
}

void write_context(const program::Program& program, const Context& context, Words& words) {
  Writer w(words);
  w.wide(context.expected_root);
  w.word(context.name);
  const auto& frames = context.thread.frames;
  w.word((context.finished ? 1u : 0u) | (context.daemon ? 2u : 0u) | frames.size() << 2 | context.guards.size() << 16);
  w.word(context.thread.stack_pointer);
  for (const Context::Guard& guard : context.guards) {
    w.wide(guard.kind | (guard.left_out ? std::uint64_t{1} << 63 : 0));
    w.wide(guard.object);
  }
  for (const program::Frame& frame : frames) {
    w.word(frame.function | (frame.kind == program::FrameKind::Interrupt ? 0x8000'0000u : 0u));
    w.word(frame.pc);
    w.word(frame.stack);
    w.word((frame.saved_interrupts ? 1u : 0u) | (frame.saved_user ? 2u : 0u) | (frame.nmi ? 4u : 0u));
  }
  for (std::size_t n = 0; n < frames.size(); ++n)
    for_live(program, frames, n, [&](std::size_t r) { w.wide(context.thread.registers[r]); });
}

void read_context(const program::Program& program, const Words& words, Context& context) {
  Reader r(words);
  context.expected_root = r.wide();
  context.name = r.word();
  const std::uint32_t bits = r.word();
  context.finished = (bits & 1) != 0;
  context.daemon = (bits & 2) != 0;
  program::Thread& thread = context.thread;
  thread.frames.resize(bits >> 2 & 0x3fff);
  thread.stack_pointer = r.word();
  context.guards.resize(bits >> 16);
  for (Context::Guard& guard : context.guards) {
    const std::uint64_t kind = r.wide();
    guard.kind = kind & ~(std::uint64_t{1} << 63);
    guard.left_out = kind >> 63 != 0;
    guard.object = r.wide();
  }
  std::uint32_t base = 0;
  for (program::Frame& frame : thread.frames) {
    const std::uint32_t function = r.word();
    frame.function = function & 0x7fff'ffff;
    frame.kind = (function & 0x8000'0000) != 0 ? program::FrameKind::Interrupt : program::FrameKind::Call;
    frame.pc = r.word();
    frame.stack = r.word();
    const std::uint32_t saved = r.word();
    frame.saved_interrupts = (saved & 1) != 0;
    frame.saved_user = (saved & 2) != 0;
    frame.nmi = (saved & 4) != 0;
    frame.base = base;
    base += program.functions[frame.function].registers;
  }
  thread.registers.assign(base, 0);
  for (std::size_t n = 0; n < thread.frames.size(); ++n)
    for_live(program, thread.frames, n, [&](std::size_t reg) { thread.registers[reg] = r.wide(); });
}

// ---- memory

std::size_t used_groups(const machine::Memory& memory) {
  std::size_t used = memory.delta.size();
  while (used > 0 && memory.delta[used - 1] == 0) --used;
  return (used + kGroup - 1) / kGroup;
}

void write_group(const machine::Memory& memory, std::size_t group, Words& words) {
  Writer w(words);
  const std::size_t end = std::min(memory.delta.size(), (group + 1) * kGroup);
  for (std::size_t slot = group * kGroup; slot < end; ++slot) w.wide(memory.delta[slot]);
  while (!words.empty() && words.back() == 0) words.pop_back();
}

void read_group(const Words& words, std::size_t group, machine::Memory& memory) {
  for (std::size_t n = 0; n < words.size(); ++n)
    memory.delta[group * kGroup + n / 2] |= std::uint64_t{words[n]} << (n % 2 == 0 ? 0 : 32);
}

}  // namespace

void encode(const program::Program& program, const SystemState& state, explore::EncodedState& out) {
  const std::size_t cpus = state.machine.cpus.size();
  const std::size_t groups = used_groups(state.machine.memory);
  out.components.resize(1 + 2 * cpus + state.contexts.size() + groups);
  auto at = out.components.begin();
  write_global(state, *at++);
  for (const machine::Cpu& cpu : state.machine.cpus) {
    write_cpu(cpu, *at++);
    write_tlb(cpu.tlb, *at++);
  }
  for (const Context& context : state.contexts) write_context(program, context, *at++);
  for (std::size_t group = 0; group < groups; ++group) write_group(state.machine.memory, group, *at++);
}

void decode(const program::Program& program, const explore::EncodedState& encoded, SystemState& out) {
  auto at = encoded.components.begin();
  read_global(*at++, out);
  for (machine::Cpu& cpu : out.machine.cpus) {
    cpu.number = static_cast<unsigned>(&cpu - out.machine.cpus.data());
    read_cpu(*at++, cpu);
    read_tlb(*at++, cpu.tlb);
  }
  for (Context& context : out.contexts) read_context(program, *at++, context);
  const auto groups = static_cast<std::size_t>(encoded.components.end() - at);
  out.machine.memory.delta.assign(groups * kGroup, 0);
  for (std::size_t group = 0; group < groups; ++group) read_group(*at++, group, out.machine.memory);
}

}  // namespace shootdown::system

// States as words and back: on a state in which nothing has its default, and on all states of a small system.
#include <gtest/gtest.h>

#include <deque>
#include <set>

#include "program_builder.hpp"
#include "system/state.hpp"
#include "system/system.hpp"

namespace shootdown::system {
namespace {

namespace layout = program::layout;
using explore::EncodedState;
using machine::Operation;
using test::FunctionBuilder;
using test::Opcode;

EncodedState encoded(const program::Program& program, const SystemState& state) {
  EncodedState words;
  encode(program, state, words);
  return words;
}

// Two functions: one calls the other, which has a register that is not live where it stands.
program::Program two_functions() {
  FunctionBuilder caller("caller", 1, 3), callee("callee", 1, 3);
  caller.call(1, {0}, 1);
  caller.add(Opcode::Add, 2, 1, 0);
  caller.leave(2);
  callee.add(Opcode::Add, 1, 0, 0);
  callee.add(Opcode::Add, 2, 1, 0);
  callee.leave(2);
  return test::program_of({caller.function(), callee.function()});
}

SystemState everything(const program::Program& program) {
  SystemState state;
  machine::State& m = state.machine;
  m.cpus.resize(2);
  for (unsigned n = 0; n < 2; ++n) {
    machine::Cpu& cpu = m.cpus[n];
    cpu.context = n;
    cpu.interrupts_on = n == 0;
    cpu.shadow = n == 0;
    cpu.halted = n == 1;
    cpu.nmi_blocked = n == 1;
    cpu.pending = {3, 200, 255};
    cpu.nmis_pending = 1;
    using Kind = machine::BufferedStore::Kind;
    cpu.buffer = {{Kind::Store, 8, layout::kGlobals + 8, 0xfedc'ba98'7654'3210},
                  {Kind::Revoked, 0, 0x5000, 0x7fff'ffff'f000},
                  {Kind::RevokedEverywhere, 0, 0x6000, 0xffff'8000'0000'1000},
                  {Kind::PageFreed, 0, 0x7000, 0}};
    machine::BufferedStore exclusive{Kind::Store, 8, layout::kGlobals + 16, n};
    exclusive.exclusive = exclusive.own_walks = true;
    machine::BufferedStore translated{Kind::Store, 1, layout::kGlobals + 24, n};
    translated.release = translated.translated = true;
    translated.tag = 0xabcd;
    translated.level = 3;
    translated.page = 0x7fff'ffff'f000;
    cpu.buffer.push_back(exclusive);
    exclusive.joined = true;
    cpu.buffer.push_back(exclusive);
    cpu.buffer.push_back(translated);
    cpu.broadcasts = {{0, true, false, true, false, 0, 7, 4096, 0xffff'8000'0000'1000},
                      {n, false, true, false, true, 4095, 0, 0, 0}};
    cpu.x86 = {0x8001'0011, 0xffff'8000'0000'0123, 0xf'ffff'f000u + n, 0x200a0};
    machine::Entry entry;
    entry.tag = 4095;
    entry.level = 4;
    entry.leaf = false;
    entry.va = 0xffff'8000'0000'0000;
    entry.target = 0xf'ffff'ffff'f000;
    entry.user = entry.write = entry.no_execute = entry.global = entry.dirty = true;
    entry.accessed = false;
    entry.dangling = true;
    entry.attributes = 0xa5;
    entry.origin = 0x9000;
    (void)cpu.tlb.add(entry, true);
    machine::Entry other;
    other.tag = machine::kGlobalTag;
    other.va = 0x40'0000;
    other.attributes = 0x5a;
    (void)cpu.tlb.add(other, true);
    (void)cpu.unsynchronised_data.add(entry, true);
    (void)cpu.unsynchronised_fetch.add(other, true);
    cpu.arm64.ttbr0 = {0x1'0000'0000'5000, 0xffff'0000'0000'6000};
    cpu.arm64.ttbr1 = {0x7000, 0x8000, 0x9000};
    cpu.arm64.tcr = {0xff'ffff'ffff};
    cpu.arm64.sctlr = 1;
    cpu.arm64.far = 0xffff'ff80'0040'0000 + n;
    cpu.arm64.el0 = n == 1;
    using Until = machine::arm64::Older::Until;
    cpu.tokens = {{n, 0x11, 3, 0xfffe, 0xffff'ff80'0040'0000, 0, {}},
                  {63, 0x35, 2, 0, 0x40'0000, 0x20'0000, {{Until::Dsb, 0x5020, n, true}, {Until::Dsb, 0x5028, 7}}}};
    cpu.older = {{Until::Dsb, 0x5008, 0xfedc'ba98'7654'3210, true},
                 {Until::DsbOnly, 0x5010, 0},
                 {Until::Sync, 0x5018, n},
                 {Until::Elsewhere, 0x5020, 9}};
    cpu.s390.asce = {0x5003, 0x6007, 0xffff'ffff'ffff'f00b};
    cpu.s390.teid = 0x40'0800;
    cpu.arm = {1, 0x4000, 0xc000'0000};
  }
  m.memory.delta = {0, 7, 0, ~std::uint64_t{0}, std::uint64_t{1} << 32};
  m.memory.delta.resize(100, 0);
  m.memory.delta[70] = 0x1'0000'0000;
  m.vectors = {{14, layout::kFunctions}, {32, layout::kFunctions + 16}};
  m.timer_vector = 32;
  m.nmis_left = 15;
  m.maybe_accessed = {0x5008, 0x6010};
  m.concurrent = true;
  m.ghost.primary_root = {{0x1000, 0x2000}};
  m.ghost.user_roots = {0x3000, 0x4000};
  m.ghost.user_tags = {1, 4095};
  m.ghost.pages = {
      {0x5000, machine::PageUse::Freed}, {0x6000, machine::PageUse::Table}, {0x7000, machine::PageUse::Data}};
  m.ghost.revoked = {{false, 0x1000, 0x40'0000, {{0x5000, true, false, true, true}, {0x6000, false, true, false}}},
                     {true, 0x1000, 0xffff'8000'0000'0000, {}}};

  state.contexts.resize(2);
  for (unsigned n = 0; n < 2; ++n) {
    Context& context = state.contexts[n];
    context.thread = test::thread_in(program, 0, {0x1234'5678'9abc'def0u + n});
    context.expected_root = n == 0 ? property::kNotDeclared : 0x3000;
    context.name = n == 0 ? 0 : layout::kGlobals;
    context.finished = n == 0;
    context.daemon = n == 1;
  }
  program::Thread& thread = state.contexts[1].thread;
  (void)program::execute(program, thread);  // the call
  (void)program::execute(program, thread);  // the first addition
  const std::uint64_t arguments[] = {0xaaaa'bbbb'cccc'dddd};
  program::push_frame(program, thread, 1, arguments, 1, program::FrameKind::Interrupt);
  thread.top().saved_interrupts = true;
  thread.top().saved_user = true;
  thread.top().nmi = true;
  return state;
}

TEST(Codec, EveryFieldComesBack) {
  const program::Program program = two_functions();
  const SystemState state = everything(program);
  SystemState back = everything(program);  // decode has to clear what was there
  back.machine.cpus.resize(3);
  back.contexts.resize(5);
  decode(program, encoded(program, state), back);

  const machine::State &a = state.machine, &b = back.machine;
  ASSERT_EQ(b.cpus.size(), 2u);
  for (unsigned n = 0; n < 2; ++n) {
    EXPECT_EQ(a.cpus[n].context, b.cpus[n].context);
    EXPECT_EQ(a.cpus[n].interrupts_on, b.cpus[n].interrupts_on);
    EXPECT_EQ(a.cpus[n].shadow, b.cpus[n].shadow);
    EXPECT_EQ(a.cpus[n].halted, b.cpus[n].halted);
    EXPECT_EQ(a.cpus[n].nmi_blocked, b.cpus[n].nmi_blocked);
    EXPECT_EQ(a.cpus[n].pending, b.cpus[n].pending);
    EXPECT_EQ(a.cpus[n].broadcasts, b.cpus[n].broadcasts);
    EXPECT_EQ(a.cpus[n].nmis_pending, b.cpus[n].nmis_pending);
    EXPECT_EQ(a.cpus[n].buffer, b.cpus[n].buffer);
    EXPECT_EQ(a.cpus[n].x86, b.cpus[n].x86);
    EXPECT_EQ(a.cpus[n].tlb.entries(), b.cpus[n].tlb.entries());
    EXPECT_EQ(a.cpus[n].unsynchronised_data.entries(), b.cpus[n].unsynchronised_data.entries());
    EXPECT_EQ(a.cpus[n].unsynchronised_fetch.entries(), b.cpus[n].unsynchronised_fetch.entries());
    EXPECT_EQ(a.cpus[n].arm64, b.cpus[n].arm64);
    EXPECT_EQ(a.cpus[n].tokens, b.cpus[n].tokens);
    EXPECT_EQ(a.cpus[n].older, b.cpus[n].older);
    EXPECT_EQ(a.cpus[n].s390, b.cpus[n].s390);
    EXPECT_EQ(a.cpus[n].arm, b.cpus[n].arm);
  }
  EXPECT_EQ(a.vectors, b.vectors);
  EXPECT_EQ(a.timer_vector, b.timer_vector);
  EXPECT_EQ(a.nmis_left, b.nmis_left);
  EXPECT_EQ(a.maybe_accessed, b.maybe_accessed);
  EXPECT_EQ(a.concurrent, b.concurrent);
  EXPECT_EQ(a.ghost.primary_root, b.ghost.primary_root);
  EXPECT_EQ(a.ghost.user_roots, b.ghost.user_roots);
  EXPECT_EQ(a.ghost.user_tags, b.ghost.user_tags);
  EXPECT_EQ(a.ghost.pages, b.ghost.pages);
  EXPECT_EQ(a.ghost.revoked, b.ghost.revoked);
  for (std::size_t slot = 0; slot < 100; ++slot)
    EXPECT_EQ(a.memory.delta[slot], slot < b.memory.delta.size() ? b.memory.delta[slot] : 0) << slot;
  ASSERT_EQ(back.contexts.size(), 2u);
  for (unsigned n = 0; n < 2; ++n) {
    const Context &c = state.contexts[n], &d = back.contexts[n];
    EXPECT_EQ(c.expected_root, d.expected_root);
    EXPECT_EQ(c.name, d.name);
    EXPECT_EQ(c.finished, d.finished);
    EXPECT_EQ(c.daemon, d.daemon);
    EXPECT_EQ(c.thread.frames, d.thread.frames);
    EXPECT_EQ(c.thread.stack_pointer, d.thread.stack_pointer);
    EXPECT_EQ(c.thread.registers.size(), d.thread.registers.size());
  }
  EXPECT_EQ(encoded(program, back), encoded(program, state));
}

TEST(Codec, OnlyLiveRegistersAreKept) {
  const program::Program program = two_functions();
  SystemState state = everything(program), other = state;
  // Context 1: the caller's slots 0..2, the callee's 3..5 (0 and 1 live), the handler's 6..8 (0 live).
  const auto& registers = state.contexts[1].thread.registers;
  ASSERT_EQ(registers.size(), 9u);
  for (const std::size_t dead : {1u, 2u, 5u, 7u, 8u}) other.contexts[1].thread.registers[dead] = 99;
  EXPECT_EQ(encoded(program, other), encoded(program, state));
  for (const std::size_t live : {0u, 3u, 4u, 6u}) {
    other = state;
    other.contexts[1].thread.registers[live] ^= 1;
    EXPECT_NE(encoded(program, other), encoded(program, state)) << live;
  }
}

TEST(Codec, TrailingZerosOfMemoryMeanNothing) {
  const program::Program program = two_functions();
  SystemState state = everything(program), longer = state;
  longer.machine.memory.delta.resize(1000, 0);
  EXPECT_EQ(encoded(program, longer), encoded(program, state));
  longer.machine.memory.delta[999] = 1;
  EXPECT_NE(encoded(program, longer), encoded(program, state));
}

// CPU 0 makes tables, turns paging on, starts CPU 1, takes timer interrupts and changes a mapping; CPU 1 accesses the
// page.
constexpr std::uint64_t kTables = layout::kGlobals, kPages = layout::kGlobals + 0x10000,
                        kWord = layout::kGlobals + 0x20000, kName = layout::kGlobals + 0x21000, kVa = 0x40'0000;

program::Program small_system() {
  FunctionBuilder boot("boot", 0, 2), second("second", 1, 3), handler("handler", 2, 2);
  const auto store = [](FunctionBuilder& f, std::uint64_t at, std::uint64_t value) {
    const auto address = f.constant(at), what = f.constant(value);
    f.add(Opcode::Store, program::kNone, address, what);
  };
  const auto paging_on = [](FunctionBuilder& f) {
    f.operate(Operation::X86MovToCr3, {f.constant(kTables)});
    f.operate(Operation::X86MovToCr0, {f.constant(0x8001'0001)});
  };
  constexpr std::uint64_t kFlags = 0x27, kLeafFlags = 0x67;
  store(boot, kTables, (kTables + 0x1000) | kFlags);
  store(boot, kTables + 0x1000, (kTables + 0x2000) | kFlags);
  store(boot, kTables + 0x2010, (kTables + 0x3000) | kFlags);
  store(boot, kTables + 0x3000, kPages | kLeafFlags);
  boot.operate(Operation::PageInUse, {boot.constant(kPages)});
  boot.operate(Operation::SetVector, {boot.constant(32), boot.constant(layout::kFunctions + 32)});
  boot.operate(Operation::SetVector, {boot.constant(14), boot.constant(layout::kFunctions + 32)});
  paging_on(boot);
  boot.operate(Operation::CpuStart,
               {boot.constant(1), boot.constant(layout::kFunctions + 16), boot.constant(5), boot.constant(kName)}, 0);
  boot.operate(Operation::Raise, {boot.constant(32)});
  boot.operate(Operation::X86Sti, {});
  store(boot, kTables + 0x3000, 0);
  boot.operate(Operation::X86Invlpg, {boot.constant(kVa)});
  boot.operate(Operation::Revoked, {boot.constant(kTables), boot.constant(kVa)});
  store(boot, kTables + 0x3000, (kPages + 0x1000) | kLeafFlags);
  boot.operate(Operation::UserStore, {boot.constant(kVa), boot.constant(8), boot.constant(7)});
  boot.leave();

  paging_on(second);
  second.operate(Operation::UserLoad, {second.constant(kVa), second.constant(8)}, 1);
  store(second, kWord, 1);
  second.operate(Operation::UserLoad, {second.constant(kVa), second.constant(8)}, 2);
  second.add(Opcode::Add, 1, 1, 2);
  second.add(Opcode::Store, program::kNone, second.constant(kWord), 1);
  second.operate(Operation::ContextFinish, {});
  second.operate(Operation::X86Hlt, {});
  second.jump(second.next() - 1);

  const auto word = handler.constant(kWord);
  handler.add(Opcode::RmwXor, 1, word, handler.constant(1));
  handler.leave();

  program::Program program = test::program_of({boot.function(), second.function(), handler.function()});
  program.functions[1].code.back().back_edge = true;
  program.globals = {test::global_at("tables", kTables, 0x4000), test::global_at("pages", kPages, 0x2000),
                     test::global_at("word", kWord, 8), test::global_at("name", kName, 2, {'B', 0})};
  return program;
}

class Collector {
 public:
  static bool visit(void* self, const explore::Successor& successor) {
    if (successor.state != nullptr) static_cast<Collector*>(self)->found.push_back(*successor.state);
    return true;
  }
  std::vector<EncodedState> found;
};

void every_state_comes_back(MemoryModel memory) {
  const program::Program program = small_system();
  Configuration configuration;
  configuration.cpus = 2;
  configuration.memory = memory;
  System system(program, configuration);
  std::set<std::vector<explore::Words>> known;
  bool buffered = false, interrupted = false, same = true;
  for (unsigned run = 0; run < 10; ++run) {
    system.restart();
    known.clear();
    same = true;  // what is found to be shared makes later steps shorter, until a run finds nothing new
    std::deque<EncodedState> waiting;
    Collector first;
    system.initial(Collector::visit, &first);
    for (auto& state : first.found) waiting.push_back(std::move(state));
    while (!waiting.empty() && known.size() < 20'000) {
      const EncodedState state = std::move(waiting.front());
      waiting.pop_front();
      if (!known.insert(state.components).second) continue;
      SystemState decoded;
      decode(program, state, decoded);
      EXPECT_EQ(encoded(program, decoded), state);
      buffered = buffered || !decoded.machine.cpus[0].buffer.empty();
      interrupted = interrupted || decoded.contexts[0].thread.interrupt_depth() > 0;
      Collector next;
      system.successors(state, Collector::visit, &next);
      Collector again;
      system.successors(state, Collector::visit, &again);
      same = same && next.found == again.found;
      for (auto& successor : next.found) waiting.push_back(std::move(successor));
    }
    if (!system.must_restart()) break;
  }
  EXPECT_FALSE(system.must_restart());
  EXPECT_TRUE(same);
  EXPECT_GT(known.size(), 30u);
  EXPECT_LT(known.size(), 20'000u);
  EXPECT_TRUE(buffered);  // under sequential consistency: the handler's unlocked read-modify-write, between its halves
  EXPECT_TRUE(interrupted);
}

TEST(Codec, EveryStateOfASmallSystem) { every_state_comes_back(MemoryModel::SequentialConsistency); }
TEST(Codec, EveryStateWithStoreBuffers) { every_state_comes_back(MemoryModel::TotalStoreOrder); }

}  // namespace
}  // namespace shootdown::system

// Inline assembly: what it computes, which operations of the machine it becomes, and what is refused by name.
#include <gtest/gtest.h>

#include <algorithm>

#include "frontend_runner.hpp"

namespace shootdown::test {
namespace {

using machine::Operation;
using program::Opcode;

const char* const kPrelude = R"c(
#include <shootdown/x86.h>
typedef unsigned char u8; typedef unsigned u32; typedef unsigned long ulong; typedef unsigned long long u64;
)c";

frontend::Compiled compile_or_fail(const std::string& text, const std::string& optimisation = "O1",
                                   frontend::Target target = frontend::Target::X86_64) {
  const SourceFile file(kPrelude + text);
  auto compiled = frontend::compile(request_for(file, optimisation, target));
  if (compiled.ok()) return std::move(compiled).value();
  ADD_FAILURE() << compiled.error().line << ": " << compiled.error().message;
  return {};
}

std::vector<program::Instruction> entry_code(const frontend::Compiled& compiled) {
  return compiled.program.functions.empty() ? std::vector<program::Instruction>{}
                                            : compiled.program.functions[compiled.program.entry].code;
}

std::vector<Operation> operations_of(const std::string& text, frontend::Target target = frontend::Target::X86_64) {
  std::vector<Operation> result;
  for (const program::Instruction& i : entry_code(compile_or_fail(text, "O1", target)))
    if (i.op == Opcode::Operate) result.push_back(static_cast<Operation>(i.aux));
  return result;
}

class Assembly : public testing::TestWithParam<std::string> {
 protected:
  void expect_runs(const std::string& text, frontend::Target target = frontend::Target::X86_64) {
    const frontend::Compiled compiled = compile_or_fail(text, GetParam(), target);
    if (compiled.program.functions.empty()) return;
    Runner runner(compiled.program);
    runner.answer = [](const Operated& o) -> std::uint64_t {
      if (o.operation == Operation::X86MovFromCr3) return 0x5000;
      return o.operation == Operation::X86PushF ? 0x202 : 0;
    };
    EXPECT_EQ(runner.run(), "");
  }
};

TEST_P(Assembly, MovesAndArithmetic) {
  expect_runs(R"c(
SCENARIO {
  ulong a = 0x1122334455667788, r; u32 w = 0x80000001; u8 b = 0xf0; ulong m = 10;
  asm("movq %1, %0" : "=r"(r) : "r"(a)); sd_assert(r == a);
  asm("movl %k1, %k0" : "=r"(r) : "r"(a)); sd_assert(r == 0x55667788);
  r = a; asm("movb $0x12, %b0; movb $0x34, %h0" : "+a"(r)); sd_assert(r == 0x1122334455663412);
  asm("movzbl %b1, %k0" : "=r"(r) : "q"(a)); sd_assert(r == 0x88);
  asm("movsbq %b1, %0" : "=r"(r) : "q"(a)); sd_assert(r == 0xffffffffffffff88);
  asm("movslq %1, %0" : "=r"(r) : "m"(w)); sd_assert(r == 0xffffffff80000001);
  asm("leaq 8(%1,%2,4), %0" : "=r"(r) : "r"(m), "r"(3ul)); sd_assert(r == 30);
  asm("movabsq $0x123456789abcdef0, %0 # all of it" : "=r"(r)); sd_assert(r == 0x123456789abcdef0);
  asm("addq $5, %0; subq $(1<<1)|1, %0; incq %0; negq %0; notq %0 /* no flags */" : "+r"(m)); sd_assert(m == 12);
  asm("xorl %k0, %k0; orb $3, %b0; andl $2, %k0" : "=q"(r)); sd_assert(r == 2);
  asm("shlq $4, %0; shrl $1, %k0; sarl %%cl, %k0" : "+r"(m) : "c"(2)); sd_assert(m == 24);
  asm("imulq $3, %0, %0; rolb $4, %1; bswapl %2" : "+r"(m), "+q"(b), "+r"(w)); sd_assert(m == 72 && b == 0x0f && w == 0x01000080);
  asm("addl $-1, %0; sbbl %k1, %k1" : "+r"(w), "=r"(r) : : "cc"); sd_assert(w == 0x0100007f && r == 0xffffffff);
  asm("xchgq %0, %1" : "+r"(m), "+r"(r)); sd_assert(r == 72);
  asm("push %1; pushq $7; pop %%rcx; pop %0; addq %%rcx, %0" : "=r"(r) : "r"(m) : "rcx"); sd_assert(r == m + 7);
  u64 lo = ~0ull, hi = 1; asm("addq $1, %0; adcq $0, %1" : "+r"(lo), "+r"(hi)); sd_assert(lo == 0 && hi == 2);
}
)c");
}

TEST_P(Assembly, Memory) {
  expect_runs(R"c(
struct list { ulong next, value; } l = { 3, 4 }; u32 w = 7; u8 b = 1; ulong words[4];
SCENARIO {
  ulong r;
  asm volatile("movl $9, %0; incb %1; lock; addl $1, %0; lock subq $2, 8%2; notb %1" : "+m"(w), "+m"(b), "+m"(l));
  sd_assert(w == 10 && b == 0xfd && l.value == 2);
  asm volatile("movq 8(%1), %0; addq (%1), %0; movl w(%%rip), %k0; movl w, %k0" : "=&r"(r) : "r"(&l), "m"(l)); sd_assert(r == 10);
  r = 5; asm volatile("lock; xaddq %0, %1" : "+r"(r), "+m"(words[1]) : : "memory"); sd_assert(r == 0 && words[1] == 5);
  asm volatile("xchgq %0, %1" : "+r"(r), "+m"(words[1])); sd_assert(r == 5 && words[1] == 0);
  ulong old; u8 ok;
  asm volatile("lock; cmpxchgq %3, %1; sete %2" : "=a"(old), "+m"(l.next), "=q"(ok) : "r"(8ul), "0"(3ul) : "memory"); sd_assert(ok && old == 3 && l.next == 8);
  asm volatile("lock; cmpxchgq %3, %1" : "=a"(old), "+m"(l.next), "=@ccz"(ok) : "r"(9ul), "0"(3ul) : "memory"); sd_assert(!ok && old == 8 && l.next == 8);
  asm volatile("lock; btsq %1, %0" : "+m"(words[0]) : "r"(70l) : "memory"); sd_assert(words[1] == 64);
  asm volatile("btq %2, %1" : "=@ccc"(ok) : "m"(words[0]), "r"(70l)); sd_assert(ok);
  asm volatile("lock btrl $6, %1" : "=@ccc"(ok), "+m"(words[1])); sd_assert(ok && words[1] == 0);
  asm volatile("btcq $3, %0; btsl $1, %0; orb $1, %0" : "+m"(words[0])); sd_assert(words[0] == 11);
  ulong n = 16; void *to = words, *from = &l; asm volatile("rep ; movsb" : "+D"(to), "+S"(from), "+c"(n) : : "memory"); sd_assert(words[0] == 8 && words[1] == 2 && !n && to == words + 2);
  n = 2; to = words; asm volatile("cld; rep; stosq" : "+D"(to), "+c"(n) : "a"(0ul) : "memory"); sd_assert(!words[0] && !words[1]);
}
)c");
}

TEST_P(Assembly, FlagsAndJumps) {
  expect_runs(R"c(
static int sign(long a, long b) { u8 l, g, e, c, be; asm("cmpq %6, %5" : "=@ccl"(l), "=@ccg"(g), "=@cce"(e), "=@ccb"(c), "=@ccbe"(be) : "r"(a), "r"(b)); return l | g << 1 | e << 2 | c << 3 | be << 4; }
static u32 count(u32 n) { u32 r; asm("xorl %0, %0\n1:\taddl %1, %0\n\tdecl %1\n\tjnz 1b\n" : "=&r"(r), "+r"(n)); return r; }
static int negative(int *p) { asm goto("lock; decl %0\n\tjs %l1\n" : : "m"(*p) : "memory" : below); return 0; below: return 1; }
static int loaded(int *p) { int v; asm goto("movl %1, %0; testl %0, %0; je %l[zero]; jmp 2f; hlt; 2: incl %0" : "=r"(v) : "m"(*p) : : zero); return v; zero: return -77; }
SCENARIO {
  volatile long a = -5, b = 3; u8 o; long r; int i = 1, z = 0; u32 spin = 1;
  sd_assert(sign(a, b) == 1 && sign(b, a) == (2 | 8 | 16) && sign(b, b) == (4 | 16) && sign(-1, -5) == 2);
  asm("addl %2, %0" : "+r"(i), "=@cco"(o) : "r"(0x7fffffff)); sd_assert(o && i == (int)0x80000000); i = 1;
  sd_assert(count((u32)b) == 6);
  sd_assert(!negative(&i) && negative(&i) && i == -1);
  sd_assert(loaded(&z) == -77 && loaded(&i) == 0);
  asm("bsfq %1, %0; cmovzq %2, %0" : "=&r"(r) : "r"(0l), "r"(64l)); sd_assert(r == 64);
  asm("bsrl %1, %k0; tzcntl %1, %k1" : "=&r"(r), "+r"(spin)); sd_assert(r == 0 && spin == 0);
  u8 parity; asm("testb $3, %1; setnp %0" : "=q"(parity) : "q"((u8)1)); sd_assert(parity);
  spin = 1; asm volatile("\n1:\tlock; decb %0\n\tjns 3f\n2:\trep; nop\n\tcmpb $0,%0\n\tjle 2b\n\tjmp 1b\n3:\n" : "+m"(spin) : : "memory"); sd_assert(spin == 0);
}
)c");
}

TEST_P(Assembly, KernelForms) {
  expect_runs(R"c(
#define LOCK_PREFIX "\n\t.pushsection .smp_locks,\"a\"\n\t.balign 4\n\t.long 671f - .\n\t.popsection\n671:\n\tlock; "
static ulong counter __attribute__((section(".data..percpu"))) = 3;
static ulong word;
SCENARIO {
  ulong v, f; u8 c;
  asm volatile(LOCK_PREFIX "bts %2,%1" : "=@ccc"(c), "+m"(word) : "Ir"(5l) : "memory"); sd_assert(word == 32 && !c);
  int old; asm volatile("lock; btsl %2,%1\n\tsbbl %0,%0" : "=r"(old), "+m"(word) : "Ir"(5) : "memory"); sd_assert(old == -1);
  asm("movq %%gs:%1,%0" : "=r"(v) : "m"(counter)); sd_assert(v == 3);
  asm volatile("addq $5, %%gs:%0" : "+m"(counter)); asm volatile("incq %%gs:%P0" : : "i"(&counter));
  asm volatile("mov %%gs:%P1, %0" : "=r"(v) : "p"(&counter)); sd_assert(v == 9);
  asm volatile("# save flags\n\tpushf ; pop %0" : "=rm"(f) : : "memory"); sd_assert(f == 0x202);
  asm volatile("push %0 ; popf" : : "g"(f) : "memory", "cc");
  asm volatile("mov %%cr3, %%rax; mov %%rax, %%cr3" : : : "rax", "memory");
  asm volatile("{movq $1, %0|mov %0, 1}" : "=r"(v)); sd_assert(v == 1);
  asm("" : "+r"(v)); asm volatile("" : : : "memory"); sd_assert(v == 1);
}
)c");
}

TEST_P(Assembly, I386) {
  expect_runs(R"c(
static u64 wide = 0x500000001ull; static ulong counter __attribute__((section(".data..percpu"))) = 3;
SCENARIO {
  u32 r, lo = 1, hi = 5; u8 ok;
  asm volatile("lock; cmpxchg8b %1; setz %0" : "=q"(ok), "+m"(wide), "+a"(lo), "+d"(hi) : "b"(7), "c"(8) : "memory"); sd_assert(ok && wide == 0x800000007ull && lo == 1 && hi == 5);
  asm volatile("lock; cmpxchg8b %1; setz %0" : "=q"(ok), "+m"(wide), "+a"(lo), "+d"(hi) : "b"(9), "c"(9) : "memory"); sd_assert(!ok && lo == 7 && hi == 8);
  asm volatile("movl %%fs:%1, %0" : "=r"(r) : "m"(counter)); sd_assert(r == 3);
  asm volatile("movl %%cr3, %0; movl %0, %%cr3; # flush" : "=r"(r) : : "memory"); sd_assert(r == 0x5000);
  asm volatile("pushfl; popl %0" : "=g"(r)); sd_assert(r == 0x202);
}
)c",
              frontend::Target::I386);
}

INSTANTIATE_TEST_SUITE_P(Levels, Assembly, testing::Values("O0", "O1", "O2"),
                         [](const auto& instance) { return instance.param; });

// A macro as kernels of 2004 had it: one statement, a comment with a semicolon inside, several instructions.
const char* const kFlushMacro = R"c(
#define flush_all()                                        \
do {                                                       \
	TYPE scratch;                                      \
	__asm__ __volatile__(                              \
		"MOV %%cr3, %0;              \n"           \
		"MOV %0, %%cr3;  # {drop} all; of it \n"   \
		: "=r" (scratch)                           \
		: : "memory");                             \
} while (0)
SCENARIO { flush_all(); }
)c";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

TEST(AssemblyOperations, FlushMacroIsTwoInstructions) {
  const std::vector<Operation> expected{Operation::X86MovFromCr3, Operation::X86MovToCr3};
  EXPECT_EQ(operations_of(replaced(replaced(kFlushMacro, "MOV", "movq"), "TYPE", "unsigned long")), expected);
  EXPECT_EQ(operations_of(replaced(replaced(kFlushMacro, "MOV", "mov"), "TYPE", "unsigned long")), expected);
  EXPECT_EQ(
      operations_of(replaced(replaced(kFlushMacro, "MOV", "movl"), "TYPE", "unsigned int"), frontend::Target::I386),
      expected);
}

TEST(AssemblyOperations, GlobalFlushReadsAndWritesInOrder) {
  const std::vector<Operation> expected{Operation::X86MovToCr4, Operation::X86MovFromCr3, Operation::X86MovToCr3,
                                        Operation::X86MovToCr4};
  EXPECT_EQ(operations_of(R"c(
static ulong features = 0x80;
SCENARIO { ulong scratch; asm volatile("movq %1, %%cr4;  # global off\n movq %%cr3, %0;\n movq %0, %%cr3;\n movq %2, %%cr4;\n" : "=&r"(scratch) : "r"(features & ~X86_CR4_PGE), "r"(features) : "memory"); }
)c"),
            expected);
}

TEST(AssemblyOperations, Invalidations) {
  const frontend::Compiled compiled = compile_or_fail(R"c(
struct descriptor { u64 pcid, address; };
SCENARIO {
  struct descriptor d = { 5, 0x7000 };
  asm volatile("invlpg (%0)" : : "r"(0x3000ul) : "memory");
  asm volatile("invlpg %0" : : "m"(*(char *)0x4000) : "memory");
  asm volatile("invpcid %0, %1" : : "m"(d), "r"(1ul) : "memory");
  asm volatile(".byte 0x66, 0x0f, 0x38, 0x82, 0x01" : : "m"(d), "a"(0ul), "c"(&d) : "memory");
}
)c");
  Runner runner(compiled.program);
  ASSERT_EQ(runner.run(), "");
  ASSERT_EQ(runner.operated().size(), 4u);
  EXPECT_EQ(runner.operated()[0].operation, Operation::X86Invlpg);
  EXPECT_EQ(runner.operated()[0].arguments, (std::vector<std::uint64_t>{0x3000}));
  EXPECT_EQ(runner.operated()[1].arguments, (std::vector<std::uint64_t>{0x4000}));
  EXPECT_EQ(runner.operated()[2].operation, Operation::X86Invpcid);
  EXPECT_EQ(runner.operated()[2].arguments, (std::vector<std::uint64_t>{1, 5, 0x7000}));
  EXPECT_EQ(runner.operated()[3].arguments, (std::vector<std::uint64_t>{0, 5, 0x7000}));
  EXPECT_TRUE(compiled.warnings.empty());
}

TEST(AssemblyOperations, Broadcasts) {
  const frontend::Compiled compiled = compile_or_fail(R"c(
SCENARIO {
  asm volatile("invlpgb" : : "a"(0x400001ul), "c"(1), "d"(2 << 16) : "memory");
  asm volatile("tlbsync" : : : "memory");
  asm volatile(".byte 0x0f, 0x01, 0xfe" : : "a"(0x500000ul | 5), "c"(~0ul << 31), "d"(~0ul << 16));
  asm volatile(".byte 0x0f, 0x01, 0xff" ::: "memory");
}
)c");
  Runner runner(compiled.program);
  ASSERT_EQ(runner.run(), "");
  ASSERT_EQ(runner.operated().size(), 4u);
  EXPECT_EQ(runner.operated()[0].operation, Operation::X86Invlpgb);
  EXPECT_EQ(runner.operated()[0].arguments, (std::vector<std::uint64_t>{0x40'0001, 1, 0x2'0000}));
  EXPECT_EQ(runner.operated()[1].operation, Operation::X86Tlbsync);
  // Of RCX and RDX the lower halves count.
  EXPECT_EQ(runner.operated()[2].arguments, (std::vector<std::uint64_t>{0x50'0005, 0x8000'0000, 0xffff'0000}));
  EXPECT_EQ(runner.operated()[3].operation, Operation::X86Tlbsync);
  // The one without a "memory" clobber, as Linux has it.
  EXPECT_EQ(compiled.warnings.size(), 1u);
}

TEST(AssemblyOperations, InterruptsAndFences) {
  const std::vector<Operation> expected{Operation::X86Cli,    Operation::X86StiHlt, Operation::X86Sti,
                                        Operation::X86Hlt,    Operation::X86Pause,  Operation::X86Pause,
                                        Operation::X86Mfence, Operation::X86Lfence, Operation::X86Sfence,
                                        Operation::X86Int,    Operation::X86Int,    Operation::X86Ud2};
  EXPECT_EQ(operations_of(R"c(
SCENARIO { asm volatile("cli"); asm volatile("sti; hlt" ::: "memory"); asm volatile("sti\n\tnop; hlt"); asm volatile("rep; nop"); asm volatile("pause");
  asm volatile("mfence; lfence\n sfence"); asm volatile("int $0x80; int3"); asm volatile("ud2"); }
)c"),
            expected);
}

TEST(AssemblyOperations, EveryInstructionIsAStepOfItsOwn) {
  const auto code = entry_code(compile_or_fail(R"c(
u32 w; SCENARIO { asm volatile("lock; incl %0; incl %0; movl $1, %0; xchgl %1, %0" : "+m"(w) : "r"(1)); }
)c"));
  ASSERT_EQ(code.size(), 5u);
  EXPECT_EQ(code[0].op, Opcode::RmwAdd);
  EXPECT_EQ(code[0].flags & (program::kSeqCst | program::kLocked), program::kSeqCst | program::kLocked);
  EXPECT_EQ(code[1].op, Opcode::RmwAdd);
  EXPECT_EQ(code[1].flags, program::kAtomic);
  EXPECT_EQ(code[2].op, Opcode::Store);
  EXPECT_EQ(code[3].op, Opcode::RmwXchg);
  EXPECT_EQ(code[3].flags & program::kLocked, program::kLocked);
}

TEST(AssemblyOperations, StiIsGluedToWhatFollows) {
  const auto code =
      entry_code(compile_or_fail(R"c(SCENARIO { asm volatile("sti\n\tmovq $1, 0x1000000"); asm volatile("sti"); })c"));
  ASSERT_GE(code.size(), 3u);
}

TEST(AssemblyOperations, MissingMemoryClobberIsSaid) {
  const frontend::Compiled compiled =
      compile_or_fail("SCENARIO {\n  asm volatile(\"invlpg (%0)\" : : \"r\"(4096ul));\n}\n");
  ASSERT_EQ(compiled.warnings.size(), 1u);
  EXPECT_NE(compiled.warnings[0].find(":5: warning: `invlpg (%0)`"), std::string::npos) << compiled.warnings[0];
}

TEST(AssemblyOperations, WhatIsNotUnderstoodIsNamed) {
  struct Case {
    const char* statement;
    const char* text;
  };
  for (const Case& c :
       {Case{"asm volatile(\"lgdt %0\" : : \"m\"(word))", "inline assembly: `lgdt %0`"},
        Case{"asm volatile(\"nop; wrmsr\" : : \"a\"(1), \"d\"(2), \"c\"(3))", "inline assembly: `wrmsr`"},
        Case{"asm volatile(\"1: jmp 9f\")", "inline assembly: `1: jmp 9f`"},
        Case{"asm volatile(\"pushq $1\")", "inline assembly that leaves the stack pointer changed"},
        Case{"asm volatile(\"negq %0\" : \"+m\"(word))", "inline assembly: `negq %0`"},
        Case{"asm volatile(\"movl %%cr3, %0\" : \"=r\"(half))",
             "inline assembly: `movl %cr3, %0` (control registers are read and written as 64 bits on this processor)"},
        Case{"asm volatile(\".pushsection .altinstructions,\\\"a\\\"; .popsection\")",
             "inline assembly: `.pushsection .altinstructions,\"a\"`"},
        Case{"asm volatile(\"mov %%rbx, %0\" : \"=r\"(word))",
             "inline assembly that reads a register before it sets it"},
        Case{"asm volatile(\"movq %%fs:0, %0\" : \"=r\"(word))", "inline assembly: `movq %fs:0, %0`"}}) {
    const frontend::Compiled compiled =
        compile_or_fail(std::string("static ulong word; static u32 half; SCENARIO {\n ") + c.statement +
                        "; sd_assert(word == half); }\n");
    Runner runner(compiled.program);
    EXPECT_EQ(runner.run(), std::string("unsupported: ") + c.text);
    const auto code = entry_code(compiled);
    const auto at = std::find_if(code.begin(), code.end(), [](const auto& i) { return i.op == Opcode::Unsupported; });
    ASSERT_NE(at, code.end());
    EXPECT_EQ(compiled.program.locations[at->location].line, 5u);
  }
}

}  // namespace
}  // namespace shootdown::test

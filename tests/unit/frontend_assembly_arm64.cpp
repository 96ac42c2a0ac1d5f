// Inline assembly of arm64: operations, values and exclusive loops.
#include <gtest/gtest.h>

#include "frontend_lines.hpp"

namespace shootdown::test {
namespace {

using machine::Operation;
constexpr frontend::Target kTarget = frontend::Target::Arm64;

TEST(AssemblyArm64, SystemRegistersAndTlb) {
  const frontend::Compiled compiled = compiled_for(kTarget, R"c(
SCENARIO {
  ulong r; volatile ulong in = 0x3000;
  asm volatile("mrs %0, ttbr0_el1" : "=r"(r)); sd_assert(r == 0x5000);
  asm volatile("msr ttbr0_el1, %x0" : : "rZ"(in) : "memory");
  asm volatile("msr TTBR1_EL1, %x0" : : "rZ"(0ul) : "memory");
  asm volatile("mrs %0, daif\n\tmsr daifset, #2\n\tmsr daifclr, %1\n\tmsr daif, %0" : "=&r"(r) : "i"(2) : "memory");
  asm volatile("tlbi vmalle1is\n\tdsb ish\n\tisb" : : : "memory");
  asm volatile(".arch armv8.4-a\n\ttlbi rvale1is, %0\n" : : "r"(0x123ul) : "memory");
  asm volatile("tlbi vae1, %0" : : "r"(in) : "memory");
  asm volatile("dsb nshst; dsb sy; dmb ishld; dsb #11 // a comment\n /* another */ isb sy" ::: "memory");
  asm volatile("nop; yield; wfe; wfi; sev; prfm pstl1strm, [%0]; eret" : : "r"(&in) : "memory");
  asm volatile(".if 0 == 1\n661:\n\tnop\n662:\n.pushsection .altinstructions,\"a\"\n.popsection\n.endif\n.if 1 == 1\nisb\n.endif" ::: "memory");
}
)c");
  Runner runner(compiled.program);
  runner.answer = [](const Operated& o) -> std::uint64_t {
    return o.operation == Operation::Arm64MrsTtbr0 ? 0x5000 : 0x80;
  };
  ASSERT_EQ(runner.run(), "");
  expect_operations(runner, {{Operation::Arm64MrsTtbr0, {}},
                             {Operation::Arm64MsrTtbr0, {0x3000}},
                             {Operation::Arm64MsrTtbr1, {0}},
                             {Operation::Arm64MrsDaif, {}},
                             {Operation::Arm64DaifSet, {2}},
                             {Operation::Arm64DaifClr, {2}},
                             {Operation::Arm64MsrDaif, {0x80}},
                             {Operation::Arm64Tlbi, {0x10, 0}},
                             {Operation::Arm64Dsb, {11}},
                             {Operation::Arm64Isb, {}},
                             {Operation::Arm64Tlbi, {0x35, 0x123}},
                             {Operation::Arm64Tlbi, {0x01, 0x3000}},
                             {Operation::Arm64Dsb, {6}},
                             {Operation::Arm64Dsb, {15}},
                             {Operation::Arm64Dmb, {9}},
                             {Operation::Arm64Dsb, {11}},
                             {Operation::Arm64Isb, {}},
                             {Operation::Arm64Yield, {}},
                             {Operation::Arm64Yield, {}},
                             {Operation::Arm64Wfi, {}},
                             {Operation::Arm64Eret, {}},
                             {Operation::Arm64Isb, {}}});
  EXPECT_TRUE(compiled.warnings.empty());
}

// The header's numbers are those of the table.
TEST(AssemblyArm64, EveryInvalidationAndBarrier) {
  for (const char* type :
       {"VAE1", "ASIDE1", "VAAE1", "VALE1", "VAALE1", "VAE1IS", "ASIDE1IS", "VAAE1IS", "VALE1IS", "VAALE1IS", "RVAE1",
        "RVAAE1", "RVALE1", "RVAALE1", "RVAE1IS", "RVAAE1IS", "RVALE1IS", "RVAALE1IS"}) {
    const std::string t = type;
    expect_equal_operations(kTarget, "tlbi(" + t + ", 7)",
                            "asm volatile(\"tlbi " + t + ", %0\" : : \"r\"(7ul) : \"memory\")");
  }
  for (const char* option :
       {"oshld", "oshst", "osh", "nshld", "nshst", "nsh", "ishld", "ishst", "ish", "ld", "st", "sy"}) {
    const std::string o = option;
    expect_equal_operations(kTarget, "dsb(" + o + "); dmb(" + o + ")",
                            "asm volatile(\"dsb " + o + "; dmb " + o + "\" ::: \"memory\")");
  }
}

TEST(AssemblyArm64, Computes) {
  expect_runs_on(kTarget, R"c(
static u32 w = 7; static ulong l = 1ul << 40; static u8 b = 250; static ulong words[3] = { 1, 2, 3 };
SCENARIO {
  ulong r, t; u32 h; volatile ulong a = 0x1122334455667788, n = 5;
  asm("mov %0, %1\n add %0, %0, #8\n sub %0, %0, %2\n" : "=&r"(r) : "r"(a), "r"(n)); sd_assert(r == 0x112233445566778b);
  asm("mov %w0, %w1" : "=r"(r) : "r"(a)); sd_assert(r == 0x55667788);
  asm("and %0, %1, #0xff\n orr %0, %0, #0x100; eor %0, %0, #1; bic %0, %0, %2" : "=&r"(r) : "r"(a), "r"(8ul)); sd_assert(r == 0x181);
  asm("lsl %0, %1, #4; lsr %0, %0, %2; asr %1, %1, #1" : "=&r"(r), "+r"(n) : "r"(2ul)); sd_assert(r == 20 && n == 2);
  asm("add %0, %1, %1, lsl #3; neg %0, %0; mvn %0, %0" : "=r"(r) : "r"(5ul)); sd_assert(r == 44);
  r = 0; asm("bfi %0, %1, #8, #4; ubfx %2, %1, #4, #8" : "+r"(r), "+r"(a), "=&r"(t)); sd_assert(r == 0x800 && t == 0x78);
  int less; asm("cmp %1, %2" : "=@cclo"(less) : "r"(3ul), "r"(4ul)); sd_assert(less);
  asm("cmp %w1, #4; cset %w0, hi" : "=r"(h) : "r"(0x80000000u) : "cc"); sd_assert(h == 1);
  asm("subs %0, %1, #6; csel %0, xzr, %0, lt" : "=r"(r) : "r"(5ul) : "cc"); sd_assert(r == 0);
  asm volatile("ldr %w0, %1; ldrb %w2, [%3]" : "=&r"(h), "+Q"(w), "=&r"(t) : "r"(&b)); sd_assert(h == 7 && t == 250);
  asm volatile("str %1, %0; ldar %2, %0; ldr %1, [%3, #8]; ldr %4, [%3, %5, lsl #3]" : "+m"(l), "+r"(r), "=&r"(t), "+r"(*(ulong **)&(ulong *){words}), "=&r"(n) : "r"(2ul)); sd_assert(l == 0 && t == 0 && r == 2 && n == 3);
  asm volatile("ldadd %w1, %w0, %2" : "=&r"(h) : "r"(3), "Q"(w) : "memory"); sd_assert(h == 7 && w == 10);
  asm volatile("stset %w0, %1\n stclrl %w2, %1" : : "r"(5), "Q"(w), "r"(2) : "memory"); sd_assert(w == 13);
  asm volatile("swpal %w0, %w0, %1" : "+r"(h), "+Q"(w) : : "memory"); sd_assert(h == 13 && w == 7);
  h = 7; asm volatile("casal %w0, %w2, %1" : "+r"(h), "+Q"(w) : "r"(9) : "memory"); sd_assert(h == 7 && w == 9);
  h = 7; asm volatile("cas %w0, %w2, %1" : "+r"(h), "+Q"(w) : "r"(11) : "memory"); sd_assert(h == 9 && w == 9);
  asm volatile("ldaddalb %w0, %w0, %1" : "+r"(h), "+Q"(b) : : "memory"); sd_assert(h == 250 && b == 3);
  register int w0 asm("w0") = 4; register u32 *x1 asm("x1") = &w;
  asm volatile("stadd %w[i], %[v]" : [i] "+r"(w0), [v] "+Q"(w) : "r"(x1) : "x16", "x17", "x30", "memory"); sd_assert(w == 13);
  asm goto("cbnz %w0, %l[out]" : : "r"(h) : : out); sd_assert(0);
out:;
}
)c");
}

TEST(AssemblyArm64, ExclusiveLoops) {
  expect_runs_on(kTarget, R"c(
static u32 w = 7; static ulong l = 10;
static int add(int i, u32 *v) { unsigned long tmp; int result; asm volatile("// atomic\n prfm pstl1strm, %2\n1:	ldxr %w0, %2\n	add %w0, %w0, %w3\n	stlxr %w1, %w0, %2\n	cbnz %w1, 1b\n	dmb ish" : "=&r"(result), "=&r"(tmp), "+Q"(*v) : "Ir"(i) : "memory"); return result; }
static ulong exchange_if(ulong *p, ulong old, ulong new) { unsigned long tmp, found; asm volatile("1: ldaxr %[found], %[v]\n eor %[tmp], %[found], %[old]\n cbnz %[tmp], 2f\n stlxr %w[tmp], %[new], %[v]\n cbnz %w[tmp], 1b\n2:" : [tmp] "=&r"(tmp), [found] "=&r"(found), [v] "+Q"(*p) : [old] "r"(old), [new] "r"(new) : "memory"); return found; }
SCENARIO {
  sd_assert(add(5, &w) == 12 && w == 12);
  sd_assert(exchange_if(&l, 10, 20) == 10 && l == 20 && exchange_if(&l, 10, 30) == 20 && l == 20);
}
)c");
}

TEST(AssemblyArm64, WhatIsNotUnderstoodIsNamed) {
  for (const Refused& c : {Refused{"mrs %0, sp_el0", ""}, Refused{"hvc #0", ""}, Refused{"dsb ssbb", ""},
                           Refused{"tlbi alle2", ""}, Refused{"tlbi vae1", ""}, Refused{"ldapr %0, [%1]", ""},
                           Refused{"ldr %0, [%1], #8", ""}, Refused{"ldp %0, %1, [%1]", ""}, Refused{"brk #0x800", ""},
                           Refused{"mov %0, sp", ""}, Refused{"msr ttbr0_el1, %0; fmov d0, %0", "fmov d0, %0"}})
    expect_refused(kTarget, c);
  const std::string form = " (an exclusive store that is not LDXR, computation, STXR and CBNZ back to the LDXR)";
  expect_refused(kTarget, {"ldxr %0, [%1]; stxr %w0, %1, [%1]", "stxr %w0, %1, [%1]", form});
  expect_refused(kTarget,
                 {"1: ldxr %0, [%1]; ldr x3, [%1]; stxr %w0, x3, [%1]; cbnz %w0, 1b", "stxr %w0, x3, [%1]", form});
  expect_refused(kTarget, {"1: ldxr %0, [%1]; 2: stxr %w0, xzr, [%1]; cbnz %w0, 2b", "2: stxr %w0, xzr, [%1]", form});
}

TEST(AssemblyArm64, UndefinedHalvesAndClobbers) {
  expect_runs_as(
      kTarget,
      "SCENARIO { volatile u32 h = 1; ulong r; asm(\"mov %0, %1\" : \"=r\"(r) : \"r\"(h)); sd_assert(r == 1); }",
      "unsupported: inline assembly: `mov %0, %1` (the operand has 32 bits, and what the rest of its register "
      "holds is undefined)");
  const frontend::Compiled compiled = compiled_for(
      kTarget,
      "SCENARIO { asm volatile(\"tlbi vmalle1\"); asm volatile(\"msr ttbr0_el1, xzr\"); asm volatile(\"isb\"); }");
  EXPECT_EQ(compiled.warnings.size(), 2u);
}

}  // namespace
}  // namespace shootdown::test

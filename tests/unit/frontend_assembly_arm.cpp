// Inline assembly of ARM before version 6: coprocessor 15, the status register, values.
#include <gtest/gtest.h>

#include "frontend_lines.hpp"

namespace shootdown::test {
namespace {

using machine::Operation;
constexpr frontend::Target kTarget = frontend::Target::Armv5;

TEST(AssemblyArm, Coprocessor15AndStatus) {
  const frontend::Compiled compiled = compiled_for(kTarget, R"c(
SCENARIO {
  ulong r, flags, temp; volatile ulong in = 0x4000; const int zero = 0;
  asm volatile("mrc p15, 0, %0, c2, c0, 0" : "=r"(r)); sd_assert(r == 0x60);
  asm volatile("mcr p15, 0, %0, c2, c0, 0	@ load the table" : : "r"(in) : "memory");
  asm volatile("mcr p15, 0, %0, c8, c7, 0\n\tmcr p15, 0, %1, c8, c7, 1\n\tmcr p15, 0, %1, c8, c5, 0; mcr p15, 0, %1, c8, c6, 1" : : "r"(zero), "r"(in) : "memory");
  asm volatile("mcr p15, 0, %0, c7, c10, 4" : : "r"(0) : "memory");
  asm volatile("mcr p15, 0, %0, c7, c14, 1" : : "r"(in) : "memory");
  asm volatile("mcr p15, 0, %0, c7, c0, 4" : : "r"(0) : "memory");
  asm volatile("mrc p15, 0, %0, c1, c0, 0\n\tmcr p15, 0, %0, c1, c0, 0\n\tmrc p15, 0, %0, c6, c0" : "=&r"(r) : : "memory");
  asm volatile("mrs	%0, cpsr	@ local_irq_save\n	orr	%1, %0, #128\n	msr	cpsr_c, %1" : "=r"(flags), "=r"(temp) : : "memory", "cc");
  asm volatile("msr cpsr_c, %0" : : "r"(flags) : "memory", "cc");
  asm volatile("tst %1, %2\n\tmcrne p15, 0, %0, c8, c7, 0" : : "r"(0), "r"(in), "Ir"(0x4000) : "cc", "memory");
  asm volatile("tst %1, %2\n\tmcrne p15, 0, %0, c8, c7, 1" : : "r"(0), "r"(in), "Ir"(0x1000) : "cc", "memory");
}
)c");
  Runner runner(compiled.program);
  runner.answer = [](const Operated&) -> std::uint64_t { return 0x60; };
  ASSERT_EQ(runner.run(), "");
  expect_operations(runner, {{Operation::ArmMrcTtbr, {}},
                             {Operation::ArmMcrTtbr, {0x4000}},
                             {Operation::ArmMcrTlbiAll, {}},
                             {Operation::ArmMcrTlbiMva, {0x4000}},
                             {Operation::ArmMcrTlbiAll, {}},
                             {Operation::ArmMcrTlbiMva, {0x4000}},
                             {Operation::ArmMcrCache, {0xa4, 0}},
                             {Operation::ArmMcrCache, {0xe1, 0x4000}},
                             {Operation::ArmWfi, {}},
                             {Operation::ArmMrcSctlr, {}},
                             {Operation::ArmMcrSctlr, {0x60}},
                             {Operation::ArmMrcFar, {}},
                             {Operation::ArmMrsCpsr, {}},
                             {Operation::ArmMsrCpsr, {0xe0}},
                             {Operation::ArmMsrCpsr, {0x60}},
                             {Operation::ArmMcrTlbiAll, {}}});
  EXPECT_TRUE(compiled.warnings.empty());
}

TEST(AssemblyArm, Computes) {
  expect_runs_on(kTarget, R"c(
static ulong w = 7; static u8 b = 200;
SCENARIO {
  ulong r, t; volatile ulong a = 0x55667788;
  asm("mov %0, %1\n add %0, %0, #8; sub %0, #1\n rsb %0, %0, #0" : "=&r"(r) : "r"(a)); sd_assert(r == 0u - 0x5566778f);
  asm("and %0, %1, #0xff\n orr %0, %0, %2, lsl #8; eor %0, %0, #1; bic %0, %0, #2; mvn %0, %0, lsr #0x4" : "=&r"(r) : "r"(a), "r"(3)); sd_assert(r == ~(0x389u >> 4));
  asm("mov %0, %1, ror #8; mov %0, %0, asr %2" : "=&r"(r) : "r"(a), "r"(4)); sd_assert(r == 0xf8855667u);
  asm("cmp %1, %2\n movhi %0, #1\n movls %0, #2" : "=&r"(r) : "r"(-1), "r"(1) : "cc"); sd_assert(r == 1);
  asm("subs %0, %1, #5\n addlt %0, %0, #100" : "=&r"(r) : "r"(2) : "cc"); sd_assert(r == 97);
  asm volatile("swp %0, %1, [%2]" : "=&r"(r) : "r"(9), "r"(&w) : "memory", "cc"); sd_assert(r == 7 && w == 9);
  asm volatile("swpb %0, %1, [%2]" : "=&r"(r) : "r"(0x1ff), "r"(&b) : "memory"); sd_assert(r == 200 && b == 255);
  asm volatile("ldr %0, %2; ldrb %1, [%3, #0]; str %1, %2" : "=&r"(r), "=&r"(t), "+m"(w) : "r"(&b)); sd_assert(r == 9 && t == 255 && w == 255);
  asm("mov %0, #0\n1:	add %0, %0, #2\n	subs %1, %1, #1\n	bne 1b" : "=&r"(r), "+r"(t) : : "cc"); sd_assert(r == 510 && t == 0);
}
)c");
}

TEST(AssemblyArm, WhatIsNotUnderstoodIsNamed) {
  for (const Refused& c :
       {Refused{"mrc p15, 0, %0, c5, c0, 0", ""}, Refused{"mcr p15, 0, %1, c15, c8, 2", ""},
        Refused{"mcr p15, 0, %1, c3, c0, 0", ""}, Refused{"mcr p14, 0, %1, c2, c0, 0", ""}, Refused{"swi #0", ""},
        Refused{"ldrex %0, [%1]", ""}, Refused{"mov %0, sp", ""}, Refused{"msr cpsr_cxsf, %1", ""},
        Refused{"ldreq %0, [%1]", "", " (no instruction before it sets the flags it reads)"},
        Refused{"ldr %0, [%1], #4", ""}, Refused{"ldmia %1, {r2, r3}", ""}})
    expect_refused(kTarget, c);
}

TEST(AssemblyArm, MissingMemoryClobberIsSaid) {
  const frontend::Compiled compiled =
      compiled_for(kTarget,
                   "SCENARIO { asm volatile(\"mcr p15, 0, %0, c8, c7, 0\" : : \"r\"(0)); asm volatile(\"mcr p15, 0, "
                   "%0, c2, c0, 0\" : : \"r\"(0x4000)); asm volatile(\"mcr p15, 0, %0, c7, c10, 4\" : : \"r\"(0)); }");
  EXPECT_EQ(compiled.warnings.size(), 2u);
}

}  // namespace
}  // namespace shootdown::test

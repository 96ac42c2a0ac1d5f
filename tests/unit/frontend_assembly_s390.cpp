// Inline assembly of s390: operations, values, the condition code.
#include <gtest/gtest.h>

#include "frontend_lines.hpp"

namespace shootdown::test {
namespace {

using machine::Operation;
constexpr frontend::Target kTarget = frontend::Target::S390x;

TEST(AssemblyS390, ControlRegistersAndMasks) {
  const frontend::Compiled compiled = compiled_for(kTarget, R"c(
static ulong asce = 0x7000, both[3] = { 1, 2, 3 }, out[2]; static u8 mask;
SCENARIO {
  asm volatile("lctlg 1,1,%0" : : "Q"(asce) : "memory");
  asm volatile("	lctlg	%1,%2,%0\n" : : "Q"(both), "i"(13), "i"(15) : "memory");
  asm volatile("stctg %%c1,%%c2,%0" : "=Q"(out)); sd_assert(out[0] == 0x99 && out[1] == 0x99);
  asm volatile("stnsm %0,0xf8" : "=Q"(mask) : : "memory"); sd_assert(mask == 0x99);
  asm volatile("stosm %0,%1" : "=Q"(mask) : "i"(3) : "memory");
  asm volatile("ssm %0" : : "Q"(mask) : "memory");
  asm volatile("ptlb" : : : "memory"); asm volatile("bcr 15,0\n\tbcr 14,0 # fast\n" : : : "memory");
}
)c");
  Runner runner(compiled.program);
  runner.answer = [](const Operated&) -> std::uint64_t { return 0x99; };
  ASSERT_EQ(runner.run(), "");
  expect_operations(runner, {{Operation::S390Lctlg, {1, 0x7000}},
                             {Operation::S390Lctlg, {13, 1}},
                             {Operation::S390Lctlg, {14, 2}},
                             {Operation::S390Lctlg, {15, 3}},
                             {Operation::S390Stctg, {1}},
                             {Operation::S390Stctg, {2}},
                             {Operation::S390Stnsm, {0xf8}},
                             {Operation::S390Stosm, {3}},
                             {Operation::S390Ssm, {0x99}},
                             {Operation::S390Ptlb, {}},
                             {Operation::S390Bcr, {}},
                             {Operation::S390Bcr, {}}});
  EXPECT_TRUE(compiled.warnings.empty());
}

TEST(AssemblyS390, Invalidations) {
  const frontend::Compiled compiled = compiled_for(kTarget, R"c(
static ulong pte, table, va = 0x5000, asce = 0x800c;
union pair { unsigned __int128 whole; struct { ulong even, odd; }; };
SCENARIO {
  asm volatile("ipte %2,%3" : "=m"(pte) : "m"(pte), "a"(0x9000ul), "a"(va) : "memory");
  asm volatile(".insn rrf,0xb2210000,%2,%3,0,1" : "=m"(pte) : "m"(pte), "a"(0x9000ul), "a"(va) : "memory");
  asm volatile("	.insn	rrf,0xb98e0000,0,%0,%1,0" : : "a"(2048), "a"(asce) : "cc", "memory");
  asm volatile(".insn rrf,0xb98e0000,0,%0,%1,1" : : "a"(2048), "a"(asce) : "cc", "memory");
  asm volatile(".insn rrf,0xb98e0000,%2,%3,0,1" : "=m"(pte) : "m"(pte), "a"(0x4000ul), "a"(va) : "cc", "memory");
  asm volatile("idte %0,%2,%1" : : "a"(0x4000ul), "a"(va), "a"(asce) : "cc", "memory");
  register ulong reg2 asm("2") = 5; register ulong reg3 asm("3") = 6; register ulong reg4 asm("4") = (ulong)&table + 5;
  asm volatile("csp %1,%3" : "=m"(table) : "d"(reg2), "d"(reg3), "d"(reg4), "m"(table) : "cc", "memory");
  union pair r1 = { .even = 7, .odd = 8 }, r2 = { .even = 0x4010, .odd = va };
  int cc;
  asm volatile(".insn rre,0xb98a0000,%[r1],%[a]\n ipm %[cc]\n srl %[cc],28" : [r1] "+&d"(r1.whole), "+m"(table), [cc] "=&d"(cc) : [a] "d"((ulong)&table | 1) : "cc", "memory");
  sd_assert(cc == 1);
  r1 = (union pair){ .even = 10, .odd = 11 };
  asm volatile(".insn rrf,0xb98f0000,%[r1],%[r2],%[asce],0" : [r1] "+&d"(r1.whole) : [r2] "d"(r2.whole), [asce] "a"(asce) : "memory", "cc");
  sd_note((const char *)&table);
}
)c");
  Runner runner(compiled.program);
  ASSERT_EQ(runner.run(), "");
  std::uint64_t table = 0;
  for (const program::Global& g : compiled.program.globals)
    if (g.name == "table") table = g.address;
  expect_operations(runner, {{Operation::S390Ipte, {0x9000, 0x5000, 0}},
                             {Operation::S390Ipte, {0x9000, 0x5000, 1}},
                             {Operation::S390Idte, {0, 0x800c, 2048, 0}},
                             {Operation::S390Idte, {0, 0x800c, 2048, 1}},
                             {Operation::S390Idte, {0x4000, 0, 0x5000, 1}},
                             {Operation::S390Idte, {0x4000, 0x800c, 0x5000, 0}},
                             {Operation::S390Csp, {table + 4, 5, 6, 4}},
                             {Operation::S390Csp, {table, 7, 8, 8}},
                             {Operation::S390Crdte, {10, 11, 0x4010, 0x5000, 0x800c}},
                             {Operation::Note, {table}}});
}

TEST(AssemblyS390, Computes) {
  expect_runs_on(kTarget, R"c(
static int w = 7; static ulong l = 1ul << 40; static u8 b = 250;
static int add(int *p, int by) { int old, new; asm volatile("	l	%0,%2\n0:	lr	%1,%0\n	ar	%1,%3\n	cs	%0,%1,%2\n	jl	0b" : "=&d"(old), "=&d"(new), "=Q"(*p) : "d"(by), "Q"(*p) : "cc", "memory"); return new; }
static int sign(long x) { int cc; asm("ltgr %1,%1\n ipm %0\n srl %0,28" : "=d"(cc), "+d"(x) : : "cc"); return cc; }
static int count(int n) { int r; asm("lhi %0,0\n1: ahi %0,2\n brct %1,1b" : "=&d"(r), "+d"(n)); return r; }
static int above(ulong a, ulong b) { int r; asm("lhi %0,1\n clgr %1,%2\n jh 1f\n lhi %0,0\n1:" : "=&d"(r) : "d"(a), "d"(b) : "cc"); return r; }
SCENARIO {
  volatile ulong a = 0x1122334455667788; ulong r, t; int old, cc;
  asm("lgr %0,%1\n agr %0,%2\n aghi %0,-1\n ngr %0,%3" : "=&d"(r) : "d"(a), "d"(9ul), "d"(0xfffful)); sd_assert(r == 0x7790);
  r = a; asm("lr %0,%1" : "+d"(r) : "d"(-1)); sd_assert(r == 0x11223344ffffffff);
  asm("la %0,8(%1,%2)\n sllg %1,%0,4\n srlg %0,%1,1" : "=&a"(r), "+a"(*(ulong *)&(ulong){16}) : "a"(3ul)); sd_assert(r == 216);
  asm("lgf %0,%2\n llgc %1,%3\n ork %1,%1,%0" : "=&d"(r), "=&d"(t) : "Q"(w), "Q"(b)); sd_assert(r == 7 && t == 255);
  sd_assert(add(&w, 5) == 12 && w == 12 && sign(0) == 0 && sign(-3) == 1 && sign(9) == 2 && count(3) == 6 && above(~0ul, 1) && !above(1, 1));
  asm volatile("laa %0,%2,%1" : "=d"(old), "+Q"(w) : "d"(3) : "cc", "memory"); sd_assert(old == 12 && w == 15);
  asm volatile("lang %0,%2,%1\n laog %0,%3,%1" : "=&d"(r), "+Q"(l) : "d"(0ul), "d"(6ul) : "cc", "memory"); sd_assert(r == 0 && l == 6);
  asm volatile("asi %1,-16\n ipm %0\n srl %0,28" : "=d"(cc), "+Q"(w) : : "cc", "memory"); sd_assert(w == -1 && cc == 1);
  t = 5; asm volatile("csg %0,%2,%1" : "+d"(t), "+Q"(l) : "d"(9ul) : "cc", "memory"); sd_assert(t == 6 && l == 6);
  asm volatile("csg %0,%2,%1" : "+d"(t), "+Q"(l) : "d"(9ul) : "cc", "memory"); sd_assert(t == 6 && l == 9);
  asm volatile("stg %1,%0\n st %2,0(%3)" : "=Q"(l) : "d"(a), "d"(-2), "a"(&w) : "memory"); sd_assert(l == a && w == -2);
  asm("lr %0,%1\n ar %0,%1\n ipm %2\n srl %2,28" : "=&d"(old) , "+d"(*(int *)&(int){0x7fffffff}), "=&d"(cc) : : "cc"); sd_assert(cc == 3);
}
)c");
}

TEST(AssemblyS390, WhatIsNotUnderstoodIsNamed) {
  for (const Refused& c : {Refused{"diag 0,0,0x44", ""}, Refused{"lctl 1,1,0(%1)", ""}, Refused{"lpswe 0(%1)", ""},
                           Refused{"bcr 7,0", ""}, Refused{"lgr %0,%%r15", "lgr %0,%r15"}, Refused{"stidp 0(%1)", ""},
                           Refused{".insn rrf,0xb9aa0000,%0,%1,0,0", ""}, Refused{"idte %0,%1,%1,2", ""},
                           Refused{".insn rrf,0xb2210000,%1,%0,%1,0", "",
                                   " (a range of pages, or an address space in R3, is not modelled)"}})
    expect_refused(kTarget, c);
  expect_runs_as(kTarget, R"c(
static ulong table;
SCENARIO { register ulong reg2 asm("2") = 5; register ulong reg3 asm("3") = 6;
  asm volatile("csp %0,%2" : : "d"(reg2), "d"(reg3), "a"(&table) : "cc", "memory"); }
)c",
                 "unsupported: inline assembly: `csp %0,%2` (it purges no TLB, which is not modelled)");
  // What CSP leaves in its first register is not known.
  expect_runs_as(
      kTarget, R"c(
static ulong table;
SCENARIO { register ulong reg2 asm("2") = 5; register ulong reg3 asm("3") = 6;
  asm volatile("csp %0,%2" : "+d"(reg2) : "d"(reg3), "a"((ulong)&table + 1) : "cc", "memory"); sd_assert(reg2 == 5); }
)c",
      "unsupported: inline assembly: `csp %0,%2` (what it leaves in a register that is read is not modelled)");
}

TEST(AssemblyS390, MissingMemoryClobberIsSaid) {
  const frontend::Compiled compiled = compiled_for(
      kTarget,
      "static ulong a; SCENARIO { asm volatile(\"lctlg 1,1,%0\" : : \"Q\"(a)); asm volatile(\"ptlb\"); asm "
      "volatile(\".insn rrf,0xb98e0000,0,%0,%1,0\" : : \"a\"(2048), \"a\"(a) : \"cc\"); asm volatile(\"bcr 15,0\"); }");
  EXPECT_EQ(compiled.warnings.size(), 3u);
}

}  // namespace
}  // namespace shootdown::test

// The instructions of TLB maintenance on s390, one function each. Freestanding C++20, header-only. For the other files
// of this folder; they say when which of them is allowed.
//
// Each statement clobbers memory: the compiler moves no page-table store across it.
//
// The source. z/Architecture Principles of Operation, chapter 10 (INVALIDATE PAGE TABLE ENTRY, INVALIDATE DAT TABLE
// ENTRY, LOAD CONTROL).
#pragma once

namespace shootdown::tlb::s390 {

using Register = __UINT64_TYPE__;

// Of a page-table entry: bit 53.
inline constexpr Register kPageInvalid = 0x400;
// A page table has 256 entries of 8 bytes and lies at a multiple of its size.
inline constexpr Register kPageTableBytes = 2048;

namespace detail {

// The primary ASCE: what user mode runs on. Removes nothing from the TLB.
[[gnu::always_inline]] inline void load_primary_asce(Register asce) noexcept {
  asm volatile("lctlg 1,1,0(%0)" : : "a"(&asce) : "memory");
}

// The entry for va of the page table becomes invalid, and no CPU uses what was made from it.
[[gnu::always_inline]] inline void ipte(Register table, Register va) noexcept {
  asm volatile("ipte %0,%1" : : "a"(table), "a"(va) : "memory");
}

// No CPU uses what was made with the ASCE before.
[[gnu::always_inline]] inline void idte_asce(Register asce) noexcept {
  constexpr Register kByAsce = 0x800;
  asm volatile("idte %0,%1,%2" : : "a"(Register{0}), "a"(asce), "a"(kByAsce) : "memory");
}

}  // namespace detail

}  // namespace shootdown::tlb::s390

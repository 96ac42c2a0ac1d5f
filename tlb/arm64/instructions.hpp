// The instructions of TLB maintenance on arm64, one function each, and the operands of TLBI. Freestanding C++20,
// header-only. For the other files of this folder; they say in which order the instructions have to come.
//
// Each statement clobbers memory: the compiler moves no page-table store across it.
//
// The source. Arm ARM, C5.5 (TLBI and its operands), C6.2 (DSB, ISB, MSR).
#pragma once

namespace shootdown::tlb::arm64 {

using Register = __UINT64_TYPE__;

inline constexpr unsigned kAsidShift = 48;
inline constexpr Register kPageBytes = 4096;

namespace detail {

// Stores before it are seen by every CPU's walks after it; and by what follows on this CPU, TLBI included.
[[gnu::always_inline]] inline void dsb_ishst() noexcept { asm volatile("dsb ishst" : : : "memory"); }
// The same for this CPU's own walks.
[[gnu::always_inline]] inline void dsb_nshst() noexcept { asm volatile("dsb nshst" : : : "memory"); }
// Waits until the TLBIs that this CPU has executed are performed on every CPU, and the accesses that used what they
// removed.
[[gnu::always_inline]] inline void dsb_ish() noexcept { asm volatile("dsb ish" : : : "memory"); }
// The same, on this CPU alone.
[[gnu::always_inline]] inline void dsb_nsh() noexcept { asm volatile("dsb nsh" : : : "memory"); }
[[gnu::always_inline]] inline void context_sync() noexcept { asm volatile("isb" : : : "memory"); }

// On every CPU of the Inner Shareable domain: one page of one ASID, last level only or with the tables on the way; one
// page of every ASID; the same for ranges; one ASID; everything.
[[gnu::always_inline]] inline void tlbi_vale1is(Register operand) noexcept {
  asm volatile("tlbi vale1is, %0" : : "r"(operand) : "memory");
}
[[gnu::always_inline]] inline void tlbi_vae1is(Register operand) noexcept {
  asm volatile("tlbi vae1is, %0" : : "r"(operand) : "memory");
}
[[gnu::always_inline]] inline void tlbi_vaale1is(Register operand) noexcept {
  asm volatile("tlbi vaale1is, %0" : : "r"(operand) : "memory");
}
[[gnu::always_inline]] inline void tlbi_rvale1is(Register operand) noexcept {
  asm volatile(".arch_extension tlb-rmi\n\ttlbi rvale1is, %0" : : "r"(operand) : "memory");
}
[[gnu::always_inline]] inline void tlbi_rvae1is(Register operand) noexcept {
  asm volatile(".arch_extension tlb-rmi\n\ttlbi rvae1is, %0" : : "r"(operand) : "memory");
}
[[gnu::always_inline]] inline void tlbi_aside1is(Register operand) noexcept {
  asm volatile("tlbi aside1is, %0" : : "r"(operand) : "memory");
}
[[gnu::always_inline]] inline void tlbi_vmalle1is() noexcept { asm volatile("tlbi vmalle1is" : : : "memory"); }
// On this CPU: everything.
[[gnu::always_inline]] inline void tlbi_vmalle1() noexcept { asm volatile("tlbi vmalle1" : : : "memory"); }

// In effect after the next context synchronization event.
[[gnu::always_inline]] inline void write_ttbr0(Register value) noexcept {
  asm volatile("msr ttbr0_el1, %0" : : "r"(value) : "memory");
}

}  // namespace detail

// ASID in bits 63:48, address[55:12] in 43:0.
constexpr Register page_operand(unsigned asid, Register va) noexcept {
  return Register{asid} << kAsidShift | (va >> 12 & 0xfff'ffff'ffff);
}

constexpr Register asid_operand(unsigned asid) noexcept { return Register{asid} << kAsidShift; }

// (number + 1) * 2^(5 * scale + 1) pages from va on: TG in bits 47:46 (4 KiB), SCALE in 45:44, NUM in 43:39,
// address[48:12] in 36:0. number: 0 to 31, scale: 0 to 3.
constexpr Register range_operand(unsigned asid, Register va, unsigned scale, unsigned number) noexcept {
  return Register{asid} << kAsidShift | Register{1} << 46 | Register{scale} << 44 | Register{number} << 39 |
         (va >> 12 & 0x1f'ffff'ffff);
}

}  // namespace shootdown::tlb::arm64

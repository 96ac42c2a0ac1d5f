// A tiny language for s390x kernels: one CPU or two, eight pages, a short list of operations for each CPU that runs
// once and then idles, a handler for program interruptions.
//
//   page   SA SB     segment tables, which ASCEs designate
//          TA TB TX  page tables; TX is a spare one
//          F0 F1 F2  data
//   slot   0 or 1: pages together: they lie side by side, and only page tables use slot 1; split: they lie in two
//   segments,
//          and only segment tables use slot 1.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "../common/pages.hpp"

namespace shootdown::naive::s390 {

enum class OpKind : std::uint8_t {
  Load,      // LCTLG: control register `number` (an index: 1, 7, 13) := ASCE of `page`
  Store,     // entry `slot` of table `page` := `pte`
  Ipte,      // entry for `va` of page table `page`; `flag`: local clearing
  Idte,      // entry for `va` of segment table `page`; `flag`: local clearing
  IdteAsce,  // ASCE of `page`; `flag`: local clearing
  Ptlb,
  Csp,      // entry `slot` of table `page`: `old` becomes `pte`
  Bcr,      // BCR 15,0
  Access,   // at `va`: user or kernel (`user`), store or load (`flag`)
  Revoked,  // ghost: in the address space of root `page`, at `va`
  Freed,    // ghost: page `page`
  Signal,   // two CPUs: this one's word := 1
  Await,    // two CPUs: spin until the other one's word is 1
};

// Bits of a table entry. 0: I and nothing else. Without kValid: I is set.
enum PteBits : std::uint8_t { kValid = 1, kWrite = 2 };  // kWrite: P = 0
inline constexpr std::uint8_t kPlain = kValid | kWrite;

struct Op {
  OpKind kind{};
  std::uint8_t page = 0, slot = 0, va = 0, number = 0;
  bool flag = false, user = true;
  Pte pte, old;
  friend bool operator==(const Op&, const Op&) = default;
};

inline constexpr unsigned kPages = 8, kVas = 2, kRoots = 2, kSegment = 2, kRegisters = 3;
enum PageNumber : std::uint8_t { kSA, kSB, kTA, kTB, kTX, kF0, kF1, kF2 };
inline constexpr std::array<Page, kPages> kPageList{
    {{"SA", 2}, {"SB", 2}, {"TA", 1}, {"TB", 1}, {"TX", 1}, {"F0", 0}, {"F1", 0}, {"F2", 0}}};
using Tables = std::array<std::array<Pte, kSlots>, kPages>;
enum RegisterIndex : std::uint8_t { kPrimary, kSecondary, kHome };

enum List : std::uint8_t { kMain0, kMain1, kProgram, kLists };
inline constexpr unsigned kMaxWaiting = 8;

struct Kernel {
  bool split = false;
  bool other_home = false;  // CR13 holds SB, else the CPU's own root
  bool handler = false;     // list kProgram is the handler of program interruptions
  bool two_cpus = false;
  bool buffers = false;      // stores wait; else they reach memory at once
  bool common_root = false;  // two CPUs: CPU 1 begins on SA too, else on SB
  std::array<std::vector<Op>, kLists> lists;
  friend bool operator==(const Kernel&, const Kernel&) = default;

  [[nodiscard]] bool distinguishes(unsigned level) const { return level == (split ? 2u : 1u); }
  [[nodiscard]] unsigned slot(unsigned level, unsigned va) const { return distinguishes(level) ? va : 0; }
  [[nodiscard]] unsigned index(unsigned level, unsigned slot) const;
  [[nodiscard]] std::uint64_t address(unsigned va) const { return 0x400000 + va * (split ? 0x100000u : 0x1000u); }
  [[nodiscard]] Tables tables() const;  // at the start
  [[nodiscard]] std::uint8_t own_root(unsigned cpu) const { return cpu == 0 || common_root ? kSA : kSB; }
  [[nodiscard]] bool valid() const;
};

std::string to_text(const Kernel& kernel, const Op& op);
std::string to_text(const Kernel& kernel);

}  // namespace shootdown::naive::s390

// A tiny language for arm64 kernels (kernel.hpp of the folder above is x86's): one CPU or two, ten pages, a short list
// of operations for each CPU that runs once and then idles, a timer handler, an abort handler.
//
//   page   RA RB     level-1 tables, which TTBRs hold
//          DA DB     level-2 tables
//          TA TB TX  level-3 tables; TX is a spare one
//          F0 F1 F2  data
//   slot   0 or 1: each table has two descriptors that matter. Pages together: they lie side by side, and only level-3
//          tables use slot 1. Split: they lie under different level-2 descriptors, and only level-2 tables use slot 1.
//   va     0 and 1: the two pages, through TTBR0_EL1; 2 and 3: their counterparts in the upper half, through TTBR1_EL1
//
// Levels are counted here from below: 1 is the architecture's level 3.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "../common/pages.hpp"

namespace shootdown::naive::arm64 {

enum class OpKind : std::uint8_t {
  Ttbr0,    // MSR TTBR0_EL1: root `page`, ASID `asid`
  Ttbr1,    // MSR TTBR1_EL1
  Store,    // descriptor `slot` of table `page` := `pte`
  Tlbi,     // `form`, with IS `flag`; address `va`, ASID `asid`
  Dsb,      // `option`
  Dmb,      // `option`
  Isb,      //
  Access,   // at address `va`: user or kernel (`user`), store or load (`flag`)
  Mask,     // MSR DAIFSet
  Unmask,   // MSR DAIFClr
  Revoked,  // ghost: in the address space of root `page`, at `va`
  Freed,    // ghost: page `page`
  Signal,   // two CPUs: this one's word := 1; `flag`: store-release
  Await,    // two CPUs: spin until the other one's word is 1
};
enum class Form : std::uint8_t { Vmalle1, Vae1, Aside1, Vaae1, Vale1, Vaale1 };
enum class Option : std::uint8_t { Ish, Ishst, Ishld, Nsh };

// Bits of a descriptor; 0: invalid. A table descriptor's kWrite and kUser: its APTable bits take nothing away.
// kGlobal: nG = 0. kAccessed: AF. kType: another memory type.
enum PteBits : std::uint8_t { kValid = 1, kWrite = 2, kUser = 4, kGlobal = 8, kAccessed = 16, kType = 32 };
inline constexpr std::uint8_t kPlain = kValid | kWrite | kUser | kAccessed;

struct Op {
  OpKind kind{};
  std::uint8_t page = 0, slot = 0, va = 0, asid = 0;
  Form form{};
  Option option{};
  bool flag = false, user = true;
  Pte pte;
  friend bool operator==(const Op&, const Op&) = default;
};

inline constexpr unsigned kPages = 10, kLevels = 3, kVas = 4, kRoots = 2, kAsids = 2, kUpper = 2;
constexpr bool is_upper(unsigned va) { return va >= kUpper; }
inline constexpr std::array<Page, kPages> kPageList{
    {{"RA", 3}, {"RB", 3}, {"DA", 2}, {"DB", 2}, {"TA", 1}, {"TB", 1}, {"TX", 1}, {"F0", 0}, {"F1", 0}, {"F2", 0}}};
enum PageNumber : std::uint8_t { kRA, kRB, kDA, kDB, kTA, kTB, kTX, kF0, kF1, kF2 };
using Tables = std::array<std::array<Pte, kSlots>, kPages>;

enum List : std::uint8_t { kMain0, kMain1, kTimer, kAbort, kLists };
inline constexpr unsigned kMaxTokens = 4, kMaxWaiting = 8;

struct Kernel {
  bool split = false;
  bool upper = false;  // TTBR1_EL1 holds RB at first, and walks begin there; else TCR_EL1.EPD1 = 1
  bool a1 = false;     // the ASID is TTBR1_EL1's
  bool ets2 = false;
  bool interrupts = false;  // unmasked at the start
  bool timer = false;       // list kTimer is the timer's handler; else there is no timer
  bool abort_handler = false;
  bool two_cpus = false;
  bool buffers = false;      // stores wait; else they reach memory at once
  bool common_root = false;  // two CPUs: CPU 1 begins on RA too, else on RB; its ASID is RB's 1
  std::array<std::vector<Op>, kLists> lists;
  friend bool operator==(const Kernel&, const Kernel&) = default;

  [[nodiscard]] bool distinguishes(unsigned level) const { return level == (split ? 2u : 1u); }
  [[nodiscard]] unsigned slot(unsigned level, unsigned va) const { return distinguishes(level) ? va % 2 : 0; }
  // Where slot `slot` of a table of `level` lies in its page.
  [[nodiscard]] unsigned index(unsigned level, unsigned slot) const;
  [[nodiscard]] std::uint64_t address(unsigned va) const;
  [[nodiscard]] Tables tables() const;  // at the start
  [[nodiscard]] std::uint8_t own_root(unsigned cpu) const { return cpu == 0 || common_root ? kRA : kRB; }
  [[nodiscard]] std::uint8_t own_asid(unsigned cpu) const { return cpu == 0 || common_root ? 0 : 1; }
  [[nodiscard]] bool valid() const;
};

std::string to_text(const Kernel& kernel, const Op& op);
std::string to_text(const Kernel& kernel);

}  // namespace shootdown::naive::arm64

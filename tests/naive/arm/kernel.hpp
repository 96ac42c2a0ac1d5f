// A tiny language for ARMv5 kernels: one CPU, twelve pages, a short list of operations that runs once and then idles, a
// handler for interrupts, handlers for aborts.
//
//   page   RA RB     first-level tables, which TTBR holds
//          TA TB TX  coarse tables; TX is a spare one
//          F0 F1 F2  data, of small pages
//          G0 G1     data, in another section
//          SF SG     sections: that of F0 and F1, that of G0 and G1
//   slot   0 or 1: pages together: they lie side by side, in one section, and only coarse tables use slot 1; split:
//   they
//          lie in two sections, and only first-level tables use slot 1.
//
// Levels: 1 is that of coarse tables, 2 that of first-level tables.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "../common/pages.hpp"

namespace shootdown::naive::arm {

enum class OpKind : std::uint8_t {
  Ttbr,           // MCR c2: root `page`
  Control,        // MCR c1: the MMU on, or off (`flag`)
  Store,          // descriptor `slot` of table `page` := `pte`
  InvalidateAll,  // MCR c8, c7, 0
  InvalidateMva,  // MCR c8, c7, 1: address `va`
  Cache,          // MCR c7: both caches
  Access,         // `how`, at address `va`, by user mode or the kernel (`user`)
  Mask,           // MSR CPSR_c: I set
  Unmask,         // MSR CPSR_c: I clear
  Save,           // r := MRS CPSR
  Restore,        // MSR CPSR_c: r
  Raise,          // an interrupt is pending
  Wait,           // MCR c7, c0, 4
  Revoked,        // ghost: in the address space of root `page`, at `va`
  Freed,          // ghost: page `page`
  Never,          // handlers of aborts, an assertion: this one has not status `status` and address `va`
};
enum class How : std::uint8_t { Load, Store, Fetch };

// Bits of a descriptor: kValid, and AP (not of those that lead to a coarse table) twice up. 0: invalid.
enum PteBits : std::uint8_t { kValid = 1 };
constexpr std::uint8_t bits_of(unsigned ap) { return static_cast<std::uint8_t>(kValid | ap << 1); }
constexpr unsigned ap_of(const Pte& pte) { return pte.bits >> 1; }
inline constexpr std::uint8_t kPlain = bits_of(3);

// FSR[3:0] (DDI 0198, 3.6), and a bit for a write.
enum Status : std::uint8_t {
  kSectionTranslation = 5,
  kPageTranslation = 7,
  kSectionPermission = 13,
  kPagePermission = 15,
  kWriting = 0x80
};

struct Op {
  OpKind kind{};
  std::uint8_t page = 0, slot = 0, va = 0, status = 0;
  How how{};
  bool flag = false, user = true;
  Pte pte;
  friend bool operator==(const Op&, const Op&) = default;
};

inline constexpr unsigned kPages = 12, kVas = 2, kRoots = 2, kFirstLevel = 2;
inline constexpr unsigned kSection = 0xff;  // "level" of what is no page of its own
enum PageNumber : std::uint8_t { kRA, kRB, kTA, kTB, kTX, kF0, kF1, kF2, kG0, kG1, kSF, kSG };
inline constexpr std::array<Page, kPages> kPageList{{{"RA", 2},
                                                     {"RB", 2},
                                                     {"TA", 1},
                                                     {"TB", 1},
                                                     {"TX", 1},
                                                     {"F0", 0},
                                                     {"F1", 0},
                                                     {"F2", 0},
                                                     {"G0", 0},
                                                     {"G1", 0},
                                                     {"SF", kSection},
                                                     {"SG", kSection}}};
using Tables = std::array<std::array<Pte, kSlots>, kPages>;

enum List : std::uint8_t { kMain, kInterrupt, kPrefetchAbort, kDataAbort, kLists };
constexpr bool handles_aborts(unsigned list) { return list >= kPrefetchAbort; }

struct Kernel {
  bool split = false;
  bool timer = false;  // the interrupt may come at any time; else only where it is raised
  bool prefetch_handler = false, data_handler = false;
  std::array<std::vector<Op>, kLists> lists;
  friend bool operator==(const Kernel&, const Kernel&) = default;

  [[nodiscard]] bool distinguishes(unsigned level) const { return level == (split ? 2u : 1u); }
  [[nodiscard]] unsigned slot(unsigned level, unsigned va) const { return distinguishes(level) ? va : 0; }
  [[nodiscard]] unsigned index(unsigned level, unsigned slot) const;
  [[nodiscard]] std::uint64_t address(unsigned va) const;
  // The data page that `va` reaches through `page`, a data page or a section.
  [[nodiscard]] std::uint8_t reached(std::uint8_t page, unsigned va) const;
  [[nodiscard]] Tables tables() const;  // at the start
  [[nodiscard]] bool has(OpKind kind) const;
  [[nodiscard]] bool interrupts() const { return timer || has(OpKind::Raise); }
  [[nodiscard]] bool valid() const;
};

// Where `page` lies from the beginning of all pages. F0 and G0 lie in their sections where page 0 does in its own.
constexpr std::uint64_t offset_of(std::uint8_t page) {
  constexpr std::array<std::uint64_t, kPages> offsets{0x0,    0x4000, 0x8000,   0x9000,   0xa000, 0xb000,
                                                      0xc000, 0xd000, 0x10b000, 0x10c000, 0x0,    0x100000};
  return offsets[page];
}

std::string to_text(const Kernel& kernel, const Op& op);
std::string to_text(const Kernel& kernel);

}  // namespace shootdown::naive::arm

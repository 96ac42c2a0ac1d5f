// A tiny language for kernels that are generated: what both sides of the comparison are given.
//
// A Kernel is one CPU or two, a handful of pages, up to two contexts and two handlers, each a short list of operations
// that runs once and then idles (a handler: returns). With two CPUs context 0 stays on CPU 0, context 1 on CPU 1, which
// turns paging on first, at a time of its own; they tell each other how far they are by a word of memory each. The
// vocabulary is that of include/shootdown/: control registers, page-table stores, invalidations, translated accesses,
// interrupt state, ghost statements, a context switch.
//
//   page   RA RB    roots (i386: page directories; x86-64: PML4s)
//          PA PB    page-directory-pointer tables, x86-64 only
//          DA DB    page directories, x86-64 only
//          TA TB TX page tables; TX is a spare one
//          F0 F1 F2 data
//   slot   each table has two entries that matter, 0 and 1. Together: the two pages lie side by side, and only page
//          tables use slot 1, for the second page. Split: they lie under different page-directory entries, and only
//          page directories use slot 1.
//
// kernel.cpp says which page a kernel begins with where; what the operations mean is said nowhere here: that is what
// the two sides must agree on.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "common/pages.hpp"

namespace shootdown::naive {

enum class OpKind : std::uint8_t {
  LoadCr3,     // MOV to CR3: root `page`, PCID `pcid`, bit 63 `flag`
  LoadOther,   // MOV to CR3: the root of the context that does not run, PCID 0 or (pcid != 0) its own, bit 63 `flag`
  ReadCr3,     // r := CR3
  WriteCr3,    // MOV to CR3: r, bit 63 `flag`
  ReadCr4,     // s := CR4
  ClearPge,    // MOV to CR4: s without PGE
  RestoreCr4,  // MOV to CR4: s
  Store,       // entry `slot` of table `page` := `pte`
  Invlpg,      // address `va`
  Invpcid,     // type `type`, PCID `pcid`, address `va`
  Invlpgb,     // two CPUs: selectors `type` (BroadcastBits), address `va`, PCID `pcid`
  Tlbsync,     // two CPUs
  Access,      // at address `va`: user or kernel (`user`), store or load (`flag`)
  Cli,
  Sti,
  Switch,   // to the other context
  Revoked,  // ghost: in the address space of root `page`, at `va`
  Freed,    // ghost: page `page`
  InUse,    // ghost: page `page`
  Signal,   // two CPUs: this one's word := 1
  Await,    // two CPUs: spin until the other one's word is 1
};

// Bits of a page-table entry; A is always set. 0: not present.
enum PteBits : std::uint8_t { kPresent = 1, kWrite = 2, kUser = 4, kGlobal = 8, kDirty = 16 };

// What selects the entries that an INVLPGB removes: the bits of RAX (AMD APM 3, INVLPGB).
enum BroadcastBits : std::uint8_t { kByVa = 1, kByPcid = 2, kGlobalToo = 8, kFinalOnly = 16 };
// INVLPGBs that a kernel may have.
inline constexpr unsigned kMaxTokens = 4;

struct Op {
  OpKind kind{};
  std::uint8_t page = 0, slot = 0, va = 0, pcid = 0, type = 0;
  bool flag = false, user = true;
  Pte pte;
  friend bool operator==(const Op&, const Op&) = default;
};
// The PCID that a LoadOther loads for context `other`.
constexpr std::uint8_t own_pcid(const Op& op, unsigned other) {
  return static_cast<std::uint8_t>(op.pcid != 0 ? other + 1 : 0);
}
constexpr bool is_ghost(const Op& op) {
  return op.kind == OpKind::Revoked || op.kind == OpKind::Freed || op.kind == OpKind::InUse;
}

// The pages of a kernel, in the order of their numbers.
enum class Architecture : std::uint8_t { I386, X86_64 };
const std::vector<Page>& pages(Architecture);
std::uint8_t page_named(Architecture, const std::string& name);

enum List : std::uint8_t { kMain0, kMain1, kTimer, kFault, kLists };

inline constexpr unsigned kMaxPages = 12, kVas = 2, kContexts = 2;
using Tables = std::array<std::array<Pte, kSlots>, kMaxPages>;

struct Kernel {
  Architecture architecture = Architecture::I386;
  bool split = false;      // see `slot` above
  bool pge = true;         // CR4.PGE at the start
  bool pcide = false;      // CR4.PCIDE, x86-64 only
  bool invpcid = true;     // the CPU has INVPCID
  bool protect = true;     // CR0.WP
  bool interrupts = true;  // IF at the start
  bool timer = false;      // list kTimer is the timer's handler; else there is no timer
  bool two_cpus = false;
  bool buffers = false;        // two CPUs: each has a store buffer; else stores reach memory at once
  bool common_root = false;    // two CPUs: context 1 belongs to root RA too
  bool fault_handler = false;  // list kFault is the page-fault handler; else there is none
  std::array<std::vector<Op>, kLists> lists;
  friend bool operator==(const Kernel&, const Kernel&) = default;

  [[nodiscard]] unsigned levels() const { return architecture == Architecture::I386 ? 2 : 4; }
  [[nodiscard]] bool is_table(std::uint8_t page) const { return pages(architecture)[page].level > 0; }
  [[nodiscard]] unsigned level_of(std::uint8_t page) const { return pages(architecture)[page].level; }
  // Which slot of a table of `level` a walk of `va` reads, and whether tables of that level tell the two pages apart.
  [[nodiscard]] bool distinguishes(unsigned level) const { return level == (split ? 2u : 1u); }
  [[nodiscard]] unsigned slot(unsigned level, unsigned va) const { return distinguishes(level) ? va : 0; }
  // Where slot `slot` of a table of `level` lies in its page.
  [[nodiscard]] unsigned index(unsigned level, unsigned slot) const;
  [[nodiscard]] std::uint64_t address(unsigned va) const;
  [[nodiscard]] Tables tables() const;  // at the start
  [[nodiscard]] std::size_t size() const;
  // Uses INVLPGB or TLBSYNC: the CPUs have them. On i386 too, where no processor has them and the checker accepts no
  // such scenario: two levels of tables keep kernels small, and what INVLPGB does depends on no level.
  [[nodiscard]] bool broadcasts() const;
  // Contexts there are: 2 if anything switches, or with two CPUs.
  [[nodiscard]] unsigned contexts() const;
  // The root on which context `number` must make its user accesses; with two CPUs its CPU begins with it.
  [[nodiscard]] std::uint8_t own_root(unsigned number) const {
    return static_cast<std::uint8_t>(common_root ? 0 : number);
  }
  // The language's own rules: registers are written before they are read, the fault handler makes no access, ...
  [[nodiscard]] bool valid() const;
};

std::string to_text(const Kernel& kernel, const Op& op);
std::string to_text(const Kernel& kernel);
// The same kernel as a scenario file.
std::string to_scenario(const Kernel& kernel, const std::string& title, const std::string& verdict);

}  // namespace shootdown::naive

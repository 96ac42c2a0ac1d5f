// The part of a state that is the machine's: memory, CPUs, and what ghost statements said.
#pragma once

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "machine/memory.hpp"
#include "machine/tlb.hpp"

namespace shootdown::machine {

namespace x86 {
// Control registers (SDM 3, 2.5). CR3 reads back without bit 63.
struct Registers {
  std::uint64_t cr0 = 1;  // PE
  std::uint64_t cr2 = 0;
  std::uint64_t cr3 = 0;
  std::uint64_t cr4 = 0;
  friend bool operator==(const Registers&, const Registers&) = default;
};

// An INVLPGB that `issuer` has executed and the CPU that holds this has still to perform (AMD APM 3, INVLPGB). What a
// selector leaves open is 0, so that equal ones are equal.
struct Broadcast {
  std::uint32_t issuer = 0;
  bool by_address = false, by_pcid = false;
  bool global = false;      // global translations too
  bool final_only = false;  // intermediate entries stay
  std::uint16_t pcid = 0;
  std::uint16_t further = 0;  // pages beyond the first
  std::uint64_t stride = 0;   // bytes from one page to the next; 0 without further ones
  std::uint64_t va = 0;       // of the first page
  friend auto operator<=>(const Broadcast&, const Broadcast&) = default;
};
}  // namespace x86

namespace arm64 {
// System registers (Arm ARM, D23.2). Of those whose writes need a context synchronization event to be certain, every
// value that a walk may still use, oldest first; the last is what MRS reads.
struct Registers {
  std::vector<std::uint64_t> ttbr0{0}, ttbr1{0};
  std::vector<std::uint64_t> tcr{0};
  std::uint64_t sctlr = 0;
  std::uint64_t far = 0;
  bool el0 = false;  // executing at EL0: no kernel code since the last user access
  friend bool operator==(const Registers&, const Registers&) = default;
};

// What eight bytes of a table held before a store of this CPU, for as long as it may still be found (arm64/older.cpp).
struct Older {
  enum class Until : std::uint8_t {
    Dsb,       // and what of it faults, until the context synchronization behind that
    DsbOnly,   // nothing but a fault may come of it; then as Sync
    Sync,      // nothing but a fault may come of it
    Elsewhere  // by other CPUs alone, behind a TLBI that this CPU sends
  } until = Until::Dsb;
  std::uint64_t address = 0;  // of the word
  std::uint64_t value = 0;
  bool exchange = false;  // replaced by an atomic read-modify-write: the hardware changed nothing in between
  friend auto operator<=>(const Older&, const Older&) = default;
};

// A TLBI that `issuer` has executed and the CPU that holds this has still to perform (Arm ARM, D8.17). What a form
// leaves open is 0, so that equal ones are equal.
struct Token {
  std::uint32_t issuer = 0;
  std::uint8_t type = 0;   // ARM64_TLBI_* of include/shootdown/arm64.h
  std::uint8_t level = 0;  // hint: 1 .. 3, the architecture's number of the leaf's level; 0: none
  std::uint16_t asid = 0;
  std::uint64_t va = 0;       // first address
  std::uint64_t pages = 0;    // range forms: how many pages of 4 KiB
  std::vector<Older> missed;  // by its effect, where that comes early; for another CPU than the issuer's
  friend auto operator<=>(const Token&, const Token&) = default;
};
}  // namespace arm64

namespace s390 {
// Control registers 1, 7 and 13 (PoP, chapter 4) hold ASCEs: primary, secondary, home. 0: none loaded.
struct Registers {
  std::array<std::uint64_t, 3> asce{};  // in that order
  std::uint64_t teid = 0;               // address of the last translation exception
  friend bool operator==(const Registers&, const Registers&) = default;
};
}  // namespace s390

namespace arm {
// CP15 registers (ARM DDI 0198, 2.3).
struct Registers {
  std::uint64_t control = 0, ttbr = 0, far = 0;
  friend bool operator==(const Registers&, const Registers&) = default;
};
}  // namespace arm

// A store that its CPU has executed and memory has not seen (SDM 3, 8.2: total store order). Its address is physical:
// stores are translated when they execute. Ghost statements of the same CPU wait in the same queue, because what they
// say is true of memory only when the stores before them have reached it; and so does the mark of a context that was
// switched away (system/migration.hpp).
//
// Where stores are not kept in order (arm64) the list is still in program order, and what may leave it next is decided
// by the marks of barriers in it (system/store_buffer.hpp).
struct BufferedStore {
  enum class Kind : std::uint8_t {
    Store,
    Revoked,
    RevokedEverywhere,
    PageFreed,
    Left,
    OrderStores,  // a barrier: no younger store may leave before every older one has
    OrderAll,     // the same, and no younger load may be executed before
  } kind = Kind::Store;
  std::uint8_t bytes = 0;
  std::uint64_t address = 0;  // ghost: the root, or the page; Left: the context
  std::uint64_t value = 0;    // ghost: the virtual address
  bool release = false;       // a store-release: leaves when every older one has
  bool exclusive = false;     // of an atomic read-modify-write: nobody else's store to its place comes before it
  bool own_walks = false;     // a DSB NSH has come after it: this CPU's walks find it, not what memory has
  bool joined = false;        // the second half of a wide exchange: leaves with the one before it
  bool translated = false;    // made through the translation of `page` under `tag`, of an entry of `level`
  std::uint8_t level = 0;
  std::uint16_t tag = 0;
  std::uint64_t page = 0;
  friend bool operator==(const BufferedStore&, const BufferedStore&) = default;
};

// A barrier's mark (OrderStores, OrderAll) behind what is buffered; where nothing is, none.
void push_mark(std::vector<BufferedStore>& buffer, BufferedStore::Kind kind);

inline constexpr std::uint32_t kNoContext = 0xffff'ffff;

struct Cpu {
  unsigned number = 0;                     // its place in State::cpus
  std::uint32_t context = kNoContext;      // running on it
  bool interrupts_on = false;              // IF
  bool shadow = false;                     // STI's: no maskable interrupt before the next instruction has executed
  bool halted = false;                     // in HLT
  bool nmi_blocked = false;                // inside an NMI handler, until its return
  std::vector<std::uint8_t> pending;       // vectors raised and not taken, ascending
  std::uint8_t nmis_pending = 0;           // sent to it and not taken (0 or 1)
  std::vector<BufferedStore> buffer;       // oldest first; always empty under sequential consistency
  std::vector<x86::Broadcast> broadcasts;  // not performed here yet, ascending; it may perform any of them next
  std::vector<arm64::Token> tokens;        // likewise, ascending
  x86::Registers x86;
  arm64::Registers arm64;
  s390::Registers s390;
  arm::Registers arm;
  std::vector<arm64::Older> older;  // ascending, each once
  TlbSet tlb;
  // arm64: translations that a TLBI has removed and this CPU may go on using until it synchronises: for data (its own
  // TLBIs), for instruction fetches (everybody's).
  TlbSet unsynchronised_data, unsynchronised_fetch;
};

enum class PageUse : std::uint8_t { Unknown, Data, Table, Freed };

// What a walk of an address space's own tables gave for a page, for the property revoked-translation.
struct Allowed {
  std::uint64_t page = 0;  // physical address of the 4 KiB page
  bool user = false, write = false, user_fetch = false, kernel_fetch = false;
  friend auto operator<=>(const Allowed&, const Allowed&) = default;
};

struct Revoked {
  bool everywhere = false;  // sd_revoked_everywhere
  std::uint64_t root = 0;
  std::uint64_t va = 0;          // 4 KiB aligned
  std::vector<Allowed> allowed;  // ascending; empty: no access may succeed
  friend bool operator==(const Revoked&, const Revoked&) = default;
};

struct Ghost {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> primary_root;  // root -> first root of its address space
  std::vector<std::uint64_t> user_roots;
  std::vector<std::uint16_t> user_tags;
  std::vector<Revoked> revoked;                          // ascending by (everywhere, root, va)
  std::vector<std::pair<std::uint64_t, PageUse>> pages;  // by address, ascending; what is not listed is Unknown

  [[nodiscard]] PageUse page_use(std::uint64_t address) const;
  // True if a page that has been freed lies, in part, in `bytes` bytes at `address`.
  [[nodiscard]] bool any_freed(std::uint64_t address, std::uint64_t bytes) const;
  void set_page_use(std::uint64_t address, PageUse use);
  // The root that stands for the address space of `root`.
  [[nodiscard]] std::uint64_t address_space(std::uint64_t root) const;
};

// `address`, as the CPU itself reads it: memory with its own buffered stores on top.
std::uint64_t read_through_buffer(const Memory& memory, const MemoryMap& map, const Cpu& cpu, std::uint64_t address,
                                  unsigned bytes);

struct State {
  Memory memory;
  std::vector<Cpu> cpus;
  Ghost ghost;
  std::vector<std::pair<std::uint8_t, std::uint64_t>> vectors;  // vector -> handler's address, ascending
  std::uint16_t timer_vector = 0xffff;                          // 0xffff: no timer
  std::uint8_t nmis_left = 0;
  // Table entries with P = 1, A = 0 that a walk could have reached since they were written: the processor may have set
  // A in them at any time. Ascending addresses. Resolved when checked code reads one (Machine::before_read).
  std::vector<std::uint64_t> maybe_accessed;
  // s390: designation type and table length (bits 3:0) of the ASCE last loaded with each table origin, ascending. A
  // root's address alone does not say what kind of table it is.
  std::vector<std::pair<std::uint64_t, std::uint8_t>> designations;
  bool concurrent = false;  // something other than the boot context has been able to run
};

}  // namespace shootdown::machine

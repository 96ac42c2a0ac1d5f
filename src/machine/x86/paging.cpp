// How tables are read, and what may be cached of them.
//
// close(): the set is closed under "extend a cached prefix, or the loaded root, by one level with what memory holds
// now". Only the tables of the current root and prefixes of the current tag grow (condition 3: MOV to CR3 serialises,
// so no walk outlives its root); an entry takes part if P = 1 and no reserved bit is set at every level (SDM
// 3, 4.10.2.2, 4.10.3.1). A is set by the processor before it caches (same place), which it may do at any time, so P is
// the filter: an entry that was cacheable with A = 0 carries accessed = false, and an access that uses it sets A in
// memory.
//
// The processor's setting of A at a time of its own choice is not a step: entries where it may have happened are noted
// (State::maybe_accessed) and the question is put when checked code reads such an entry (before_read). That A was read
// as 0 is not taken as proof that nothing is cached: more behaviour than the hardware has, never less.
//
// Source: SDM 3, 4.3 (32-bit paging), 4.5 (4-level paging), 4.10 (caching).
#include <algorithm>

#include "machine/x86/x86.hpp"

namespace shootdown::machine::x86 {

namespace {
constexpr std::uint64_t kAddressMask64 = 0x000f'ffff'ffff'f000;  // MAXPHYADDR = 52
constexpr std::uint64_t kAddressMask32 = 0xffff'f000;
}  // namespace

bool X86::canonical(std::uint64_t va) const {
  if (mode_ == Mode::I386) return va <= 0xffff'ffff;
  const std::uint64_t upper = va >> 47;
  return upper == 0 || upper == 0x1'ffff;
}

std::uint64_t X86::entry_bytes(const Entry& entry) const { return bytes_at(entry.level); }

std::optional<std::uint64_t> X86::root(const Cpu& cpu) const {
  if ((cpu.x86.cr0 & kCr0Pg) == 0) return std::nullopt;
  return root_table(cpu.x86.cr3).address;
}

std::uint16_t X86::tag(const Cpu& cpu) const {
  return tags_in_use(cpu) ? static_cast<std::uint16_t>(cpu.x86.cr3 & kPcidMask) : std::uint16_t{0};
}

X86::Table X86::root_table(std::uint64_t cr3) const {
  std::uint64_t address = mode_ == Mode::X86_64 ? kAddressMask64 : kAddressMask32;
  if (!holds(Rule::Cr3LowBitsNotAddress)) address |= kPageBytes - 1;
  return {cr3 & address, levels(), 0, true, true, false, true};
}

X86::Table X86::below(const Entry& prefix) const {
  return {prefix.target, prefix.level - 1u, prefix.va, prefix.user, prefix.write, prefix.no_execute, prefix.accessed};
}

std::uint64_t X86::pte_address(const Table& table, std::uint64_t va) const {
  const std::uint64_t index = (va >> (12 + index_bits() * (table.level - 1))) & ((1u << index_bits()) - 1);
  return table.address + index * pte_bytes();
}

X86::Decoded X86::decode(std::uint64_t pte, const Table& table, std::uint64_t va, bool large_pages) const {
  Decoded result;
  if ((pte & kPresent) == 0) return result;
  result.kind = Decoded::Kind::Entry;
  Entry& e = result.entry;
  e.level = static_cast<std::uint8_t>(table.level);
  e.va = va & ~(bytes_at(table.level) - 1);
  const bool no_execute = mode_ == Mode::X86_64 && (pte & kNoExecute) != 0;
  e.user = (table.user || !holds(Rule::UserBitOfEveryLevel)) && (pte & kUser) != 0;
  e.write = (table.write || !holds(Rule::WriteBitOfEveryLevel)) && (pte & kWrite) != 0;
  e.no_execute = (table.no_execute && holds(Rule::NxOfAnyLevel)) || (nx_ && no_execute);
  e.accessed = table.accessed && (pte & kAccessed) != 0;
  const bool size_bit = (pte & kPageSize) != 0;
  const bool large =
      size_bit && large_pages &&
      ((table.level == 2 && holds(Rule::LargePageDirectory)) || (table.level == 3 && holds(Rule::LargePagePdpt)));
  e.leaf = table.level == 1 || large;
  const std::uint64_t address = pte & (mode_ == Mode::X86_64 ? kAddressMask64 : kAddressMask32);
  const std::uint64_t below_size = large ? address & (bytes_at(table.level) - 1) : 0;
  e.target = address - below_size;
  // 4 MiB pages: bits 20:13 are bits 39:32 of the address (PSE-36), where no memory is.
  if (large && mode_ == Mode::I386) e.target |= (below_size >> 13 & 0xff) << 32;
  if (e.leaf) {
    e.dirty = (pte & kDirty) != 0;
    e.global = (pte & kGlobal) != 0;
  }
  // Bit 12 of a large page's entry is PAT; of a 4 MiB page's only bit 21 is left.
  const std::uint64_t reserved_address = mode_ == Mode::X86_64 ? below_size & ~0x1000ull : below_size & 0x20'0000;
  const bool reserved = (size_bit && table.level == 4 && holds(Rule::Pml4PsReserved)) ||
                        (reserved_address != 0 && holds(Rule::LargeAddressBitsReserved)) ||
                        (no_execute && !nx_ && holds(Rule::NxNeedsFeature));
  if (reserved) result.kind = Decoded::Kind::Reserved;
  return result;
}

X86::WalkEnd X86::walk_from(const State& state, const Table& start, std::uint64_t va, bool large_pages) const {
  WalkEnd end;
  Table table = start;
  for (;;) {
    map_.set_walked(table.address);
    const std::uint64_t at = pte_address(table, va);
    end.entries.push_back(at);
    const Decoded decoded = decode(state.memory.read(map_, at, pte_bytes()), table, va, large_pages);
    if (decoded.kind != Decoded::Kind::Entry) {
      end.reserved = decoded.kind == Decoded::Kind::Reserved;
      return end;
    }
    if (decoded.entry.leaf) {
      end.present = true;
      end.leaf = decoded.entry;
      return end;
    }
    table = below(decoded.entry);
  }
}

void X86::walks_from(const State& state, const Cpu& cpu, const Table& start, std::uint64_t va,
                     std::vector<WalkEnd>& ends) const {
  if (cpu.buffer.empty()) {
    ends.push_back(walk_from(state, start, va, large_pages(cpu)));
    return;
  }
  map_.set_walked(start.address);
  const std::uint64_t at = pte_address(start, va);
  const std::uint64_t in_memory = state.memory.read(map_, at, pte_bytes());
  const std::uint64_t buffered = read_through_buffer(state.memory, map_, cpu, at, pte_bytes());
  const std::uint64_t first_read = holds(Rule::WalkMissesOwnBuffer) ? in_memory : buffered;
  const std::uint64_t own = holds(Rule::WalkReadsOwnBuffer) ? buffered : in_memory;
  for (const std::uint64_t pte : {first_read, own}) {
    const Decoded decoded = decode(pte, start, va, large_pages(cpu));
    if (decoded.kind == Decoded::Kind::Entry && !decoded.entry.leaf) {
      const std::size_t first = ends.size();
      walks_from(state, cpu, below(decoded.entry), va, ends);
      for (std::size_t n = first; n < ends.size(); ++n) ends[n].entries.insert(ends[n].entries.begin(), at);
    } else {
      WalkEnd end;
      end.entries.push_back(at);
      end.present = decoded.kind == Decoded::Kind::Entry;
      end.reserved = decoded.kind == Decoded::Kind::Reserved;
      end.leaf = decoded.entry;
      ends.push_back(end);
    }
    if (first_read == own) break;
  }
}

std::optional<Entry> X86::walk(const State& state, std::uint64_t root, std::uint64_t va) const {
  // Ghost statements ask on nobody's behalf: CPU 0's page-size setting stands for all.
  const WalkEnd end = walk_from(state, root_table(root), va, large_pages(state.cpus[0]));
  if (!end.present) return std::nullopt;
  return end.leaf;
}

// For the machine without the rule that says it does not matter.
bool X86::maps_nothing(const State& state, std::uint64_t table) const {
  for (std::uint64_t at = table; at < table + kPageBytes; at += pte_bytes())
    if ((state.memory.read(map_, at, pte_bytes()) & kPresent) != 0) return false;
  return true;
}

void X86::close_table(State& state, Cpu& cpu, const Table& table, const Source& source,
                      std::vector<Entry>& found) const {
  map_.set_walked(table.address);
  const unsigned per_word = 8 / pte_bytes();
  for (const std::uint16_t word : map_.interesting(table.address)) {
    for (unsigned part = 0; part < per_word; ++part) {
      const std::uint64_t at = table.address + std::uint64_t{word} * 8 + std::uint64_t{part} * pte_bytes();
      const std::uint64_t in_memory = state.memory.read(map_, at, pte_bytes());
      if (cpu.buffer.empty() || holds(Rule::WalkMissesOwnBuffer))
        close_entry(state, cpu, table, at, in_memory, source, found);
      if (cpu.buffer.empty() || !holds(Rule::WalkReadsOwnBuffer)) continue;
      const std::uint64_t own = read_through_buffer(state.memory, map_, cpu, at, pte_bytes());
      if (own != in_memory || !holds(Rule::WalkMissesOwnBuffer)) close_entry(state, cpu, table, at, own, source, found);
    }
  }
}

void X86::close_entry(State& state, Cpu& cpu, const Table& table, std::uint64_t at, std::uint64_t pte,
                      const Source& source, std::vector<Entry>& found) const {
  if ((pte & kPresent) == 0) {
    if (holds(Rule::NotPresentNotCached)) return;
    pte |= kPresent;
  }
  const std::uint64_t index = (at - table.address) / pte_bytes();
  std::uint64_t va = table.va + index * bytes_at(table.level);
  if (mode_ == Mode::X86_64 && (va & (1ull << 47)) != 0) va |= 0xffff'0000'0000'0000;
  Decoded decoded = decode(pte, table, va, large_pages(cpu));
  if (decoded.kind == Decoded::Kind::Reserved && holds(Rule::ReservedNotCached)) return;
  if ((pte & kAccessed) == 0) {
    auto& maybe = state.maybe_accessed;
    const auto place = std::lower_bound(maybe.begin(), maybe.end(), at);
    if (place == maybe.end() || *place != at) maybe.insert(place, at);
  }
  Entry& entry = decoded.entry;
  const bool heeds_global = (cpu.x86.cr4 & kCr4Pge) != 0 || !holds(Rule::GlobalOnlyWithPge);
  entry.tag = entry.leaf && entry.global && heeds_global ? kGlobalTag : source.tag;
  entry.origin = source.origin;
  // Of a large page it is the access that counts: other parts of it may well be free.
  entry.dangling = !(entry.leaf && entry.level > 1) && state.ghost.page_use(entry.target) == PageUse::Freed;
  if (!entry.leaf && !holds(Rule::PrefixCachedThoughEmpty) && maps_nothing(state, entry.target)) return;
  const bool fresh = cpu.tlb.add(entry, source.from_root);
  // An entry walked from the root is followed even if known: what hangs below it now belongs to this root.
  if (!entry.leaf && (fresh || source.from_root)) found.push_back(entry);
}

void X86::close(State& state, Cpu& cpu) const {
  const std::optional<std::uint64_t> loaded = root(cpu);
  if (!loaded) return;
  std::vector<Entry> found;
  const std::uint16_t current = tag(cpu);
  close_table(state, cpu, root_table(*loaded), {*loaded, current, true}, found);
  while (!found.empty()) {
    const Entry prefix = found.back();
    found.pop_back();
    close_table(state, cpu, below(prefix), {*loaded, current, true}, found);
  }
  // Then everything that hangs below older prefixes of the same tag.
  if (!holds(Rule::StalePrefixExtends)) return;
  for (const Entry& entry : cpu.tlb.entries())
    if (!entry.leaf && (entry.tag == current || !holds(Rule::OnlyCurrentPcidFills))) found.push_back(entry);
  while (!found.empty()) {
    const Entry prefix = found.back();
    found.pop_back();
    close_table(state, cpu, below(prefix), {prefix.origin, prefix.tag, false}, found);
  }
}

void X86::before_read(State& state, std::uint64_t address, unsigned bytes, Chooser& chooser) {
  if (state.maybe_accessed.empty()) return;
  const auto first = std::lower_bound(state.maybe_accessed.begin(), state.maybe_accessed.end(), address & ~7ull);
  std::vector<std::uint64_t> asked;
  for (auto at = first; at != state.maybe_accessed.end() && *at < address + bytes; ++at)
    if (*at + pte_bytes() > address) asked.push_back(*at);
  for (const std::uint64_t at : asked) {
    std::erase(state.maybe_accessed, at);
    const std::uint64_t pte = state.memory.read(map_, at, pte_bytes());
    if ((pte & kPresent) == 0 || (pte & kAccessed) != 0) continue;
    if (holds(Rule::AccessedSetAnyTime) && chooser.pick(2) == 1)
      state.memory.write(map_, at, pte_bytes(), pte | kAccessed);
    memory_changed(state, at);
  }
}

void X86::after_write(State& state, std::uint64_t address, unsigned bytes) {
  std::erase_if(state.maybe_accessed,
                [&](std::uint64_t at) { return at < address + bytes && at + pte_bytes() > address; });
  memory_changed(state, address);
  const std::uint64_t last = address + bytes - 1;
  if (address / kPageBytes != last / kPageBytes) memory_changed(state, last);
}

void X86::memory_changed(State& state, std::uint64_t address) {
  if (!map_.walked(address)) return;
  for (Cpu& cpu : state.cpus)
    if (&cpu == &state.cpus.front() || holds(Rule::EveryCpuFills)) fill(state, cpu, Rule::FillAfterEveryStore);
  update_revoked(state);
}

}  // namespace shootdown::machine::x86

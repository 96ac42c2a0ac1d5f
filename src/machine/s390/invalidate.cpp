// PTLB, IPTE, IDTE, CSP, CRDTE: what each changes in memory, and which entries every CPU must lose.
//
// Source: PoP, chapter 10; the local-clearing forms, IDTE and CRDTE as Linux uses them
// (arch/s390/include/asm/pgtable.h, tlbflush.h).
#include <algorithm>

#include "machine/s390/s390.hpp"

namespace shootdown::machine::s390 {

S390::Selection S390::select(const Cpu& cpu, Operation op, std::span<const std::uint64_t> arguments) const {
  Selection s;
  const Features& has = features_[cpu.number];
  const auto entry = [&](unsigned level, std::uint64_t table, std::uint64_t va) {
    s.level = level;
    s.table = table;
    s.index = va >> shift(level) & (entries(level) - 1);
    s.memory = Touched{table + s.index * pte_bytes(), pte_bytes()};
  };
  const auto options = [&](std::uint64_t value) {
    if ((value & ~kLocalClearing) != 0) s.unsupported = "an option of IPTE or IDTE that is not modelled";
    s.local = (value & kLocalClearing) != 0;
    if (s.local && !has.local_clearing) s.unsupported = "local clearing on a CPU without it (lc)";
  };
  const auto by_asce = [&](std::uint64_t asce) {
    // No table lies beyond what a tag can tell, so nothing was made with such an ASCE.
    s.tag = (asce & kOrigin) >> 28 != 0 ? kGlobalTag : tag_of(asce);
    s.type = static_cast<std::uint8_t>(asce & kType);
  };
  switch (op) {
    case Operation::S390Ptlb: s.local = true; break;
    case Operation::S390Ipte:
      entry(kPage, arguments[0] & kPageTableOrigin, arguments[1]);
      options(arguments[2]);
      break;
    case Operation::S390Idte: {
      const std::uint64_t r1 = arguments[0], r3 = arguments[1], r2 = arguments[2];
      if (!has.idte && holds(Rule::S390IdteNeedsFeature)) {
        s.operation_exception = true;
        return s;
      }
      if ((r2 & kIdteAsce) != 0) {
        by_asce(r3);
        if ((r2 & ~kIdteAsce) != 0) s.unsupported = "IDTE by ASCE with further bits in its second operand";
        if ((r3 & kOrigin) == 0) s.unsupported = "IDTE by ASCE of ASCE 0";
      } else {
        entry(kSegment + static_cast<unsigned>((r1 & kType) >> 2), r1 & kOrigin, r2);
        if ((r2 & 0x7ff) != 0) s.unsupported = "IDTE of more than one entry";
        if (r3 != 0) s.unsupported = "IDTE of a table entry for one ASCE only";
      }
      options(arguments[3]);
      break;
    }
    case Operation::S390Csp:
      s.memory = Touched{arguments[0], static_cast<unsigned>(arguments[3])};
      if (arguments[3] != 4 && arguments[3] != 8) s.unsupported = "CSP of a word that has not 4 or 8 bytes";
      if (arguments[3] != 0 && arguments[0] % arguments[3] != 0)
        s.unsupported = "CSP of an address that is not aligned";
      break;
    default: {  // CRDTE
      if (!has.crdte && holds(Rule::S390CrdteNeedsFeature)) {
        s.operation_exception = true;
        return s;
      }
      const std::uint64_t table = arguments[2], asce = arguments[4];
      if ((table & kDesignatesNoPageTable) == 0)
        entry(kPage, table & kPageTableOrigin, arguments[3]);
      else
        entry(kSegment + static_cast<unsigned>((table & kType) >> 2), table & kOrigin, arguments[3]);
      if (asce != 0 && holds(Rule::S390CrdteOfOneAsce)) by_asce(asce);
      break;
    }
  }
  if (s.unsupported != nullptr) s.memory.reset();
  return s;
}

S390::Selection S390::select(const State& state, unsigned cpu, Operation op,
                             std::span<const std::uint64_t> arguments) const {
  Selection s = select(state.cpus[cpu], op, arguments);
  if (s.memory && s.level == kPage) s.frame = read_word(state, *s.memory) & kOrigin;
  return s;
}

bool S390::of_asce(const Selection& s, const Entry& entry) {
  if (!s.tag) return true;
  return entry.tag == *s.tag && (entry.attributes == kRefused || (entry.attributes & kType) == s.type);
}

bool S390::selects(const Selection& s, const Entry& entry) const {
  if (!of_asce(s, entry)) return false;
  if (s.level == 0) return true;
  if (entry.level != s.level) return false;
  const bool ipte = s.level == kPage;
  if (entry.table != s.table && (!ipte || holds(Rule::S390IpteKeepsOtherTables))) return false;
  if (ipte && entry.target != s.frame && holds(Rule::S390IpteKeepsOtherFrames)) return false;
  const std::uint64_t index = entry.va >> shift(entry.level) & (entries(entry.level) - 1);
  if (index == s.index) return true;
  return !holds(ipte ? Rule::S390IpteKeepsOtherPages : Rule::S390IdteKeepsOtherEntries);
}

std::vector<Entry> S390::selected(const Selection& s, const Cpu& cpu) const {
  std::vector<Entry> found;
  const auto& all = cpu.tlb.entries();
  std::copy_if(all.begin(), all.end(), std::back_inserter(found),
               [&](const Entry& entry) { return selects(s, entry); });
  if (s.level == 0) return found;
  // What was made by way of them.
  for (std::size_t n = 0; n < found.size() && holds(Rule::S390IdteRemovesBelow); ++n) {
    const Entry from = found[n];
    if (from.leaf) continue;
    for (const Entry& entry : all)
      if (entry.tag == from.tag && entry.level + 1 == from.level && entry.table == from.target &&
          covers(from, entry.va) && of_asce(s, entry) && std::find(found.begin(), found.end(), entry) == found.end())
        found.push_back(entry);
  }
  return found;
}

std::uint64_t S390::read_word(const State& state, const Touched& memory) const {
  return __builtin_bswap64(state.memory.read(map_, memory.address, memory.bytes)) >> (64 - 8 * memory.bytes);
}

void S390::write_word(State& state, const Touched& memory, std::uint64_t value) const {
  state.memory.write(map_, memory.address, memory.bytes, __builtin_bswap64(value) >> (64 - 8 * memory.bytes));
}

std::optional<Touched> S390::touches(const Cpu& cpu, Operation op, std::span<const std::uint64_t> arguments) const {
  switch (op) {
    case Operation::S390Ipte:
    case Operation::S390Idte:
    case Operation::S390Csp:
    case Operation::S390Crdte: return select(cpu, op, arguments).memory;
    default: return std::nullopt;
  }
}

bool S390::compares(const State& state, Operation op, std::span<const std::uint64_t> arguments,
                    const Touched& memory) const {
  if (op != Operation::S390Csp && op != Operation::S390Crdte) return true;
  const std::uint64_t old = op == Operation::S390Csp ? arguments[1] : arguments[0];
  const std::uint64_t mask = memory.bytes == 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << (8 * memory.bytes)) - 1;
  return ((read_word(state, memory) ^ old) & mask) == 0;
}

// It is complete only when other CPUs have done the accesses that used what goes.
bool S390::waits(const State& state, unsigned cpu, Operation op, std::span<const std::uint64_t> arguments) const {
  switch (op) {
    case Operation::S390Ipte:
    case Operation::S390Idte:
    case Operation::S390Csp:
    case Operation::S390Crdte: break;
    default: return false;
  }
  const Selection s = select(state, cpu, op, arguments);
  if (s.unsupported != nullptr || s.operation_exception || s.local || !holds(Rule::S390WaitsForAccesses)) return false;
  if (s.memory && !compares(state, op, arguments, *s.memory)) return false;
  for (const Cpu& other : state.cpus) {
    if (other.number == cpu || other.buffer.empty()) continue;
    const std::vector<Entry> gone = selected(s, other);
    for (const BufferedStore& store : other.buffer)
      if (store.kind == BufferedStore::Kind::Store && store.translated &&
          std::any_of(gone.begin(), gone.end(), [&](const Entry& entry) {
            return entry.leaf && entry.tag == store.tag && covers(entry, store.page);
          }))
        return true;
  }
  return false;
}

void S390::forget(State& state, unsigned cpu, const Selection& s) const {
  for (Cpu& c : state.cpus) {
    if (c.number != cpu) {
      const bool reaches = s.local
                               ? !holds(s.level == 0 && !s.tag ? Rule::S390PtlbIsLocal : Rule::S390LocalClearingIsLocal)
                               : holds(Rule::S390InvalidationReachesEveryCpu);
      if (!reaches) continue;
    }
    const std::vector<Entry> gone = selected(s, c);
    c.tlb.remove_if([&](const Entry& entry) { return std::find(gone.begin(), gone.end(), entry) != gone.end(); });
    fill(state, c, Rule::FillAfterCut);
    keep_dangling(state, c, gone);
  }
}

Outcome S390::invalidate(State& state, unsigned cpu, Operation op, std::span<const std::uint64_t> arguments) {
  const Selection s = select(state, cpu, op, arguments);
  if (s.unsupported != nullptr) return unsupported(s.unsupported);
  if (s.operation_exception)
    return faulted(
        kVectorPgm, kPgmOperation, "program interruption",
        op == Operation::S390Idte ? "operation: IDTE on a CPU without it" : "operation: CRDTE on a CPU without it");
  bool equal = true, cuts = true;
  if (s.memory) {
    equal = compares(state, op, arguments, *s.memory);
    if (equal) {
      const std::uint64_t before = read_word(state, *s.memory);
      std::uint64_t after = before;
      if (op == Operation::S390Csp) after = arguments[2];
      if (op == Operation::S390Crdte && holds(Rule::S390CrdteReplaces)) after = arguments[1];
      if (op == Operation::S390Ipte && holds(Rule::S390IpteInvalidates)) after |= kPageInvalid;
      if (op == Operation::S390Idte && holds(Rule::S390IdteInvalidates)) after |= kInvalid;
      write_word(state, *s.memory, after);
    }
  }
  switch (op) {
    case Operation::S390Ptlb: cuts = holds(Rule::S390PtlbRemovesAll); break;
    case Operation::S390Ipte: cuts = holds(Rule::S390IpteRemovesPage); break;
    case Operation::S390Idte: cuts = !s.tag || holds(Rule::S390IdteRemovesAsce); break;
    case Operation::S390Csp: cuts = equal ? holds(Rule::S390CspPurges) : !holds(Rule::S390CspPurgesIfEqual); break;
    default: cuts = equal && holds(Rule::S390CrdteRemoves); break;
  }
  if (op == Operation::S390Idte && s.tag && !holds(Rule::S390IdteKeepsOtherAsces)) {
    Selection everything = s;
    everything.tag.reset();
    forget(state, cpu, everything);
  } else if (cuts) {
    forget(state, cpu, s);
  }
  if (s.memory && equal) memory_changed(state, s.memory->address);
  Outcome outcome = changed();
  outcome.result = equal ? 1 : 0;
  return outcome;
}

}  // namespace shootdown::machine::s390

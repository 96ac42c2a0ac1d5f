// Protocols from the history of real kernels in the little language, each as it was and as it was corrected.
#include "generate.hpp"
#include "machine.hpp"

namespace shootdown::naive {
namespace {

Op op(OpKind kind) {
  Op result;
  result.kind = kind;
  return result;
}
Op at(OpKind kind, std::uint8_t va) {
  Op result = op(kind);
  result.va = va;
  return result;
}
Op load(std::uint8_t root, std::uint8_t pcid = 0, bool keep = false) {
  Op result = op(OpKind::LoadCr3);
  result.page = root;
  result.pcid = pcid;
  result.flag = keep;
  return result;
}
Op revoked(std::uint8_t root, std::uint8_t va) {
  Op result = at(OpKind::Revoked, va);
  result.page = root;
  return result;
}
Op store(const Kernel& kernel, const char* table, std::uint8_t slot, const char* page, std::uint8_t bits) {
  Op result = op(OpKind::Store);
  result.page = page_named(kernel.architecture, table);
  result.slot = slot;
  if (bits != 0) result.pte = {page_named(kernel.architecture, page), bits};
  return result;
}
constexpr std::uint8_t kAll = kPresent | kWrite | kUser | kDirty;

// A flush that reads CR3 and writes it back is preempted between the two; the other task runs on its own root, and on
// the first one's when it is preempted in turn. Corrected: with interrupts off around the two.
Protocol cr3_read_write(bool corrected) {
  Kernel kernel;
  kernel.timer = true;
  auto& flush = kernel.lists[kMain0];
  if (corrected) flush.push_back(op(OpKind::Cli));
  flush.push_back(op(OpKind::ReadCr3));
  flush.push_back(op(OpKind::WriteCr3));
  if (corrected) flush.push_back(op(OpKind::Sti));
  kernel.lists[kMain1] = {load(1), op(OpKind::Sti), at(OpKind::Access, 0), at(OpKind::Access, 0)};
  kernel.lists[kTimer] = {op(OpKind::Switch)};
  return {corrected ? "CR3 read-write, interrupts off" : "CR3 read-write, preempted", kernel,
          corrected ? 0u : 1u << kWrongPageTable};
}

// Two flushers toggle CR4.PGE. The second comes while the first has PGE off: its own two writes change nothing, and
// nothing is invalidated.
Protocol pge_toggle(bool corrected) {
  Kernel kernel;
  kernel.timer = true;
  auto& flush = kernel.lists[kMain0];
  if (corrected) flush.push_back(op(OpKind::Cli));
  for (const OpKind kind : {OpKind::ReadCr4, OpKind::ClearPge, OpKind::RestoreCr4}) flush.push_back(op(kind));
  if (corrected) flush.push_back(op(OpKind::Sti));
  auto& second = kernel.lists[kTimer];
  second = {store(kernel, "TA", 1, "F2", kAll | kGlobal)};
  for (const OpKind kind : {OpKind::ReadCr4, OpKind::ClearPge, OpKind::RestoreCr4}) second.push_back(op(kind));
  second.push_back(revoked(0, 1));
  second.push_back(at(OpKind::Access, 1));
  return {corrected ? "PGE toggled, interrupts off" : "PGE toggled by two", kernel, corrected ? 0u : 1u << kRevoked};
}

// A PCID is given to another address space, and its first load says that nothing need be flushed.
Protocol pcid_reuse(bool corrected) {
  Kernel kernel;
  kernel.architecture = Architecture::X86_64;
  kernel.pcide = true;
  Op kernel_access = at(OpKind::Access, 0);
  kernel_access.user = false;
  kernel.lists[kMain0] = {load(0, 1), at(OpKind::Access, 0), load(1, 1, !corrected), kernel_access};
  return {corrected ? "PCID reused with a flush" : "PCID reused without a flush", kernel,
          corrected ? 0u : 1u << kForeign};
}

// A page table is unhooked and freed. INVLPG of any address removes every cached prefix; without it the walker may
// still read the freed page.
Protocol free_table(bool corrected) {
  Kernel kernel;
  Op freed = op(OpKind::Freed);
  freed.page = page_named(kernel.architecture, "TA");
  kernel.lists[kMain0] = {at(OpKind::Access, 0), store(kernel, "RA", 0, "", 0)};
  if (corrected) kernel.lists[kMain0].push_back(at(OpKind::Invlpg, 1));
  kernel.lists[kMain0].push_back(freed);
  return {corrected ? "page table freed after INVLPG" : "page table freed, no flush", kernel,
          corrected ? 0u : 1u << kFreed};
}

// Write protection. A global translation outlives a reload of CR3, not an INVLPG.
Protocol global_write_protect(bool corrected) {
  Kernel kernel;
  kernel.fault_handler = true;
  Op write = at(OpKind::Access, 0);
  write.flag = true;
  kernel.lists[kMain0] = {store(kernel, "TA", 0, "F0", kAll | kGlobal), write,
                          store(kernel, "TA", 0, "F0", (kAll & ~kWrite) | kGlobal)};
  if (corrected) {
    kernel.lists[kMain0].push_back(at(OpKind::Invlpg, 0));
  } else {
    kernel.lists[kMain0].push_back(op(OpKind::ReadCr3));
    kernel.lists[kMain0].push_back(op(OpKind::WriteCr3));
  }
  kernel.lists[kMain0].push_back(revoked(0, 0));
  kernel.lists[kMain0].push_back(write);
  kernel.lists[kFault] = {};
  return {corrected ? "global page write-protected, INVLPG" : "global page write-protected, CR3 reloaded", kernel,
          corrected ? 0u : 1u << kRevoked};
}

Kernel two_cpus_on_one_root() {
  Kernel kernel;
  kernel.two_cpus = kernel.common_root = kernel.fault_handler = true;
  kernel.interrupts = false;
  return kernel;
}

// CPU 0 unmaps a page, invalidates it, and tells CPU 1, which answers. INVLPG works on the CPU that executes it only:
// unless CPU 1 executes one as well, it may go on with what it has cached.
Protocol remote_unmap(bool corrected) {
  Kernel kernel = two_cpus_on_one_root();
  kernel.lists[kMain0] = {store(kernel, "TA", 0, "", 0), at(OpKind::Invlpg, 0), op(OpKind::Signal), op(OpKind::Await),
                          revoked(0, 0)};
  auto& there = kernel.lists[kMain1];
  there = {at(OpKind::Access, 0), op(OpKind::Await)};
  if (corrected) there.push_back(at(OpKind::Invlpg, 0));
  there.push_back(op(OpKind::Signal));
  there.push_back(at(OpKind::Access, 0));
  return {corrected ? "page unmapped, INVLPG on both CPUs" : "page unmapped, local INVLPG only", kernel,
          corrected ? 0u : 1u << kRevoked};
}

// CPU 0 unhooks a page table and frees it. Where it does not wait for CPU 1's answer, CPU 1's walker may be in it.
Protocol remote_free_table(bool corrected) {
  Kernel kernel = two_cpus_on_one_root();
  Op freed = op(OpKind::Freed);
  freed.page = page_named(kernel.architecture, "TA");
  auto& here = kernel.lists[kMain0];
  here = {store(kernel, "RA", 0, "", 0), at(OpKind::Invlpg, 0), op(OpKind::Signal)};
  if (corrected) here.push_back(op(OpKind::Await));
  here.push_back(freed);
  kernel.lists[kMain1] = {at(OpKind::Access, 0), op(OpKind::Await), at(OpKind::Invlpg, 1), op(OpKind::Signal)};
  return {corrected ? "page table freed after the other CPU's answer" : "page table freed without waiting", kernel,
          corrected ? 0u : 1u << kFreed};
}

// CPU 0 maps a page for a moment, takes it away again and frees it. CPU 1, whose paging is on, may have cached it in
// that moment, though it makes its access only later.
Protocol remote_moment(bool corrected) {
  Kernel kernel = two_cpus_on_one_root();
  Op freed = op(OpKind::Freed);
  freed.page = page_named(kernel.architecture, "F2");
  kernel.lists[kMain0] = {op(OpKind::Await), store(kernel, "TA", 0, "F2", kAll), store(kernel, "TA", 0, "", 0),
                          op(OpKind::Signal), freed};
  auto& there = kernel.lists[kMain1];
  there = {op(OpKind::Signal), op(OpKind::Await)};
  if (corrected) there.push_back(at(OpKind::Invlpg, 0));
  there.push_back(at(OpKind::Access, 0));
  return {corrected ? "page mapped for a moment, INVLPG before the access" : "page mapped for a moment", kernel,
          corrected ? 0u : 1u << kFreed};
}

Op invlpgb(std::uint8_t va, std::uint8_t selectors) {
  Op result = at(OpKind::Invlpgb, va);
  result.type = static_cast<std::uint8_t>(kByVa | selectors);
  return result;
}

// CPU 0 unmaps a page that CPU 1 accesses at any time, and has every CPU invalidate it: right with both instructions,
// INVLPGB and TLBSYNC, on the same CPU. Either alone leaves CPU 1 free to go on with what it has cached, and so does a
// TLBSYNC on CPU 1, which waits for CPU 1's own INVLPGBs.
Protocol broadcast_unmap(bool broadcast, bool wait, bool elsewhere, const char* name) {
  Kernel kernel = two_cpus_on_one_root();
  auto &here = kernel.lists[kMain0], &there = kernel.lists[kMain1];
  here = {store(kernel, "TA", 0, "", 0)};
  if (broadcast) here.push_back(invlpgb(0, 0));
  if (elsewhere) {
    here.push_back(op(OpKind::Signal));
    here.push_back(op(OpKind::Await));
    there = {op(OpKind::Await), op(OpKind::Tlbsync), op(OpKind::Signal)};
  } else if (wait) {
    here.push_back(op(OpKind::Tlbsync));
  }
  here.push_back(revoked(0, 0));
  there.push_back(at(OpKind::Access, 0));
  return {name, kernel, broadcast && wait && !elsewhere ? 0u : 1u << kRevoked};
}

// CPU 0 unhooks a page table and frees it. Final-only spares the prefixes through which CPU 1's walker still reads it.
Protocol broadcast_free_table(bool corrected) {
  Kernel kernel = two_cpus_on_one_root();
  Op freed = op(OpKind::Freed);
  freed.page = page_named(kernel.architecture, "TA");
  kernel.lists[kMain0] = {store(kernel, "RA", 0, "", 0), invlpgb(0, corrected ? 0 : kFinalOnly), op(OpKind::Tlbsync),
                          freed};
  kernel.lists[kMain1] = {at(OpKind::Access, 0)};
  return {corrected ? "page table freed after INVLPGB everywhere" : "page table freed after INVLPGB, final only",
          kernel, corrected ? 0u : 1u << kFreed};
}

// CPU 0 maps a global page for a moment. CPU 1 may keep it: without RAX[3] INVLPGB spares what is global.
Protocol broadcast_global(bool corrected) {
  Kernel kernel = two_cpus_on_one_root();
  kernel.lists[kMain0] = {store(kernel, "TA", 0, "F0", kAll | kGlobal), store(kernel, "TA", 0, "", 0),
                          invlpgb(0, corrected ? kGlobalToo : 0), op(OpKind::Tlbsync), revoked(0, 0)};
  kernel.lists[kMain1] = {at(OpKind::Access, 0)};
  return {corrected ? "global page unmapped, INVLPGB of global ones too" : "global page unmapped, INVLPGB", kernel,
          corrected ? 0u : 1u << kRevoked};
}

// The CPU that executes INVLPGB may do its own part later as well, unless it waits.
Protocol broadcast_here(bool corrected) {
  Kernel kernel = two_cpus_on_one_root();
  auto& here = kernel.lists[kMain0];
  here = {store(kernel, "TA", 0, "", 0), invlpgb(0, 0)};
  if (corrected) here.push_back(op(OpKind::Tlbsync));
  here.push_back(revoked(0, 0));
  here.push_back(at(OpKind::Access, 0));
  return {corrected ? "own access after INVLPGB and TLBSYNC" : "own access after INVLPGB", kernel,
          corrected ? 0u : 1u << kRevoked};
}

}  // namespace

std::vector<Protocol> protocols() {
  std::vector<Protocol> all;
  for (const bool corrected : {false, true})
    for (Protocol (*make)(bool) :
         {cr3_read_write, pge_toggle, pcid_reuse, free_table, global_write_protect, remote_unmap, remote_free_table,
          remote_moment, broadcast_free_table, broadcast_global, broadcast_here})
      all.push_back(make(corrected));
  all.push_back(broadcast_unmap(true, true, false, "page unmapped, INVLPGB and TLBSYNC"));
  all.push_back(broadcast_unmap(true, false, false, "page unmapped, INVLPGB without TLBSYNC"));
  all.push_back(broadcast_unmap(false, true, false, "page unmapped, TLBSYNC without INVLPGB"));
  all.push_back(broadcast_unmap(true, true, true, "page unmapped, TLBSYNC on the other CPU"));
  return all;
}

}  // namespace shootdown::naive

// Builds the initial picture of memory from a Program's globals; stacks exist in full and start as zero.
#include "machine/memory_map.hpp"

#include <algorithm>

namespace shootdown::machine {

namespace layout = program::layout;

MemoryMap::MemoryMap(const program::Program& program, unsigned cpus) : program_(program), cpus_(cpus) {
  pages_.resize(layout::kEnd / kPageBytes);
  for (const program::Global& global : program.globals) {
    if (!global.per_cpu) {
      add_global(global, global.address);
      continue;
    }
    for (unsigned cpu = 0; cpu < cpus_; ++cpu)
      add_global(global, layout::kPerCpuBase + cpu * layout::kPerCpuStride + global.address);
  }
}

MemoryMap::Page& MemoryMap::make_page(std::uint64_t address) {
  std::unique_ptr<Page>& page = pages_[address / kPageBytes];
  if (!page) {
    page = std::make_unique<Page>();
    page->slot.fill(kNoSlot);
  }
  return *page;
}

const MemoryMap::Page* MemoryMap::find_page(std::uint64_t address) const {
  const std::uint64_t index = address / kPageBytes;
  return index < pages_.size() ? pages_[index].get() : nullptr;
}

void MemoryMap::add_global(const program::Global& global, std::uint64_t address) {
  for (std::uint64_t n = 0; n < global.size; ++n) {
    const std::uint64_t at = address + n;
    Page& page = make_page(at);
    const std::uint64_t offset = at % kPageBytes;
    const auto bit = static_cast<std::uint8_t>(1u << (offset % 8));
    page.exists[offset / 8] |= bit;
    if (global.constant) page.constant[offset / 8] |= bit;
    if (n < global.initial.size() && global.initial[n] != 0) {
      std::uint64_t& word = page.initial[offset / 8];
      if (word == 0) page.interesting.push_back(static_cast<std::uint16_t>(offset / 8));
      word |= std::uint64_t{global.initial[n]} << (8 * (offset % 8));
    }
  }
}

Validity MemoryMap::check(std::uint64_t address, std::uint64_t bytes, bool write) const {
  if (address < layout::kPerCpuOffsets) return Validity::NullPage;
  if (address >= layout::kStacks && address + bytes <= layout::kFunctions && address + bytes > address)
    return Validity::Ok;
  for (std::uint64_t n = 0; n < bytes; ++n) {
    const Page* page = find_page(address + n);
    const std::uint64_t offset = (address + n) % kPageBytes;
    const unsigned bit = 1u << (offset % 8);
    if (page == nullptr || (page->exists[offset / 8] & bit) == 0) return Validity::Outside;
    if (write && (page->constant[offset / 8] & bit) != 0) return Validity::Constant;
  }
  return Validity::Ok;
}

bool MemoryMap::page_exists(std::uint64_t address) const {
  const Page* page = find_page(address);
  return page != nullptr &&
         std::all_of(page->exists.begin(), page->exists.end(), [](std::uint8_t bits) { return bits == 0xff; });
}

bool MemoryMap::table_exists(std::uint64_t address, std::uint64_t bytes) const {
  if (bytes < kPageBytes) return page_exists(address) || check(address, bytes, false) == Validity::Ok;
  for (std::uint64_t at = address; at < address + bytes; at += kPageBytes)
    if (!page_exists(at)) return false;
  return true;
}

std::uint64_t MemoryMap::initial(std::uint64_t address) const {
  const Page* page = find_page(address);
  return page == nullptr ? 0 : page->initial[address % kPageBytes / 8];
}

std::uint32_t MemoryMap::slot(std::uint64_t address) const {
  const Page* page = find_page(address);
  return page == nullptr ? kNoSlot : page->slot[address % kPageBytes / 8];
}

std::uint32_t MemoryMap::make_slot(std::uint64_t address) {
  Page& page = make_page(address);
  const auto index = static_cast<std::uint16_t>(address % kPageBytes / 8);
  std::uint32_t& slot = page.slot[index];
  if (slot == kNoSlot) {
    slot = static_cast<std::uint32_t>(addresses_.size());
    addresses_.push_back(address & ~std::uint64_t{7});
    if (page.initial[index] == 0) page.interesting.push_back(index);
  }
  return slot;
}

const std::vector<std::uint16_t>& MemoryMap::interesting(std::uint64_t address) const {
  const Page* page = find_page(address);
  return page == nullptr ? none_ : page->interesting;
}

bool MemoryMap::walked(std::uint64_t address) const {
  const Page* page = find_page(address);
  return page != nullptr && page->walked;
}

bool MemoryMap::set_walked(std::uint64_t address) {
  if (address >= layout::kEnd) return false;
  Page& page = make_page(address);
  const bool fresh = !page.walked;
  page.walked = true;
  if (fresh) ++walked_pages_;
  return fresh;
}

std::string MemoryMap::symbol(std::uint64_t address) const {
  if (address >= layout::kStacks && address < layout::kFunctions)
    return "stack of context " + std::to_string((address - layout::kStacks) / layout::kStackBytes);
  std::uint64_t at = address;
  std::string cpu;
  if (at >= layout::kPerCpuBase && at < layout::kStacks) {
    cpu = " of CPU" + std::to_string((at - layout::kPerCpuBase) / layout::kPerCpuStride);
    at = (at - layout::kPerCpuBase) % layout::kPerCpuStride;
  }
  for (const program::Global& global : program_.globals) {
    if (global.per_cpu != !cpu.empty() || at < global.address || at >= global.address + global.size) continue;
    const std::uint64_t offset = at - global.address;
    return global.name + (offset == 0 ? "" : "+" + std::to_string(offset)) + cpu;
  }
  return {};
}

std::string MemoryMap::text(std::uint64_t address) const {
  std::string result;
  while (result.size() < 1000 && check(address, 1, false) == Validity::Ok) {
    const auto byte = static_cast<char>(initial(address) >> (8 * (address % 8)));
    if (byte == '\0') break;
    result += byte;
    ++address;
  }
  return result;
}

}  // namespace shootdown::machine

// Look-ups in the ghost part.
#include "machine/state.hpp"

namespace shootdown::machine {

namespace {
template <class Pairs>
auto find_key(Pairs& pairs, std::uint64_t key) {
  return std::lower_bound(pairs.begin(), pairs.end(), key,
                          [](const auto& pair, std::uint64_t wanted) { return pair.first < wanted; });
}
}  // namespace

PageUse Ghost::page_use(std::uint64_t address) const {
  const std::uint64_t page = address & ~(kPageBytes - 1);
  const auto at = find_key(pages, page);
  return at != pages.end() && at->first == page ? at->second : PageUse::Unknown;
}

bool Ghost::any_freed(std::uint64_t address, std::uint64_t bytes) const {
  return std::any_of(pages.begin(), pages.end(), [&](const auto& page) {
    return page.second == PageUse::Freed && page.first < address + bytes && address < page.first + kPageBytes;
  });
}

void Ghost::set_page_use(std::uint64_t address, PageUse use) {
  const std::uint64_t page = address & ~(kPageBytes - 1);
  const auto at = find_key(pages, page);
  if (at != pages.end() && at->first == page)
    at->second = use;
  else
    pages.insert(at, {page, use});
}

std::uint64_t Ghost::address_space(std::uint64_t root) const {
  const auto at = find_key(primary_root, root);
  return at != primary_root.end() && at->first == root ? at->second : root;
}

std::uint64_t read_through_buffer(const Memory& memory, const MemoryMap& map, const Cpu& cpu, std::uint64_t address,
                                  unsigned bytes) {
  std::uint64_t value = memory.read(map, address, bytes);
  for (const BufferedStore& store : cpu.buffer) {
    if (store.kind != BufferedStore::Kind::Store) continue;
    for (unsigned n = 0; n < store.bytes; ++n) {
      const std::uint64_t at = store.address + n;
      if (at < address || at >= address + bytes) continue;
      const unsigned shift = 8 * static_cast<unsigned>(at - address);
      value = (value & ~(std::uint64_t{0xff} << shift)) | ((store.value >> (8 * n) & 0xff) << shift);
    }
  }
  return value;
}

void push_mark(std::vector<BufferedStore>& buffer, BufferedStore::Kind kind) {
  using Kind = BufferedStore::Kind;
  if (buffer.empty()) return;
  BufferedStore& last = buffer.back();
  if (last.kind == Kind::OrderAll || last.kind == kind) return;
  if (last.kind == Kind::OrderStores) {
    last.kind = kind;
    return;
  }
  BufferedStore mark;
  mark.kind = kind;
  buffer.push_back(mark);
}

}  // namespace shootdown::machine

// The memory of one state: what differs from the initial picture.
#pragma once

#include <cstdint>
#include <vector>

#include "machine/memory_map.hpp"

namespace shootdown::machine {

class Memory {
 public:
  // Reads 1..8 bytes, which may lie across two words.
  [[nodiscard]] std::uint64_t read(const MemoryMap& map, std::uint64_t address, unsigned bytes) const {
    const unsigned offset = static_cast<unsigned>(address % 8);
    std::uint64_t value = word(map, address) >> (8 * offset);
    if (offset + bytes > 8) value |= word(map, address + 8) << (8 * (8 - offset));
    return bytes == 8 ? value : value & ((std::uint64_t{1} << (8 * bytes)) - 1);
  }

  // Writes 1..8 bytes; returns true if anything changed.
  bool write(MemoryMap& map, std::uint64_t address, unsigned bytes, std::uint64_t value) {
    const unsigned offset = static_cast<unsigned>(address % 8);
    const unsigned here = offset + bytes > 8 ? 8 - offset : bytes;
    bool changed = write_word(map, address, offset, here, value);
    if (here < bytes) changed |= write_word(map, address + here, 0, bytes - here, value >> (8 * here));
    return changed;
  }

  // value XOR initial value, by slot; trailing zeros mean nothing.
  std::vector<std::uint64_t> delta;

 private:
  [[nodiscard]] std::uint64_t word(const MemoryMap& map, std::uint64_t address) const {
    const std::uint32_t slot = map.slot(address);
    return map.initial(address) ^ (slot < delta.size() ? delta[slot] : 0);
  }
  bool write_word(MemoryMap& map, std::uint64_t address, unsigned offset, unsigned bytes, std::uint64_t value) {
    const std::uint64_t mask = (bytes == 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << (8 * bytes)) - 1) << (8 * offset);
    const std::uint64_t before = word(map, address);
    const std::uint64_t after = (before & ~mask) | ((value << (8 * offset)) & mask);
    if (before == after) return false;
    const std::uint32_t slot = map.make_slot(address);
    if (slot >= delta.size()) delta.resize(slot + 1, 0);
    delta[slot] ^= before ^ after;
    return true;
  }
};

}  // namespace shootdown::machine

// Where there is memory, what it holds before anything ran, and which words take part in states.
//
// States keep memory sparsely: a word (8 bytes, aligned) that was ever changed has a *slot*, its index in
// Memory::delta; a word that never was has none and reads as its initial value. Slots are given out as words are
// first changed, and never taken back, so a state stored earlier simply has fewer of them.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "program/program.hpp"

namespace shootdown::machine {

inline constexpr std::uint64_t kPageBytes = 4096;
inline constexpr unsigned kWordsPerPage = 512;
inline constexpr std::uint32_t kNoSlot = 0xffff'ffff;

enum class Validity : std::uint8_t { Ok, NullPage, Outside, Constant };

class MemoryMap {
 public:
  MemoryMap(const program::Program& program, unsigned cpus);

  // May `bytes` bytes at `address` be read (or, with `write`, written)? Only memory of globals, per-CPU copies and
  // stacks is; a constant may not be written.
  [[nodiscard]] Validity check(std::uint64_t address, std::uint64_t bytes, bool write) const;
  // True if the whole page at `address` lies in memory.
  [[nodiscard]] bool page_exists(std::uint64_t address) const;
  // The same of a table of `bytes` bytes, which may be less or more than a page.
  [[nodiscard]] bool table_exists(std::uint64_t address, std::uint64_t bytes) const;

  [[nodiscard]] std::uint64_t initial(std::uint64_t address) const;
  [[nodiscard]] std::uint32_t slot(std::uint64_t address) const;
  std::uint32_t make_slot(std::uint64_t address);
  [[nodiscard]] std::size_t slots() const { return addresses_.size(); }
  [[nodiscard]] std::uint64_t address_of_slot(std::size_t slot) const { return addresses_[slot]; }

  // The words of the page at `address` that may differ from zero, by index in the page.
  [[nodiscard]] const std::vector<std::uint16_t>& interesting(std::uint64_t address) const;

  // A page walk has read the page at `address`, now or in an earlier run.
  [[nodiscard]] bool walked(std::uint64_t address) const;
  // Returns true if it was not known before.
  bool set_walked(std::uint64_t address);
  [[nodiscard]] std::uint64_t walked_pages() const { return walked_pages_; }

  // The global or stack that `address` lies in, as "name+offset"; empty if none.
  [[nodiscard]] std::string symbol(std::uint64_t address) const;
  // The string literal at `address`, read from initial memory.
  [[nodiscard]] std::string text(std::uint64_t address) const;

 private:
  struct Page {
    std::array<std::uint64_t, kWordsPerPage> initial{};
    std::array<std::uint32_t, kWordsPerPage> slot{};
    std::array<std::uint8_t, kPageBytes / 8> exists{};    // a bit a byte
    std::array<std::uint8_t, kPageBytes / 8> constant{};  // likewise
    std::vector<std::uint16_t> interesting;
    bool walked = false;
  };
  Page& make_page(std::uint64_t address);
  [[nodiscard]] const Page* find_page(std::uint64_t address) const;
  void add_global(const program::Global& global, std::uint64_t address);

  const program::Program& program_;
  unsigned cpus_;
  std::vector<std::unique_ptr<Page>> pages_;  // by address / kPageBytes, up to layout::kEnd
  std::vector<std::uint64_t> addresses_;      // of each slot
  std::vector<std::uint16_t> none_;
  std::uint64_t walked_pages_ = 0;
};

}  // namespace shootdown::machine

// Memory: where there is some, what it holds at first, words that are written in parts.
#include "machine/memory.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "machine/state.hpp"
#include "program_builder.hpp"

namespace shootdown::machine {
namespace {

namespace layout = program::layout;
using test::global_at;

constexpr std::uint64_t kBytes = layout::kGlobals;          // 13 bytes, the first with values
constexpr std::uint64_t kConst = layout::kGlobals + 0x100;  // 8 bytes that may not be written
constexpr std::uint64_t kPage = layout::kGlobals + 0x1000;  // two pages
constexpr std::uint64_t kOffset = layout::kPerCpuOffsets;   // of a per-CPU variable

program::Program sample() {
  program::Program program = test::program_of({});
  program.globals.push_back(global_at("bytes", kBytes, 13, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13}));
  program.globals.push_back(global_at("text", kConst, 8, {'h', 'e', 'l', 'l', 'o', 0, 0, 0}));
  program.globals.back().constant = true;
  program.globals.push_back(global_at("pages", kPage, 0x2000));
  program.globals.push_back(global_at("mine", kOffset, 8, {42, 0, 0, 0, 0, 0, 0, 0}));
  program.globals.back().per_cpu = true;
  return program;
}

TEST(MemoryMap, SaysWhereThereIsMemory) {
  const program::Program program = sample();
  const MemoryMap map(program, 2);
  EXPECT_EQ(map.check(kBytes, 8, true), Validity::Ok);
  EXPECT_EQ(map.check(kBytes + 12, 1, true), Validity::Ok);
  EXPECT_EQ(map.check(kBytes + 13, 1, false), Validity::Outside);
  EXPECT_EQ(map.check(kBytes + 10, 4, false), Validity::Outside);  // begins inside
  EXPECT_EQ(map.check(kBytes - 1, 2, false), Validity::Outside);
  EXPECT_EQ(map.check(kConst, 8, false), Validity::Ok);
  EXPECT_EQ(map.check(kConst + 7, 1, true), Validity::Constant);
  EXPECT_EQ(map.check(0, 1, false), Validity::NullPage);
  EXPECT_EQ(map.check(layout::kPerCpuOffsets - 1, 1, false), Validity::NullPage);
  EXPECT_EQ(map.check(kOffset, 8, false), Validity::Outside);  // an offset is no address
  EXPECT_EQ(map.check(layout::kPerCpuBase + kOffset, 8, true), Validity::Ok);
  EXPECT_EQ(map.check(layout::kPerCpuBase + layout::kPerCpuStride + kOffset, 8, true), Validity::Ok);
  EXPECT_EQ(map.check(layout::kPerCpuBase + 2 * layout::kPerCpuStride + kOffset, 8, true), Validity::Outside);
  EXPECT_EQ(map.check(layout::kStacks, 8, true), Validity::Ok);
  EXPECT_EQ(map.check(layout::kFunctions - 8, 8, true), Validity::Ok);
  EXPECT_EQ(map.check(layout::kFunctions - 4, 8, true), Validity::Outside);
  EXPECT_EQ(map.check(~std::uint64_t{0} - 3, 8, false), Validity::Outside);  // wraps
  EXPECT_EQ(map.check(std::uint64_t{1} << 40, 1, false), Validity::Outside);
}

TEST(MemoryMap, KnowsWholePages) {
  const program::Program program = sample();
  const MemoryMap map(program, 1);
  EXPECT_TRUE(map.page_exists(kPage));
  EXPECT_TRUE(map.page_exists(kPage + 0x1fff));
  EXPECT_FALSE(map.page_exists(kPage + 0x2000));
  EXPECT_FALSE(map.page_exists(kBytes));  // a part of it
  EXPECT_FALSE(map.page_exists(std::uint64_t{1} << 50));
}

TEST(MemoryMap, NamesAndTexts) {
  const program::Program program = sample();
  const MemoryMap map(program, 2);
  EXPECT_EQ(map.symbol(kBytes), "bytes");
  EXPECT_EQ(map.symbol(kBytes + 4), "bytes+4");
  EXPECT_EQ(map.symbol(layout::kPerCpuBase + layout::kPerCpuStride + kOffset), "mine of CPU1");
  EXPECT_EQ(map.symbol(layout::kStacks + 3 * layout::kStackBytes + 5), "stack of context 3");
  EXPECT_EQ(map.symbol(0x5000), "");
  EXPECT_EQ(map.text(kConst), "hello");
  EXPECT_EQ(map.text(0), "");
}

TEST(MemoryMap, InterestingWordsAreThoseThatMayNotBeZero) {
  const program::Program program = sample();
  MemoryMap map(program, 1);
  EXPECT_TRUE(map.interesting(kPage).empty());
  Memory memory;
  EXPECT_FALSE(memory.write(map, kPage + 24, 8, 0));  // no change, no slot
  EXPECT_TRUE(map.interesting(kPage).empty());
  EXPECT_TRUE(memory.write(map, kPage + 24, 8, 5));
  EXPECT_TRUE(memory.write(map, kPage + 24, 8, 0));
  EXPECT_EQ(map.interesting(kPage), (std::vector<std::uint16_t>{3}));
  EXPECT_EQ(map.slots(), 1u);
  EXPECT_EQ(map.address_of_slot(0), kPage + 24);
  EXPECT_EQ(map.interesting(kBytes), (std::vector<std::uint16_t>{0, 1, 32}));  // and the text's
}

TEST(MemoryMap, WalkedPages) {
  const program::Program program = sample();
  MemoryMap map(program, 1);
  EXPECT_FALSE(map.walked(kPage));
  EXPECT_TRUE(map.set_walked(kPage + 8));
  EXPECT_FALSE(map.set_walked(kPage));
  EXPECT_TRUE(map.walked(kPage + 0xfff));
  EXPECT_FALSE(map.walked(kPage + 0x1000));
  EXPECT_FALSE(map.set_walked(std::uint64_t{1} << 45));  // where nothing can be
  EXPECT_EQ(map.walked_pages(), 1u);
}

TEST(Memory, InitialValues) {
  const program::Program program = sample();
  const MemoryMap map(program, 2);
  const Memory memory;
  EXPECT_EQ(memory.read(map, kBytes, 8), 0x0807060504030201u);
  EXPECT_EQ(memory.read(map, kBytes + 3, 2), 0x0504u);
  EXPECT_EQ(memory.read(map, kBytes + 5, 8), 0x0d0c0b0a09080706u);  // across two words
  EXPECT_EQ(memory.read(map, kBytes + 7, 2), 0x0908u);
  EXPECT_EQ(memory.read(map, layout::kPerCpuBase + layout::kPerCpuStride + kOffset, 4), 42u);
  EXPECT_EQ(memory.read(map, layout::kStacks + 16, 8), 0u);
}

TEST(Memory, AsAnArrayOfBytes) {
  const program::Program program = sample();
  MemoryMap map(program, 1);
  Memory memory;
  std::map<std::uint64_t, std::uint8_t> bytes;
  std::mt19937_64 random(7);
  for (unsigned n = 0; n < 20'000; ++n) {
    const unsigned width = 1 + static_cast<unsigned>(random() % 8);
    const std::uint64_t at = kPage + 0xff0 + random() % 24;  // around the border of two pages
    if (random() % 2 == 0) {
      const std::uint64_t value = random();
      bool changes = false;
      for (unsigned i = 0; i < width; ++i) {
        const auto byte = static_cast<std::uint8_t>(value >> (8 * i));
        changes = changes || bytes[at + i] != byte;
        bytes[at + i] = byte;
      }
      ASSERT_EQ(memory.write(map, at, width, value), changes);
    } else {
      std::uint64_t want = 0;
      for (unsigned i = 0; i < width; ++i) want |= std::uint64_t{bytes[at + i]} << (8 * i);
      ASSERT_EQ(memory.read(map, at, width), want);
    }
  }
}

TEST(Memory, AStateThatIsOlderThanASlotReadsTheInitialValue) {
  const program::Program program = sample();
  MemoryMap map(program, 1);
  const Memory older;
  Memory newer;
  (void)newer.write(map, kBytes, 1, 99);
  EXPECT_EQ(older.read(map, kBytes, 1), 1u);
  EXPECT_EQ(newer.read(map, kBytes, 1), 99u);
  (void)newer.write(map, kBytes, 1, 1);
  EXPECT_EQ(newer.delta, std::vector<std::uint64_t>{0});
}

TEST(Memory, ACpuReadsItsOwnBuffer) {
  const program::Program program = sample();
  MemoryMap map(program, 1);
  Memory memory;
  Cpu cpu;
  using Kind = BufferedStore::Kind;
  cpu.buffer.push_back({Kind::Store, 4, kPage, 0x11223344});
  cpu.buffer.push_back({Kind::Store, 1, kPage + 1, 0xaa});
  cpu.buffer.push_back({Kind::Revoked, 0, kPage, 0x5000});  // says nothing about memory
  cpu.buffer.push_back({Kind::Store, 8, kPage + 4, 0x0102030405060708});
  EXPECT_EQ(read_through_buffer(memory, map, cpu, kPage, 4), 0x1122aa44u);
  EXPECT_EQ(read_through_buffer(memory, map, cpu, kPage, 8), 0x050607081122aa44u);
  EXPECT_EQ(read_through_buffer(memory, map, cpu, kPage + 8, 8), 0x01020304u);
  EXPECT_EQ(memory.read(map, kPage, 8), 0u);
}

TEST(Ghost, PagesAndAddressSpaces) {
  Ghost ghost;
  ghost.set_page_use(0x5000, PageUse::Freed);
  ghost.set_page_use(0x3fff, PageUse::Data);
  ghost.set_page_use(0x5008, PageUse::Table);
  EXPECT_EQ(ghost.page_use(0x5fff), PageUse::Table);
  EXPECT_EQ(ghost.page_use(0x3000), PageUse::Data);
  EXPECT_EQ(ghost.page_use(0x4000), PageUse::Unknown);
  ASSERT_EQ(ghost.pages.size(), 2u);
  EXPECT_LT(ghost.pages[0].first, ghost.pages[1].first);
  ghost.primary_root = {{0x1000, 0x9000}};
  EXPECT_EQ(ghost.address_space(0x1000), 0x9000u);
  EXPECT_EQ(ghost.address_space(0x2000), 0x2000u);
}

}  // namespace
}  // namespace shootdown::machine

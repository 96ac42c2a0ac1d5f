// The set of what may be cached.
#include "machine/tlb.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace shootdown::machine {
namespace {

Entry leaf(std::uint64_t va, std::uint64_t target, std::uint64_t origin = 0x1000) {
  Entry entry;
  entry.va = va;
  entry.target = target;
  entry.origin = origin;
  return entry;
}

TEST(TlbSet, HoldsAnEntryOnce) {
  TlbSet set;
  EXPECT_TRUE(set.add(leaf(0x5000, 0x9000), false));
  EXPECT_FALSE(set.add(leaf(0x5000, 0x9000), false));
  EXPECT_TRUE(set.add(leaf(0x5000, 0xa000), false));
  EXPECT_EQ(set.entries().size(), 2u);
}

TEST(TlbSet, EveryPartOfTheHardwareMakesAnotherEntry) {
  TlbSet set;
  const Entry base = leaf(0x5000, 0x9000);
  EXPECT_TRUE(set.add(base, false));
  const auto differs = [&](auto change) {
    Entry entry = base;
    change(entry);
    EXPECT_FALSE(entry.same_hardware(base));
    EXPECT_TRUE(set.add(entry, false));
  };
  differs([](Entry& e) { e.tag = 1; });
  differs([](Entry& e) { e.tag = kGlobalTag; });
  differs([](Entry& e) { e.level = 2; });
  differs([](Entry& e) { e.leaf = false; });
  differs([](Entry& e) { e.user = true; });
  differs([](Entry& e) { e.write = true; });
  differs([](Entry& e) { e.no_execute = true; });
  differs([](Entry& e) { e.global = true; });
  differs([](Entry& e) { e.dirty = true; });
  differs([](Entry& e) { e.accessed = false; });
  EXPECT_TRUE(std::is_sorted(set.entries().begin(), set.entries().end()));
}

TEST(TlbSet, TheGhostIsNoPartOfTheHardware) {
  TlbSet set;
  Entry old = leaf(0x5000, 0x9000, 0x1000);
  old.dangling = true;
  EXPECT_TRUE(set.add(old, false));
  const Entry again = leaf(0x5000, 0x9000, 0x2000);
  EXPECT_FALSE(set.add(again, false));
  EXPECT_EQ(set.entries()[0].origin, 0x1000u);
  EXPECT_TRUE(set.entries()[0].dangling);
  EXPECT_FALSE(set.add(again, true));
  EXPECT_EQ(set.entries()[0].origin, 0x2000u);
  EXPECT_FALSE(set.entries()[0].dangling);
}

TEST(TlbSet, StaysSortedWhateverTheOrder) {
  std::mt19937 random(3);
  TlbSet first, second;
  std::vector<Entry> entries;
  for (unsigned n = 0; n < 200; ++n) {
    Entry entry = leaf(random() % 8 * 0x1000, random() % 4 * 0x1000);
    entry.tag = static_cast<std::uint16_t>(random() % 3);
    entry.write = random() % 2 == 0;
    entries.push_back(entry);
  }
  for (const Entry& entry : entries) (void)first.add(entry, true);
  std::reverse(entries.begin(), entries.end());
  for (const Entry& entry : entries) (void)second.add(entry, true);
  EXPECT_TRUE(std::is_sorted(first.entries().begin(), first.entries().end()));
  EXPECT_EQ(first.entries(), second.entries());
}

TEST(TlbSet, Removes) {
  TlbSet set;
  for (unsigned n = 0; n < 5; ++n) (void)set.add(leaf(n * 0x1000, 0x9000), false);
  set.remove_if([](const Entry& entry) { return entry.va < 0x3000; });
  EXPECT_EQ(set.entries().size(), 2u);
  set.clear();
  EXPECT_TRUE(set.entries().empty());
}

// What an invalidation takes out is noted, whatever closes the set again afterwards; without a log nothing is.
TEST(TlbSet, RemovalsAreLogged) {
  TlbSet set, other;
  set.add(leaf(0x5000, 0x9000), false);
  set.add(leaf(0x6000, 0xa000), false);
  other.add(leaf(0x7000, 0xb000), false);
  set.remove_if([](const Entry& entry) { return entry.va == 0x6000; });
  RemovalLog log;
  set.remove_if([](const Entry& entry) { return entry.va == 0x5000; });
  set.add(leaf(0x5000, 0x9000), false);
  other.clear();
  ASSERT_EQ(log.removed().size(), 2u);
  EXPECT_EQ(log.removed()[0].set, &set);
  EXPECT_EQ(log.removed()[0].entry.va, 0x5000u);
  EXPECT_EQ(log.removed()[1].set, &other);
  EXPECT_EQ(log.removed()[1].entry.va, 0x7000u);
}

}  // namespace
}  // namespace shootdown::machine

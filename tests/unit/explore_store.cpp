#include "explore/store.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <random>

namespace shootdown::explore {
namespace {

using Components = std::vector<Words>;

TEST(Store, GivesBackWhatItTook) {
  constexpr std::uint32_t kMost = std::numeric_limits<std::uint32_t>::max();
  std::vector<EncodedState> states{{{}}, {{{}}}, {{{}, {}}}, {{{0}}}, {{{kMost}}}, {{{0, 0}}}, {{{0}, {0}}}};
  for (const std::size_t length : {7U, 8U, 9U, 16U, 17U, 63U, 64U, 65U, 200U, 1000U}) {
    states.push_back({{Words(length, 0)}});
    states.push_back({{Words(length, kMost), {}, Words(length, 1)}});
  }
  states.push_back({Components(100, Words{1, 2, 3})});
  MemoryBudget budget;
  StateStore store(budget);
  for (std::uint32_t i = 0; i < states.size(); ++i) {
    const auto inserted = store.insert(states[i]);
    EXPECT_TRUE(inserted.is_new());
    EXPECT_EQ(inserted.index, i);
  }
  EncodedState loaded;
  for (std::uint32_t i = 0; i < states.size(); ++i) {
    store.load(i, loaded);
    EXPECT_EQ(loaded, states[i]) << i;
    const auto again = store.insert(states[i]);
    EXPECT_EQ(again.status, StateStore::Status::Known);
    EXPECT_EQ(again.index, i);
  }
}

TEST(Store, TellsApartWhatOnlyLengthsTellApart) {
  MemoryBudget budget;
  StateStore store(budget);
  const std::vector<EncodedState> states{{{{1}, {2}}},     {{{1, 2}}},    {{{1, 2}, {}}},  {{{}, {1, 2}}},
                                         {{{1}, {}, {2}}}, {{{1, 2, 0}}}, {{{1, 2, 0, 0}}}};
  for (const EncodedState& state : states) EXPECT_TRUE(store.insert(state).is_new());
  EXPECT_EQ(store.size(), states.size());
}

// One step of a random walk: a word changes; sometimes a component grows, shrinks, appears, goes.
void change(EncodedState& state, std::mt19937& random) {
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  auto& components = state.components;
  const std::size_t what = below(20);
  if (what == 0 || components.empty()) {
    components.insert(components.begin() + static_cast<std::ptrdiff_t>(below(components.size() + 1)),
                      Words(below(20), 1));
  } else if (what == 1) {
    components.erase(components.begin() + static_cast<std::ptrdiff_t>(below(components.size())));
  } else if (what < 5) {
    components[below(components.size())].resize(below(40));
  } else {
    Words& words = components[below(components.size())];
    if (!words.empty()) words[below(words.size())] = static_cast<std::uint32_t>(below(3));
  }
}

TEST(Store, AgreesWithAMap) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    std::mt19937 random(seed);
    MemoryBudget budget;
    StateStore store(budget);
    StateStore::Cursor cursor;
    std::map<Components, std::uint32_t> known;
    std::vector<EncodedState> states{{{{1, 2, 3}, Words(30, 0), {}, Words(9, 7)}}};
    ASSERT_TRUE(store.insert(states[0], cursor).is_new());
    known[states[0].components] = 0;
    for (int step = 0; step < 3000; ++step) {
      const auto source = static_cast<std::uint32_t>(random() % states.size());
      store.load(source, cursor);
      ASSERT_EQ(cursor.state(), states[source]);
      EncodedState next = states[source];
      for (auto changes = random() % 3; changes-- > 0;) change(next, random);
      const auto expected = static_cast<std::uint32_t>(known.size());
      const auto [entry, is_new] = known.try_emplace(next.components, expected);
      // Whatever the cursor stands at must not matter.
      const auto inserted = random() % 4 == 0 ? store.insert(next) : store.insert(next, cursor);
      ASSERT_EQ(inserted.index, entry->second);
      ASSERT_EQ(inserted.is_new(), is_new);
      if (is_new) states.push_back(next);
    }
    EncodedState loaded;
    for (std::uint32_t i = 0; i < states.size(); ++i) {
      store.load(i, loaded);
      ASSERT_EQ(loaded, states[i]);
    }
    EXPECT_EQ(store.bytes(), budget.used());
  }
}

TEST(Store, ManyStatesWithOneComponentChanging) {
  MemoryBudget budget;
  StateStore store(budget);
  StateStore::Cursor cursor;
  const std::uint32_t count = 200'000;
  EncodedState state{Components(10, Words(20, count))};
  for (std::uint32_t i = 0; i < count; ++i) {
    state.components[i % 10][i % 20] = i;
    ASSERT_EQ(store.insert(state, cursor).index, i);
    store.load(i, cursor);
  }
  EXPECT_EQ(cursor.state(), state);
  for (std::uint32_t i = count; i-- > 0;) {
    store.load(i, cursor);
    ASSERT_EQ(cursor.state().components[i % 10][i % 20], i);
    ASSERT_EQ(store.insert(cursor.state(), cursor).index, i);
  }
}

// A wheel of 16 x 16 x 16 x 16 in four components: of the pairs above them each half has 256, the states 65,536.
TEST(Store, SharesWhatStatesHaveInCommon) {
  MemoryBudget budget;
  StateStore store(budget);
  for (std::uint32_t i = 0; i < 65'536; ++i) {
    ASSERT_TRUE(store.insert({{{i & 15}, {i >> 4 & 15}, {i >> 8 & 15}, {i >> 12}}}).is_new());
  }
  EXPECT_EQ(store.leaf_count(), 16U);
  EXPECT_GE(store.pair_count(), 256U);
  EXPECT_LE(store.pair_count(), 256U + 2U);  // those of the lengths (1, 1, 1, 1) may be the same numbers
  EXPECT_LT(store.bytes(), 65'536U * 30U);
}

TEST(Store, StopsAtItsMostStates) {
  MemoryBudget budget;
  StateStore store(budget, 3);
  for (std::uint32_t i = 0; i < 3; ++i) EXPECT_TRUE(store.insert({{{i}}}).is_new());
  EXPECT_EQ(store.insert({{{3}}}).status, StateStore::Status::TooManyStates);
  EXPECT_EQ(store.insert({{{2}}}).status, StateStore::Status::Known);
  EXPECT_EQ(store.size(), 3U);
}

TEST(Store, StaysBelowItsMemoryAndWhole) {
  for (std::uint64_t limit = 1; limit < 4'000'000; limit = limit * 2 + 7) {
    MemoryBudget budget(limit);
    StateStore store(budget);
    std::uint32_t count = 0;
    const auto state = [](std::uint32_t i) { return EncodedState{{{i}, {i / 10, 1, 2}, {i % 10}}}; };
    while (true) {
      const auto inserted = store.insert(state(count));
      ASSERT_LE(budget.used(), limit);
      ASSERT_EQ(budget.used(), store.bytes());
      if (inserted.failed()) {
        EXPECT_EQ(inserted.status, StateStore::Status::NoMemory);
        break;
      }
      ++count;
    }
    EXPECT_EQ(store.size(), count);
    EncodedState loaded;
    for (std::uint32_t i = 0; i < count; ++i) {
      store.load(i, loaded);
      ASSERT_EQ(loaded, state(i));
      ASSERT_EQ(store.insert(loaded).status, StateStore::Status::Known);
    }
  }
}

TEST(Store, GivesItsMemoryBack) {
  MemoryBudget budget;
  {
    StateStore store(budget);
    for (std::uint32_t i = 0; i < 10'000; ++i) ASSERT_TRUE(store.insert({{{i}}}).is_new());
    EXPECT_GT(budget.used(), 0U);
  }
  EXPECT_EQ(budget.used(), 0U);
  EXPECT_GT(budget.peak(), 0U);
}

TEST(InternTable, NumbersAreDenseAndExact) {
  MemoryBudget budget;
  InternTable<2> table(budget);
  using Status = InternTable<2>::Status;
  const std::uint32_t count = 300'000;
  // Regular patterns are where a weak hash would show, as time.
  const auto node = [](std::uint32_t i) { return InternTable<2>::Node{i % 512, i / 512 << 16}; };
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto interned = table.intern(node(i));
    ASSERT_EQ(interned.status, Status::New);
    ASSERT_EQ(interned.number, i);
  }
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto interned = table.intern(node(i));
    ASSERT_EQ(interned.status, Status::Known);
    ASSERT_EQ(interned.number, i);
    ASSERT_EQ(table[i], node(i));
  }
}

TEST(InternTable, NeverGivesMoreNumbersThanAllowed) {
  MemoryBudget budget;
  InternTable<8> table(budget, 2);
  using Status = InternTable<8>::Status;
  EXPECT_EQ(table.intern({1}).status, Status::New);
  EXPECT_EQ(table.intern({2}).status, Status::New);
  EXPECT_EQ(table.intern({3}).status, Status::Full);
  EXPECT_EQ(table.intern({3}).number, kNoNumber);
  EXPECT_EQ(table.intern({1}).number, 0U);
}

TEST(MemoryBudget, ExchangesOrDoesNothing) {
  MemoryBudget budget(100);
  EXPECT_TRUE(budget.take(60));
  EXPECT_FALSE(budget.take(41));
  EXPECT_TRUE(budget.exchange(60, 100));
  EXPECT_FALSE(budget.exchange(0, 1));
  budget.give_back(100);
  EXPECT_EQ(budget.used(), 0U);
  EXPECT_EQ(budget.peak(), 100U);
}

}  // namespace
}  // namespace shootdown::explore

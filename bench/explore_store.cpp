// The state store under the load of a search: states of 200 words in 12 components, each differing from its source in
// one component, reached along several ways.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <vector>

#include "explore/store.hpp"

namespace {

using namespace shootdown::explore;

constexpr std::uint32_t kDigits = 10;  // components that change: a wheel each

EncodedState first_state() {
  EncodedState state{std::vector<Words>(kDigits, Words(15, 7))};
  for (std::uint32_t i = 0; i < kDigits; ++i) state.components[i][i] = 0;
  state.components.insert(state.components.begin(), Words(40, 3));
  state.components.emplace_back(10, 1);
  return state;
}

// Turns every wheel of every state, breadth-first, until `states` are there. Each turn changes `words` words.
void search(StateStore& store, std::uint32_t states, std::uint32_t words, std::uint64_t& inserts) {
  StateStore::Cursor cursor;
  (void)store.insert(first_state(), cursor);
  EncodedState next;
  for (std::uint32_t source = 0; store.size() < states; ++source) {
    store.load(source, cursor);
    next = cursor.state();
    for (std::uint32_t digit = 0; digit < kDigits; ++digit) {
      Words& component = next.components[digit + 1];
      const Words before = component;
      for (std::uint32_t i = 0; i < words; ++i) {
        auto& word = component[(digit + i * 4) % 15];
        word = (word + 1) % 8;
      }
      benchmark::DoNotOptimize(store.insert(next, cursor));
      component = before;
      ++inserts;
    }
  }
}

void Search(benchmark::State& run) {
  std::uint64_t inserts = 0;
  for (auto _ : run) {
    MemoryBudget budget;
    StateStore store(budget);
    search(store, static_cast<std::uint32_t>(run.range(0)), static_cast<std::uint32_t>(run.range(1)), inserts);
    run.counters["bytes/state"] = static_cast<double>(store.bytes()) / store.size();
    run.counters["leaves"] = static_cast<double>(store.leaf_count());
    run.counters["pairs"] = static_cast<double>(store.pair_count());
  }
  run.counters["inserts/s"] = benchmark::Counter(static_cast<double>(inserts), benchmark::Counter::kIsRate);
}
BENCHMARK(Search)
    ->ArgNames({"states", "words"})
    ->Unit(benchmark::kMillisecond)
    ->Args({100'000, 1})
    ->Args({1'000'000, 1})
    ->Args({10'000'000, 1})
    ->Args({1'000'000, 3});

// The same inserts without a cursor: every node of every state is looked up.
void InsertWithoutCursor(benchmark::State& run) {
  MemoryBudget budget;
  StateStore store(budget);
  std::uint64_t inserts = 0;
  search(store, 100'000, 1, inserts);
  EncodedState state;
  std::uint32_t index = 0;
  for (auto _ : run) {
    run.PauseTiming();
    store.load(index, state);
    index = (index + 1) % store.size();
    run.ResumeTiming();
    benchmark::DoNotOptimize(store.insert(state));
  }
}
BENCHMARK(InsertWithoutCursor)->Iterations(20'000);

// Loading all states in order, as a search does.
void Load(benchmark::State& run) {
  MemoryBudget budget;
  StateStore store(budget);
  std::uint64_t inserts = 0;
  search(store, 1'000'000, 1, inserts);
  StateStore::Cursor cursor;
  std::uint32_t index = 0;
  for (auto _ : run) {
    store.load(index, cursor);
    benchmark::DoNotOptimize(cursor.state());
    index = index + 1 == store.size() ? 0 : index + 1;
  }
}
BENCHMARK(Load);

}  // namespace

BENCHMARK_MAIN();

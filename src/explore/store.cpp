#include "explore/store.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace shootdown::explore {

namespace {

std::size_t leaves_of(std::size_t words) { return (words + StateStore::kLeafWords - 1) / StateStore::kLeafWords; }

std::size_t left_half(std::size_t leaves) { return (leaves + 1) / 2; }

bool same_words(const std::uint32_t* a, const std::uint32_t* b, std::size_t count) {
  return count == 0 || std::memcmp(a, b, count * sizeof *a) == 0;
}

// Which entries of `now` differ from `before` (of equal length), as the smallest range that holds them all.
std::pair<std::size_t, std::size_t> changed_entries(const std::vector<std::uint32_t>& now,
                                                    const std::vector<std::uint32_t>& before) {
  std::size_t first = 0;
  std::size_t last = now.size();
  while (first < last && now[first] == before[first]) ++first;
  while (last > first && now[last - 1] == before[last - 1]) --last;
  return {first, last};
}

}  // namespace

void StateStore::Cursor::Tree::forget(std::size_t leaf_count) {
  leaves.assign(leaf_count, kNoNumber);
  pairs.assign(leaf_count == 0 ? 0 : leaf_count - 1, kNoNumber);
}

StateStore::StateStore(MemoryBudget& budget, std::uint64_t max_states)
    : leaves_(budget), pairs_(budget), shapes_(budget), states_(budget, max_states == 0 ? kNoNumber : max_states) {}

std::uint64_t StateStore::bytes() const { return leaves_.bytes() + pairs_.bytes() + shapes_.bytes() + states_.bytes(); }

// --- Inserting. When memory runs out, out_of_memory_ is set and meaningless numbers are handed on to the end. ---

std::uint32_t StateStore::number_of_leaf(const std::uint32_t* words, std::size_t count) {
  InternTable<kLeafWords>::Node leaf{};
  std::copy_n(words, std::min(count, kLeafWords), leaf.begin());
  const std::uint32_t number = leaves_.intern(leaf).number;
  if (number == kNoNumber) out_of_memory_ = true;
  return number;
}

std::uint32_t StateStore::number_of_pair(std::uint32_t left, std::uint32_t right) {
  if (out_of_memory_) return kNoNumber;
  const std::uint32_t number = pairs_.intern({left, right}).number;
  if (number == kNoNumber) out_of_memory_ = true;
  return number;
}

// The root over leaves[range], not empty. `old`: the pairs (from this subtree's root on) of a tree of the same form
// that differs from this one only in the leaves of `changed`; null: none.
std::uint32_t StateStore::combine(const std::uint32_t* leaves, Range range, Range changed, const std::uint32_t* old) {
  const std::size_t count = range.last - range.first;
  if (count == 1) return leaves[range.first];
  if (old != nullptr && (range.last <= changed.first || changed.last <= range.first)) return *old;
  const std::size_t left = left_half(count);
  const std::size_t middle = range.first + left;
  const std::uint32_t a = combine(leaves, {range.first, middle}, changed, old == nullptr ? nullptr : old + 1);
  const std::uint32_t b = combine(leaves, {middle, range.last}, changed, old == nullptr ? nullptr : old + left);
  return number_of_pair(a, b);
}

std::uint32_t StateStore::number_of_component(const Words& words, std::size_t at, Cursor& near) {
  const std::size_t count = leaves_of(words.size());
  if (count == 0) return 0;
  const bool has_old = at < near.components_.size();
  const std::size_t old_words = has_old ? near.state_.components[at].size() : 0;
  const std::uint32_t* old = has_old ? near.state_.components[at].data() : nullptr;
  if (old_words == words.size() && same_words(words.data(), old, old_words)) return near.roots_.leaves[at];

  auto& leaves = near.new_leaves_;
  leaves.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t first = i * kLeafWords;
    const std::size_t length = std::min(kLeafWords, words.size() - first);
    const bool same_place = first + length == std::min(old_words, first + kLeafWords);
    leaves[i] = same_place && same_words(words.data() + first, old + first, length)
                    ? near.components_[at].leaves[i]
                    : number_of_leaf(words.data() + first, length);
  }
  if (!has_old || near.components_[at].leaves.size() != count) return combine(leaves.data(), {0, count}, {}, nullptr);
  const auto [first, last] = changed_entries(leaves, near.components_[at].leaves);
  return combine(leaves.data(), {0, count}, {first, last}, near.components_[at].pairs.data());
}

std::uint32_t StateStore::number_of_shape(const EncodedState& state, Cursor& near) {
  auto& lengths = near.new_lengths_;
  lengths.clear();
  for (const Words& words : state.components) lengths.push_back(static_cast<std::uint32_t>(words.size()));
  if (near.shape_ != kNoNumber && lengths == near.lengths_) return near.shape_;
  const std::uint32_t root = lengths.empty() ? 0 : combine(lengths.data(), {0, lengths.size()}, {}, nullptr);
  if (out_of_memory_) return kNoNumber;
  const std::uint32_t shape = shapes_.intern({static_cast<std::uint32_t>(lengths.size()), root}).number;
  if (shape == kNoNumber) out_of_memory_ = true;
  return shape;
}

StateStore::Inserted StateStore::insert(const EncodedState& state, Cursor& near) {
  out_of_memory_ = false;
  const std::uint32_t shape = number_of_shape(state, near);
  const std::size_t count = state.components.size();
  auto& roots = near.new_roots_;
  roots.resize(count);
  for (std::size_t i = 0; i < count; ++i) roots[i] = number_of_component(state.components[i], i, near);

  std::uint32_t left = count == 1 ? roots[0] : 0;
  std::uint32_t right = 0;
  if (count >= 2) {
    Range changed{};
    const std::uint32_t* old = nullptr;
    if (near.roots_.leaves.size() == count) {
      const auto [first, last] = changed_entries(roots, near.roots_.leaves);
      changed = {first, last};
      old = near.roots_.pairs.data();
    }
    const std::size_t middle = left_half(count);
    left = combine(roots.data(), {0, middle}, changed, old == nullptr ? nullptr : old + 1);
    right = combine(roots.data(), {middle, count}, changed, old == nullptr ? nullptr : old + middle);
  }
  if (out_of_memory_) return {kNoNumber, Status::NoMemory};

  using Table = decltype(states_);
  const auto [number, status] = states_.intern({shape, left, right});
  switch (status) {
    case Table::Status::Known: return {number, Status::Known};
    case Table::Status::New: return {number, Status::New};
    case Table::Status::Full: return {number, Status::TooManyStates};
    case Table::Status::NoMemory: break;
  }
  return {kNoNumber, Status::NoMemory};
}

StateStore::Inserted StateStore::insert(const EncodedState& state) {
  Cursor nowhere;
  return insert(state, nowhere);
}

// --- Loading: from the root down, leaving out every subtree that the cursor has already. ---

template <class OnLeaf>
void StateStore::split(std::uint32_t number, std::size_t first, std::size_t count, std::uint32_t* pairs,
                       OnLeaf&& on_leaf) const {
  if (count == 1) {
    on_leaf(first, number);
    return;
  }
  if (*pairs == number) return;
  *pairs = number;
  const auto [left, right] = pairs_[number];
  const std::size_t half = left_half(count);
  split(left, first, half, pairs + 1, on_leaf);
  split(right, first + half, count - half, pairs + half, on_leaf);
}

// Gives the cursor the lengths of `shape`; what it knows of the components that keep their length stays valid.
void StateStore::reshape(std::uint32_t shape, Cursor& cursor) const {
  const auto [count, root] = shapes_[shape];
  auto& lengths = cursor.new_lengths_;
  lengths.resize(count);
  if (count != 0) {
    cursor.scratch_.assign(count, kNoNumber);
    split(root, 0, count, cursor.scratch_.data(), [&](std::size_t at, std::uint32_t length) { lengths[at] = length; });
  }
  const std::size_t before = cursor.lengths_.size();
  cursor.state_.components.resize(count);
  cursor.components_.resize(count);
  cursor.lengths_.resize(count);
  cursor.roots_.leaves.resize(count, kNoNumber);
  cursor.roots_.pairs.assign(count == 0 ? 0 : count - 1, kNoNumber);
  for (std::size_t i = 0; i < count; ++i) {
    if (i < before && lengths[i] == cursor.lengths_[i]) continue;
    cursor.lengths_[i] = lengths[i];
    cursor.state_.components[i].resize(lengths[i]);
    cursor.components_[i].forget(leaves_of(lengths[i]));
    cursor.roots_.leaves[i] = kNoNumber;
  }
  cursor.shape_ = shape;
}

void StateStore::load_component(std::size_t at, std::uint32_t root, Cursor& cursor) const {
  if (cursor.roots_.leaves[at] == root) return;
  cursor.roots_.leaves[at] = root;
  Words& words = cursor.state_.components[at];
  auto& tree = cursor.components_[at];
  if (words.empty()) return;
  split(root, 0, tree.leaves.size(), tree.pairs.data(), [&](std::size_t leaf, std::uint32_t number) {
    if (tree.leaves[leaf] == number) return;
    tree.leaves[leaf] = number;
    const std::size_t first = leaf * kLeafWords;
    const std::size_t length = std::min(kLeafWords, words.size() - first);
    std::copy_n(leaves_[number].begin(), length, words.begin() + static_cast<std::ptrdiff_t>(first));
  });
}

void StateStore::load(std::uint32_t index, Cursor& cursor) const {
  const auto [shape, left, right] = states_[index];
  if (cursor.shape_ != shape) reshape(shape, cursor);
  const std::size_t count = cursor.lengths_.size();
  const std::size_t middle = left_half(count);
  const auto component = [&](std::size_t at, std::uint32_t root) { load_component(at, root, cursor); };
  if (count == 1) component(0, left);
  if (count < 2) return;
  std::uint32_t* pairs = cursor.roots_.pairs.data();
  split(left, 0, middle, pairs + 1, component);
  split(right, middle, count - middle, pairs + middle, component);
}

void StateStore::load(std::uint32_t index, EncodedState& state) const {
  Cursor cursor;
  load(index, cursor);
  state = std::move(cursor.state_);
}

}  // namespace shootdown::explore

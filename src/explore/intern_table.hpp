// InternTable: gives equal nodes (of Width 32-bit words) the same dense 32-bit number.
//
// The idea: nodes lie one after another in segments, in the order in which they were first seen; their number is their
// place. An index beside them finds a node by content. Its unit is a bucket of one cache line:
//
//     byte   0           12      16                                    64
//            | 12 tags   | used  | 12 numbers of nodes                 |
//
// A node's hash picks the bucket and a tag of 8 bits; only nodes whose tag agrees are looked at, and those are compared
// word by word. A full bucket spills into the next one (nothing is ever removed, so the first bucket with a free place
// ends a search). One miss of the cache thus finds that a node is new, two that it is known, and a node costs 5.3 bytes
// of index divided by the load, which lies between kMaxLoad / kGrowth and kMaxLoad.
//
// The guarantee: exact (two nodes have one number iff they are equal, whatever the hash does) and deterministic
// (numbers depend on the order of the calls only). Growing drops the index before it builds the larger one from the
// nodes, so the old and the new one never exist together.
//
// Source: the bucket of tags and values is that of Facebook's F14 and of abseil's Swiss tables, with numbers for
// values.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <new>

#include "explore/memory.hpp"

namespace shootdown::explore {

inline constexpr std::uint32_t kNoNumber = std::numeric_limits<std::uint32_t>::max();

// Both halves of the product of two words, folded.
inline std::uint64_t fold_product(std::uint64_t a, std::uint64_t b) {
  const unsigned __int128 product = static_cast<unsigned __int128>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

template <std::size_t Width>
class InternTable {
 public:
  using Node = std::array<std::uint32_t, Width>;

  // `max_nodes`: at most this many different nodes are taken in; the number kNoNumber is never given.
  explicit InternTable(MemoryBudget& budget, std::uint64_t max_nodes = kNoNumber)
      : budget_(&budget), nodes_(budget), max_nodes_(max_nodes < kNoNumber ? max_nodes : kNoNumber) {}
  ~InternTable() { budget_->give_back(index_bytes(bucket_count_)); }
  InternTable(const InternTable&) = delete;
  InternTable& operator=(const InternTable&) = delete;

  enum class Status : std::uint8_t { Known, New, Full, NoMemory };
  struct Interned {
    std::uint32_t number;  // kNoNumber if Full or NoMemory
    Status status;
  };

  [[nodiscard]] Interned intern(const Node& node) {
    if (lost_) return {kNoNumber, Status::NoMemory};
    const std::uint64_t hash = hash_of(node);
    if (bucket_count_ != 0) {
      const std::uint32_t known = find(node, hash);
      if (known != kNoNumber) return {known, Status::Known};
    }
    if (nodes_.size() >= max_nodes_) return {kNoNumber, Status::Full};
    if (nodes_.size() >= capacity_ && !grow()) return {kNoNumber, Status::NoMemory};
    const auto number = static_cast<std::uint32_t>(nodes_.size());
    if (!nodes_.push_back(node)) return {kNoNumber, Status::NoMemory};
    place(hash, number);
    return {number, Status::New};
  }
  [[nodiscard]] const Node& operator[](std::uint32_t number) const { return nodes_[number]; }
  [[nodiscard]] std::size_t size() const { return nodes_.size(); }
  [[nodiscard]] std::uint64_t bytes() const { return nodes_.bytes() + index_bytes(bucket_count_); }

 private:
  static constexpr std::uint32_t kPlaces = 12;
  static constexpr std::uint64_t kFirstBuckets = 16;
  static constexpr double kMaxLoad = 0.8;
  static constexpr double kGrowth = 1.5;

  struct alignas(64) Bucket {
    std::array<std::uint8_t, kPlaces> tags;
    std::uint32_t used;
    std::array<std::uint32_t, kPlaces> numbers;
  };
  static_assert(sizeof(Bucket) == 64, "a bucket is one cache line");

  static std::uint64_t index_bytes(std::uint64_t buckets) { return buckets * sizeof(Bucket); }

  static std::uint64_t hash_of(const Node& node) {
    std::uint64_t hash = 0x9e3779b97f4a7c15U;
    for (std::size_t i = 0; i < Width; i += 2) {
      const std::uint64_t high = i + 1 < Width ? node[i + 1] : 0;
      hash = fold_product(hash ^ (high << 32 | node[i]), 0xd6e8feb86659fd93U);
    }
    return fold_product(hash, 0xa0761d6478bd642fU);
  }
  static std::uint8_t tag_of(std::uint64_t hash) { return static_cast<std::uint8_t>(hash); }
  [[nodiscard]] std::uint64_t bucket_of(std::uint64_t hash) const { return (hash >> 32) * bucket_count_ >> 32; }
  [[nodiscard]] std::uint64_t after(std::uint64_t bucket) const { return bucket + 1 == bucket_count_ ? 0 : bucket + 1; }

  // The places 0..7 (or, of four tags, 0..3) whose tag may be `tag`, as the top bit of their byte. Never misses one;
  // may name one too many, which the comparison of the nodes then finds out.
  static std::uint64_t candidates(std::uint64_t tags, std::uint8_t tag) {
    constexpr std::uint64_t kOnes = 0x0101010101010101U;
    const std::uint64_t difference = tags ^ (kOnes * tag);
    return (difference - kOnes) & ~difference & (kOnes << 7);
  }

  [[nodiscard]] std::uint32_t find(const Node& node, std::uint64_t hash) const {
    for (std::uint64_t at = bucket_of(hash);; at = after(at)) {
      const Bucket& bucket = buckets_[at];
      std::uint64_t low = 0;
      std::uint32_t high = 0;
      std::memcpy(&low, bucket.tags.data(), sizeof low);
      std::memcpy(&high, bucket.tags.data() + sizeof low, sizeof high);
      for (auto left = candidates(low, tag_of(hash)); left != 0; left &= left - 1) {
        const auto place = static_cast<std::uint32_t>(std::countr_zero(left)) / 8;
        if (place < bucket.used && nodes_[bucket.numbers[place]] == node) return bucket.numbers[place];
      }
      for (auto left = candidates(high, tag_of(hash)); left != 0; left &= left - 1) {
        const auto place = 8 + static_cast<std::uint32_t>(std::countr_zero(left)) / 8;
        if (place < bucket.used && nodes_[bucket.numbers[place]] == node) return bucket.numbers[place];
      }
      if (bucket.used < kPlaces) return kNoNumber;
    }
  }

  void place(std::uint64_t hash, std::uint32_t number) {
    std::uint64_t at = bucket_of(hash);
    while (buckets_[at].used == kPlaces) at = after(at);
    Bucket& bucket = buckets_[at];
    bucket.tags[bucket.used] = tag_of(hash);
    bucket.numbers[bucket.used] = number;
    ++bucket.used;
  }

  bool grow() {
    const std::uint64_t buckets =
        bucket_count_ == 0 ? kFirstBuckets : static_cast<std::uint64_t>(static_cast<double>(bucket_count_) * kGrowth);
    if (!budget_->exchange(index_bytes(bucket_count_), index_bytes(buckets))) return false;
    bucket_count_ = 0;
    buckets_.reset();
    buckets_.reset(new (std::nothrow) Bucket[buckets]());
    if (!buckets_) {
      budget_->give_back(index_bytes(buckets));
      lost_ = true;
      return false;
    }
    bucket_count_ = buckets;
    capacity_ = static_cast<std::size_t>(static_cast<double>(buckets * kPlaces) * kMaxLoad);
    for (std::size_t i = 0; i < nodes_.size(); ++i) place(hash_of(nodes_[i]), static_cast<std::uint32_t>(i));
    return true;
  }

  MemoryBudget* budget_;
  Segmented<Node> nodes_;
  std::uint64_t max_nodes_;
  std::unique_ptr<Bucket[]> buckets_;
  std::uint64_t bucket_count_ = 0;
  std::size_t capacity_ = 0;  // nodes at which the index grows
  bool lost_ = false;         // the machine had no memory for a larger index: nodes can be read, none taken in
};

}  // namespace shootdown::explore

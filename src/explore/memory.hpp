// Memory as the search counts it: every byte of the store, the parents and the edges is taken from one budget before it
// is allocated, and arrays grow by whole segments, so nothing is ever copied and a limit is met before it is passed.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <vector>

namespace shootdown::explore {

// How many bytes may be used, and how many are. Not for use by several threads.
class MemoryBudget {
 public:
  // `limit` in bytes, 0: none.
  explicit MemoryBudget(std::uint64_t limit = 0) : limit_(limit) {}
  MemoryBudget(const MemoryBudget&) = delete;
  MemoryBudget& operator=(const MemoryBudget&) = delete;

  // Gives back `returned` bytes and takes `taken`, or does nothing and says false if that would pass the limit.
  [[nodiscard]] bool exchange(std::uint64_t returned, std::uint64_t taken) {
    const std::uint64_t after = used_ - returned + taken;
    if (limit_ != 0 && after > limit_) return false;
    used_ = after;
    peak_ = std::max(peak_, used_);
    return true;
  }
  [[nodiscard]] bool take(std::uint64_t bytes) { return exchange(0, bytes); }
  void give_back(std::uint64_t bytes) { used_ -= bytes; }
  [[nodiscard]] std::uint64_t used() const { return used_; }
  [[nodiscard]] std::uint64_t peak() const { return peak_; }

 private:
  std::uint64_t limit_;
  std::uint64_t used_ = 0;
  std::uint64_t peak_ = 0;
};

// An array of plain values that only grows, in segments of 2^LogSegment values.
template <class T, unsigned LogSegment = 12>
class Segmented {
 public:
  explicit Segmented(MemoryBudget& budget) : budget_(&budget) {}
  ~Segmented() { budget_->give_back(bytes_); }
  Segmented(const Segmented&) = delete;
  Segmented& operator=(const Segmented&) = delete;

  // False if there is no memory for it; the array is then as it was.
  [[nodiscard]] bool push_back(const T& value) {
    if (size_ >> LogSegment == segments_.size() && !add_segment()) return false;
    segments_[size_ >> LogSegment][size_ & kMask] = value;
    ++size_;
    return true;
  }
  [[nodiscard]] T& operator[](std::size_t at) { return segments_[at >> LogSegment][at & kMask]; }
  [[nodiscard]] const T& operator[](std::size_t at) const { return segments_[at >> LogSegment][at & kMask]; }
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  static constexpr std::size_t kMask = (std::size_t{1} << LogSegment) - 1;
  // A segment, and its entry in the directory (twice, because the directory doubles).
  static constexpr std::uint64_t kSegmentBytes = (kMask + 1) * sizeof(T) + 2 * sizeof(std::unique_ptr<T[]>);

  bool add_segment() {
    if (!budget_->take(kSegmentBytes)) return false;
    std::unique_ptr<T[]> segment(new (std::nothrow) T[kMask + 1]);
    if (!segment) {
      budget_->give_back(kSegmentBytes);
      return false;
    }
    segments_.push_back(std::move(segment));
    bytes_ += kSegmentBytes;
    return true;
  }

  MemoryBudget* budget_;
  std::vector<std::unique_ptr<T[]>> segments_;
  std::size_t size_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace shootdown::explore

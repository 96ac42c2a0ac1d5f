// Which words of memory more than one context touches, found out as the search goes.
//
// A word is taken for private until a second party touches it and at least one of the two writes. Then it is shared
// for good, and because steps before that moment may have been too long (a step runs from one access to a *shared* word
// to the next), the search starts again. It ends with a run that found nothing new; why that run misses nothing:
// take an execution with finer steps and in it the first access that makes a private word shared. Up to it all
// accesses to private words are by one party each, so each can be moved back to that party's preceding step without any
// effect; the moved execution is one of the run's, and the run would have seen the word touched twice.
//
// Freeing a page (sd_page_freed) counts as touching all of it: a store by another party may come before or after.
//
// A party is a context at one interrupt depth. Nothing counts while nobody but the boot context can run.
//
// A second instance has the CPUs as parties: a store to a word that only one CPU touches need not wait in its store
// buffer (memory.cpp), by the same argument.
#pragma once

#include <cstdint>
#include <unordered_map>

namespace shootdown::system {

class Sharing {
 public:
  using Party = std::uint32_t;

  [[nodiscard]] bool shared(std::uint64_t word) const {
    const auto at = words_.find(word);
    return at != words_.end() && at->second.shared;
  }
  void touch(std::uint64_t word, Party party, bool write) {
    Use& use = words_[word];
    if (use.shared) return;
    merge(use.reader, party);
    if (write) merge(use.writer, party);
    const bool conflict = use.writer != kNobody && (use.writer == kSeveral || use.reader == kSeveral);
    if (conflict || differs(use, freer(word / kPageWords))) share(use);
  }
  // To free a page is to take every word of it from whoever else touches it, in whatever order.
  void free_page(std::uint64_t page, Party party) {
    const auto at = freed_by_.try_emplace(page, kNobody).first;
    const Party before = at->second;
    merge(at->second, party);
    if (at->second == before) return;
    for (std::uint64_t word = page * kPageWords; word < (page + 1) * kPageWords; ++word)
      if (const auto use = words_.find(word); use != words_.end() && differs(use->second, at->second))
        share(use->second);
  }
  // Forgets who touched what, but not what is shared.
  void start_run() {
    found_ = false;
    freed_by_.clear();
    for (auto& [word, use] : words_) {
      use.reader = kNobody;
      use.writer = kNobody;
    }
  }
  // Something became shared since the run started.
  [[nodiscard]] bool found() const { return found_; }
  void mark_found() { found_ = true; }
  [[nodiscard]] std::uint64_t shared_words() const { return shared_words_; }

 private:
  static constexpr Party kNobody = 0xffff'ffff, kSeveral = 0xffff'fffe;
  struct Use {
    Party reader = kNobody;  // whoever touched it, reading or writing
    Party writer = kNobody;
    bool shared = false;
  };
  static constexpr std::uint64_t kPageWords = 512;

  [[nodiscard]] Party freer(std::uint64_t page) const {
    const auto at = freed_by_.find(page);
    return at == freed_by_.end() ? kNobody : at->second;
  }
  static bool differs(const Use& use, Party freer) {
    return !use.shared && use.reader != kNobody && freer != kNobody && (freer == kSeveral || use.reader != freer);
  }
  void share(Use& use) {
    use.shared = true;
    ++shared_words_;
    found_ = true;
  }
  static void merge(Party& known, Party party) {
    if (known == kNobody)
      known = party;
    else if (known != party)
      known = kSeveral;
  }
  std::unordered_map<std::uint64_t, Use> words_;
  std::unordered_map<std::uint64_t, Party> freed_by_;  // page number -> who freed it in this run
  std::uint64_t shared_words_ = 0;
  bool found_ = false;
};

}  // namespace shootdown::system

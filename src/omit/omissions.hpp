// What one run leaves out, and what it could have left out: finds the site of the instruction that a thread is about to
// execute, and compares it with the selectors.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "machine/operations.hpp"
#include "omit/site.hpp"
#include "program/thread.hpp"

namespace shootdown::omit {

// What an instruction protects with; nothing for most. A guard is one by its beginning.
std::optional<Kind> kind_of(const program::Instruction& instruction);
// True for a read-modify-write or store that is LOCKed: without the LOCK it is still done.
bool is_lock(const program::Instruction& instruction);

class Omissions {
 public:
  // `collects`: remember every site that is executed. PROGRAM must outlive this.
  Omissions(const program::Program& program, std::vector<Selector> selectors, bool collects);

  // Without it nothing here has to be asked.
  [[nodiscard]] bool active() const { return collects_ || !selectors_.empty(); }
  // The instruction that THREAD is about to execute is selected. GUARD: the kind of a guard, as said.
  [[nodiscard]] bool selects(const program::Thread& thread, std::string_view guard);
  // That instruction is executed: its site is one of those to leave out.
  void executed(const program::Thread& thread, std::string_view guard);

  // What `executed` was told, by place.
  [[nodiscard]] std::vector<Site> sites() const;
  // Selectors that never selected anything.
  [[nodiscard]] std::vector<std::string> idle() const;

 private:
  using Chain = std::vector<std::uint32_t>;  // locations, innermost first

  [[nodiscard]] const program::Instruction& next(const program::Thread& thread) const;
  [[nodiscard]] bool library(std::uint32_t file) const;
  [[nodiscard]] Chain chain(const program::Thread& thread) const;
  [[nodiscard]] std::string what(const program::Instruction& instruction, std::string_view guard) const;
  [[nodiscard]] bool at(const Selector::Line& line, std::uint32_t location) const;
  [[nodiscard]] bool matches(const Selector& selector, std::string_view name, const Chain& places) const;

  const program::Program& program_;
  std::vector<Selector> selectors_;
  std::vector<bool> used_;
  bool collects_;
  std::map<std::string, Site> sites_;  // by selector_text
};

}  // namespace shootdown::omit

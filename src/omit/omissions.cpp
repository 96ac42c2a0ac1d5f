#include "omit/omissions.hpp"

#include <algorithm>
#include <tuple>

namespace shootdown::omit {

using machine::Operation;
using machine::Protection;
using program::Instruction;
using program::Opcode;

bool is_lock(const Instruction& i) {
  constexpr unsigned kOrdered = program::kSeqCst | program::kAcquire | program::kRelease | program::kLocked;
  if (i.op == Opcode::Store) return (i.flags & program::kSeqCst) != 0;
  const bool read_modify_write = (i.op >= Opcode::RmwXchg && i.op <= Opcode::RmwUMax) || i.op == Opcode::CmpXchg;
  return read_modify_write && (i.flags & kOrdered) != 0;
}

std::optional<Kind> kind_of(const Instruction& i) {
  if (i.op == Opcode::Fence && (i.flags & program::kSeqCst) != 0) return Kind::Barrier;
  if (is_lock(i)) return Kind::Barrier;
  if (i.op != Opcode::Operate) return std::nullopt;
  switch (machine::info(static_cast<Operation>(i.aux)).protection) {
    case Protection::Barrier: return Kind::Barrier;
    case Protection::InterruptsOff: return Kind::InterruptsOff;
    case Protection::Flush:
    case Protection::FlushIfNothingElse: return Kind::Flush;
    case Protection::Guard: return Kind::Guard;
    case Protection::None: break;
  }
  return std::nullopt;
}

Omissions::Omissions(const program::Program& program, std::vector<Selector> selectors, bool collects)
    : program_(program), selectors_(std::move(selectors)), used_(selectors_.size(), false), collects_(collects) {}

bool Omissions::library(std::uint32_t file) const {
  return file < program_.library_files.size() && program_.library_files[file];
}

const Instruction& Omissions::next(const program::Thread& thread) const {
  return program_.functions[thread.top().function].code[thread.top().pc];
}

Omissions::Chain Omissions::chain(const program::Thread& thread) const {
  Chain places;
  for (auto frame = thread.frames.rbegin(); frame != thread.frames.rend(); ++frame) {
    std::uint32_t at = program_.functions[frame->function].code[frame->pc].location;
    for (; at != 0; at = program_.locations[at].inlined_at) {
      places.push_back(at);
      if (!library(program_.locations[at].file)) return places;
    }
    if (frame->kind == program::FrameKind::Interrupt) break;
  }
  return places;
}

std::string Omissions::what(const Instruction& i, std::string_view guard) const {
  if (i.op == Opcode::Fence) return "fence";
  if (i.op != Opcode::Operate) return "lock";
  return selector_word(guard.empty() ? machine::info(static_cast<Operation>(i.aux)).mnemonic : guard);
}

bool Omissions::at(const Selector::Line& line, std::uint32_t location) const {
  const program::Location& place = program_.locations[location];
  return place.line == line.line && ends_in(program_.files[place.file], line.file);
}

bool Omissions::matches(const Selector& selector, std::string_view name, const Chain& places) const {
  if (!selector.what.empty() && selector.what != name) return false;
  if (!selector.exact)
    return std::any_of(places.begin(), places.end(),
                       [&](std::uint32_t place) { return at(selector.lines.front(), place); });
  return std::equal(places.begin(), places.end(), selector.lines.begin(), selector.lines.end(),
                    [&](std::uint32_t place, const Selector::Line& line) { return at(line, place); });
}

bool Omissions::selects(const program::Thread& thread, std::string_view guard) {
  if (selectors_.empty()) return false;
  const std::string name = what(next(thread), guard);
  const Chain places = chain(thread);
  for (std::size_t n = 0; n < selectors_.size(); ++n)
    if (matches(selectors_[n], name, places)) {
      used_[n] = true;
      return true;
    }
  return false;
}

void Omissions::executed(const program::Thread& thread, std::string_view guard) {
  if (!collects_) return;
  const Instruction& i = next(thread);
  Site site{kind_of(i).value_or(Kind::Guard), what(i, guard), {}};
  for (const std::uint32_t at : chain(thread)) {
    const program::Location& location = program_.locations[at];
    const std::string& path = program_.files[location.file];
    const bool in_library = library(location.file);
    // The tool's headers are known by their folder and name, other files by their name.
    std::size_t slash = path.rfind('/');
    for (const std::string_view folder : {"/kit/", "/tlb/", "/shootdown/"})
      if (const std::size_t found = path.rfind(folder); in_library && found != std::string::npos)
        slash = std::min(slash, found);
    site.places.push_back(
        {slash == std::string::npos ? path : path.substr(slash + 1), location.line, location.function, in_library});
  }
  if (site.places.empty()) return;  // without a line nobody could say what was left out
  sites_.try_emplace(selector_text(site), site);
}

std::vector<Site> Omissions::sites() const {
  std::vector<Site> all;
  all.reserve(sites_.size());
  for (const auto& [text, site] : sites_) all.push_back(site);
  const auto key = [](const Site& site) {
    const Place& outermost = site.places.back();
    return std::tuple(std::string_view(outermost.file), outermost.line, site.kind, selector_text(site));
  };
  std::sort(all.begin(), all.end(), [&](const Site& a, const Site& b) { return key(a) < key(b); });
  return all;
}

std::vector<std::string> Omissions::idle() const {
  std::vector<std::string> texts;
  for (std::size_t n = 0; n < selectors_.size(); ++n)
    if (!used_[n]) texts.push_back(to_text(selectors_[n]));
  return texts;
}

}  // namespace shootdown::omit

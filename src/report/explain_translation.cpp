// Which cached translation an access used, who took it away, and which CPU did not flush it.
#include <fmt/format.h>

#include <algorithm>

#include "report/history.hpp"

namespace shootdown::report {
namespace {

using trace::Event;

constexpr std::size_t kNone = History::kNone;

bool covers(const trace::TlbLine& line, std::uint64_t va) {
  return line.leaf && va >= line.va && va - line.va < line.bytes;
}

// What is cached under another tag serves no access.
bool usable(const Event& event, const trace::TlbLine& line) {
  return !event.after.tags_in_use || line.tag == "global" || line.tag == fmt::format("PCID {}", event.after.tag) ||
         line.tag == fmt::format("ASID {}", event.after.tag);
}

// A translation of VA in the CPU's TLB after EVENT that the access should not have used: a stale one, or one from
// another root.
const trace::TlbLine* bad_line(const Event& event, std::uint64_t va) {
  const trace::TlbLine* found = nullptr;
  for (const trace::TlbLine& line : event.after.tlb) {
    if (!covers(line, va) || !usable(event, line)) continue;
    if (line.stale) return &line;
    if (line.origin != event.after.root_name && line.tag != "global") found = &line;
  }
  return found;
}

bool same_line(const trace::TlbLine& a, const trace::TlbLine& b) {
  return a.va == b.va && a.bytes == b.bytes && a.target == b.target && a.rights == b.rights && a.origin == b.origin &&
         a.tag == b.tag && a.leaf == b.leaf;
}

bool holds(const Event& event, const trace::TlbLine& line) {
  return std::any_of(event.after.tlb.begin(), event.after.tlb.end(),
                     [&](const trace::TlbLine& other) { return same_line(line, other); });
}

std::string line_text(const trace::TlbLine& line) {
  std::string text = fmt::format("{:#x} -> {:#x} {}", line.va, line.target, line.rights);
  if (!line.tag.empty()) text += fmt::format(", {}", line.tag);
  return text + fmt::format(", from page table {}", line.origin);
}

// A barrier since the broadcast at `told` that would have waited for it on the CPU that issued it, but ran elsewhere.
std::string elsewhere_sentence(const History& history, std::size_t told, std::size_t at) {
  const std::string_view waiter = history[told].operation == "TLBI" ? "DSB" : "TLBSYNC";
  const auto on = [&](bool issuer) {
    return history.last(
        told + 1, at, [&](const Event& e) { return e.operation == waiter && (e.cpu == history[told].cpu) == issuer; });
  };
  const std::size_t other = on(false);
  if (other == kNone || on(true) != kNone) return {};
  return fmt::format(" The {} in {} ran on {}: it waits only for what its own CPU has issued, and {} had issued this.",
                     waiter, where_text(history[other]), cpu_text(history[other].cpu), cpu_text(history[told].cpu));
}

// A broadcast since event `since` that the CPU has not performed.
std::string pending_sentence(const History& history, std::size_t since, std::size_t at) {
  const std::size_t told =
      history.last(since + 1, at, [](const Event& e) { return e.operation == "INVLPGB" || e.operation == "TLBI"; });
  if (told == kNone) return {};
  return fmt::format(" It had not yet performed {}'s {} in {}.", cpu_text(history[told].cpu), history[told].operation,
                     where_text(history[told])) +
         elsewhere_sentence(history, told, at);
}

// Which flushes of the CPU came since event `since`, and that they did not help.
std::string flush_sentence(const History& history, unsigned cpu, std::size_t since, std::size_t at) {
  const std::size_t cut = history.last(since + 1, at, [&](const Event& e) { return e.cpu == cpu && may_cut_tlb(e); });
  if (cut == kNone)
    return fmt::format(" {} flushed nothing since.", cpu_text(cpu)) + pending_sentence(history, since, at);
  const std::string where = history[cut].where.empty() ? "" : " in " + where_text(history[cut]);
  return fmt::format(" {}{} since then did not drop it.", history[cut].operation, where);
}

// The statement that took the page at VA away, last before the access.
std::size_t find_revocation(const History& history, std::size_t at, std::uint64_t va) {
  return history.last(0, at, [&](const Event& e) {
    return (e.operation == "revoked" || e.operation == "revoked everywhere") && e.arguments.size() == 2 &&
           page_of(e.arguments[1]) == page_of(va);
  });
}

// Since when the CPU has held the line without a break.
std::size_t held_since(const History& history, std::size_t at, const trace::TlbLine& line) {
  std::size_t since = at;
  for (std::size_t i = at; i-- > 0;) {
    if (history[i].cpu != history[at].cpu) continue;
    if (!holds(history[i], line)) break;
    since = i;
  }
  return since;
}

std::string access_text(const Event& event) {
  return fmt::format("{} makes a {} at {:#x} in {}", cpu_text(event.cpu), event.operation, event.arguments.front(),
                     event.context_name);
}

}  // namespace

std::string explain_translation(const History& history, std::size_t at, const trace::Violation& violation) {
  const Event& event = history[at];
  if (!is_access(event) || event.arguments.empty()) return {};
  const std::uint64_t va = event.arguments.front();
  const trace::TlbLine* line = bad_line(event, va);
  std::string text = access_text(event);
  text += line != nullptr ? fmt::format(" through a cached translation ({}).", line_text(*line))
                          : " through a cached translation.";
  if (violation.property == "revoked-translation") {
    const std::size_t revoked = find_revocation(history, at, va);
    if (revoked == kNone) return text;
    const Event& taken = history[revoked];
    text += fmt::format(" {} had taken it away in {}.", taken.context_name, where_text(taken));
    const std::size_t since = line != nullptr ? held_since(history, at, *line) : revoked;
    return text + flush_sentence(history, event.cpu, std::min(since, revoked), at);
  }
  if (line == nullptr) return text;
  text += fmt::format(" It now runs on page table {}.", event.after.root_name);
  const std::size_t load = history.last_root_load(event.cpu, at);
  if (load != kNone)
    text += fmt::format(" {} wrote that to {} in {}, and the translation survived it.", history[load].context_name,
                        history.root_register(), where_text(history[load]));
  return text;
}

std::string explain_freed(const History& history, std::size_t at, const trace::Violation& /*violation*/) {
  const Event& event = history[at];
  const auto freed = [&](std::uint64_t page) {
    return history.last(0, at + 1, [&](const Event& e) {
      return e.operation == "page freed" && !e.arguments.empty() && e.arguments[0] == page;
    });
  };
  const std::size_t root_freed = freed(page_of(event.after.root));
  if (root_freed != kNone)
    return fmt::format("{} runs {} on page table {}, whose page {} has freed in {}.", cpu_text(event.cpu),
                       event.context_name, event.after.root_name, history[root_freed].context_name,
                       where_called_text(history[root_freed])) +
           root_story(history, at);
  for (const trace::TlbLine& line : event.after.tlb) {
    const std::size_t free = freed(page_of(line.target));
    if (free == kNone || !usable(event, line) ||
        (is_access(event) && !event.arguments.empty() && line.leaf && !covers(line, event.arguments[0])))
      continue;
    std::string text = is_access(event) && !event.arguments.empty()
                           ? access_text(event)
                           : fmt::format("{} runs {}", cpu_text(event.cpu), event.context_name);
    text += fmt::format(" and may use a cached {} ({}), whose page {} has freed in {}.",
                        line.leaf ? "translation" : "page-table entry", line_text(line), history[free].context_name,
                        where_called_text(history[free]));
    return text + flush_sentence(history, event.cpu, held_since(history, at, line), at);
  }
  return {};
}

}  // namespace shootdown::report

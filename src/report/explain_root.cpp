// Which page table a CPU runs on, and how it came to.
#include <fmt/format.h>

#include "report/history.hpp"
#include "report/source_text.hpp"

namespace shootdown::report {
namespace {

using trace::Event;
using trace::EventKind;

constexpr std::size_t kNone = History::kNone;

std::string in_brackets(const std::string& text) { return text.empty() ? text : fmt::format(" ({})", text); }

// The read of the register that gave the value which event `load` wrote, if the same context made it and was switched
// away in between.
struct Carried {
  std::size_t read = kNone;
  std::size_t away = kNone;  // the switch that came between
};

Carried carried_value(const History& history, std::size_t load) {
  const Event& write = history[load];
  if (write.arguments.empty()) return {};
  const std::uint64_t value = write.arguments.front();
  Carried carried;
  carried.read = history.last(
      0, load, [&](const Event& e) { return reads_root(e) && e.context == write.context && e.result == value; });
  if (carried.read == kNone) return {};
  carried.away = history.first(carried.read, load, [&](const Event& e) {
    return e.kind == EventKind::ContextSwitch && e.context == write.context;
  });
  return carried.away == kNone ? Carried{} : carried;
}

// `at`: what the load led to. A root that was loaded before paging was on has its name only there.
std::string load_sentence(const History& history, std::size_t load, std::size_t at) {
  const Event& write = history[load];
  const Carried carried = carried_value(history, load);
  const trace::CpuView& named = write.after.paging_on ? write.after : history[at].after;
  std::string text = fmt::format(" {} wrote {} to {} in {}", write.context_name, named.root_name,
                                 history.root_register(), where_text(write));
  if (carried.read != kNone)
    text +=
        fmt::format(", a value it had read{} before the switch to {}",
                    in_brackets(history[carried.read].where.empty() ? std::string{}
                                                                    : place_text(history[carried.read].where.front())),
                    history[carried.away].other_name);
  return text + ".";
}

// The switch to the context at `at` on its CPU, last in [begin, at).
std::size_t switch_to_victim(const History& history, std::size_t begin, std::size_t at) {
  const Event& victim = history[at];
  return history.last(begin, at, [&](const Event& e) {
    return e.kind == EventKind::ContextSwitch && e.cpu == victim.cpu && e.other_context == victim.context;
  });
}

// What the checked code noted last on CPU in [begin, end), in brackets.
std::string noted(const History& history, unsigned cpu, std::size_t begin, std::size_t end) {
  const std::size_t note =
      history.last(begin, end, [&](const Event& e) { return e.kind == EventKind::Note && e.cpu == cpu; });
  return note == kNone ? std::string{} : in_brackets(history[note].text);
}

// How the context at `at` got onto the CPU after the load.
std::string resume_sentence(const History& history, std::size_t load, std::size_t at) {
  const Event& victim = history[at];
  const std::size_t resumed = switch_to_victim(history, load + 1, at);
  if (resumed == kNone) return {};
  return fmt::format(" {} was then resumed without a reload of {}{}.", victim.context_name, history.root_register(),
                     noted(history, victim.cpu, load + 1, resumed));
}

// No event loads a root: the CPU has the one of its boot, of which there are no events.
std::string never_loaded_sentence(const History& history, std::size_t at) {
  const Event& victim = history[at];
  const std::size_t resumed = switch_to_victim(history, 0, at);
  const std::string register_name(history.root_register());
  if (resumed == kNone)
    return fmt::format(" {} has not written {} since boot{}.", cpu_text(victim.cpu), register_name,
                       noted(history, victim.cpu, 0, at));
  return fmt::format(" {} was switched to without a load of {}, and {} has not written it since boot{}.",
                     victim.context_name, register_name, cpu_text(victim.cpu), noted(history, victim.cpu, 0, resumed));
}

}  // namespace

std::string root_story(const History& history, std::size_t at) {
  const std::size_t load = history.last_root_load(history[at].cpu, at);
  if (load == kNone) return never_loaded_sentence(history, at);
  return load_sentence(history, load, at) + resume_sentence(history, load, at);
}

std::string explain_root(const History& history, std::size_t at, const trace::Violation& violation) {
  std::string text = violation.message;
  if (text.empty())
    text = fmt::format("{} runs {} in user mode on page table {}", cpu_text(history[at].cpu), history[at].context_name,
                       history[at].after.root_name);
  return text + "." + root_story(history, at);
}

}  // namespace shootdown::report

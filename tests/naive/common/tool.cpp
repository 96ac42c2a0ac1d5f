#include "tool.hpp"

#include "explore/search.hpp"
#include "system/system.hpp"

namespace shootdown::naive {
namespace {

explore::SearchOptions options() {
  explore::SearchOptions result;
  result.find_deadlock = false;
  result.limits.max_states = 1'000'000;
  return result;
}

}  // namespace

Answer ask_checker(const program::Program& program, const system::Configuration& configuration,
                   const std::vector<std::string>& properties, bool ends) {
  Answer answer;
  const auto ask = [&](const std::vector<std::string>& selection) {
    system::Configuration selected = configuration;
    selected.properties = selection;
    system::System system(program, selected);
    const explore::SearchResult found = explore::search(system, options());
    answer.states += found.statistics.states;
    if (found.end == explore::SearchEnd::Violation) return true;
    const bool early = found.end == explore::SearchEnd::Exhausted && ends;
    if (found.end != explore::SearchEnd::Complete && !early && answer.refused.empty()) {
      answer.refused =
          "the search ended otherwise (" + std::to_string(static_cast<int>(found.end)) + ") for " + selection[0];
      if (const auto recording = system.record(found.path))
        answer.refused += ": " + recording->unsupported + recording->exhausted;
    }
    return false;
  };
  answer.fails = ask(properties);
  for (std::size_t property = 0; property < properties.size(); ++property)
    if (ask({properties[property]})) answer.violated |= 1u << property;
  return answer;
}

std::string checker_trace(const program::Program& program, const system::Configuration& configuration,
                          const std::string& property) {
  system::Configuration selected = configuration;
  selected.properties = {property};
  system::System system(program, selected);
  const explore::SearchResult found = explore::search(system, options());
  std::string text;
  const auto recording = system.record(found.path);
  if (!recording) return text;
  for (const trace::Event& event : recording->events)
    text += "  " + event.context_name + ": " + (event.text.empty() ? event.operation : event.text) + "\n";
  if (recording->violation)
    text += "  => " + recording->violation->property + ": " + recording->violation->message + "\n";
  return text + recording->unsupported + recording->exhausted;
}

}  // namespace shootdown::naive

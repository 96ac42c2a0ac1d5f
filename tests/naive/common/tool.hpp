// The checker's side of a comparison, whatever the machine.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "program/program.hpp"
#include "system/configuration.hpp"

namespace shootdown::naive {

struct Answer {
  unsigned violated = 0;  // properties by their place in the list, each selected alone
  bool fails = false;     // all selected at once
  std::uint64_t states = 0;
  std::string refused;  // it did not answer: why
};
// `ends`: something ends a run also where it is not judged, such as a fault that nobody handles; the checker then says
// that it did not see all, and that counts as "nothing found".
Answer ask_checker(const program::Program& program, const system::Configuration& configuration,
                   const std::vector<std::string>& properties, bool ends);
// The checker's run to a violation of `property`, one event a line.
std::string checker_trace(const program::Program& program, const system::Configuration& configuration,
                          const std::string& property);

}  // namespace shootdown::naive

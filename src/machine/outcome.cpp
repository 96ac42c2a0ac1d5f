// Outcomes: outcome.hpp.
#include "machine/outcome.hpp"

#include <cstdio>
#include <utility>

namespace shootdown::machine {

Outcome done(std::uint64_t result) {
  Outcome outcome;
  outcome.result = result;
  return outcome;
}

Outcome changed() {
  Outcome outcome;
  outcome.tlb_changed = true;
  return outcome;
}

Outcome faulted(unsigned vector, std::uint64_t error_code, std::string name, std::string reason) {
  Outcome outcome;
  outcome.kind = Outcome::Kind::Fault;
  outcome.fault = Fault{vector, error_code, std::move(name), std::move(reason)};
  return outcome;
}

Outcome unsupported(std::string what) {
  Outcome outcome;
  outcome.kind = Outcome::Kind::Unsupported;
  outcome.text = std::move(what);
  return outcome;
}

std::string hexadecimal(std::uint64_t value) {
  char text[24];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
  return text;
}

}  // namespace shootdown::machine

// A whole state of the system, as it is worked on; codec.cpp turns it into words and back.
#pragma once

#include <cstdint>
#include <vector>

#include "explore/model.hpp"
#include "machine/state.hpp"
#include "program/thread.hpp"
#include "property/property.hpp"

namespace shootdown::system {

struct Context {
  program::Thread thread;
  std::uint64_t expected_root = property::kNotDeclared;
  std::uint64_t name = 0;  // address of the literal; 0: the boot context
  bool finished = false;
  bool daemon = false;
  // Guards that have been entered and not left, from the first that was left out; none in an ordinary check.
  struct Guard {
    std::uint64_t kind = 0, object = 0;  // as said: address of the literal, of the object
    bool left_out = false;
    friend bool operator==(const Guard&, const Guard&) = default;
  };
  std::vector<Guard> guards;
};

struct SystemState {
  machine::State machine;
  std::vector<Context> contexts;
};

// A state as words. Only what can still matter goes in: live registers, memory that differs from the initial picture.
void encode(const program::Program& program, const SystemState& state, explore::EncodedState& out);
// The inverse; registers that are not live come back as 0.
void decode(const program::Program& program, const explore::EncodedState& encoded, SystemState& out);

}  // namespace shootdown::system

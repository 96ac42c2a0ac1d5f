// Source places of frames, as numbers: equal places have equal numbers, however often they were inlined.
#pragma once

#include <cstdint>
#include <vector>

#include "audit/findings.hpp"
#include "program/program.hpp"
#include "program/thread.hpp"

namespace shootdown::audit {

class CallPaths {
 public:
  using Numbers = std::vector<std::uint32_t>;
  // `supplied`: for each of the program's files, whether it is not the user's (kit, library, headers).
  CallPaths(const program::Program& program, std::vector<bool> supplied);

  // The places of `thread` from frame number `top`, standing at `pc`, out to the frame that an interrupt entered, or to
  // the first.
  [[nodiscard]] Numbers of(const program::Thread& thread, std::size_t top, std::uint32_t pc) const;
  [[nodiscard]] CallPath resolve(const Numbers& numbers) const;
  // The place of one instruction.
  [[nodiscard]] trace::SourceLine place(std::uint32_t function, std::uint32_t pc) const;

 private:
  [[nodiscard]] trace::SourceLine line(std::uint32_t location) const;

  const program::Program& program_;
  std::vector<bool> supplied_;
  std::vector<std::uint32_t> first_;  // by location: the first one with the same file, line and function
};

}  // namespace shootdown::audit

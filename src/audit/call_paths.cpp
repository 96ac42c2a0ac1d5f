#include "audit/call_paths.hpp"

#include <map>
#include <tuple>

namespace shootdown::audit {

CallPaths::CallPaths(const program::Program& program, std::vector<bool> supplied)
    : program_(program), supplied_(std::move(supplied)) {
  std::map<std::tuple<std::uint32_t, std::uint32_t, std::string>, std::uint32_t> known;
  for (std::uint32_t number = 0; number < program.locations.size(); ++number) {
    const program::Location& location = program.locations[number];
    first_.push_back(known.try_emplace({location.file, location.line, location.function}, number).first->second);
  }
}

CallPaths::Numbers CallPaths::of(const program::Thread& thread, std::size_t top, std::uint32_t pc) const {
  Numbers numbers;
  for (std::size_t n = top + 1; n-- > 0;) {
    const program::Frame& frame = thread.frames[n];
    const program::Function& function = program_.functions[frame.function];
    std::uint32_t at = function.code[n == top ? pc : frame.pc].location;
    if (at == 0) at = function.location;
    for (; at != 0; at = program_.locations[at].inlined_at) numbers.push_back(first_[at]);
    if (frame.kind == program::FrameKind::Interrupt) break;
  }
  return numbers;
}

trace::SourceLine CallPaths::line(std::uint32_t location) const {
  const program::Location& place = program_.locations[location];
  return {program_.files[place.file], place.line, place.function};
}

CallPath CallPaths::resolve(const Numbers& numbers) const {
  CallPath path;
  path.under_test = numbers.size();
  for (const std::uint32_t number : numbers) {
    const std::uint32_t file = program_.locations[number].file;
    if (path.under_test == numbers.size() && !supplied_[file]) path.under_test = path.places.size();
    path.places.push_back(line(number));
  }
  return path;
}

trace::SourceLine CallPaths::place(std::uint32_t function, std::uint32_t pc) const {
  return line(program_.functions[function].code[pc].location);
}

}  // namespace shootdown::audit

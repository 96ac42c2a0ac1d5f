#include "cli/progress.hpp"

#include <fmt/format.h>

#include "check/judge.hpp"
#include "cli/terminal.hpp"

namespace shootdown::cli {

Progress::Progress(std::string label)
    : label_(std::move(label)), start_(std::chrono::steady_clock::now()), terminal_(is_terminal(stderr)) {}

Progress::~Progress() {
  if (shown_) fmt::print(stderr, "\r\033[K");
}

void Progress::show(const explore::Statistics& statistics) {
  if (!terminal_ || std::chrono::steady_clock::now() - start_ < std::chrono::milliseconds(500)) return;
  std::string line = fmt::format("{}: {}", label_, progress_text(statistics));
  const std::size_t width = output_width(stderr) - 1;
  if (line.size() > width) line.resize(width);
  fmt::print(stderr, "\r{}\033[K", line);
  std::fflush(stderr);
  shown_ = true;
}

std::string progress_text(const explore::Statistics& statistics) {
  const double rate = statistics.seconds > 0 ? static_cast<double>(statistics.states) / statistics.seconds : 0;
  return fmt::format("{} states, {}/s, depth {}, frontier {}, {}", check::count_text(statistics.states),
                     check::count_text(static_cast<std::uint64_t>(rate)), statistics.depth,
                     check::count_text(statistics.frontier), check::bytes_text(statistics.memory_bytes));
}

}  // namespace shootdown::cli

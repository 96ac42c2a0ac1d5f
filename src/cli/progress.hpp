// The progress line of a long run: on standard error, on a terminal only, after half a second.
#pragma once

#include <chrono>
#include <string>

#include "explore/search.hpp"

namespace shootdown::cli {

class Progress {
 public:
  explicit Progress(std::string label);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void show(const explore::Statistics& statistics);

 private:
  std::string label_;
  std::chrono::steady_clock::time_point start_;
  bool terminal_;
  bool shown_ = false;
};

// "1,204 states, 52,000/s, depth 31, frontier 17, 1.2 MiB"
std::string progress_text(const explore::Statistics& statistics);

}  // namespace shootdown::cli

#include "cli/terminal.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "cli/exit_codes.hpp"

namespace shootdown::cli {
namespace {

constexpr unsigned kLeast = 80, kMost = 160, kNoTerminal = 120;

}  // namespace

bool is_terminal(FILE* stream) { return isatty(fileno(stream)) == 1; }

unsigned output_width(FILE* stream) {
  winsize size{};
  if (!is_terminal(stream) || ioctl(fileno(stream), TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kNoTerminal;
  return std::clamp<unsigned>(size.ws_col, kLeast, kMost);
}

bool use_colour(FILE* stream) {
  const char* terminal = std::getenv("TERM");
  return is_terminal(stream) && std::getenv("NO_COLOR") == nullptr && terminal != nullptr &&
         std::string_view(terminal) != "dumb";
}

void print_error(const Error& error) {
  std::string place = error.file;
  if (!place.empty() && error.line != 0) place += fmt::format(":{}", error.line);
  if (!place.empty()) place += ": ";
  fmt::print(stderr, "shootdown: {}{}\n", place, error.message);
}

int exit_code_of(const Error& error) {
  switch (error.kind) {
    case ErrorKind::Usage: return exit_code(Verdict::Usage);
    case ErrorKind::Compile: return exit_code(Verdict::CompileError);
    case ErrorKind::Unsupported: return exit_code(Verdict::Unsupported);
    case ErrorKind::Internal: break;
  }
  return exit_code(Verdict::Internal);
}

}  // namespace shootdown::cli

// Runs a program without a shell and collects what it writes. Both streams are pipes read side by side, so that neither
// can fill up and block the child, and no temporary file is left behind whatever ends the process.
#include "frontend/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>

namespace shootdown::frontend {
namespace {

// Variables that would let the user's surroundings change what clang compiles.
bool changes_the_compiler(std::string_view entry) {
  constexpr std::array<std::string_view, 7> names{
      "CPATH=",    "C_INCLUDE_PATH=",       "CPLUS_INCLUDE_PATH=",          "LC_ALL=",
      "LANGUAGE=", "CCC_OVERRIDE_OPTIONS=", "CLANG_CONFIG_FILE_SYSTEM_DIR="};
  for (std::string_view name : names)
    if (entry.starts_with(name)) return true;
  return false;
}

std::vector<char*> child_environment() {
  static char locale[] = "LC_ALL=C";
  std::vector<char*> result;
  for (char** entry = environ; *entry != nullptr; ++entry)
    if (!changes_the_compiler(*entry)) result.push_back(*entry);
  result.push_back(locale);
  result.push_back(nullptr);
  return result;
}

struct Pipe {
  std::array<int, 2> end{-1, -1};
  Pipe() = default;
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
  [[nodiscard]] bool open() { return ::pipe2(end.data(), O_CLOEXEC) == 0; }
  void close_end(std::size_t which) {
    if (end[which] >= 0) ::close(end[which]);
    end[which] = -1;
  }
};

// Reads both pipes until the child has closed them.
void drain(Pipe& out, Pipe& err, ProcessOutput& output) {
  std::array<pollfd, 2> watched{{{out.end[0], POLLIN, 0}, {err.end[0], POLLIN, 0}}};
  std::array<std::string*, 2> into{&output.out, &output.err};
  std::array<char, 1 << 16> buffer{};
  while (watched[0].fd >= 0 || watched[1].fd >= 0) {
    if (::poll(watched.data(), watched.size(), -1) < 0) {
      if (errno == EINTR) continue;
      return;
    }
    for (std::size_t i = 0; i < watched.size(); ++i) {
      if (watched[i].fd < 0 || watched[i].revents == 0) continue;
      const ssize_t got = ::read(watched[i].fd, buffer.data(), buffer.size());
      if (got > 0)
        into[i]->append(buffer.data(), static_cast<std::size_t>(got));
      else if (got == 0 || errno != EINTR)
        watched[i].fd = -1;
    }
  }
}

Error cannot_run(const std::string& program, int code) {
  return Error{ErrorKind::Internal, "cannot run the compiler `" + program + "`: " + std::strerror(code), {}, 0};
}

}  // namespace

Result<ProcessOutput> run_process(const std::vector<std::string>& arguments) {
  Pipe out, err;
  if (!out.open() || !err.open()) return cannot_run(arguments[0], errno);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out.end[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err.end[1], STDERR_FILENO);

  std::vector<char*> argv;
  argv.reserve(arguments.size() + 1);
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  std::vector<char*> environment = child_environment();
  pid_t child = 0;
  const int failed = ::posix_spawnp(&child, argv[0], &actions, nullptr, argv.data(), environment.data());
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) return cannot_run(arguments[0], failed);
  out.close_end(1);
  err.close_end(1);

  ProcessOutput output;
  drain(out, err, output);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return cannot_run(arguments[0], errno);
  output.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return output;
}

}  // namespace shootdown::frontend

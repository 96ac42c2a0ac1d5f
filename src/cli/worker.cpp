#include "cli/worker.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <exception>
#include <string_view>

#include "cli/execute.hpp"
#include "cli/interrupt.hpp"

namespace shootdown::cli {
namespace {

using Clock = std::chrono::steady_clock;

struct Child {
  pid_t pid = -1;
  int pipe = -1;
  std::size_t index = 0;
  Clock::time_point start;
  std::string text;
};

void write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;  // nobody reads any more
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

// In the child: the answer goes through the pipe; nothing else of the parent's is touched on the way out.
[[noreturn]] void be_child(const Run& run, int pipe, bool quiet) {
  try {
    const Clock::time_point start = Clock::now();
    const report::CaseReport report = execute(run, quiet);
    const std::chrono::duration<double> took = Clock::now() - start;
    write_all(pipe, encode(summarise(report, took.count())));
  } catch (const std::exception&) {
    _exit(1);  // no answer: INTERNAL
  }
  _exit(0);
}

Outcome failed(std::string reason) {
  Outcome outcome;
  outcome.reason = std::move(reason);
  return outcome;
}

// An empty pid: the child could not be made.
Child start(const Run& run, std::size_t index, bool quiet) {
  Child child;
  child.index = index;
  child.start = Clock::now();
  std::array<int, 2> ends{-1, -1};
  if (pipe(ends.data()) != 0) return child;
  child.pid = fork();
  if (child.pid == 0) {
    close(ends[0]);
    be_child(run, ends[1], quiet);
  }
  close(ends[1]);
  if (child.pid < 0)
    close(ends[0]);
  else
    child.pipe = ends[0];
  return child;
}

Outcome finish(Child& child) {
  close(child.pipe);
  int status = 0;
  while (waitpid(child.pid, &status, 0) < 0 && errno == EINTR) {}
  Outcome outcome =
      WIFSIGNALED(status) ? failed(fmt::format("crashed: {}", strsignal(WTERMSIG(status)))) : decode(child.text);
  if (outcome.seconds == 0) outcome.seconds = std::chrono::duration<double>(Clock::now() - child.start).count();
  return outcome;
}

// True when the child has said all it will.
bool read_some(Child& child) {
  std::array<char, 4096> buffer;
  const ssize_t got = read(child.pipe, buffer.data(), buffer.size());
  if (got < 0) return errno != EINTR && errno != EAGAIN;
  child.text.append(buffer.data(), static_cast<std::size_t>(got));
  return got == 0;
}

}  // namespace

void check_in_processes(const std::vector<Run>& runs, unsigned jobs,
                        const std::function<void(std::size_t, const Outcome&)>& done) {
  std::vector<Child> children;
  std::size_t next = 0;
  bool passed_on = false;
  while (true) {
    while (children.size() < jobs && next < runs.size() && !interrupted()) {
      Child child = start(runs[next], next, jobs > 1);
      if (child.pid < 0)
        done(next, failed("no process could be made for it"));
      else
        children.push_back(std::move(child));
      ++next;
    }
    if (children.empty()) return;
    if (interrupted() && !passed_on) {  // the terminal told the children already; a signal to us alone did not
      passed_on = true;
      for (const Child& child : children) kill(child.pid, SIGTERM);
    }
    std::vector<pollfd> files;
    files.reserve(children.size());
    for (const Child& child : children) files.push_back({child.pipe, POLLIN, 0});
    if (poll(files.data(), files.size(), 200) <= 0) continue;
    for (std::size_t i = files.size(); i-- > 0;) {
      if (files[i].revents == 0 || !read_some(children[i])) continue;
      const std::size_t index = children[i].index;
      const Outcome outcome = finish(children[i]);
      children.erase(children.begin() + static_cast<std::ptrdiff_t>(i));
      done(index, outcome);
    }
  }
}

}  // namespace shootdown::cli

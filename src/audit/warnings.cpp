#include "audit/warnings.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace shootdown::audit {
namespace {

bool same(const trace::SourceLine& a, const trace::SourceLine& b) {
  return a.file == b.file && a.line == b.line && a.function == b.function;
}

bool same(const ReadModifyWrite& a, const ReadModifyWrite& b) {
  return a.reg == b.reg && same(a.read, b.read) && same(a.write, b.write);
}

std::string states_text(std::uint64_t states) { return fmt::format("{} state{}", states, states == 1 ? "" : "s"); }

}  // namespace

std::string callers_text(const CallPath& path) {
  const std::size_t begin = path.under_test < path.places.size() ? path.under_test : 0;
  std::string text;
  for (std::size_t n = begin; n < path.places.size(); ++n)
    text += (text.empty() ? "" : " < ") + path.places[n].function;
  return text;
}

std::vector<std::string> warnings(const std::vector<ReadModifyWrite>& found) {
  std::vector<std::string> lines;
  for (auto one = found.begin(); one != found.end(); ++one) {
    if (std::any_of(found.begin(), one, [&](const ReadModifyWrite& before) { return same(before, *one); })) continue;
    std::uint64_t preemptible = 0, preempted = 0;
    std::vector<std::string> callers;
    for (auto other = one; other != found.end(); ++other) {
      if (!same(*one, *other) || other->preemptible + other->preempted == 0) continue;
      preemptible += other->preemptible;
      preempted += other->preempted;
      std::string text = callers_text(other->path);
      if (std::find(callers.begin(), callers.end(), text) == callers.end()) callers.push_back(std::move(text));
    }
    if (preemptible + preempted == 0) continue;
    const std::string write = one->write.file == one->read.file && one->write.line == one->read.line
                                  ? std::string("on the same line")
                                  : fmt::format("at {}:{}", one->write.file, one->write.line);
    const std::string really = preempted == 0
                                   ? std::string("no schedule switches away there")
                                   : fmt::format("switched away there by an interrupt in {}", states_text(preempted));
    lines.push_back(
        fmt::format("{}:{}: warning: the value read from {} is written back {}, and the code is preemptible in between "
                    "(in {}; {}): {}",
                    one->read.file, one->read.line, one->reg, write, states_text(preemptible), really,
                    fmt::join(callers, ", and ")));
  }
  return lines;
}

}  // namespace shootdown::audit

// Both sides on one kernel, and on many: for every naive machine but x86's, which has more commands (main.cpp).
//
// Language: types Kernel and Machine; properties(); assemble(kernel), configuration(kernel); text(kernel); protocols();
// random(seed, two CPUs, store buffers), a kernel that need not be valid; kTwoCpus, whether there may be two CPUs;
// simplifications(): changes that make a kernel simpler.
#pragma once

#include <chrono>
#include <cstdio>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "explorer.hpp"
#include "tool.hpp"

namespace shootdown::naive {

struct Limits {
  unsigned capacity = 2;          // entries that a naive CPU caches at a time
  std::uint64_t states = 60'000;  // more: the naive side did not finish, and only its violations count
};

struct Request {
  std::string command;
  std::uint64_t seed = 1, count = 500;
  bool first = false;  // end at the first disagreement, without minimising it
  Limits limits;
};

// A kernel whose verdict is known.
template <class Kernel>
struct Known {
  std::string name;
  Kernel kernel;
  unsigned violated = 0;
};

template <class Language>
class Session {
 public:
  using Kernel = typename Language::Kernel;
  using Machine = typename Language::Machine;

  explicit Session(const Request& request) : request_(request) {}

  // Returns the exit status.
  int run() {
    const std::string& command = request_.command;
    if (command == "protocols") return protocols();
    if (command.starts_with("show-")) {
      const auto kernel = random(command.substr(5), request_.seed);
      if (!kernel) return unknown();
      std::printf("%s", report(*kernel).c_str());
      return 0;
    }
    for (std::uint64_t i = 0; i < request_.count; ++i) {
      const auto kernel = random(command, request_.seed + i);
      if (!kernel) return unknown();
      if (!add(*kernel, command + " --seed " + std::to_string(request_.seed + i)) && request_.first) return 1;
    }
    return finish();
  }

 private:
  static constexpr unsigned kNone = 0xff;
  struct Comparison {
    Found naive;
    Answer tool;
    // A property on which they differ, or kNone.
    [[nodiscard]] unsigned disagreement() const {
      for (unsigned property = 0; property < Machine::kPropertyCount; ++property) {
        const bool here = ((naive.violated >> property) & 1) != 0, there = ((tool.violated >> property) & 1) != 0;
        if (here != there && (here || naive.complete)) return property;
      }
      return tool.fails != (tool.violated != 0) ? 0 : kNone;
    }
    [[nodiscard]] bool agree() const { return disagreement() == kNone && tool.refused.empty(); }
  };

  // "random": one CPU; "random2": two, whose stores reach memory at once; "random2-buffers": two with store buffers.
  // Tries numbers until one gives a kernel of the language. Nothing if it is no such command.
  static std::optional<Kernel> random(const std::string& command, std::uint64_t seed) {
    const bool one = command == "random", buffers = command == "random2-buffers";
    if (!one && (!Language::kTwoCpus || (!buffers && command != "random2"))) return std::nullopt;
    for (;; seed += 0x1'0000'0000) {
      const Kernel kernel = Language::random(seed, !one, buffers);
      if (kernel.valid()) return kernel;
    }
  }
  int unknown() const { return std::fprintf(stderr, "unknown command %s\n", request_.command.c_str()), 2; }

  Found explore(const Kernel& kernel, unsigned capacity, std::uint64_t states, bool traces) const {
    const Machine machine(kernel, capacity);
    return Explorer<Machine>(machine).explore(states, traces);
  }
  // Where the naive side misses a violation that the checker found, it is asked again with room for more entries.
  Comparison compare(const Kernel& kernel) const {
    const Limits& limits = request_.limits;
    Comparison result;
    result.naive = explore(kernel, limits.capacity, limits.states, false);
    const bool ends = (result.naive.violated & Machine::kEnds) != 0 || !result.naive.complete;
    result.tool =
        ask_checker(Language::assemble(kernel), Language::configuration(kernel), Language::properties(), ends);
    for (unsigned capacity = limits.capacity + 1; capacity <= Machine::kMostEntries; ++capacity) {
      if ((result.tool.violated & ~result.naive.violated) == 0 || !result.naive.complete) break;
      result.naive = explore(kernel, capacity, 20 * limits.states, false);
    }
    return result;
  }
  std::string report(const Kernel& kernel) const {
    const Comparison result = compare(kernel);
    const auto names = [](unsigned set) {
      std::string text;
      for (unsigned property = 0; property < Machine::kPropertyCount; ++property)
        if (((set >> property) & 1) != 0) text += " " + Language::properties()[property];
      return text.empty() ? std::string(" nothing") : text;
    };
    std::string text = Language::text(kernel) + "naive:" + names(result.naive.violated) +
                       (result.naive.complete ? "" : " (not all states)") + ", " + std::to_string(result.naive.states) +
                       " states\ntool: " + names(result.tool.violated) + ", " + std::to_string(result.tool.states) +
                       " states" + (result.tool.fails ? ", FAIL" : ", PASS") +
                       (result.tool.refused.empty() ? "" : "; " + result.tool.refused) + "\n";
    const unsigned property = result.disagreement();
    if (property == kNone) return text;
    const std::string& name = Language::properties()[property];
    if (((result.naive.violated >> property) & 1) != 0)
      return text + "naive run to " + name + ":\n" +
             explore(kernel, Machine::kMostEntries, 20 * request_.limits.states, true).traces[property];
    return text + "tool's run to " + name + ":\n" +
           checker_trace(Language::assemble(kernel), Language::configuration(kernel), name);
  }
  // The least kernel that can be reached from `kernel` by leaving things out and on which they still differ.
  Kernel minimise(Kernel kernel) const {
    for (bool smaller = true; smaller;) {
      smaller = false;
      const auto attempt = [&](const std::function<void(Kernel&)>& change) {
        Kernel candidate = kernel;
        change(candidate);
        if (candidate == kernel || !candidate.valid() || compare(candidate).agree()) return false;
        kernel = candidate;
        return smaller = true;
      };
      for (std::size_t list = 0; list < kernel.lists.size(); ++list)
        for (std::size_t i = 0; i < kernel.lists[list].size();)
          if (!attempt([&](Kernel& k) { k.lists[list].erase(k.lists[list].begin() + static_cast<std::ptrdiff_t>(i)); }))
            ++i;
      for (const auto& change : Language::simplifications()) attempt(change);
    }
    return kernel;
  }
  // Returns whether both sides agree.
  bool add(const Kernel& kernel, const std::string& name) {
    const Comparison result = compare(kernel);
    ++kernels_;
    naive_states_ += result.naive.states;
    tool_states_ += result.tool.states;
    incomplete_ += result.naive.complete ? 0 : 1;
    passes_ += result.tool.violated == 0 ? 1 : 0;
    for (unsigned property = 0; property < Machine::kPropertyCount; ++property)
      fails_[property] += (result.tool.violated >> property) & 1;
    if (result.agree()) return true;
    ++disagreements_;
    if (request_.first) {
      std::printf("DISAGREEMENT: %s, after %llu kernels\n%s", name.c_str(), kernels_, report(kernel).c_str());
    } else if (disagreements_ <= 10) {
      std::printf("DISAGREEMENT: %s\n%sleast kernel:\n%s\n", name.c_str(), report(kernel).c_str(),
                  report(minimise(kernel)).c_str());
    }
    std::fflush(stdout);
    return false;
  }
  int protocols() {
    int status = 0;
    for (const auto& known : Language::protocols()) {
      if (!add(known.kernel, known.name) && request_.first) return 1;
      const unsigned found = explore(known.kernel, Machine::kMostEntries, 20 * request_.limits.states, false).violated;
      std::printf("%s: %s\n", known.name.c_str(), found == known.violated ? "as known" : "NOT as known");
      if (found == known.violated) continue;
      status = 1;
      std::printf("%s\n", report(known.kernel).c_str());
    }
    return finish() | status;
  }
  int finish() const {
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
    std::printf(
        "%llu kernels, %llu disagreements, %.1f s; naive %llu states, tool %llu states; naive unfinished %llu\nPASS "
        "%llu",
        kernels_, disagreements_, seconds, naive_states_, tool_states_, incomplete_, passes_);
    for (unsigned property = 0; property < Machine::kPropertyCount; ++property)
      std::printf(", %s %llu", Language::properties()[property].c_str(), fails_[property]);
    std::printf("\n");
    return disagreements_ == 0 && kernels_ > 0 ? 0 : 1;
  }

  Request request_;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  unsigned long long kernels_ = 0, disagreements_ = 0, naive_states_ = 0, tool_states_ = 0, incomplete_ = 0,
                     passes_ = 0;
  std::array<unsigned long long, Machine::kPropertyCount> fails_{};
};

}  // namespace shootdown::naive

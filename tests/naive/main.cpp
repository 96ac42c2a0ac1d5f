// tests/naive: the checker against a naive explorer of the same kernels.
//
// Idea: the checker's machine keeps sets of what may be cached, fuses steps and infers sharing. Each is an argument
// that could be wrong. So the same small kernels are explored a second time, by code that shares nothing with the
// checker and makes none of these arguments (machine.hpp), and the verdicts are compared: for each property selected
// alone, and for all of them together.
//
//   kernel.hpp   a tiny language for kernels ── assemble.cpp ──► Program ──► System, search   the checker
//        ▲                                   └─────────────────► machine.hpp, explore.cpp     the naive explorer
//   random.cpp, systematic.cpp, protocols.cpp                          compare.cpp: same verdicts? minimise, report
//
// That is x86. arm64, s390x and ARMv5 have a language and a naive machine each in a folder of that name, and what is
// the same for every machine, the search among it, is in common/.
//
// Guarantee: for every kernel that was compared, and within the deviations named in machine.hpp, both say the same.
// Not compared: the front end, D bits with store buffers, more than two CPUs, interrupts and migration on two, INVLPGB
// of further pages, large pages, NMIs, A bits; of arm64, s390x and ARMv5 what their machine.hpp names.
//
//   naive random [--seed N] [--count N]      kernels N, N+1, ...
//   naive random2 [--seed N] [--count N]     the same on two CPUs; random2-tso: with store buffers
//   naive random2-invlpgb                    the same with INVLPGB and TLBSYNC; random2-invlpgb-tso: and store buffers
//   naive systematic [--length N]            all kernels with N operations of the alphabet
//   naive protocols                          known verdicts
//   naive show --seed N                      one random kernel, both sides; show2, show2-tso, ...: of two CPUs
//   naive arm64-protocols, arm64-random, arm64-random2, arm64-random2-buffers, arm64-show-random, ...
//   naive s390-protocols, s390-random, ...   likewise
//   naive arm-protocols, arm-random, arm-show-random    likewise, of one CPU
// All take [--capacity N] [--states N], see Budget; --first 1 ends at the first disagreement, without minimising it.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

#include "arm/language.hpp"
#include "arm64/language.hpp"
#include "compare.hpp"
#include "generate.hpp"
#include "s390/language.hpp"

namespace shootdown::naive {
namespace {

struct Options {
  std::string command = "random";
  std::uint64_t seed = 1, count = 500, length = 1, first = 0;
  Budget budget;
};

class Tally {
 public:
  explicit Tally(const Options& options) : options_(options) {}

  void add(const Kernel& kernel, const std::string& name) {
    const Comparison result = compare(kernel, options_.budget);
    ++kernels_;
    naive_states_ += result.naive.states;
    tool_states_ += result.tool_states;
    incomplete_ += result.naive.complete ? 0 : 1;
    passes_ += result.tool == 0 ? 1 : 0;
    for (unsigned property = 0; property < kProperties; ++property) fails_[property] += (result.tool >> property) & 1;
    if (result.agree()) return;
    ++disagreements_;
    if (options_.first != 0) {
      std::printf("DISAGREEMENT: %s, after %llu kernels\n%s", name.c_str(), kernels_,
                  report(kernel, options_.budget).c_str());
      std::exit(1);
    }
    if (disagreements_ > 10) return;
    std::printf("DISAGREEMENT: %s\n%sleast kernel:\n%s\n", name.c_str(), report(kernel, options_.budget).c_str(),
                report(minimise(kernel, options_.budget), options_.budget).c_str());
    std::fflush(stdout);
  }
  // Returns the exit status.
  int finish() const {
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
    std::printf(
        "%llu kernels, %llu disagreements, %.1f s; naive %llu states, tool %llu states; naive unfinished %llu\nPASS "
        "%llu",
        kernels_, disagreements_, seconds, naive_states_, tool_states_, incomplete_, passes_);
    for (unsigned property = 0; property < kProperties; ++property)
      std::printf(", %s %llu", property_name(property), fails_[property]);
    std::printf("\n");
    return disagreements_ == 0 && kernels_ > 0 ? 0 : 1;
  }

 private:
  const Options& options_;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  unsigned long long kernels_ = 0, disagreements_ = 0, naive_states_ = 0, tool_states_ = 0, incomplete_ = 0,
                     passes_ = 0;
  std::array<unsigned long long, kProperties> fails_{};
};

int run_protocols(const Options& options) {
  Tally tally(options);
  int status = 0;
  for (const Protocol& protocol : protocols()) {
    tally.add(protocol.kernel, protocol.name);
    const unsigned found = compare(protocol.kernel, options.budget).naive.violated;
    std::printf("%s: %s\n", protocol.name.c_str(), found == protocol.violated ? "as known" : "NOT as known");
    if (found == protocol.violated) continue;
    status = 1;
    std::printf("%s\n", report(protocol.kernel, options.budget).c_str());
  }
  return tally.finish() | status;
}

int run(const Options& options) {
  if (options.command == "protocols") return run_protocols(options);
  const bool buffers = options.command.ends_with("-tso");
  const bool broadcasts = options.command.find("-invlpgb") != std::string::npos;
  const std::string family = options.command.substr(0, options.command.find('-'));
  if (family == "show" || family == "show2") {
    const Kernel kernel =
        family == "show2" ? random_kernel_of_two_cpus(options.seed, buffers, broadcasts) : random_kernel(options.seed);
    std::printf("%s\n%s", report(kernel, options.budget).c_str(), to_scenario(kernel, "Generated.", "PASS").c_str());
    return 0;
  }
  Tally tally(options);
  if (options.command == "systematic") {
    systematic_kernels(static_cast<unsigned>(options.length),
                       [&](const Kernel& kernel) { tally.add(kernel, "systematic"); });
  } else if (options.command == "random") {
    for (std::uint64_t i = 0; i < options.count; ++i)
      tally.add(random_kernel(options.seed + i), "--seed " + std::to_string(options.seed + i));
  } else if (family == "random2") {
    for (std::uint64_t i = 0; i < options.count; ++i)
      tally.add(random_kernel_of_two_cpus(options.seed + i, buffers, broadcasts),
                options.command + " --seed " + std::to_string(options.seed + i));
  } else {
    std::fprintf(stderr, "unknown command %s\n", options.command.c_str());
    return 2;
  }
  return tally.finish();
}

int main(int argc, char** argv) {
  Options options;
  std::uint64_t capacity = options.budget.capacity;
  const std::map<std::string, std::uint64_t*> numbers{
      {"--seed", &options.seed}, {"--count", &options.count}, {"--length", &options.length},
      {"--capacity", &capacity}, {"--first", &options.first}, {"--states", &options.budget.naive_states}};
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const auto number = numbers.find(word);
    if (number == numbers.end() && word.starts_with("--"))
      return std::fprintf(stderr, "unknown option %s\n", argv[i]), 2;
    if (number == numbers.end())
      options.command = word;
    else if (++i < argc)
      *number->second = std::strtoull(argv[i], nullptr, 10);
  }
  options.budget.capacity = static_cast<unsigned>(capacity);
  const std::size_t dash = options.command.find('-');
  const std::string machine = options.command.substr(0, dash);
  const Request request{dash == std::string::npos ? "" : options.command.substr(dash + 1),
                        options.seed,
                        options.count,
                        options.first != 0,
                        {options.budget.capacity, options.budget.naive_states}};
  if (machine == "arm") return Session<arm::Language>(request).run();
  if (machine == "arm64") return Session<arm64::Language>(request).run();
  if (machine == "s390") return Session<s390::Language>(request).run();
  return run(options);
}

}  // namespace
}  // namespace shootdown::naive

int main(int argc, char** argv) { return shootdown::naive::main(argc, argv); }

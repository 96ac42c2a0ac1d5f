// The options that say how a case is checked. The same parser reads the command line and the option words in a
// scenario's header; what the command line says overrides what the file says.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "check/check.hpp"

namespace CLI {
class App;
}

namespace shootdown::cli {

// Whatever is unset was not said.
struct Options {
  std::optional<std::string> machine;
  std::optional<std::vector<std::vector<std::string>>> cpu_features;  // of CPU 0, 1, ...; the last for the rest
  std::optional<unsigned> cpus;
  std::optional<system::MemoryModel> memory_model;
  std::optional<unsigned> store_buffer;
  std::optional<std::vector<std::string>> properties;
  std::optional<std::string> optimisation;  // "O1"
  std::vector<omit::Selector> leave_out;
  std::vector<std::pair<std::string, std::string>> defines;
  std::optional<std::uint64_t> max_states;
  std::optional<std::uint64_t> max_memory;
  std::optional<double> timeout_seconds;
};

// Adds them to a subcommand; a value that cannot be read is a CLI::ValidationError that names what is known.
// `with_optimisation`: also -O, for commands that take one level. `judged`: the properties if none are named, for the
// help.
void add_options(CLI::App& app, Options& options, bool with_optimisation = true, std::string_view judged = "all");
// Limits only: for commands that take the rest from elsewhere.
void add_limit_options(CLI::App& app, Options& options);

// Reads option words. Errors: Usage.
Result<Options> parse_words(const std::vector<std::string>& words);

// `over` where it says something, else `base`; defines of both, `over` winning by name.
Options merge(Options base, const Options& over);

// Fills in a request's configuration, optimisation, defines and limits. Errors: Usage (a feature that the machine
// cannot have).
Result<bool> apply(const Options& options, check::Request& request);

// "O0", "O1", "O2" from "0", "O0", "-O0", ...; empty if it is none of them.
std::string optimisation_level(std::string_view text);
// Bytes from "1048576", "512M", "1.5GiB"; seconds from "90", "1.5", "2m", "1h". Nothing if it cannot be read.
std::optional<std::uint64_t> parse_size(std::string_view text);
std::optional<double> parse_seconds(std::string_view text);

}  // namespace shootdown::cli

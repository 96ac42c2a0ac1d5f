// Option words, one a line: of the command line, of a scenario's header, of a saved trace.
#include <cstdint>

#include "check/names.hpp"
#include "cli/options.hpp"
#include "support.hpp"

namespace {

using namespace shootdown;

// A request's options, as words, make the same request again: what traces and replays rely on.
void read_again(const cli::Options& first, const check::Request& request) {
  const std::vector<std::string> words = check::option_words(request);
  const Result<cli::Options> read = cli::parse_words(words);
  fuzz::require(read.ok(), "the words of a request are options");
  cli::Options options = read.value();
  options.machine = first.machine;
  check::Request again;
  fuzz::require(cli::apply(options, again).ok(), "the words of a request make a request");
  fuzz::require(check::option_words(again) == words, "the words of a request make the same request again");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Result<cli::Options> options = cli::parse_words(fuzz::lines_of(fuzz::text_of(data, size)));
  if (!options.ok()) return 0;
  check::Request request;
  const cli::Options merged = cli::merge(options.value(), options.value());
  if (cli::apply(merged, request).ok()) read_again(merged, request);
  return 0;
}

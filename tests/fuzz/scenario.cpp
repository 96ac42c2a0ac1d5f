// A scenario file: its header, and what the header says about each case.
#include <cstdint>

#include "cli/plan.hpp"
#include "scenario/scenario.hpp"
#include "support.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace shootdown;
  const fuzz::ScratchFile file(fuzz::text_of(data, size), ".c");
  const Result<scenario::Scenario> read = scenario::read(file.path());
  cli::PlanRequest request;
  request.paths = {file.path()};
  const Result<std::vector<cli::Run>> runs = cli::plan(request, {});
  fuzz::require(read.ok() || !runs.ok(), "what cannot be read has no cases");
  if (runs.ok()) fuzz::require(!runs.value().empty(), "a scenario has a case");
  if (!runs.ok()) fuzz::require(!runs.error().message.empty(), "an error says what is wrong");
  return 0;
}

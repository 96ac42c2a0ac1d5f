// A saved trace: read, turned into a request, executed on the scenario it may have been saved from, drawn.
#include <cstdint>

#include "check/names.hpp"
#include "cli/options.hpp"
#include "report/text.hpp"
#include "report/trace_file.hpp"
#include "support.hpp"

namespace {

using namespace shootdown;

constexpr std::size_t kMostChoices = 300;  // longer paths only take longer

// The programs that traces are executed on: those of the scenario that the seeds were saved from (see seeds.cpp).
struct Programs {
  program::Program x86_64, i386;
};

program::Program compiled(frontend::Target target) {
  const std::filesystem::path root = SHOOTDOWN_SOURCE_DIR;
  frontend::CompileRequest request;
  request.source = root / "corpus/linux-2016-x86-up-flush/up-flush.cpp";
  request.target = target;
  request.variants = {"buggy", "buggy-exit", "fixed", "irqs-off", "no-preempt"};
  request.variant = "buggy";
  request.include_directories = {root / "include", root};
  Result<frontend::Compiled> result = frontend::compile(request);
  fuzz::require(result.ok(), "the scenario of the traces compiles");
  return std::move(std::move(result).value().program);
}

const Programs& programs() {
  static const Programs both{compiled(frontend::Target::X86_64), compiled(frontend::Target::I386)};
  return both;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::ScratchFile file(fuzz::text_of(data, size), ".json");
  const Result<report::SavedTrace> saved = report::load_trace(file.path());
  if (!saved.ok()) return 0;
  const check::MachineEntry* machine = check::find_machine(saved.value().machine);
  Result<cli::Options> options = cli::parse_words(saved.value().options);
  if (!options.ok() || machine == nullptr || saved.value().choices.size() > kMostChoices) return 0;
  options.value().machine = saved.value().machine;
  check::Request request;
  if (!cli::apply(options.value(), request).ok()) return 0;

  const bool is_i386 = machine->kind == system::MachineKind::I386;
  system::System system(is_i386 ? programs().i386 : programs().x86_64, request.configuration);
  std::optional<system::Recording> recording = system.record(saved.value().choices);
  if (!recording) return 0;
  trace::Trace trace;
  trace.events = std::move(recording->events);
  trace.violation = std::move(recording->violation);
  fuzz::require(!report::schedule_text(trace, {}).empty(), "a schedule has a drawing");
  report::end_state_text(trace, {});
  return 0;
}

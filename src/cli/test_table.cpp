#include "cli/test_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "check/judge.hpp"
#include "cli/exit_codes.hpp"
#include "cli/interrupt.hpp"
#include "cli/outcome.hpp"
#include "cli/terminal.hpp"
#include "cli/worker.hpp"
#include "report/style.hpp"
#include "report/text.hpp"

namespace shootdown::cli {
namespace {

struct Widths {
  std::size_t label = 4, declared = 8;
};

Widths measure(const std::vector<Run>& runs) {
  Widths widths;
  for (const Run& run : runs) {
    widths.label = std::max(widths.label, report::display_width(run.label));
    widths.declared = std::max(widths.declared, declared_text(run.declared).size());
  }
  return widths;
}

void print_head(const Widths& widths) {
  fmt::print("{}  {}  {}  {:>10}  {:>5}  {:>7}  {:>8}\n", report::cell("case", widths.label),
             report::cell("declared", widths.declared), report::cell("got", widths.declared), "states", "steps", "time",
             "memory");
}

void print_row(const Run& run, const Outcome& outcome, const Widths& widths, const report::Style& style) {
  const bool good = agrees(run.declared, outcome);
  std::string got = outcome_text(outcome);
  if (got.size() < widths.declared) got.append(widths.declared - got.size(), ' ');
  fmt::print("{}  {}  {}  {:>10}  {:>5}  {:>7}  {:>8}{}\n", report::cell(run.label, widths.label),
             report::cell(declared_text(run.declared), widths.declared),
             report::painted(got, good ? report::Tone::Good : report::Tone::Bad, style),
             check::count_text(outcome.states), outcome.steps == 0 ? "" : std::to_string(outcome.steps),
             report::seconds_text(outcome.seconds), outcome.memory == 0 ? "" : check::bytes_text(outcome.memory),
             good ? "" : "  <- not as declared");
  if (!good && !outcome.reason.empty()) fmt::print("    {}\n", outcome.reason);
  std::fflush(stdout);
}

}  // namespace

int run_table(const std::vector<Run>& runs, unsigned jobs) {
  const report::Style style{output_width(stdout), use_colour(stdout)};
  const Widths widths = measure(runs);
  print_head(widths);
  std::fflush(stdout);
  std::vector<std::optional<Outcome>> outcomes(runs.size());
  std::size_t printed = 0, wrong = 0;
  check_in_processes(runs, jobs, [&](std::size_t index, const Outcome& outcome) {
    outcomes[index] = outcome;
    if (!agrees(runs[index].declared, outcome)) ++wrong;
    for (; printed < runs.size() && outcomes[printed]; ++printed)
      print_row(runs[printed], *outcomes[printed], widths, style);
  });
  if (interrupted()) {
    fmt::print("interrupted after {} of {} cases\n", printed, runs.size());
    return exit_code(Verdict::Bounded);
  }
  if (wrong != 0) {
    fmt::print("{} of {} case{} not as declared\n", wrong, runs.size(), runs.size() == 1 ? " is" : "s are");
    return kExitFail;
  }
  fmt::print("{} case{} as declared\n", runs.size(), runs.size() == 1 ? " is" : "s, all");
  return kExitPass;
}

}  // namespace shootdown::cli

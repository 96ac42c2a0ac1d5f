#include "cli/execute.hpp"

#include "cli/interrupt.hpp"
#include "cli/memory.hpp"
#include "cli/progress.hpp"

namespace shootdown::cli {

report::CaseReport execute(const Run& run, bool quiet) {
  report::CaseReport report;
  report.label = run.label;
  report.request = run.request;
  reset_peak_memory();
  Progress progress(run.label);
  check::Request request = run.request;
  request.limits.interrupted = &interrupted();
  request.memory_in_use = resident_memory;
  if (!quiet) request.progress = [&progress](const explore::Statistics& statistics) { progress.show(statistics); };
  report.answer = check::check(request);
  report.peak_memory = peak_memory();
  return report;
}

}  // namespace shootdown::cli

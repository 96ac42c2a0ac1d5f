#include <fmt/format.h>

#include <map>

#include "report/columns.hpp"
#include "report/explain.hpp"
#include "report/layout.hpp"
#include "report/text.hpp"

namespace shootdown::report {
namespace {

std::string size_text(std::uint64_t bytes) {
  constexpr std::uint64_t mib = std::uint64_t{1} << 20;
  if (bytes >= 1024 * mib) return fmt::format("{} GiB", bytes / (1024 * mib));
  return bytes >= mib ? fmt::format("{} MiB", bytes / mib) : fmt::format("{} KiB", bytes / 1024);
}

std::string tlb_table(const trace::CpuView& view) {
  std::string text;
  for (const trace::TlbLine& line : view.tlb)
    text += fmt::format("    {:#18x}  {:>7}  {} {:#x}  {}{}, from {}{}\n", line.va, size_text(line.bytes),
                        line.leaf ? "-> page " : "-> table", line.target, line.rights,
                        line.tag.empty() ? "" : ", " + line.tag, line.origin, line.stale ? "   stale" : "");
  return text;
}

}  // namespace

std::string schedule_text(const trace::Trace& trace, const Style& style) {
  SourceText source;
  std::string all = wrapped(explain(trace), style.width, "");
  const Layout layout = lay_out(trace, source);
  if (layout.rows.empty()) return all;
  if (!all.empty()) all += "\n";
  return all + draw(layout, style);
}

std::string end_state_text(const trace::Trace& trace, const Style& style) {
  std::map<unsigned, const trace::Event*> last;
  for (const trace::Event& event : trace.events) last[event.cpu] = &event;
  std::string all;
  for (const auto& [cpu, event] : last) {
    const trace::CpuView& view = event->after;
    std::string line =
        fmt::format("CPU{}: {} runs, page table {} ({:#x})", cpu, event->context_name, view.root_name, view.root);
    if (view.tags_in_use) line += fmt::format(", tag {}", view.tag);
    line += fmt::format(", paging {}, interrupts {}, TLB {}", view.paging_on ? "on" : "off",
                        view.interrupts_on ? "on" : "off", view.tlb.empty() ? "empty" : "may hold:");
    all += painted(line, Tone::Plain, style) + "\n" + tlb_table(view);
  }
  return all;
}

}  // namespace shootdown::report

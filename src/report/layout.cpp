#include "report/layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "report/describe.hpp"
#include "report/history.hpp"
#include "report/selection.hpp"

namespace shootdown::report {
namespace {

using trace::Event;
using trace::EventKind;

class Builder {
 public:
  Builder(const trace::Trace& trace, SourceText& source)
      : trace_(trace), history_(trace), selection_(trace), source_(source), views_(trace.cpus) {
    layout_.cpus = trace.cpus;
    const std::string_view name = root_register(trace.machine);
    layout_.root_heading = name.substr(0, name.find('_'));
  }

  Layout build() {
    const std::size_t begin = fold_boot();
    bool in_loop = false;
    for (std::size_t i = begin; i < trace_.events.size(); ++i) {
      const Event& event = trace_.events[i];
      if (!in_loop && trace_.loop_begins != 0 && event.step >= trace_.loop_begins) {
        in_loop = true;
        add_divider(event, "a loop begins");
        layout_.rows.back().task.clear();
      }
      add(event);
    }
    if (in_loop) add_divider(trace_.events.back(), fmt::format("again from step {}, for ever", trace_.loop_begins));
    mark_violation();
    fold();
    return std::move(layout_);
  }

 private:
  struct View {
    std::optional<trace::CpuView> last;  // after the last event
    std::string root, tlb;               // as last shown
    bool renew = true;                   // show them again in the next row
  };

  View& view(const Event& event) {
    if (event.cpu >= views_.size()) views_.resize(event.cpu + 1);
    return views_[event.cpu];
  }

  // The boot context works until the first switch: one row, with the contexts it made.
  std::size_t fold_boot() {
    const auto first_switch = std::find_if(trace_.events.begin(), trace_.events.end(),
                                           [](const Event& e) { return e.kind == EventKind::ContextSwitch; });
    if (first_switch == trace_.events.end() || first_switch->context != 0) return 0;
    std::vector<std::string> names;
    for (auto e = trace_.events.begin(); e != first_switch; ++e) {
      if (e->context != 0 || e->cpu != first_switch->cpu || e->kind == EventKind::Interrupt) return 0;
      if (e->operation == "create context") names.push_back(e->other_name.empty() ? e->text : e->other_name);
      view(*e).last = e->after;
    }
    Row row;
    row.divider = true;
    row.step = first_switch->step;
    row.cpu = first_switch->cpu;
    row.text = "boot";
    if (!names.empty()) row.text += fmt::format(": {}", fmt::join(names, ", "));
    row.text += fmt::format("; {} runs", first_switch->other_name);
    layout_.rows.push_back(std::move(row));
    view(*first_switch).last = first_switch->after;
    return static_cast<std::size_t>(first_switch - trace_.events.begin()) + 1;
  }

  void add(const Event& event) {
    View& cpu = view(event);
    const bool changed = cpu.last && differs(*cpu.last, event.after);
    cpu.last = event.after;
    if (!selection_.shows(event, changed)) return;
    switch (event.kind) {
      case EventKind::Interrupt: return add_interrupt(event);
      case EventKind::ContextSwitch: return add_switch(event);
      case EventKind::Violation: return add_violation(event);
      default: return add_row(event);
    }
  }

  void add_row(const Event& event) {
    Row row;
    row.step = event.step;
    row.cpu = event.cpu;
    row.task = event.context_name;
    row.text = describe(history_, event, source_);
    if (const trace::SourceLine* where = place_for_people(event, source_)) {
      row.code = where->function;
      row.source = place_text(*where);
    }
    if (repeats_last(row, event)) return;
    View& cpu = view(event);
    const std::string root = root_text(event.after);
    const std::string tlb = tlb_text(event.after);
    if (cpu.renew || root != cpu.root) row.root = root;
    if (tlb != cpu.tlb) row.tlb = tlb.empty() ? "empty" : tlb;
    cpu.root = root;
    cpu.tlb = tlb;
    cpu.renew = false;
    layout_.rows.push_back(std::move(row));
  }

  // One source line that stores several times is one row.
  [[nodiscard]] bool repeats_last(const Row& row, const Event& event) const {
    if (event.kind != EventKind::Store && event.kind != EventKind::ReadModifyWrite) return false;
    if (layout_.rows.empty()) return false;
    const Row& last = layout_.rows.back();
    return !last.divider && last.cpu == row.cpu && last.task == row.task && last.source == row.source &&
           last.text == row.text;
  }

  void add_divider(const Event& event, std::string text) {
    Row row;
    row.divider = true;
    row.step = event.step;
    row.cpu = event.cpu;
    row.task = event.context_name;
    row.text = std::move(text);
    layout_.rows.push_back(std::move(row));
    view(event).renew = true;
  }

  void add_interrupt(const Event& event) {
    const std::string& name = event.text.empty() ? event.operation : event.text;
    add_divider(event, fmt::format("{} in {}", name, event.context_name));
    interrupt_row_ = layout_.rows.size() - 1;
  }

  // A switch right after an interrupt is what the interrupt led to: one divider.
  void add_switch(const Event& event) {
    if (!layout_.rows.empty() && interrupt_row_ == layout_.rows.size() - 1) {
      Row& last = layout_.rows.back();
      if (last.cpu == event.cpu && last.task == event.context_name) {
        last.text += fmt::format("; {} runs", event.other_name);
        interrupt_row_ = kNoRow;
        return;
      }
    }
    add_divider(event, fmt::format("{} runs", event.other_name));
  }

  // The step that went wrong stands there already, as a rule.
  void add_violation(const Event& event) {
    if (!layout_.rows.empty()) {
      const Row& last = layout_.rows.back();
      if (!last.divider && last.cpu == event.cpu && last.step == event.step && last.task == event.context_name) return;
    }
    add_row(event);
  }

  // A step that goes round a loop thousands of times is told by its beginning and its end.
  void fold() {
    std::vector<Row> kept;
    for (std::size_t begin = 0; begin < layout_.rows.size();) {
      std::size_t end = begin;
      while (end < layout_.rows.size() && layout_.rows[end].step == layout_.rows[begin].step) ++end;
      const std::size_t count = end - begin;
      for (std::size_t n = begin; n < end; ++n) {
        if (count > kMostRowsOfStep && n == begin + kFirstRowsOfStep) {
          Row row;
          row.divider = true;
          row.step = layout_.rows[n].step;
          row.cpu = layout_.rows[n].cpu;
          row.text = fmt::format("{} more rows of this step", count - kFirstRowsOfStep - kLastRowsOfStep);
          kept.push_back(std::move(row));
          n = end - kLastRowsOfStep;
        }
        kept.push_back(std::move(layout_.rows[n]));
      }
      begin = end;
    }
    layout_.rows = std::move(kept);
  }

  // The last row is where it happens; what else its step did stands above it.
  void mark_violation() {
    if (!trace_.violation || layout_.rows.empty()) return;
    Row& last = layout_.rows.back();
    last.violation = true;
    if (last.divider || last.root.empty()) last.root = view_of(last.cpu);
  }

  [[nodiscard]] std::string view_of(unsigned cpu) const {
    return cpu < views_.size() && views_[cpu].last ? root_text(*views_[cpu].last) : std::string{};
  }

  static constexpr std::size_t kMostRowsOfStep = 100, kFirstRowsOfStep = 60, kLastRowsOfStep = 20;
  static constexpr std::size_t kNoRow = static_cast<std::size_t>(-1);

  const trace::Trace& trace_;
  History history_;
  Selection selection_;
  SourceText& source_;
  std::vector<View> views_;
  std::size_t interrupt_row_ = kNoRow;  // of the interrupt that may yet turn out to be a switch
  Layout layout_;
};

}  // namespace

std::string root_text(const trace::CpuView& view) {
  if (!view.paging_on) return "off";
  return view.tags_in_use ? fmt::format("{} #{}", view.root_name, view.tag) : view.root_name;
}

std::string tlb_text(const trace::CpuView& view) {
  if (view.tlb.empty()) return {};
  const auto is_stale = [](const trace::TlbLine& line) { return line.stale; };
  const auto stale = std::count_if(view.tlb.begin(), view.tlb.end(), is_stale);
  std::string text = std::to_string(view.tlb.size());
  if (stale == 0) return text;
  const auto first = std::find_if(view.tlb.begin(), view.tlb.end(), is_stale);
  text += fmt::format(", stale: {} {:#x}", first->origin, first->va);
  if (stale > 1) text += fmt::format(" +{}", stale - 1);
  return text;
}

Layout lay_out(const trace::Trace& trace, SourceText& source) { return Builder(trace, source).build(); }

}  // namespace shootdown::report

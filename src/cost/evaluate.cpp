// From the graph of steps to ranges.
//
// A span is a piece of an execution: a marked operation in one context, a task, or the whole. Its ways (extremes.hpp)
// are made of the steps between its beginning and its end; a step in which it begins or ends gives the part that lies
// inside:
//
//     step     [ INVLPG | begin | MFENCE ]   [ IPI ]   [ INVLPG | end | MFENCE ]
//     part                       MFENCE  ──►   IPI  ──►  INVLPG  ──► kEnd
//
// Of a part, a span counts what its own context does outside of interrupts, and what is done on any CPU in handlers of
// sent interrupts or by the hardware for another CPU. The whole counts everything.
#include <algorithm>
#include <optional>
#include <set>
#include <tuple>

#include "cost/extremes.hpp"
#include "cost/meter.hpp"

namespace shootdown::cost {

namespace {

// As found at a Begin event, or at the End of what begins with the execution.
struct Span {
  bool whole = false, from_start = false;
  std::uint32_t name = 0, context = 0;
  unsigned depth = 0;
  friend auto operator<=>(const Span&, const Span&) = default;
};

// A label as a span sees it.
struct Piece {
  std::uint32_t part = 0;
  bool ends = false;
};
struct Reading {
  Piece inside;                // what is done in it if the span is going on when it begins
  std::vector<Piece> begun;    // from each begin in it
  bool begins_inside = false;  // once more, if the span is going on
  bool begins_twice = false;   // in any case
};

constexpr std::uint32_t kUnseen = 0xffff'ffff;

class Walk {
 public:
  Walk(const Steps& steps, const Span& span) : steps_(steps), span_(span) {
    for (const Label& label : steps.labels) readings_.push_back(read(label));
    node_.assign(steps.first.size(), kUnseen);
  }

  // False: what is wrong is in error().
  bool make_ways() {
    if (span_.whole || span_.from_start) {
      ways_.starts.push_back({enter(0), part_number({})});
    } else {
      for (std::uint32_t state = 0; state < steps_.first.size(); ++state)
        for (std::uint32_t at = steps_.first[state]; at < steps_.end_of(state); ++at) {
          if (readings_[steps_.steps[at].label].begins_twice) return complain("begins again before it has ended");
          for (const Piece& piece : readings_[steps_.steps[at].label].begun)
            ways_.starts.push_back({piece.ends ? kEnd : enter(steps_.steps[at].target), piece.part});
        }
    }
    for (std::uint32_t node = 0; node < states_.size(); ++node) {  // enter() adds to them
      ways_.first.push_back(static_cast<std::uint32_t>(ways_.arcs.size()));
      for (std::uint32_t at = steps_.first[states_[node]]; at < steps_.end_of(states_[node]); ++at) {
        const Reading& reading = readings_[steps_.steps[at].label];
        if (reading.begins_inside || reading.begins_twice) return complain("begins again before it has ended");
        ways_.arcs.push_back({reading.inside.ends ? kEnd : enter(steps_.steps[at].target), reading.inside.part});
      }
    }
    ways_.first.push_back(static_cast<std::uint32_t>(ways_.arcs.size()));
    return true;
  }
  // False: it ends where it has not begun.
  bool ends_where_it_goes_on() {
    if (span_.whole) return true;
    for (std::uint32_t state = 0; state < steps_.first.size(); ++state)
      for (std::uint32_t at = steps_.first[state]; at < steps_.end_of(state) && node_[state] == kUnseen; ++at)
        if (readings_[steps_.steps[at].label].inside.ends) return complain("ends without having begun");
    return true;
  }
  [[nodiscard]] const std::string& error() const { return error_; }

  [[nodiscard]] OperationCost evaluate() const {
    const Extremes extremes(ways_);
    OperationCost operation;
    operation.completes = extremes.completes();
    std::set<std::uint32_t> used;  // parts on the ways; labels that lie outside have some too
    for (const Arc& start : ways_.starts) used.insert(start.part);
    for (const Arc& arc : ways_.arcs) used.insert(arc.part);
    std::set<std::pair<std::uint32_t, std::optional<unsigned>>> rows;  // measure, CPU
    for (std::uint32_t what = 0; what < steps_.measures.size(); ++what) {
      for (const std::uint32_t part : used)
        for (const Event& event : parts_[part])
          if (event.what == what) rows.insert({{what, event.cpu}, {what, std::nullopt}});
    }
    for (const auto& [what, cpu] : rows) {
      std::vector<std::uint32_t> weight(parts_.size(), 0);
      Range at_once{std::nullopt, 0};
      for (const std::uint32_t part : used)
        for (const Event& event : parts_[part]) {
          if (event.what != what || (cpu && event.cpu != *cpu)) continue;
          weight[part] += event.amount;
          at_once.minimum = std::min<std::uint64_t>(at_once.minimum.value_or(event.amount), event.amount);
          at_once.maximum = std::max<std::uint64_t>(*at_once.maximum, event.amount);
        }
      const Measure& measure = steps_.measures[what];
      operation.rows.push_back({measure.counted, measure.kind, measure.scope, cpu, extremes.of(weight)});
      if (measure.counted == Counted::Dropped && cpu)
        operation.rows.push_back({Counted::DroppedAtOnce, measure.kind, measure.scope, cpu, at_once});
    }
    return operation;
  }

 private:
  bool complain(const char* what) {
    error_ = "the operation \"" + steps_.names[span_.name] + "\" " + what + " in the same context";
    return false;
  }

  std::uint32_t part_number(const Label& part) {
    const auto [known, is_new] = numbers_.try_emplace(part, static_cast<std::uint32_t>(parts_.size()));
    if (is_new) parts_.push_back(part);
    return known->second;
  }

  // The node that stands for a state.
  std::uint32_t enter(std::uint32_t state) {
    if (span_.whole && state < steps_.rests.size() && steps_.rests[state]) return kEnd;
    if (state >= steps_.first.size()) return kNowhere;  // it was not expanded, nothing follows it, or it is none
    if (node_[state] == kUnseen) {
      node_[state] = static_cast<std::uint32_t>(states_.size());
      states_.push_back(state);
    }
    return node_[state];
  }

  [[nodiscard]] bool counts(const Event& event) const {
    return span_.whole || event.remote || (event.context == span_.context && event.depth == span_.depth);
  }

  Reading read(const Label& label) {
    Reading reading;
    Label part;
    bool inside = true, first = true;  // of the span as it was when the label began; of one that began in it
    const auto close = [&](bool ends) {
      if (!inside) return;
      const Piece piece{part_number(part), ends};
      if (first)
        reading.inside = piece;
      else
        reading.begun.push_back(piece);
    };
    for (const Event& event : label) {
      if (event.kind == Event::Kind::Count) {
        if (inside && counts(event)) part.push_back(event);
        continue;
      }
      if (span_.whole || event.what != span_.name || event.context != span_.context || event.depth != span_.depth)
        continue;
      if (event.kind == Event::Kind::End) {
        close(true);
        inside = false;
      } else {
        (first ? reading.begins_inside : reading.begins_twice) |= inside;
        inside = true;
      }
      first = false;
      part.clear();
    }
    close(false);
    return reading;
  }

  const Steps& steps_;
  Span span_;
  std::vector<Reading> readings_;           // by label
  std::vector<Label> parts_;                // Count events that the span counts
  std::map<Label, std::uint32_t> numbers_;  // of the parts
  std::vector<std::uint32_t> node_;         // by state
  std::vector<std::uint32_t> states_;       // by node
  Ways ways_;
  std::string error_;
};

// The ranges of either: what one of two contexts does, somebody does.
void join(Range& range, const Range& other) {
  if (!range.minimum)
    range.minimum = other.minimum;
  else if (other.minimum)
    range.minimum = std::min(*range.minimum, *other.minimum);
  if (!range.maximum || !other.maximum)
    range.maximum.reset();
  else
    range.maximum = std::max(*range.maximum, *other.maximum);
}

bool same_but_for_cpu(const Row& a, const Row& b) {
  return a.counted == b.counted && a.kind == b.kind && a.scope == b.scope;
}

void join(OperationCost& operation, OperationCost&& other) {
  const auto same = [](const Row& a, const Row& b) { return same_but_for_cpu(a, b) && a.cpu == b.cpu; };
  // Of who does none of it; one who never completes has no least.
  const auto nothing = [](const OperationCost& of) {
    return Range{of.completes ? std::optional<std::uint64_t>(0) : std::nullopt, 0};
  };
  for (Row& row : operation.rows) {
    const auto at = std::find_if(other.rows.begin(), other.rows.end(), [&](const Row& r) { return same(r, row); });
    if (at != other.rows.end())
      join(row.range, at->range);
    else if (row.counted != Counted::DroppedAtOnce)
      join(row.range, nothing(other));
  }
  for (Row& row : other.rows) {
    if (std::any_of(operation.rows.begin(), operation.rows.end(), [&](const Row& r) { return same(r, row); })) continue;
    if (row.counted != Counted::DroppedAtOnce) join(row.range, nothing(operation));
    operation.rows.push_back(std::move(row));
  }
  operation.completes = operation.completes || other.completes;
}

// The sum over all CPUs says something only where several do it.
void drop_sums_of_one(OperationCost& operation) {
  std::vector<Row> kept;
  for (const Row& row : operation.rows) {
    const auto several = std::count_if(operation.rows.begin(), operation.rows.end(), [&](const Row& other) {
                           return same_but_for_cpu(row, other) && other.cpu && other.range.maximum != std::uint64_t{0};
                         }) > 1;
    if (row.cpu || several) kept.push_back(row);
  }
  operation.rows = std::move(kept);
}

std::set<Span> spans(const Steps& steps, bool tasks) {
  std::set<Span> found;
  for (const Label& label : steps.labels)
    for (const Event& event : label)
      if (event.kind != Event::Kind::Count)
        found.insert({false, tasks && event.context == kBootContext, event.what, event.context, event.depth});
  return found;
}

}  // namespace

Result<Findings> evaluate(const Steps& steps, bool tasks) {
  std::map<std::string, OperationCost> by_name;
  for (const Span& span : spans(steps, tasks)) {
    Walk walk(steps, span);
    if (!walk.make_ways() || (!tasks && !walk.ends_where_it_goes_on()))
      return Error{ErrorKind::Unsupported, walk.error(), "", 0};
    OperationCost found = walk.evaluate();
    if (tasks && !found.completes) continue;
    found.what = tasks ? OperationCost::What::Task : OperationCost::What::Marked;
    found.name = steps.names[span.name];
    const auto [known, is_new] = by_name.try_emplace(found.name, found);
    if (!is_new) join(known->second, std::move(found));
  }
  Findings findings;
  for (auto& [name, operation] : by_name) findings.operations.push_back(std::move(operation));
  Span everything;
  everything.whole = true;
  Walk walk(steps, everything);
  (void)walk.make_ways();  // nothing begins in it
  findings.operations.push_back(walk.evaluate());
  findings.operations.back().what = OperationCost::What::Whole;
  for (OperationCost& operation : findings.operations) {
    drop_sums_of_one(operation);
    std::sort(operation.rows.begin(), operation.rows.end(), [](const Row& a, const Row& b) {
      return std::tie(a.counted, a.kind, a.scope, a.cpu) < std::tie(b.counted, b.kind, b.scope, b.cpu);
    });
  }
  return findings;
}

}  // namespace shootdown::cost

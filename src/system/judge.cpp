// Asks the selected properties, and words what they find.
#include "system/recorder.hpp"
#include "system/step.hpp"

namespace shootdown::system {

std::string Step::context_name(std::uint32_t context) const {
  if (context >= state_.contexts.size()) return "nobody";
  const std::uint64_t name = state_.contexts[context].name;
  return name == 0 ? "boot" : world_.map.text(name);
}

property::View Step::view() {
  static const std::vector<std::pair<std::uint64_t, std::string>> kNoNames;
  return {*world_.machine, state_.machine, cpu_, recorder_ != nullptr ? context_name(cpu().context) : std::string(),
          recorder_ != nullptr ? recorder_->root_names() : kNoNames};
}

std::optional<Stop> Step::violation(std::string_view property, std::string detail, std::string message) {
  if (!world_.selects(property)) {
    // The execution cannot go on from here, and what lies behind is not seen: never a PASS.
    return Stop{Stop::Kind::Exhausted,
                {},
                "an execution ends in " + std::string(property) + (detail.empty() ? "" : " (" + detail + ")") +
                    ", which is not among the selected properties: " + message};
  }
  return Stop{Stop::Kind::Violation, {std::string(property), std::move(detail), std::move(message)}, {}};
}

namespace {
std::optional<Stop> take(World& world, const World::Checked& property, property::Judgement&& judgement) {
  if (judgement.evaluated) ++world.evaluated[property.index];
  if (!judgement.violation) return std::nullopt;
  return Stop{Stop::Kind::Violation, std::move(*judgement.violation), {}};
}
}  // namespace

std::optional<Stop> Step::judge_user_mode() {
  for (const World::Checked& checked : world_.properties)
    if (auto stop = take(world_, checked, checked.property->user_mode(view(), context().expected_root))) return stop;
  return std::nullopt;
}

std::optional<Stop> Step::judge_access(const machine::Access& access) {
  for (const World::Checked& checked : world_.properties)
    if (auto stop = take(world_, checked, checked.property->access(view(), access))) return stop;
  return std::nullopt;
}

// A table that a CPU may walk, at any time, has to lie in memory.
std::optional<Stop> Step::judge_tables() {
  for (unsigned number = 0; number < state_.machine.cpus.size(); ++number) {
    const machine::Cpu& each = state_.machine.cpus[number];
    const std::vector<std::uint64_t> roots = world_.machine->loaded_roots(each);
    if (roots.empty()) continue;
    const std::string who = "CPU" + std::to_string(number);
    for (const std::uint64_t root : roots)
      if (!world_.map.table_exists(root, world_.machine->root_bytes(each, root)))
        return violation(
            "memory-fault", "page table",
            who + " has a page table at " + property::hexadecimal(root) + " loaded, where there is no memory");
    for (const machine::Entry& entry : each.tlb.entries()) {
      const bool active = world_.machine->tag_active(each, entry.tag);
      if (const char* what =
              active || entry.tag == machine::kGlobalTag ? world_.machine->refused_once_cached(entry) : nullptr)
        return Stop{Stop::Kind::Unsupported,
                    {},
                    who + " may use, for " + property::hexadecimal(entry.va) + ", what is not modelled: " + what};
      if (entry.leaf || !active) continue;
      if (!world_.map.table_exists(entry.target, world_.machine->table_bytes(entry)))
        return violation("memory-fault", "page table",
                         who + " may walk a page table at " + property::hexadecimal(entry.target) +
                             ", where there is no memory, for " + property::hexadecimal(entry.va));
    }
  }
  return std::nullopt;
}

std::optional<Stop> Step::judge_kernel_access(std::uint64_t address) {
  for (const World::Checked& checked : world_.properties)
    if (auto stop = take(world_, checked, checked.property->kernel_access(view(), address))) return stop;
  return std::nullopt;
}

std::optional<Stop> Step::judge_kernel_pages(std::uint64_t address, unsigned bytes) {
  if (auto stop = judge_kernel_access(address)) return stop;
  const std::uint64_t last = address + bytes - 1;
  return last / machine::kPageBytes != address / machine::kPageBytes ? judge_kernel_access(last) : std::nullopt;
}

std::optional<machine::TableStore> Step::table_store(std::uint64_t address, unsigned bytes, std::uint64_t value) const {
  if (!world_.map.walked(address) && !world_.map.walked(address + bytes - 1)) return std::nullopt;
  return world_.machine->table_store(state_.machine, cpu_, address, bytes, value);
}

std::optional<Stop> Step::judge_table_store(const std::optional<machine::TableStore>& store) {
  if (!store) return std::nullopt;
  for (const World::Checked& checked : world_.properties)
    if (auto stop = take(world_, checked, checked.property->table_store(view(), *store))) return stop;
  return std::nullopt;
}

std::optional<Stop> Step::judge_change() {
  if (auto stop = judge_tables()) return stop;
  for (const World::Checked& checked : world_.properties)
    if (auto stop = take(world_, checked, checked.property->change(view()))) return stop;
  return std::nullopt;
}

}  // namespace shootdown::system

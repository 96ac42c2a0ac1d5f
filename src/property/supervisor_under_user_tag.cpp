// supervisor-under-user-tag: while user mode runs under a tag declared as user mode's, a translation of a
// supervisor-only page that does not come from a user root may be cached under it.
#include <algorithm>

#include "property/property.hpp"

namespace shootdown::property {

namespace {

class SupervisorUnderUserTag final : public Property {
 public:
  [[nodiscard]] std::string_view name() const override { return "supervisor-under-user-tag"; }

  [[nodiscard]] Judgement user_mode(const View& view, std::uint64_t) const override {
    const machine::Cpu& cpu = view.state.cpus[view.cpu];
    const machine::Ghost& ghost = view.state.ghost;
    const std::uint16_t tag = view.machine.tag(cpu);
    if (!view.machine.tags_in_use(cpu) || !std::binary_search(ghost.user_tags.begin(), ghost.user_tags.end(), tag))
      return {};
    for (const machine::Entry& entry : cpu.tlb.entries()) {
      if (!entry.leaf || entry.user || entry.tag != tag) continue;
      if (std::binary_search(ghost.user_roots.begin(), ghost.user_roots.end(), entry.origin)) continue;
      return {true, Violation{std::string(name()), "",
                              view.cpu_name() + " runs user mode under tag " + std::to_string(tag) + ", under which " +
                                  hexadecimal(entry.va) + ", a supervisor-only page, may be cached from " +
                                  view.root_name(entry.origin)}};
    }
    return {true, std::nullopt};
  }
};

}  // namespace

std::unique_ptr<Property> make_supervisor_under_user_tag() { return std::make_unique<SupervisorUnderUserTag>(); }

}  // namespace shootdown::property

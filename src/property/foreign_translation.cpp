// foreign-translation: the translation used was cached while another address space's root was loaded, under the tag
// that is current now, and the loaded root's own tables do not give it. Global translations are every address space's.
// The loaded root is the one written last, also where an earlier one may still be in use (arm64, until a context
// synchronization event).
#include <algorithm>
#include <vector>

#include "property/property.hpp"

namespace shootdown::property {

namespace {

// A walk gives the translation, but from a root that the CPU may still use although `loaded` was written after it.
bool superseded(const View& view, const machine::Access& access, std::uint64_t loaded) {
  const std::vector<std::uint64_t> in_use = view.machine.loaded_roots(view.state.cpus[access.cpu]);
  if (std::find(in_use.begin(), in_use.end(), access.entry.origin) == in_use.end()) return false;
  const auto own = view.machine.walk(view.state, loaded, access.va);
  return !own || own->target + (access.va - own->va) != access.physical;
}

class ForeignTranslation final : public Property {
 public:
  [[nodiscard]] std::string_view name() const override { return "foreign-translation"; }

  [[nodiscard]] Judgement access(const View& view, const machine::Access& access) const override {
    const auto loaded = view.machine.root_for(view.state.cpus[access.cpu], access.va, access.user);
    const auto& ghost = view.state.ghost;
    if (!loaded || access.entry.tag == machine::kGlobalTag) return {};
    if (ghost.address_space(access.entry.origin) == ghost.address_space(*loaded)) return {true, std::nullopt};
    if (access.fresh && !superseded(view, access, *loaded)) return {true, std::nullopt};
    return {true, Violation{std::string(name()), "",
                            view.cpu_name() + ": " + describe(access) + " on page table " + view.root_name(*loaded) +
                                " uses a translation cached from " + view.root_name(access.entry.origin)}};
  }
};

}  // namespace

std::unique_ptr<Property> make_foreign_translation() { return std::make_unique<ForeignTranslation>(); }

}  // namespace shootdown::property

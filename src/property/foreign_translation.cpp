// foreign-translation: the translation used was cached while another address space's root was loaded, under the tag
// that is current now, and the loaded root's own tables do not give it. Global translations are every address space's.
#include "property/property.hpp"

namespace shootdown::property {

namespace {

class ForeignTranslation final : public Property {
 public:
  [[nodiscard]] std::string_view name() const override { return "foreign-translation"; }

  [[nodiscard]] Judgement access(const View& view, const machine::Access& access) const override {
    const auto loaded = view.machine.root_for(view.state.cpus[access.cpu], access.va, access.user);
    const auto& ghost = view.state.ghost;
    if (!loaded || access.entry.tag == machine::kGlobalTag) return {};
    if (access.fresh || ghost.address_space(access.entry.origin) == ghost.address_space(*loaded))
      return {true, std::nullopt};
    return {true, Violation{std::string(name()), "",
                            view.cpu_name() + ": " + describe(access) + " on page table " + view.root_name(*loaded) +
                                " uses a translation cached from " + view.root_name(access.entry.origin)}};
  }
};

}  // namespace

std::unique_ptr<Property> make_foreign_translation() { return std::make_unique<ForeignTranslation>(); }

}  // namespace shootdown::property

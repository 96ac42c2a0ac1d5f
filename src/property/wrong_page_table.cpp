// wrong-page-table: what the context expects against what the CPU has loaded, whenever user mode runs.
#include "property/property.hpp"

namespace shootdown::property {

namespace {

class WrongPageTable final : public Property {
 public:
  [[nodiscard]] std::string_view name() const override { return "wrong-page-table"; }

  [[nodiscard]] Judgement user_mode(const View& view, std::uint64_t expected) const override {
    if (expected == kNotDeclared) return {};
    const auto loaded = view.machine.root(view.state.cpus[view.cpu]);
    const auto& ghost = view.state.ghost;
    if (expected != kNoRoot && loaded && ghost.address_space(*loaded) == ghost.address_space(expected))
      return {true, std::nullopt};
    const std::string on = loaded ? "page table " + view.root_name(*loaded) : "no page table";
    const std::string wants =
        expected == kNoRoot ? "it has no user address space" : "it expects " + view.root_name(expected);
    return {true, Violation{std::string(name()), "",
                            view.cpu_name() + " runs " + view.context + " in user mode on " + on + "; " + wants}};
  }
};

}  // namespace

std::unique_ptr<Property> make_wrong_page_table() { return std::make_unique<WrongPageTable>(); }

}  // namespace shootdown::property

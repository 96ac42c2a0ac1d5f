// page-size-conflict: translations of different page size for one address: what the processor does then is not defined
// (SDM 3, 4.10.2.3), so it is an error of its own, not a choice (condition 10).
#include "property/property.hpp"

namespace shootdown::property {

namespace {

class PageSizeConflict final : public Property {
 public:
  [[nodiscard]] std::string_view name() const override { return "page-size-conflict"; }

  [[nodiscard]] Judgement access(const View& view, const machine::Access& access) const override {
    if (!access.mixed_sizes) return {true, std::nullopt};
    return {true, Violation{std::string(name()), "",
                            view.cpu_name() + ": " + describe(access) +
                                " finds translations of different page size that may both be cached"}};
  }
};

}  // namespace

std::unique_ptr<Property> make_page_size_conflict() { return std::make_unique<PageSizeConflict>(); }

}  // namespace shootdown::property

// break-before-make: two translations of one address that the architecture does not let a TLB hold at once (Arm ARM,
// D8.16.1): the entry was changed from one to the other without being invalid, and removed from TLBs, in between. What
// the processor does then is not defined, so it is an error of its own, not a choice (condition 10).
//
// Translations of two address spaces under one tag are not this but foreign-translation, when one is used.
#include <algorithm>

#include "property/property.hpp"

namespace shootdown::property {

namespace {

class BreakBeforeMake final : public Property {
 public:
  [[nodiscard]] std::string_view name() const override { return "break-before-make"; }

  [[nodiscard]] Judgement change(const View& view) const override {
    if (!view.machine.needs_break_before_make()) return {};
    for (unsigned number = 0; number < view.state.cpus.size(); ++number) {
      const auto& entries = view.state.cpus[number].tlb.entries();
      for (std::size_t one = 0; one < entries.size(); ++one)
        for (std::size_t other = one + 1; other < entries.size(); ++other) {
          const machine::Entry &a = entries[one], &b = entries[other];
          if (view.state.ghost.address_space(a.origin) != view.state.ghost.address_space(b.origin)) continue;
          const std::string what = view.machine.conflict(view.state, a, b);
          if (what.empty()) continue;
          return {true,
                  Violation{std::string(name()), what,
                            "CPU" + std::to_string(number) + " may hold two translations of " +
                                hexadecimal(std::max(a.va, b.va)) + " of page table " + view.root_name(a.origin) +
                                " that differ in " + what + ": the entry was changed without being invalid, and " +
                                "removed everywhere, in between"}};
        }
    }
    return {true, std::nullopt};
  }
};

}  // namespace

std::unique_ptr<Property> make_break_before_make() { return std::make_unique<BreakBeforeMake>(); }

}  // namespace shootdown::property

// revoked-translation: after sd_revoked(root, va) an access may succeed only where a walk of the address space's own
// tables, at that moment or later, would have let it: same page, and the rights that the access needs.
#include <algorithm>

#include "property/property.hpp"

namespace shootdown::property {

namespace {

bool allows(const machine::Allowed& allowed, const machine::Access& access) {
  constexpr std::uint64_t kPageMask = ~(machine::kPageBytes - 1);
  if (allowed.page != (access.physical & kPageMask)) return false;
  if (access.kind == machine::AccessKind::Fetch) return access.user ? allowed.user_fetch : allowed.kernel_fetch;
  if (access.user && !allowed.user) return false;
  return allowed.write || !access.needs_write;
}

class RevokedTranslation final : public Property {
 public:
  [[nodiscard]] std::string_view name() const override { return "revoked-translation"; }

  [[nodiscard]] Judgement access(const View& view, const machine::Access& access) const override {
    const machine::Ghost& ghost = view.state.ghost;
    const std::uint64_t page = access.va & ~(machine::kPageBytes - 1);
    Judgement result;
    for (const machine::Revoked& said : ghost.revoked) {
      if (said.va != page) continue;
      if (!said.everywhere && ghost.address_space(said.root) != ghost.address_space(access.entry.origin)) continue;
      result.evaluated = true;
      if (std::any_of(said.allowed.begin(), said.allowed.end(),
                      [&](const machine::Allowed& allowed) { return allows(allowed, access); }))
        continue;
      result.violation =
          Violation{std::string(name()), access.entry.tag == machine::kGlobalTag ? "global" : "",
                    view.cpu_name() + ": " + describe(access) +
                        " uses a translation that was taken away from address space " + view.root_name(said.root)};
      return result;
    }
    return result;
  }
};

}  // namespace

std::unique_ptr<Property> make_revoked_translation() { return std::make_unique<RevokedTranslation>(); }

}  // namespace shootdown::property

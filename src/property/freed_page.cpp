// freed-page: a page that the kernel has freed is still used - as the loaded root, as a table that a walk may read at
// any time, as the target of an access, or by kernel code.
#include <algorithm>

#include "property/property.hpp"

namespace shootdown::property {

namespace {

using machine::PageUse;

// Until the kernel has freed a page there is nothing to judge.
bool something_freed(const View& view) {
  const auto& pages = view.state.ghost.pages;
  return std::any_of(pages.begin(), pages.end(), [](const auto& page) { return page.second == PageUse::Freed; });
}

bool freed(const View& view, std::uint64_t table, std::uint64_t bytes) {
  for (std::uint64_t page = table; page < table + bytes; page += machine::kPageBytes)
    if (view.state.ghost.page_use(page) == PageUse::Freed) return true;
  return false;
}

class FreedPage final : public Property {
 public:
  [[nodiscard]] std::string_view name() const override { return "freed-page"; }

  [[nodiscard]] Judgement access(const View& view, const machine::Access& access) const override {
    const bool freed = view.state.ghost.page_use(access.physical) == PageUse::Freed;
    if (!freed && !access.entry.dangling) return {something_freed(view), std::nullopt};
    return {true,
            Violation{std::string(name()), "data page",
                      view.cpu_name() + ": " + describe(access) + " reaches page " +
                          hexadecimal(access.physical & ~(machine::kPageBytes - 1)) +
                          (freed ? ", which has been freed" : ", which was freed while the translation was cached")}};
  }

  [[nodiscard]] Judgement kernel_access(const View& view, std::uint64_t address) const override {
    if (view.state.ghost.page_use(address) != PageUse::Freed) return {something_freed(view), std::nullopt};
    return {true, Violation{std::string(name()), "kernel access",
                            view.cpu_name() + ": kernel code of " + view.context + " touches " + hexadecimal(address) +
                                ", in a page that has been freed"}};
  }

  [[nodiscard]] Judgement change(const View& view) const override {
    bool evaluated = false;
    for (unsigned number = 0; number < view.state.cpus.size(); ++number) {
      const machine::Cpu& cpu = view.state.cpus[number];
      const std::vector<std::uint64_t> roots = view.machine.loaded_roots(cpu);
      if (roots.empty()) continue;
      evaluated = evaluated || something_freed(view);
      const std::string who = "CPU" + std::to_string(number);
      for (const std::uint64_t root : roots)
        if (freed(view, root, view.machine.root_bytes(cpu, root)))
          return {true,
                  Violation{std::string(name()), "loaded root",
                            who + " has page table " + view.root_name(root) + " loaded, whose page has been freed"}};
      for (const machine::Entry& entry : cpu.tlb.entries()) {
        if (entry.leaf || !view.machine.tag_active(cpu, entry.tag)) continue;
        if (!entry.dangling && view.state.ghost.page_use(entry.target) != PageUse::Freed) continue;
        return {true, Violation{std::string(name()), "page-table page",
                                who + " may walk, at any time, through page-table page " + hexadecimal(entry.target) +
                                    ", which has been freed: the entry for " + hexadecimal(entry.va) +
                                    " of page table " + view.root_name(entry.origin) + " may be cached"}};
      }
    }
    return {evaluated, std::nullopt};
  }
};

}  // namespace

std::unique_ptr<Property> make_freed_page() { return std::make_unique<FreedPage>(); }

}  // namespace shootdown::property

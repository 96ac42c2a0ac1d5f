// What counts as a violation. One file a property; each sees the machine's part of a state at the moments below and
// says what is wrong with it, in words.
//
// To add a property: an entry in catalogue.hpp, a file with a class here, a line in make_properties(), a page in
// docs/properties.md, a minimal failing and a minimal passing scenario in tests/scenarios/properties/.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "machine/machine.hpp"
#include "machine/outcome.hpp"

namespace shootdown::property {

struct Violation {
  std::string property;
  std::string detail;   // "#GP", "null pointer"; may be empty
  std::string message;  // one clause
};

// What a context may say of the root it must run user mode on.
inline constexpr std::uint64_t kNotDeclared = ~std::uint64_t{0};
inline constexpr std::uint64_t kNoRoot = 0;

// How to speak of what a property sees.
struct View {
  const machine::Machine& machine;
  const machine::State& state;
  unsigned cpu = 0;
  std::string context;  // name of the context that runs on `cpu`
  // Name of the table at a physical address.
  const std::vector<std::pair<std::uint64_t, std::string>>& root_names;

  [[nodiscard]] std::string root_name(std::uint64_t root) const;
  [[nodiscard]] std::string cpu_name() const { return "CPU" + std::to_string(cpu); }
};

// The result of a check: not applicable, fine, or violated.
struct Judgement {
  bool evaluated = false;
  std::optional<Violation> violation;
};

class Property {
 public:
  virtual ~Property() = default;
  [[nodiscard]] virtual std::string_view name() const = 0;
  // User mode is about to make an access; `expected` as in sd_expect_root, or kNotDeclared.
  [[nodiscard]] virtual Judgement user_mode(const View&, std::uint64_t /*expected*/) const { return {}; }
  // A translated access found a translation.
  [[nodiscard]] virtual Judgement access(const View&, const machine::Access&) const { return {}; }
  // Checked kernel code touches physical memory directly.
  [[nodiscard]] virtual Judgement kernel_access(const View&, std::uint64_t /*address*/) const { return {}; }
  // An ordinary store by `cpu` of the view reaches a table entry that CPUs may use.
  [[nodiscard]] virtual Judgement table_store(const View&, const machine::TableStore&) const { return {}; }
  // Root, tag, TLB or the state of a page changed.
  [[nodiscard]] virtual Judgement change(const View&) const { return {}; }
};

// The properties that look at the machine, in the order of the catalogue; the rest of the catalogue (faults,
// assertions, atomic-context, deadlock) is found by the transition system and the search themselves.
std::vector<std::unique_ptr<Property>> make_properties();

std::unique_ptr<Property> make_wrong_page_table();
std::unique_ptr<Property> make_foreign_translation();
std::unique_ptr<Property> make_supervisor_under_user_tag();
std::unique_ptr<Property> make_revoked_translation();
std::unique_ptr<Property> make_freed_page();
std::unique_ptr<Property> make_page_size_conflict();
std::unique_ptr<Property> make_break_before_make();
std::unique_ptr<Property> make_attach_rule();

// Words for messages.
using machine::hexadecimal;
std::string describe(const machine::Access& access);  // "user load of 0x400000"

}  // namespace shootdown::property

// attach-rule (s390x): a valid table entry that another CPU may use is changed by an ordinary store, not by IPTE, IDTE,
// CSP or CRDTE. Judged when the store reaches memory: until then the other CPU has the entry as it was. A store that
// waits while another CPU attaches is judged by who is attached then; one that waits until another CPU has detached
// could as well have reached memory before, and that execution is searched too.
#include "property/property.hpp"

namespace shootdown::property {

namespace {

class AttachRule final : public Property {
 public:
  [[nodiscard]] std::string_view name() const override { return "attach-rule"; }

  [[nodiscard]] Judgement table_store(const View& view, const machine::TableStore& store) const override {
    if (!store.forbidden) return {true, std::nullopt};
    return {true, Violation{std::string(name()), "",
                            view.cpu_name() + " changes the valid " + store.entry + " for " + hexadecimal(store.va) +
                                " by an ordinary store (" + hexadecimal(store.before) + " to " +
                                hexadecimal(store.after) + ") while CPU" + std::to_string(store.cpu) + " has " +
                                view.root_name(store.root) + " loaded and may use it"}};
  }
};

}  // namespace

std::unique_ptr<Property> make_attach_rule() { return std::make_unique<AttachRule>(); }

}  // namespace shootdown::property

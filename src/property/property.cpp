// The list of properties, and words they share.
#include "property/property.hpp"

namespace shootdown::property {

std::vector<std::unique_ptr<Property>> make_properties() {
  std::vector<std::unique_ptr<Property>> all;
  all.push_back(make_wrong_page_table());
  all.push_back(make_foreign_translation());
  all.push_back(make_supervisor_under_user_tag());
  all.push_back(make_revoked_translation());
  all.push_back(make_freed_page());
  all.push_back(make_page_size_conflict());
  all.push_back(make_break_before_make());
  all.push_back(make_attach_rule());
  return all;
}

std::string View::root_name(std::uint64_t root) const {
  if ((root & machine::kFreedRoot) != 0) return root_name(root - machine::kFreedRoot) + " (freed)";
  for (const auto& [address, name] : root_names)
    if (address == root) return name;
  return hexadecimal(root);
}

std::string describe(const machine::Access& access) {
  const char* kind = access.kind == machine::AccessKind::Load    ? " load of "
                     : access.kind == machine::AccessKind::Store ? " store to "
                                                                 : " fetch from ";
  return (access.user ? "user" : "kernel") + std::string(kind) + hexadecimal(access.va);
}

}  // namespace shootdown::property

// Every short kernel: access, `length` operations, access.
#include "generate.hpp"

namespace shootdown::naive {
namespace {

std::vector<Op> alphabet(const Kernel& kernel) {
  std::vector<Op> all;
  const auto add = [&](OpKind kind, const auto& change) {
    Op op;
    op.kind = kind;
    change(op);
    all.push_back(op);
  };
  const auto number = [&](const char* name) { return page_named(kernel.architecture, name); };
  const bool deep = kernel.architecture == Architecture::X86_64;
  constexpr std::uint8_t kAll = kPresent | kWrite | kUser | kDirty;
  // The page: taken away, moved, write-protected, global; its table: taken away, exchanged, write-protected.
  for (const Pte& pte :
       {Pte{}, Pte{number("F2"), kAll}, Pte{number("F0"), kAll & ~kWrite}, Pte{number("F0"), kAll & ~kDirty},
        Pte{number("F0"), kAll | kGlobal}, Pte{number("F2"), kAll | kGlobal}})
    add(OpKind::Store, [&](Op& op) { op.page = number("TA"), op.pte = pte; });
  for (const Pte& pte : {Pte{}, Pte{number("TX"), kAll}, Pte{number("TA"), kAll & ~kWrite}})
    add(OpKind::Store, [&](Op& op) { op.page = number(deep ? "DA" : "RA"), op.pte = pte; });
  for (const std::uint8_t va : {std::uint8_t{0}, std::uint8_t{1}}) add(OpKind::Invlpg, [&](Op& op) { op.va = va; });
  for (std::uint8_t type = 0; type < 4; ++type) add(OpKind::Invpcid, [&](Op& op) { op.type = type; });
  for (std::uint8_t root = 0; root < 2; ++root)
    for (std::uint8_t pcid = 0; pcid < (kernel.pcide ? 2 : 1); ++pcid)
      for (unsigned keep = 0; keep < (kernel.pcide ? 2u : 1u); ++keep)
        add(OpKind::LoadCr3, [&](Op& op) { op.page = root, op.pcid = pcid, op.flag = keep != 0; });
  for (const OpKind kind : {OpKind::ReadCr4, OpKind::ClearPge, OpKind::RestoreCr4}) add(kind, [](Op&) {});
  add(OpKind::Revoked, [](Op&) {});
  for (const char* page : {"F0", "TA"}) add(OpKind::Freed, [&](Op& op) { op.page = number(page); });
  return all;
}

Op access(std::uint8_t va, bool store) {
  Op op;
  op.kind = OpKind::Access;
  op.va = va;
  op.flag = store;
  op.user = false;
  return op;
}

void extend(Kernel& kernel, const std::vector<Op>& all, unsigned length,
            const std::function<void(const Kernel&)>& visit) {
  if (length == 0) {
    for (const bool store : {false, true}) {
      Kernel complete = kernel;
      complete.lists[kMain0].push_back(access(0, store));
      if (complete.valid()) visit(complete);
    }
    return;
  }
  for (const Op& op : all) {
    kernel.lists[kMain0].push_back(op);
    extend(kernel, all, length - 1, visit);
    kernel.lists[kMain0].pop_back();
  }
}

}  // namespace

void systematic_kernels(unsigned length, const std::function<void(const Kernel&)>& visit) {
  for (const Architecture architecture : {Architecture::I386, Architecture::X86_64})
    for (const bool split : {false, true})
      for (const bool faults : {false, true}) {
        Kernel kernel;
        kernel.architecture = architecture;
        kernel.pcide = architecture == Architecture::X86_64;
        kernel.split = split;
        kernel.fault_handler = faults;
        kernel.lists[kMain0].push_back(access(0, false));
        extend(kernel, alphabet(kernel), length, visit);
      }
}

}  // namespace shootdown::naive

// Kernels and steps in words.
#include "machine.hpp"

namespace shootdown::naive::arm {
namespace {

std::string name(std::uint8_t page) { return kPageList[page].name; }
std::string pte_text(const Pte& pte) {
  if (pte.bits == 0) return "0";
  return name(pte.page) + (kPageList[pte.page].level == 1 ? "" : "|AP" + std::to_string(ap_of(pte)));
}
std::string entry_text(const Entry& entry) {
  return (entry.va == kBoth ? "pages" : "page " + std::to_string(entry.va)) + " -> " + name(entry.page) + " AP" +
         std::to_string(entry.ap);
}
std::string status_text(std::uint8_t status) {
  const std::string write = (status & kWriting) != 0 ? ", write" : "";
  switch (status & ~kWriting) {
    case kSectionTranslation: return "section translation" + write;
    case kPageTranslation: return "page translation" + write;
    case kSectionPermission: return "section permission" + write;
    default: return "page permission" + write;
  }
}

}  // namespace

std::string to_text(const Kernel&, const Op& op) {
  constexpr const char* how[] = {"_load(", "_store(", "_fetch("};
  const std::string va = std::to_string(op.va);
  switch (op.kind) {
    case OpKind::Ttbr: return "ttbr = " + name(op.page);
    case OpKind::Control: return std::string("MMU ") + (op.flag ? "on" : "off");
    case OpKind::Store: return name(op.page) + "." + std::to_string(op.slot) + " = " + pte_text(op.pte);
    case OpKind::InvalidateAll: return "invalidate all";
    case OpKind::InvalidateMva: return "invalidate mva " + va;
    case OpKind::Cache: return "caches";
    case OpKind::Access: return (op.user ? "user" : "kernel") + std::string(how[static_cast<int>(op.how)]) + va + ")";
    case OpKind::Mask: return "mask";
    case OpKind::Unmask: return "unmask";
    case OpKind::Save: return "r = cpsr";
    case OpKind::Restore: return "cpsr = r";
    case OpKind::Raise: return "raise";
    case OpKind::Wait: return "wait";
    case OpKind::Revoked: return "revoked(" + name(op.page) + ", " + va + ")";
    case OpKind::Freed: return "freed(" + name(op.page) + ")";
    case OpKind::Never: return "never(" + status_text(op.status) + ", " + va + ")";
  }
  return "";
}

std::string to_text(const Kernel& kernel) {
  std::string text = std::string("ARMv5, pages ") + (kernel.split ? "split" : "together");
  text += kernel.timer ? ", timer\n" : "\n";
  const char* const names[] = {"main", "interrupt", "prefetch abort", "data abort"};
  const bool there[] = {true, kernel.interrupts(), kernel.prefetch_handler, kernel.data_handler};
  for (unsigned list = 0; list < kLists; ++list) {
    if (!there[list]) continue;
    text += std::string("  ") + names[list] + ":\n";
    for (const Op& op : kernel.lists[list]) text += "    " + to_text(kernel, op) + "\n";
  }
  return text;
}

std::string Machine::describe(const State& state, Step step) const {
  const Op* op = next(state);
  const std::string text = op != nullptr ? to_text(kernel_, *op) : "";
  switch (step.kind) {
    case Step::Kind::Execute: return text;
    case Step::Kind::Access: {
      std::string all = text + " reaches " + name(step.a) + "; cached:";
      for (const Entry& entry : state.entries)
        if (entry.level != 0) all += " [" + entry_text(entry) + "]";
      return all;
    }
    case Step::Kind::Interrupt: return step.a != 0 ? "interrupt, raised" : "interrupt";
    case Step::Kind::Return: return "return from exception";
    case Step::Kind::Idle: return "idle";
    case Step::Kind::Abort: return "abort (" + status_text(step.a) + ") at " + text;
    case Step::Kind::Walk: return "  walk of page " + std::to_string(step.a) + " -> " + name(step.c) + ", cached";
  }
  return "";
}

}  // namespace shootdown::naive::arm

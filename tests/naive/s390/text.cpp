// Kernels and steps in words.
#include "machine.hpp"

namespace shootdown::naive::s390 {
namespace {

std::string name(std::uint8_t page) { return kPageList[page].name; }
std::string pte_text(const Pte& pte) {
  if (pte.bits == 0) return "I";
  return name(pte.page) + ((pte.bits & kWrite) != 0 ? "" : "|P") + ((pte.bits & kValid) != 0 ? "" : "|I");
}
std::string entry_text(const Entry& entry) {
  std::string text = entry.level == 1 ? "translation" : "segment entry";
  text += entry.va == kBoth ? "" : " of page " + std::to_string(entry.va);
  return text + " -> " + name(entry.page) + ((entry.rights & kWrite) != 0 ? " W" : " R") + " under " + name(entry.tag);
}

}  // namespace

std::string to_text(const Kernel&, const Op& op) {
  constexpr const char* registers[] = {"cr1", "cr7", "cr13"};
  const std::string va = std::to_string(op.va), place = name(op.page) + "." + std::to_string(op.slot);
  const std::string local = op.flag ? ", local" : "";
  switch (op.kind) {
    case OpKind::Load: return std::string(registers[op.number]) + " = " + name(op.page);
    case OpKind::Store: return place + " = " + pte_text(op.pte);
    case OpKind::Ipte: return "ipte(" + name(op.page) + ", " + va + local + ")";
    case OpKind::Idte: return "idte(" + name(op.page) + ", " + va + local + ")";
    case OpKind::IdteAsce: return "idte_asce(" + name(op.page) + local + ")";
    case OpKind::Ptlb: return "ptlb()";
    case OpKind::Csp: return "csp(" + place + ", " + pte_text(op.old) + ", " + pte_text(op.pte) + ")";
    case OpKind::Bcr: return "bcr(15, 0)";
    case OpKind::Access: return std::string(op.user ? "user" : "kernel") + (op.flag ? "_store(" : "_load(") + va + ")";
    case OpKind::Revoked: return "revoked(" + name(op.page) + ", " + va + ")";
    case OpKind::Freed: return "freed(" + name(op.page) + ")";
    case OpKind::Signal: return "signal";
    case OpKind::Await: return "await";
  }
  return "";
}

std::string to_text(const Kernel& kernel) {
  std::string text = std::string("s390x, pages ") + (kernel.split ? "split" : "together");
  text += std::string(kernel.other_home ? ", SB in CR13" : "") + (kernel.two_cpus ? ", 2 CPUs" : "");
  text += std::string(kernel.common_root ? " on SA" : "") + (kernel.buffers ? ", store buffers" : "") + "\n";
  const char* const names[] = {"CPU 0", "CPU 1", "program interruption"};
  for (unsigned list = 0; list < kLists; ++list) {
    if ((list == kMain1 && !kernel.two_cpus) || (list == kProgram && !kernel.handler)) continue;
    text += std::string("  ") + names[list] + ":\n";
    for (const Op& op : kernel.lists[list]) text += "    " + to_text(kernel, op) + "\n";
  }
  return text;
}

std::string Machine::describe(const State& state, Step step) const {
  State before = state;
  if (step.cpu != 0) before.change_sides();
  const std::string cpu = "CPU" + std::to_string(step.cpu) + ": ";
  const Op* op = next(before);
  const std::string text = op != nullptr ? to_text(kernel_, *op) : "";
  switch (step.kind) {
    case Step::Kind::Execute: return cpu + text;
    case Step::Kind::Access: {
      std::string all = cpu + text + " reaches " + name(step.a) + "; cached:";
      for (const Entry& entry : before.entries)
        if (entry.level != 0) all += " [" + entry_text(entry) + "]";
      return all;
    }
    case Step::Kind::Return: return cpu + "return from interruption";
    case Step::Kind::Fault: {
      constexpr const char* why[] = {"translation", "protection", "protection, cached"};
      return cpu + "program interruption (" + why[step.a] + ") at " + text;
    }
    case Step::Kind::Read:
      return cpu + "  walk of page " + std::to_string(step.a) + " reads an entry of level " + std::to_string(step.b) +
             " -> " + name(step.c) + ", cached";
    case Step::Kind::TurnOn: return cpu + "loads its ASCEs";
    case Step::Kind::Leave: {
      constexpr const char* what[] = {"", "entry in ", "store to ", "word", "revoked ", "freed "};
      return cpu + "  takes effect: " + what[step.a] + (step.a == Waiting::kWord ? "" : name(step.b));
    }
  }
  return "";
}

}  // namespace shootdown::naive::s390

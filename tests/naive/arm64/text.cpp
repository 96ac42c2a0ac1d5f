// Kernels and steps in words.
#include "machine.hpp"

namespace shootdown::naive::arm64 {
namespace {

std::string name(std::uint8_t page) { return kPageList[page].name; }

std::string pte_text(const Pte& pte) {
  if ((pte.bits & kValid) == 0) return "0";
  std::string text = name(pte.page);
  text += (pte.bits & kWrite) != 0 ? "" : "|RDONLY";
  text += (pte.bits & kUser) != 0 ? "|USER" : "";
  text += (pte.bits & kGlobal) != 0 ? "|global" : "";
  text += (pte.bits & kAccessed) != 0 ? "" : "|AF=0";
  return text + ((pte.bits & kType) != 0 ? "|other type" : "");
}

const char* form_name(Form form) {
  constexpr const char* names[] = {"vmalle1", "vae1", "aside1", "vaae1", "vale1", "vaale1"};
  return names[static_cast<unsigned>(form)];
}

std::string entry_text(const Entry& entry) {
  std::string text = entry.level == 1 ? "translation" : "level " + std::to_string(entry.level) + " descriptor";
  text += (entry.va & kBoth) != 0 ? "" : " of page " + std::to_string(entry.va);
  text += " -> " + name(entry.page) + ((entry.rights & kUser) != 0 ? " U" : " S");
  text += (entry.rights & kWrite) != 0 ? "W" : "R";
  text += entry.tag == kGlobalTag ? " global" : " ASID " + std::to_string(entry.tag);
  return text + " from " + name(entry.origin) + (entry.held != 0 ? ", held" : "");
}

std::string tlbi_text(Form form, bool shareable, unsigned va, unsigned asid) {
  return std::string("tlbi(") + form_name(form) + (shareable ? "is" : "") + ", page " + std::to_string(va) + ", ASID " +
         std::to_string(asid) + ")";
}

}  // namespace

std::string to_text(const Kernel&, const Op& op) {
  constexpr const char* options[] = {"ish", "ishst", "ishld", "nsh"};
  const std::string option = options[static_cast<unsigned>(op.option)];
  const std::string va = std::to_string(op.va);
  switch (op.kind) {
    case OpKind::Ttbr0: return "ttbr0 = " + name(op.page) + ", ASID " + std::to_string(op.asid);
    case OpKind::Ttbr1: return "ttbr1 = " + name(op.page) + ", ASID " + std::to_string(op.asid);
    case OpKind::Store: return name(op.page) + "." + std::to_string(op.slot) + " = " + pte_text(op.pte);
    case OpKind::Tlbi: return tlbi_text(op.form, op.flag, op.va, op.asid);
    case OpKind::Dsb: return "dsb(" + option + ")";
    case OpKind::Dmb: return "dmb(" + option + ")";
    case OpKind::Isb: return "isb()";
    case OpKind::Access: return std::string(op.user ? "user" : "kernel") + (op.flag ? "_store(" : "_load(") + va + ")";
    case OpKind::Mask: return "daifset";
    case OpKind::Unmask: return "daifclr";
    case OpKind::Revoked: return "revoked(" + name(op.page) + ", " + va + ")";
    case OpKind::Freed: return "freed(" + name(op.page) + ")";
    case OpKind::Signal: return op.flag ? "signal, release" : "signal";
    case OpKind::Await: return "await";
  }
  return "";
}

std::string to_text(const Kernel& kernel) {
  std::string text = std::string("arm64, pages ") + (kernel.split ? "split" : "together");
  text += std::string(kernel.upper ? ", upper half" : "") + (kernel.a1 ? ", A1" : "") + (kernel.ets2 ? ", ETS2" : "");
  text += std::string(kernel.interrupts ? ", unmasked" : "") + (kernel.two_cpus ? ", 2 CPUs" : "");
  text += std::string(kernel.common_root ? " on RA" : "") + (kernel.buffers ? ", store buffers" : "") + "\n";
  const char* const names[] = {"CPU 0", "CPU 1", "timer", "abort"};
  for (unsigned list = 0; list < kLists; ++list) {
    if ((list == kMain1 && !kernel.two_cpus) || (list == kTimer && !kernel.timer)) continue;
    if (list == kAbort && !kernel.abort_handler) continue;
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
      std::string all = cpu + text + " reaches " + name(step.a) + (step.b != 0 ? ", held" : "") + "; cached:";
      for (const Entry& entry : before.entries)
        if (entry.level != 0) all += " [" + entry_text(entry) + "]";
      return all;
    }
    case Step::Kind::Eret: return cpu + "ERET before " + text;
    case Step::Kind::Timer: return cpu + "timer interrupt";
    case Step::Kind::Return: return cpu + "return from exception";
    case Step::Kind::Fault: {
      constexpr const char* why[] = {"translation or access flag", "permission", "permission, cached"};
      return cpu + "abort (" + why[step.a] + ") at " + text;
    }
    case Step::Kind::Read:
      return cpu + "  walk of page " + std::to_string(step.a) + " reads a descriptor of level " +
             std::to_string(step.b) + " -> " + name(step.c) + ", cached";
    case Step::Kind::TurnOn: return cpu + "translation on";
    case Step::Kind::Leave: {
      constexpr const char* what[] = {"", "descriptor in ", "store to ", "word", "revoked ", "freed ", "", ""};
      return cpu + "  takes effect: " + what[step.a] + (step.a == Waiting::kWord ? "" : name(step.b));
    }
    case Step::Kind::Perform: {
      const Token& token = before.tokens[step.a];
      return cpu + "  performs CPU" + std::to_string(token.issuer) + "'s " +
             tlbi_text(token.form, false, token.va, token.asid);
    }
    case Step::Kind::Performed: return cpu + "  and no more walks from before that TLBI's CPU's stores";
  }
  return "";
}

}  // namespace shootdown::naive::arm64

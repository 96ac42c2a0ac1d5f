// A step of the naive machine in words.
#include "machine.hpp"

namespace shootdown::naive {
namespace {

std::string name(const Kernel& kernel, std::uint8_t page) { return pages(kernel.architecture)[page].name; }

std::string entry_text(const Kernel& kernel, const Entry& entry) {
  std::string text = entry.level == 1 ? "translation" : "level " + std::to_string(entry.level) + " entry";
  text += entry.va == kEveryVa ? "" : " of page " + std::to_string(entry.va);
  text += " -> " + name(kernel, entry.page) + " " + ((entry.rights & kUser) != 0 ? "U" : "S");
  text += std::string((entry.rights & kWrite) != 0 ? "W" : "R") + ((entry.rights & kDirty) != 0 ? "D" : "");
  text += entry.tag == kGlobalTag ? " global" : " PCID " + std::to_string(entry.tag);
  return text + " from " + name(kernel, entry.origin) + (entry.tainted != 0 ? ", tainted" : "");
}

}  // namespace

std::string Machine::describe(const State& state, Step step) const {
  State before = state;
  if (step.cpu != 0) before.change_sides();
  const std::string cpu = kernel_.two_cpus ? "CPU" + std::to_string(step.cpu) + " " : "";
  const std::string who = cpu + "context " + std::to_string(before.current) + ": ";
  switch (step.kind) {
    case Step::Kind::Begin: return "begin";
    case Step::Kind::Drain: {
      constexpr const char* what[] = {"", "entry of ", "store to ", "word", "revoked ", "freed "};
      return cpu + "  takes effect: " + what[step.a] + (step.a == Pending::kSignal ? "" : name(kernel_, step.b));
    }
    case Step::Kind::Perform: {
      const Token& token = before.tokens[step.a];
      Op op;
      op.kind = OpKind::Invlpgb;
      op.type = token.selectors;
      op.va = token.va;
      op.pcid = token.pcid;
      return cpu + "  performs CPU" + std::to_string(token.issuer) + "'s " + to_text(kernel_, op);
    }
    case Step::Kind::TurnOn: return who + "turns paging on";
    case Step::Kind::Execute: return who + to_text(kernel_, kernel_.lists[step.a][step.b]);
    case Step::Kind::Timer: return who + "timer interrupt";
    case Step::Kind::Return: return who + (step.a < kTimer ? "idles" : "return from interrupt");
    case Step::Kind::Fault: {
      constexpr const char* why[] = {"not present", "no right", "cached without the right"};
      return who + "page fault (" + why[step.a] + ")";
    }
    case Step::Kind::StartWalk:
      return cpu + "  walk of page " + std::to_string(step.a) + " begins at level " + std::to_string(step.b);
    case Step::Kind::ReadLevel: {
      const Walker& walker = before.walker;
      const Pte pte = before.memory[walker.table][kernel_.slot(walker.level, walker.va)];
      const Entry entry = made(before, walker.level, walker.va, walker.rights, pte, walker.origin);
      return cpu + "  walk reads " + entry_text(kernel_, entry) + (step.a != 0 ? ", which is cached" : "");
    }
    case Step::Kind::Abandon: return cpu + "  walk abandoned";
    case Step::Kind::Evict: return cpu + "  dropped: " + entry_text(kernel_, before.entries[step.a]);
    case Step::Kind::Complete: {
      std::string text = who + to_text(kernel_, kernel_.lists[step.a][step.b]) + "; cached:";
      for (const Entry& entry : before.entries)
        if (entry.level != 0) text += " [" + entry_text(kernel_, entry) + "]";
      return text;
    }
  }
  return "";
}

}  // namespace shootdown::naive

#include "compare.hpp"

#include <algorithm>

#include "assemble.hpp"
#include "common/tool.hpp"

namespace shootdown::naive {
namespace {

const std::vector<std::string>& all_properties() {
  static const std::vector<std::string> all = [] {
    std::vector<std::string> names;
    for (unsigned property = 0; property < kProperties; ++property) names.emplace_back(property_name(property));
    return names;
  }();
  return all;
}

void ask_tool(const Kernel& kernel, Comparison& result) {
  const bool unhandled = ((result.naive.violated >> kArchitectural) & 1) != 0 || !result.naive.complete;
  const Answer answer = ask_checker(assemble(kernel), configuration(kernel), all_properties(), unhandled);
  result.tool = answer.violated;
  result.tool_fails = answer.fails;
  result.tool_states = answer.states;
  result.refused = answer.refused;
}

bool still_differs(const Kernel& kernel, const Budget& budget) {
  return kernel.valid() && !compare(kernel, budget).agree();
}

}  // namespace

unsigned Comparison::disagreement() const {
  for (unsigned property = 0; property < kProperties; ++property) {
    const bool here = ((naive.violated >> property) & 1) != 0, there = ((tool >> property) & 1) != 0;
    if (here != there && (here || naive.complete)) return property;
  }
  if (tool_fails != (tool != 0)) return 0;
  return kProperties;
}

Comparison compare(const Kernel& kernel, const Budget& budget) {
  Comparison result;
  result.naive = explore(kernel, budget.capacity, budget.naive_states, false);
  ask_tool(kernel, result);
  if ((result.tool & ~result.naive.violated) != 0 && result.naive.complete && budget.capacity < kMaxEntries)
    result.naive = explore(kernel, kMaxEntries, 20 * budget.naive_states, false);
  return result;
}

Kernel minimise(Kernel kernel, const Budget& budget) {
  for (bool smaller = true; smaller;) {
    smaller = false;
    const auto attempt = [&](const std::function<void(Kernel&)>& change) {
      Kernel candidate = kernel;
      change(candidate);
      if (candidate == kernel || !still_differs(candidate, budget)) return false;
      kernel = candidate;
      return smaller = true;
    };
    for (unsigned list = 0; list < kLists; ++list)
      for (std::size_t i = 0; i < kernel.lists[list].size();)
        if (!attempt([&](Kernel& k) { k.lists[list].erase(k.lists[list].begin() + static_cast<std::ptrdiff_t>(i)); }))
          ++i;
    attempt([](Kernel& k) {
      k.timer = false;
      k.lists[kTimer].clear();
    });
    attempt([](Kernel& k) {
      k.fault_handler = false;
      k.lists[kFault].clear();
    });
    attempt([](Kernel& k) { k.split = false; });
    attempt([](Kernel& k) { k.buffers = false; });
    attempt([](Kernel& k) {
      k.two_cpus = k.common_root = k.buffers = false;
      k.lists[kMain1].clear();
    });
    attempt([](Kernel& k) { k.pcide = false; });
    attempt([](Kernel& k) { k.protect = true; });
    attempt([](Kernel& k) { k.invpcid = true; });
    attempt([](Kernel& k) { k.pge = true; });
    attempt([](Kernel& k) { k.interrupts = k.timer; });
    for (unsigned list = 0; list < kLists; ++list)
      for (std::size_t i = 0; i < kernel.lists[list].size(); ++i) {
        attempt([&](Kernel& k) { k.lists[list][i].pcid = 0; });
        attempt([&](Kernel& k) { k.lists[list][i].pte.bits &= static_cast<std::uint8_t>(~kGlobal); });
        attempt([&](Kernel& k) {
          if (k.lists[list][i].pte.bits != 0) k.lists[list][i].pte.bits |= kDirty | kWrite | kUser;
        });
        attempt([&](Kernel& k) { k.lists[list][i].flag = false; });
      }
  }
  return kernel;
}

std::string report(const Kernel& kernel, const Budget& budget) {
  const Comparison result = compare(kernel, budget);
  const auto names = [](unsigned set) {
    std::string text;
    for (unsigned property = 0; property < kProperties; ++property)
      if (((set >> property) & 1) != 0) text += std::string(" ") + property_name(property);
    return text.empty() ? std::string(" nothing") : text;
  };
  std::string text = to_text(kernel) + "naive:" + names(result.naive.violated) +
                     (result.naive.complete ? "" : " (not all states)") + ", " + std::to_string(result.naive.states) +
                     " states\ntool: " + names(result.tool) + ", " + std::to_string(result.tool_states) + " states" +
                     (result.tool_fails ? ", FAIL" : ", PASS") + (result.refused.empty() ? "" : "; " + result.refused) +
                     "\n";
  const unsigned property = result.disagreement();
  if (property == kProperties) return text;
  if (((result.naive.violated >> property) & 1) != 0)
    return text + "naive run to " + property_name(property) + ":\n" +
           explore(kernel, kMaxEntries, 20 * budget.naive_states, true).traces[property];
  return text + "tool's run to " + property_name(property) + ":\n" +
         checker_trace(assemble(kernel), configuration(kernel), property_name(property));
}

}  // namespace shootdown::naive

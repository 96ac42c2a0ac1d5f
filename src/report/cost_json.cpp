#include <array>

#include "report/cost.hpp"

namespace shootdown::report {
namespace {

using nlohmann::json;

constexpr std::array<const char*, 6> kCounted{"root-loads", "tlb-instructions",          "barriers",
                                              "ipis",       "live-translations-dropped", "dropped-at-once"};
constexpr std::array<const char*, 3> kWhat{"operation", "task", "whole"};

json number(const auto& value) { return value ? json(*value) : json(nullptr); }

}  // namespace

json to_json(const cost::Findings& findings) {
  json operations = json::array();
  for (const cost::OperationCost& operation : findings.operations) {
    json counts = json::array();
    for (const cost::Row& row : operation.rows)
      counts.push_back({{"counted", kCounted[static_cast<std::size_t>(row.counted)]},
                        {"instruction", row.kind},
                        {"scope", row.scope},
                        {"cpu", number(row.cpu)},
                        {"minimum", number(row.range.minimum)},
                        {"maximum", number(row.range.maximum)}});
    operations.push_back({{"name", operation.name},
                          {"span", kWhat[static_cast<std::size_t>(operation.what)]},
                          {"completes", operation.completes},
                          {"counts", std::move(counts)}});
  }
  return {{"operations", std::move(operations)}};
}

}  // namespace shootdown::report

#include "report/audit.hpp"

namespace shootdown::report {
namespace {

using nlohmann::json;

json place(const trace::SourceLine& where) {
  return {{"file", where.file}, {"line", where.line}, {"function", where.function}};
}

json path(const audit::CallPath& path) {
  json places = json::array();
  for (const trace::SourceLine& where : path.places) places.push_back(place(where));
  json value{{"places", std::move(places)}, {"under_test", nullptr}};
  if (path.under_test < path.places.size()) value["under_test"] = place(path.places[path.under_test]);
  return value;
}

json seen(const audit::Findings& findings, const std::vector<audit::Seen>& list) {
  json rows = json::array();
  for (const audit::Seen& one : list) {
    json declared = json::object();
    for (std::size_t n = 0; n < findings.circumstances.size(); ++n)
      declared[findings.circumstances[n]] = (one.circumstances.declared >> n & 1) != 0;
    rows.push_back({{"interrupts_on", one.circumstances.interrupts_on},
                    {"interrupt_depth", one.circumstances.interrupt_depth},
                    {"circumstances", std::move(declared)},
                    {"states", one.states}});
  }
  return rows;
}

}  // namespace

json to_json(const audit::Findings& findings) {
  json sites = json::array(), pairs = json::array();
  for (const audit::Site& site : findings.sites)
    sites.push_back({{"operation", site.operation}, {"path", path(site.path)}, {"seen", seen(findings, site.seen)}});
  for (const audit::ReadModifyWrite& one : findings.read_modify_writes)
    pairs.push_back({{"register", one.reg},
                     {"read", place(one.read)},
                     {"write", place(one.write)},
                     {"path", path(one.path)},
                     {"between", seen(findings, one.between)},
                     {"preemptible", one.preemptible},
                     {"interrupted", one.interrupted},
                     {"preempted", one.preempted},
                     {"switched_away", one.switched_away}});
  return {{"circumstances", findings.circumstances},
          {"sites", std::move(sites)},
          {"read_modify_writes", std::move(pairs)},
          {"warnings", findings.warnings}};
}

}  // namespace shootdown::report

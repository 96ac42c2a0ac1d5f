#include "report/json.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "check/names.hpp"
#include "report/audit.hpp"
#include "report/cost.hpp"
#include "report/coverage.hpp"

namespace shootdown::report {
namespace {

using nlohmann::json;

constexpr std::array<std::pair<trace::EventKind, std::string_view>, 12> kKinds{{
    {trace::EventKind::Operation, "operation"},
    {trace::EventKind::Load, "load"},
    {trace::EventKind::Store, "store"},
    {trace::EventKind::ReadModifyWrite, "read-modify-write"},
    {trace::EventKind::ContextSwitch, "context-switch"},
    {trace::EventKind::Interrupt, "interrupt"},
    {trace::EventKind::InterruptReturn, "interrupt-return"},
    {trace::EventKind::Access, "access"},
    {trace::EventKind::Choice, "choice"},
    {trace::EventKind::Note, "note"},
    {trace::EventKind::Ghost, "ghost"},
    {trace::EventKind::Drain, "drain"},
}};

std::string_view kind_name(trace::EventKind kind) {
  for (const auto& [known, name] : kKinds)
    if (known == kind) return name;
  return "violation";
}

json place(const trace::SourceLine& where) {
  return {{"file", where.file}, {"line", where.line}, {"function", where.function}};
}

json tlb_line(const trace::TlbLine& line) {
  return {{"tag", line.tag},
          {"va", hexadecimal(line.va)},
          {"bytes", line.bytes},
          {"leaf", line.leaf},
          {"target", hexadecimal(line.target)},
          {"rights", line.rights},
          {"origin", line.origin},
          {"stale", line.stale}};
}

json cpu_view(const trace::CpuView& view) {
  json tlb = json::array();
  for (const trace::TlbLine& line : view.tlb) tlb.push_back(tlb_line(line));
  return {{"root", hexadecimal(view.root)},
          {"root_name", view.root_name},
          {"tag", view.tag},
          {"tags_in_use", view.tags_in_use},
          {"interrupts_on", view.interrupts_on},
          {"paging_on", view.paging_on},
          {"tlb", std::move(tlb)}};
}

json event_json(const trace::Event& event) {
  json where = json::array();
  for (const trace::SourceLine& line : event.where) where.push_back(place(line));
  json arguments = json::array();
  for (const std::uint64_t argument : event.arguments) arguments.push_back(hexadecimal(argument));
  json value{{"kind", kind_name(event.kind)},
             {"step", event.step},
             {"cpu", event.cpu},
             {"context", event.context},
             {"context_name", event.context_name},
             {"interrupt_depth", event.interrupt_depth},
             {"where", std::move(where)},
             {"operation", event.operation},
             {"arguments", std::move(arguments)},
             {"text", event.text},
             {"after", cpu_view(event.after)}};
  if (event.result) value["result"] = hexadecimal(*event.result);
  if (!event.symbol.empty()) value["symbol"] = event.symbol;
  if (event.kind == trace::EventKind::ContextSwitch) {
    value["other_context"] = event.other_context;
    value["other_name"] = event.other_name;
  }
  return value;
}

json statistics_json(const CaseReport& report) {
  const explore::Statistics& s = report.answer.statistics;
  return {{"states", s.states},
          {"transitions", s.transitions},
          {"depth", s.depth},
          {"frontier", s.frontier},
          {"runs", s.runs},
          {"seconds", s.seconds},
          {"store_bytes", s.store_bytes},
          {"memory_bytes", s.memory_bytes},
          {"peak_memory_bytes", report.peak_memory}};
}

json configuration_json(const check::Request& request) {
  json leave_out = json::array();
  for (const omit::Selector& selector : request.configuration.leave_out) leave_out.push_back(omit::to_text(selector));
  json defines = json::object();
  for (const auto& [name, value] : request.compile.defines) defines[name] = value;
  return {{"machine", check::machine_entry(request.configuration.machine).name},
          {"cpus", request.configuration.cpus},
          {"cpu_features", check::features_text(request.configuration)},
          {"memory_model", check::memory_model_name(request.configuration.memory)},
          {"not_explored", check::not_explored(request.configuration)},
          {"store_buffer", request.configuration.store_buffer},
          {"properties", request.configuration.properties},
          {"leave_out", std::move(leave_out)},
          {"optimisation", request.compile.optimisation},
          {"defines", std::move(defines)}};
}

}  // namespace

std::string hexadecimal(std::uint64_t value) { return fmt::format("{:#x}", value); }

json to_json(const trace::Trace& trace) {
  json events = json::array();
  for (const trace::Event& event : trace.events) events.push_back(event_json(event));
  json value{{"scenario", trace.scenario},
             {"variant", trace.variant},
             {"machine", trace.machine},
             {"cpus", trace.cpus},
             {"options", trace.options},
             {"choices", trace.choices},
             {"program_digest", hexadecimal(trace.program_digest)},
             {"events", std::move(events)}};
  if (trace.loop_begins != 0) {
    value["loop_begins"] = trace.loop_begins;
    value["loop_survives_fair_scheduler"] = trace.loop_survives_fair_scheduler;
  }
  if (trace.violation)
    value["violation"] = {{"property", trace.violation->property},
                          {"detail", trace.violation->detail},
                          {"message", trace.violation->message}};
  return value;
}

json to_json(const CaseReport& report) {
  const check::Answer& answer = report.answer;
  json properties = json::array();
  for (const system::Facts::Property& property : answer.facts.properties)
    properties.push_back({{"name", property.name}, {"evaluated", property.evaluated}});
  json covers = json::array();
  for (const system::Facts::Cover& cover : answer.facts.covers)
    covers.push_back({{"name", cover.name}, {"where", place(cover.where)}, {"reached", cover.reached}});
  json value{{"label", report.label},
             {"scenario", report.request.compile.source.string()},
             {"variant", report.request.compile.variant},
             {"configuration", configuration_json(report.request)},
             {"verdict", check::verdict_name(answer.verdict)},
             {"reason", answer.reason},
             {"file", answer.file},
             {"line", answer.line},
             {"statistics", statistics_json(report)},
             {"properties", std::move(properties)},
             {"covers", std::move(covers)},
             {"warnings", answer.warnings},
             {"compiler", answer.compiler},
             {"flags", answer.flags},
             {"needs_new_then_old", answer.needs_new_then_old},
             {"replay", report.replay}};
  if (answer.trace) value["trace"] = to_json(*answer.trace);
  if (!answer.coverage.empty()) value["coverage"] = to_json(answer.coverage);
  if (answer.rules) value["rules"] = to_json(*answer.rules);
  if (answer.audit) value["audit"] = to_json(*answer.audit);
  if (answer.cost) value["cost"] = to_json(*answer.cost);
  return value;
}

json document(const std::vector<CaseReport>& reports, int exit_code) {
  json answers = json::array();
  for (const CaseReport& report : reports) answers.push_back(to_json(report));
  return {{"shootdown", kJsonVersion}, {"exit_code", exit_code}, {"answers", std::move(answers)}};
}

std::string to_text(const json& document) {
  return document.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace shootdown::report

#include "cli/outcome.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "check/names.hpp"
#include "report/json.hpp"
#include "report/text.hpp"

namespace shootdown::cli {
namespace {

std::string joined(std::initializer_list<std::string_view> words) {
  std::string text;
  for (const std::string_view word : words)
    if (!word.empty()) text += fmt::format("{}{}", text.empty() ? "" : " ", word);
  return text;
}

}  // namespace

Outcome summarise(const report::CaseReport& report, double seconds) {
  const check::Answer& answer = report.answer;
  Outcome outcome;
  outcome.verdict = answer.verdict;
  outcome.reason = answer.reason;
  if (!answer.file.empty()) outcome.reason = fmt::format("{}:{}: {}", answer.file, answer.line, answer.reason);
  outcome.states = answer.statistics.states;
  if (answer.trace) outcome.steps = report::steps(*answer.trace);
  if (answer.trace && answer.trace->violation) {
    outcome.property = answer.trace->violation->property;
    outcome.detail = answer.trace->violation->detail;
  }
  outcome.seconds = seconds;
  outcome.memory = report.peak_memory;
  return outcome;
}

std::string encode(const Outcome& outcome) {
  return report::to_text({{"verdict", static_cast<int>(outcome.verdict)},
                          {"property", outcome.property},
                          {"detail", outcome.detail},
                          {"reason", outcome.reason},
                          {"states", outcome.states},
                          {"steps", outcome.steps},
                          {"seconds", outcome.seconds},
                          {"memory", outcome.memory}});
}

Outcome decode(const std::string& text) {
  Outcome outcome;
  try {
    const nlohmann::json fields = nlohmann::json::parse(text);
    outcome.verdict = static_cast<check::Verdict>(fields.at("verdict").get<int>());
    outcome.property = fields.at("property").get<std::string>();
    outcome.detail = fields.at("detail").get<std::string>();
    outcome.reason = fields.at("reason").get<std::string>();
    outcome.states = fields.at("states").get<std::uint64_t>();
    outcome.steps = fields.at("steps").get<unsigned>();
    outcome.seconds = fields.at("seconds").get<double>();
    outcome.memory = fields.at("memory").get<std::uint64_t>();
  } catch (const nlohmann::json::exception&) {
    outcome = {};
    outcome.reason = "the process that checked the case ended without an answer";
  }
  return outcome;
}

std::string declared_text(const scenario::Case& declared) {
  return joined({declared.verdict, declared.property, declared.detail});
}

std::string outcome_text(const Outcome& outcome) {
  return joined({check::verdict_name(outcome.verdict), outcome.property, outcome.detail});
}

bool agrees(const scenario::Case& declared, const Outcome& outcome) {
  return declared.verdict == check::verdict_name(outcome.verdict) &&
         (declared.property.empty() || declared.property == outcome.property) &&
         (declared.detail.empty() || declared.detail == outcome.detail);
}

}  // namespace shootdown::cli

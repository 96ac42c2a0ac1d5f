// From the header lines of a file to its cases.
#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include "scenario/file.hpp"
#include "scenario/header.hpp"
#include "scenario/scenario.hpp"
#include "scenario/words.hpp"

namespace shootdown::scenario {

namespace {

constexpr std::array<std::string_view, 5> kMachines{"x86-64", "i386", "arm64", "s390x", "armv5"};
constexpr std::string_view kMachineList = "x86-64, i386, arm64, s390x, armv5";
constexpr unsigned kMostCpus = 64;

bool is_machine(std::string_view word) {
  return std::find(kMachines.begin(), kMachines.end(), word) != kMachines.end();
}

std::string cited(std::string_view word) {
  constexpr std::size_t kMost = 40;  // of a word that may be anything
  std::string text = "'";
  for (const char c : word.substr(0, kMost)) text += static_cast<unsigned char>(c) < ' ' || c == '\x7f' ? '?' : c;
  return text + (word.size() > kMost ? "...'" : "'");
}

// What one `variant:` line says; `machine` only if the line has one of its own.
struct Declaration {
  Case declared;
  std::optional<std::string> machine;
};

// Every function below gives back an empty text, or why the line cannot be read.
using Problem = std::string;

class Reader {
 public:
  Result<Scenario> read(const std::filesystem::path& path) {
    const auto text = text_of(path);
    if (!text.ok()) return text.error();
    const auto fails = [&](Problem why, unsigned line) {
      return Error{ErrorKind::Compile, std::move(why), path.string(), line};
    };
    if (text.value().find('\0') != std::string::npos) return fails("not a text file: it contains a NUL byte", 0);
    for (const HeaderLine& line : header_lines(text.value())) {
      Problem problem = line.problem.empty() ? take(line) : line.problem;
      if (!problem.empty()) return fails(std::move(problem), line.line);
    }
    if (declarations_.empty()) {
      return fails("no variant is declared: a scenario begins with lines like '// variant: fixed  PASS'", 0);
    }
    Scenario scenario{path, {}, {}};
    for (const Declaration& declaration : declarations_) {
      if (auto problem = add_cases(declaration, scenario); !problem.empty()) {
        return fails(std::move(problem), declaration.declared.line);
      }
    }
    return scenario;
  }

 private:
  Problem take(const HeaderLine& line) {
    auto words = words_of(line.rest);
    if (!words.ok()) return words.error().message;
    if (words.value().empty()) return "nothing follows '" + std::string(line.key) + ":'";
    if (line.key == "machine") return machine(line.rest);
    if (line.key == "cpus") return cpus(line.rest);
    if (line.key == "options") return options(words.value());
    return variant(words.value(), line.line);
  }

  Problem machine(std::string_view rest) {
    if (!machines_.empty()) return "'machine:' is given twice; write one list";
    std::string list(rest);
    std::replace(list.begin(), list.end(), ',', ' ');
    const auto words = words_of(list);
    for (const Word& word : words.value()) {
      if (!is_machine(word.text))
        return "unknown machine " + cited(word.text) + "; there are: " + std::string(kMachineList);
      if (std::find(machines_.begin(), machines_.end(), word.text) != machines_.end()) {
        return "machine " + cited(word.text) + " is given twice";
      }
      machines_.push_back(word.text);
    }
    return machines_.empty() ? "nothing follows 'machine:'" : "";
  }

  Problem cpus(std::string_view rest) {
    if (cpus_) return "'cpus:' is given twice";
    unsigned number = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    if (error != std::errc() || end != rest.data() + rest.size() || number < 1 || number > kMostCpus) {
      return cited(rest) + " is not a number of CPUs from 1 to " + std::to_string(kMostCpus);
    }
    cpus_ = number;
    return {};
  }

  Problem options(const std::vector<Word>& words) {
    if (!words.front().is_option()) return "options begin with '-', not with " + cited(words.front().text);
    for (const Word& word : words) {
      if (word.is_option() && (word.text == "--machine" || word.text.starts_with("--machine="))) {
        return "the machines of all variants belong in a 'machine:' line";
      }
      options_.push_back(word.text);
    }
    return {};
  }

  Problem variant(const std::vector<Word>& words, unsigned line) {
    Declaration declaration;
    Case& declared = declaration.declared;
    declared.line = line;
    declared.variant = words[0].text;
    if (!is_variant_name(declared.variant)) {
      return cited(declared.variant) + " is not a name of a variant: small letters, digits and '-'";
    }
    if (words.size() < 2) return "variant " + cited(declared.variant) + " has no verdict";
    declared.verdict = words[1].text;
    if (!is_verdict(declared.verdict)) {
      return cited(declared.verdict) + " is not a verdict: PASS, FAIL, BOUNDED, VACUOUS, UNSUPPORTED or COMPILE-ERROR";
    }
    std::size_t at = 2;
    if (declared.verdict == "FAIL") {
      if (at < words.size() && is_property(words[at])) declared.property = words[at++].text;
      if (at < words.size() && !words[at].is_option()) declared.detail = words[at++].text;
    }
    if (at < words.size() && !words[at].is_option()) {
      return cited(words[at].text) + " is one word too many; write a detail of several words in quotes";
    }
    if (auto problem = own_options(words, at, declaration); !problem.empty()) return problem;
    declarations_.push_back(std::move(declaration));
    return {};
  }

  // The options of one case; its own machine is taken out of them.
  static Problem own_options(const std::vector<Word>& words, std::size_t at, Declaration& declaration) {
    constexpr std::string_view kMachine = "--machine";
    for (; at < words.size(); ++at) {
      const std::string& word = words[at].text;
      const bool joined = word.starts_with("--machine=");
      if (word != kMachine && !joined) {
        declaration.declared.options.push_back(word);
        continue;
      }
      if (declaration.machine) return "'--machine' is given twice";
      if (!joined && ++at == words.size()) return "'--machine' needs a name";
      declaration.machine = joined ? word.substr(kMachine.size() + 1) : words[at].text;
      if (!is_machine(*declaration.machine)) {
        return "unknown machine " + cited(*declaration.machine) + "; there are: " + std::string(kMachineList);
      }
    }
    return {};
  }

  Problem add_cases(const Declaration& declaration, Scenario& scenario) const {
    std::vector<std::string> machines = machines_;
    if (machines.empty()) machines.emplace_back(kMachines[0]);
    if (declaration.machine) machines = {*declaration.machine};
    for (const std::string& name : machines) {
      Case one = declaration.declared;
      one.machine = name;
      one.cpus = cpus_.value_or(1);
      one.options.insert(one.options.begin(), options_.begin(), options_.end());
      for (const Case& other : scenario.cases) {
        if (other.variant != one.variant || other.machine != one.machine || other.options != one.options) continue;
        return "variant " + cited(one.variant) + " is declared on line " + std::to_string(other.line) +
               " already, with the same machine and options";
      }
      scenario.cases.push_back(std::move(one));
    }
    auto& names = scenario.variants;
    const std::string& name = declaration.declared.variant;
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    return {};
  }

  std::vector<std::string> machines_;
  std::optional<unsigned> cpus_;
  std::vector<std::string> options_;
  std::vector<Declaration> declarations_;
};

}  // namespace

Result<Scenario> read(const std::filesystem::path& path) { return Reader().read(path); }

}  // namespace shootdown::scenario

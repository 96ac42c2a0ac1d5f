#include "report/source_text.hpp"

#include <fmt/format.h>

#include <fstream>

namespace shootdown::report {
namespace {

constexpr std::string_view kBlanks = " \t\r";

std::vector<std::string> read_lines(const std::string& path) {
  std::vector<std::string> lines;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

std::string_view trimmed(std::string_view text) {
  for (const std::string_view comment : {"//", "/*"}) text = text.substr(0, text.find(comment));
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  text = text.substr(begin);
  while (!text.empty() && (kBlanks.find(text.back()) != std::string_view::npos || text.back() == ';'))
    text.remove_suffix(1);
  return text;
}

}  // namespace

std::string SourceText::line(const trace::SourceLine& where) {
  if (where.file.empty() || where.line == 0) return {};
  auto file = files_.find(where.file);
  if (file == files_.end()) file = files_.emplace(where.file, read_lines(where.file)).first;
  if (where.line > file->second.size()) return {};
  return std::string(trimmed(file->second[where.line - 1]));
}

std::string place_text(const trace::SourceLine& where) {
  if (where.file.empty()) return {};
  const std::string name = where.file.substr(where.file.rfind('/') + 1);
  return where.line == 0 ? name : fmt::format("{}:{}", name, where.line);
}

std::string function_text(const trace::SourceLine& where) {
  std::string place = place_text(where);
  if (where.function.empty()) return place;
  return place.empty() ? where.function : fmt::format("{} ({})", where.function, place);
}

}  // namespace shootdown::report

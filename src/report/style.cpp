#include "report/style.hpp"

#include <fmt/format.h>

namespace shootdown::report {
namespace {

constexpr std::string_view kEllipsis = "…";

bool continues(char byte) { return (static_cast<unsigned char>(byte) & 0xc0U) == 0x80U; }

// Bytes that the first `columns` code points of TEXT take.
std::size_t prefix_bytes(std::string_view text, std::size_t columns) {
  std::size_t i = 0;
  for (; i < text.size(); ++i) {
    if (continues(text[i])) continue;
    if (columns == 0) break;
    --columns;
  }
  return i;
}

}  // namespace

std::string painted(std::string_view text, Tone tone, const Style& style) {
  if (!style.colour || tone == Tone::Plain) return std::string(text);
  int code = 0;
  switch (tone) {
    case Tone::Plain: break;
    case Tone::Good: code = 32; break;
    case Tone::Bad: code = 31; break;
    case Tone::Doubtful: code = 33; break;
    case Tone::Faint: code = 2; break;
  }
  return fmt::format("\033[{}m{}\033[0m", code, text);
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (const char byte : text) width += continues(byte) ? 0 : 1;
  return width;
}

std::string fitted(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  if (width == 0) return {};
  return std::string(text.substr(0, prefix_bytes(text, width - 1))) + std::string(kEllipsis);
}

std::string cell(std::string_view text, std::size_t width) {
  std::string fit = fitted(text, width);
  fit.append(width - display_width(fit), ' ');
  return fit;
}

std::string wrapped(std::string_view text, std::size_t width, std::string_view indent) {
  std::string all;
  std::string line;
  while (!text.empty()) {
    const std::size_t blank = text.find(' ');
    const std::string_view word = text.substr(0, blank);
    text = blank == std::string_view::npos ? std::string_view{} : text.substr(blank + 1);
    if (word.empty()) continue;
    if (!line.empty() && indent.size() + display_width(line) + 1 + display_width(word) > width) {
      all += fmt::format("{}{}\n", indent, line);
      line.clear();
    }
    if (!line.empty()) line += ' ';
    line += word;
  }
  if (!line.empty()) all += fmt::format("{}{}\n", indent, line);
  return all;
}

}  // namespace shootdown::report

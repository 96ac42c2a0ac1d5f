#include "omit/site.hpp"

#include <charconv>

namespace shootdown::omit {
namespace {

Error not_a_selector(std::string_view text) {
  return {ErrorKind::Usage,
          "'" + std::string(text) + "' is not FILE:LINE, WHAT@FILE:LINE or WHAT@@FILE:LINE@FILE:LINE...", "", 0};
}

// False if TEXT is not FILE:LINE.
bool parse_line(std::string_view text, Selector::Line& line) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const std::string_view number = text.substr(colon + 1);
  line.file = text.substr(0, colon);
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), line.line);
  return error == std::errc{} && end == number.data() + number.size() && line.line != 0;
}

}  // namespace

std::string_view kind_name(Kind kind) {
  switch (kind) {
    case Kind::Barrier: return "barrier";
    case Kind::InterruptsOff: return "interrupts off";
    case Kind::Flush: return "flush";
    case Kind::Guard: break;
  }
  return "guard";
}

std::string selector_word(std::string_view name) {
  std::string word;
  for (const char c : name) {
    if (c == ' ' || c == '@' || c == ':')
      word += '-';
    else
      word += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return word;
}

std::string to_text(const Selector& selector) {
  std::string text = selector.what;
  if (selector.exact) text += "@";
  for (const Selector::Line& line : selector.lines) {
    if (!text.empty()) text += "@";
    text += line.file + ":" + std::to_string(line.line);
  }
  return text;
}

std::string selector_text(const Site& site) {
  Selector selector{site.what, true, {}};
  for (const Place& place : site.places) selector.lines.push_back({place.file, place.line});
  return to_text(selector);
}

Result<Selector> parse_selector(std::string_view text) {
  Selector selector;
  std::string_view rest = text;
  if (const std::size_t at = rest.find('@'); at != std::string_view::npos) {
    selector.what = rest.substr(0, at);
    rest = rest.substr(at + 1);
    selector.exact = rest.starts_with('@');
    if (selector.exact) rest = rest.substr(1);
    if (selector.what.empty()) return not_a_selector(text);
  }
  for (;;) {
    const std::size_t at = rest.find('@');
    Selector::Line line;
    if (!parse_line(rest.substr(0, at), line)) return not_a_selector(text);
    selector.lines.push_back(std::move(line));
    if (at == std::string_view::npos) break;
    rest = rest.substr(at + 1);
  }
  if (!selector.exact && selector.lines.size() != 1) return not_a_selector(text);
  return selector;
}

bool ends_in(std::string_view path, std::string_view end) {
  return path == end || (path.size() > end.size() && path.ends_with(end) && path[path.size() - end.size() - 1] == '/');
}

}  // namespace shootdown::omit

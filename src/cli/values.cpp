// Numbers with units.
#include <array>
#include <charconv>
#include <cmath>

#include "cli/options.hpp"

namespace shootdown::cli {
namespace {

struct Unit {
  std::string_view name;
  double factor;
};

constexpr double kKi = 1024;

// NUMBER UNIT, with the number finite and at least 0.
template <std::size_t N>
std::optional<double> parse_quantity(std::string_view text, const std::array<Unit, N>& units) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (error != std::errc{} || !std::isfinite(number) || number < 0) return std::nullopt;
  const std::string_view rest = text.substr(static_cast<std::size_t>(end - text.data()));
  for (const Unit& unit : units)
    if (rest == unit.name) return number * unit.factor;
  return std::nullopt;
}

}  // namespace

std::optional<std::uint64_t> parse_size(std::string_view text) {
  static constexpr std::array<Unit, 14> kUnits{{{"", 1},
                                                {"B", 1},
                                                {"K", kKi},
                                                {"KB", kKi},
                                                {"KiB", kKi},
                                                {"M", kKi * kKi},
                                                {"MB", kKi * kKi},
                                                {"MiB", kKi * kKi},
                                                {"G", kKi * kKi * kKi},
                                                {"GB", kKi * kKi * kKi},
                                                {"GiB", kKi * kKi * kKi},
                                                {"T", kKi * kKi * kKi * kKi},
                                                {"TB", kKi * kKi * kKi * kKi},
                                                {"TiB", kKi * kKi * kKi * kKi}}};
  const std::optional<double> bytes = parse_quantity(text, kUnits);
  if (!bytes || *bytes < 1 || *bytes >= 9.2e18) return std::nullopt;
  return static_cast<std::uint64_t>(*bytes);
}

std::optional<double> parse_seconds(std::string_view text) {
  static constexpr std::array<Unit, 4> kUnits{{{"", 1}, {"s", 1}, {"m", 60}, {"h", 3600}}};
  const std::optional<double> seconds = parse_quantity(text, kUnits);
  if (!seconds || *seconds <= 0) return std::nullopt;
  return seconds;
}

std::string optimisation_level(std::string_view text) {
  if (text.starts_with("-")) text.remove_prefix(1);
  if (text.starts_with("O")) text.remove_prefix(1);
  if (text == "0" || text == "1" || text == "2") return "O" + std::string(text);
  return {};
}

}  // namespace shootdown::cli

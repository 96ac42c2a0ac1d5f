#include "scenario/file.hpp"

#include <cstdint>
#include <fstream>

namespace shootdown::scenario {

Result<std::string> text_of(const std::filesystem::path& path) {
  constexpr std::uintmax_t kLargest = 16U << 20U;
  const auto fails = [&](ErrorKind kind, const char* why) { return Error{kind, why, path.string(), 0}; };
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) return fails(ErrorKind::Usage, "no such file");
  if (std::filesystem::is_directory(status)) return fails(ErrorKind::Usage, "a folder, not a file");
  if (!std::filesystem::is_regular_file(status)) return fails(ErrorKind::Usage, "not a regular file");
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (error) return fails(ErrorKind::Usage, "cannot be read");
  if (size > kLargest) return fails(ErrorKind::Compile, "larger than 16 MiB: not a scenario");
  std::ifstream stream(path, std::ios::binary);
  std::string text(static_cast<std::size_t>(size), '\0');
  if (!stream || !stream.read(text.data(), static_cast<std::streamsize>(size))) {
    return fails(ErrorKind::Usage, "cannot be read");
  }
  return text;
}

}  // namespace shootdown::scenario

// Errors as values: what the library's borders return instead of throwing.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>

namespace shootdown {

enum class ErrorKind : std::uint8_t {
  Usage,        // a bad option, a missing file
  Compile,      // the compiler refused the source, or it is not a scenario
  Unsupported,  // a construct that is not modelled
  Internal,     // our own fault
};

struct Error {
  ErrorKind kind = ErrorKind::Internal;
  std::string message;  // one sentence, without file and line
  std::string file;     // empty if there is none
  unsigned line = 0;    // 0 if there is none
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : content_(std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : content_(std::move(error)) {}  // NOLINT(google-explicit-constructor)
  [[nodiscard]] bool ok() const { return content_.index() == 0; }
  explicit operator bool() const { return ok(); }
  [[nodiscard]] T& value() & { return std::get<0>(content_); }
  [[nodiscard]] const T& value() const& { return std::get<0>(content_); }
  [[nodiscard]] T&& value() && { return std::get<0>(std::move(content_)); }
  [[nodiscard]] const Error& error() const { return std::get<1>(content_); }

 private:
  std::variant<T, Error> content_;
};

}  // namespace shootdown

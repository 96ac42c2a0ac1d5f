// The lines of source files, read once each.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "trace/trace.hpp"

namespace shootdown::report {

class SourceText {
 public:
  // The line without blanks around it, comments after it and its semicolon; empty if the file cannot be read or has
  // no such line.
  std::string line(const trace::SourceLine& where);

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> files_;
};

// "flush.h:12": the file without its folders; empty if there is none.
std::string place_text(const trace::SourceLine& where);
// "__flush_tlb (flush.h:12)"
std::string function_text(const trace::SourceLine& where);

}  // namespace shootdown::report

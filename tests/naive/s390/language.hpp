// What common/session.hpp needs to compare s390x kernels.
#pragma once

#include <functional>

#include "../common/session.hpp"
#include "machine.hpp"

namespace shootdown::naive::s390 {

struct Language {
  using Kernel = s390::Kernel;
  using Machine = s390::Machine;
  static constexpr bool kTwoCpus = true;

  static const std::vector<std::string>& properties();
  static program::Program assemble(const Kernel& kernel);
  static system::Configuration configuration(const Kernel& kernel);
  static std::string text(const Kernel& kernel) { return to_text(kernel); }
  static Kernel random(std::uint64_t seed, bool two_cpus, bool buffers);
  static std::vector<Known<Kernel>> protocols();
  static const std::vector<std::function<void(Kernel&)>>& simplifications();
};

}  // namespace shootdown::naive::s390

// What common/session.hpp needs to compare arm64 kernels.
#pragma once

#include <functional>

#include "../common/session.hpp"
#include "machine.hpp"

namespace shootdown::naive::arm64 {

struct Language {
  using Kernel = arm64::Kernel;
  using Machine = arm64::Machine;
  static constexpr bool kTwoCpus = true;

  static const std::vector<std::string>& properties();
  static program::Program assemble(const Kernel& kernel);
  static system::Configuration configuration(const Kernel& kernel);
  static std::string text(const Kernel& kernel) { return to_text(kernel); }
  static Kernel random(std::uint64_t seed, bool two_cpus, bool buffers);
  static std::vector<Known<Kernel>> protocols();
  static const std::vector<std::function<void(Kernel&)>>& simplifications();
};

}  // namespace shootdown::naive::arm64

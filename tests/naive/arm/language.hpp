// What common/session.hpp needs to compare ARMv5 kernels.
#pragma once

#include <functional>

#include "../common/session.hpp"
#include "machine.hpp"

namespace shootdown::naive::arm {

struct Language {
  using Kernel = arm::Kernel;
  using Machine = arm::Machine;
  static constexpr bool kTwoCpus = false;

  static const std::vector<std::string>& properties();
  static program::Program assemble(const Kernel& kernel);
  static system::Configuration configuration(const Kernel& kernel);
  static std::string text(const Kernel& kernel) { return to_text(kernel); }
  static Kernel random(std::uint64_t seed, bool two_cpus, bool buffers);
  static std::vector<Known<Kernel>> protocols();
  static const std::vector<std::function<void(Kernel&)>>& simplifications();
};

}  // namespace shootdown::naive::arm

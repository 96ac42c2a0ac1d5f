// From a configuration's words to a machine: make_machine.hpp.
#include "system/make_machine.hpp"

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>
#include <vector>

#include "machine/arm/arm.hpp"
#include "machine/arm64/arm64.hpp"
#include "machine/s390/s390.hpp"
#include "machine/x86/x86.hpp"

namespace shootdown::system {

namespace {

bool has(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// What `read` makes of the names of each CPU's features; the last set stands for the rest.
template <class Features, class Read>
std::vector<Features> each_cpu(const Configuration& configuration, Read read) {
  std::vector<Features> features(configuration.cpus, read(configuration.cpu_features));
  const auto& sets = configuration.per_cpu_features;
  for (std::size_t cpu = 0; cpu < features.size() && !sets.empty(); ++cpu)
    features[cpu] = read(sets[std::min(cpu, sets.size() - 1)]);
  return features;
}

machine::Features x86_features(const std::vector<std::string>& names) {
  return {has(names, "pge"), has(names, "pcid"), has(names, "invpcid"),
          has(names, "pse"), has(names, "nx"),   has(names, "invlpgb")};
}

machine::arm64::Features arm64_features(const std::vector<std::string>& names) {
  machine::arm64::Features features;
  constexpr std::string_view kWidth = "asid";
  for (const std::string& name : names)
    if (name.starts_with(kWidth))
      std::from_chars(name.data() + kWidth.size(), name.data() + name.size(), features.asid_bits);
  features.range = has(names, "tlbrange");
  features.ets2 = has(names, "ets2");
  features.ttl = has(names, "ttl");
  features.dirty_state = has(names, "hafdbs");
  features.access_flag = has(names, "haf") || features.dirty_state;
  return features;
}

machine::s390::Features s390_features(const std::vector<std::string>& names) {
  return {has(names, "idte"), has(names, "lc"), has(names, "crdte")};
}

bool fetches(const program::Program& program) {
  return std::any_of(program.functions.begin(), program.functions.end(), [](const program::Function& function) {
    return std::any_of(function.code.begin(), function.code.end(), [](const program::Instruction& i) {
      if (i.op != program::Opcode::Operate) return false;
      const auto op = static_cast<machine::Operation>(i.aux);
      return op == machine::Operation::UserFetch || op == machine::Operation::KernelFetch;
    });
  });
}

}  // namespace

std::unique_ptr<machine::Machine> make_machine(const program::Program& program, const Configuration& configuration,
                                               machine::MemoryMap& map) {
  const bool monotone = configuration.monotone_tlb;
  switch (configuration.machine) {
    case MachineKind::X86_64:
    case MachineKind::I386: break;
    case MachineKind::Arm64:
      return std::make_unique<machine::arm64::Arm64>(each_cpu<machine::arm64::Features>(configuration, arm64_features),
                                                     map, monotone, fetches(program));
    case MachineKind::S390x:
      return std::make_unique<machine::s390::S390>(each_cpu<machine::s390::Features>(configuration, s390_features), map,
                                                   monotone);
    case MachineKind::Armv5: return std::make_unique<machine::arm::Arm>(map, monotone);
  }
  const auto mode = configuration.machine == MachineKind::I386 ? machine::x86::Mode::I386 : machine::x86::Mode::X86_64;
  return std::make_unique<machine::x86::X86>(mode, each_cpu<machine::Features>(configuration, x86_features), map,
                                             monotone);
}

}  // namespace shootdown::system

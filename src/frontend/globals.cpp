// Global variables: their places and their initial contents.
#include <llvm/IR/Constants.h>
#include <llvm/IR/Module.h>

#include <algorithm>

#include "frontend/lower_module.hpp"
#include "frontend/reached.hpp"

namespace shootdown::frontend {
namespace {

bool is_per_cpu(const llvm::GlobalVariable& variable) { return variable.getSection().starts_with(".data..percpu"); }

std::uint64_t aligned(std::uint64_t address, std::uint64_t alignment) {
  return (address + alignment - 1) / alignment * alignment;
}

// The next free place of one region.
struct Region {
  std::uint64_t next;
  std::uint64_t end;
};

}  // namespace

void ModuleLowering::place_globals(const Reached& reached) {
  Region ordinary{program::layout::kGlobals, program::layout::kGlobalsEnd};
  Region per_cpu{program::layout::kPerCpuOffsets, program::layout::kPerCpuStride};
  for (const llvm::GlobalVariable* variable : reached.variables) {
    program::Global row;
    row.name = display_name(variable->getName().str());
    row.per_cpu = is_per_cpu(*variable);
    row.constant = variable->isConstant();
    row.cover_point = variable->getSection() == "sd_cover";
    row.location = locations_.of(*variable);
    row.size = layout().getTypeAllocSize(variable->getValueType()).getFixedValue();
    const std::uint64_t alignment =
        std::max(variable->getAlign().valueOrOne().value(), layout().getABITypeAlign(variable->getValueType()).value());
    Region& region = row.per_cpu ? per_cpu : ordinary;
    row.address = aligned(region.next, alignment);
    if (row.address >= region.end || row.size > region.end - row.address - program::layout::kRedZone) {
      fail(ErrorKind::Unsupported, row.location,
           "the variable `" + row.name + "` (" + std::to_string(row.size) +
               " bytes) does not fit into the memory for " + (row.per_cpu ? "per-CPU variables" : "variables"));
      return;
    }
    region.next = row.address + row.size + program::layout::kRedZone;
    values_.place(*variable, row.address);
    compiled_.program.globals.push_back(std::move(row));
  }
}

void ModuleLowering::fill_globals(const Reached& reached) {
  for (std::size_t i = 0; i < reached.variables.size(); ++i) {
    const llvm::Constant& initial = *reached.variables[i]->getInitializer();
    program::Global& row = compiled_.program.globals[i];
    if (initial.isNullValue() || llvm::isa<llvm::UndefValue>(initial)) continue;
    row.initial.assign(row.size, 0);
    ConstantProblem problem;
    if (!values_.bytes(initial, row.initial, 0, problem)) {
      fail(ErrorKind::Unsupported, row.location,
           "the initial value of `" + row.name + "` contains " + problem.text + " which is not modelled");
      return;
    }
  }
}

}  // namespace shootdown::frontend

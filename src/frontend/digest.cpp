// A number for everything in a Program that decides behaviour. Source lines are left out: a comment more does not make
// another program.
#include "frontend/digest.hpp"

#include <xxhash.h>

#include <initializer_list>
#include <memory>
#include <string>

namespace shootdown::frontend {
namespace {

class Hash {
 public:
  Hash() : state_(XXH3_createState(), &XXH3_freeState) { XXH3_64bits_reset(state_.get()); }

  void numbers(std::initializer_list<std::uint64_t> values) {
    for (std::uint64_t value : values) XXH3_64bits_update(state_.get(), &value, sizeof value);
  }
  void text(const std::string& value) {
    numbers({value.size()});
    XXH3_64bits_update(state_.get(), value.data(), value.size());
  }
  [[nodiscard]] std::uint64_t value() const { return XXH3_64bits_digest(state_.get()); }

 private:
  std::unique_ptr<XXH3_state_t, XXH_errorcode (*)(XXH3_state_t*)> state_;
};

void add(Hash& hash, const program::Function& function) {
  hash.text(function.symbol);
  hash.numbers({function.address, function.parameters, function.result_slots, function.registers, function.frame_bytes,
                function.has_body});
  hash.numbers({function.parameter_slots.size(), function.code.size(), function.constants.size(), function.lists.size(),
                function.switches.size()});
  for (std::uint16_t slots : function.parameter_slots) hash.numbers({slots});
  for (const program::Instruction& i : function.code)
    hash.numbers({static_cast<std::uint64_t>(i.op), i.flags, i.width, i.width2, i.slots, i.back_edge, i.dst, i.a, i.b,
                  i.c, i.aux, i.target, i.target2, i.list});
  for (std::uint64_t value : function.constants) hash.numbers({value});
  for (const auto& list : function.lists) {
    hash.numbers({list.size()});
    for (const program::Argument& argument : list) hash.numbers({argument.operand, argument.slots});
  }
  for (const program::SwitchTable& table : function.switches) {
    hash.numbers({table.cases.size(), table.otherwise});
    for (const auto& entry : table.cases) hash.numbers({entry.value, entry.target});
  }
}

}  // namespace

std::uint64_t digest(const program::Program& program) {
  Hash hash;
  hash.numbers({program.pointer_bits, program.big_endian, program.entry, program.functions.size(),
                program.globals.size(), program.texts.size(), program.constructors.size()});
  for (const program::Function& function : program.functions) add(hash, function);
  for (const program::Global& global : program.globals) {
    hash.text(global.name);
    hash.numbers({global.address, global.size, global.initial.size(), global.constant, global.per_cpu});
    hash.text(std::string(global.initial.begin(), global.initial.end()));
  }
  for (const std::string& text : program.texts) hash.text(text);
  for (std::uint32_t constructor : program.constructors) hash.numbers({constructor});
  hash.text(program.compiler);
  hash.text(program.flags);
  return hash.value();
}

}  // namespace shootdown::frontend

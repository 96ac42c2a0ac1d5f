// One step of the system. See the page at the top of step.cpp.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "machine/machine.hpp"
#include "omit/omissions.hpp"
#include "program/interpreter.hpp"
#include "property/catalogue.hpp"
#include "property/property.hpp"
#include "system/configuration.hpp"
#include "system/migration.hpp"
#include "system/observer.hpp"
#include "system/sharing.hpp"
#include "system/state.hpp"
#include "trace/trace.hpp"

namespace shootdown::system {

// What a run as a whole shares: nothing here is part of a state.
struct World {
  World(const program::Program& program, const Configuration& configuration);

  const program::Program& program;
  Configuration configuration;
  machine::MemoryMap map;
  std::unique_ptr<machine::Machine> machine;
  struct Checked {
    std::size_t index;  // in the catalogue
    std::unique_ptr<property::Property> property;
  };
  std::vector<Checked> properties;                                     // the selected ones that look at the machine
  std::array<bool, property::kCatalogue.size()> selected{};            // by place in the catalogue
  std::array<std::uint64_t, property::kCatalogue.size()> evaluated{};  // how often each was judged
  omit::Omissions omissions;
  Sharing sharing;      // between contexts: which accesses are steps
  Sharing cpu_sharing;  // between CPUs: which stores are worth buffering
  Sharing lock_words;   // between exchanges that only acquire, and loads: which of their stores can be seen to be late
  Migration migration;
  std::vector<std::uint64_t> covers_reached;  // addresses of the literals, ascending
  unsigned most_contexts = 1;
  std::vector<std::vector<bool>> cuts_executed;  // by function and pc: machine::may_cut_tlb() and executed
  Observer* observer = nullptr;                  // of the search, if anybody watches
  std::function<bool()> must_stop;               // of the search: what a step that goes on and on asks
  std::uint64_t walked_at_start = 0;             // pages known to be tables when the run started
  // Every read-modify-write is indivisible for other CPUs, also a relaxed one (not on x86, where it needs LOCK).
  bool interlocked_atomics = false;

  void forget_cuts();
  [[nodiscard]] bool selects(std::string_view property) const {
    const std::size_t index = property::index_of(property);
    return index < selected.size() && selected[index];
  }
};

// What may happen next on a CPU.
struct Action {
  enum class Kind : std::uint8_t { Run, Interrupt, Timer, Nmi, SentNmi, Drain, Settle, Perform } kind = Kind::Run;
  unsigned cpu = 0;
  unsigned vector = 0;  // Perform: which of the CPU's outstanding invalidations; Drain: which buffered store
};
// True if `instruction` executes only when its CPU's store buffer is empty, apart from machine operations, which say so
// themselves: locked and sequentially consistent accesses, full fences.
bool waits_for_buffer(const program::Instruction& instruction);

// What the operation that `thread` is about to execute has as arguments.
std::vector<std::uint64_t> arguments_of(const World& world, const program::Thread& thread,
                                        const program::Instruction& operation);

// How much of the instruction that `cpu` is about to execute is left out (guards decide for themselves).
enum class LeftOut : std::uint8_t {
  Nothing,
  All,        // it is as if it were not there
  AllNow,     // the same, but only because of what a register holds now: others may come before it
  LockPrefix  // it is done without its LOCK
};
LeftOut left_out(World& world, const SystemState& state, unsigned cpu);

std::vector<Action> actions(World& world, const SystemState& state);

// Why a step did not lead to a state.
struct Stop {
  enum class Kind : std::uint8_t { Violation, Unsupported, Exhausted } kind = Kind::Violation;
  property::Violation violation;
  std::string text;
};

// Receives what happens, when a path is executed again to be shown.
class Recorder;

class Step {
 public:
  Step(World& world, SystemState& state, machine::Chooser& chooser, Recorder* recorder)
      : world_(world), state_(state), chooser_(chooser), recorder_(recorder) {}

  // Executes `action` and everything that is fused with it. An empty optional: `state` is the successor.
  std::optional<Stop> run(const Action& action);
  // In place of a step: see evaluate.hpp.
  Result<std::uint64_t> evaluate(unsigned cpu, std::uint32_t function);
  [[nodiscard]] bool progress() const { return progress_; }
  // Who stepped, and whether a translated access faulted or completed.
  [[nodiscard]] explore::StepLabel label() const { return label_; }

 private:
  // ---- step.cpp
  std::optional<Stop> fused(const Action& action);
  enum class Flow : std::uint8_t { Continue, EndStep };
  [[nodiscard]] bool alone() const;
  // An interrupt or an NMI could be taken before the next instruction.
  [[nodiscard]] bool interruptible() const;
  [[nodiscard]] machine::Cpu& cpu() { return state_.machine.cpus[cpu_]; }
  [[nodiscard]] const machine::Cpu& cpu() const { return state_.machine.cpus[cpu_]; }
  [[nodiscard]] Context& context() { return state_.contexts[cpu().context]; }
  [[nodiscard]] program::Thread& thread() { return context().thread; }
  [[nodiscard]] const program::Instruction& instruction();
  [[nodiscard]] bool moves_with_cpu(const program::Instruction& instruction) const;
  [[nodiscard]] bool visible(const program::Instruction& instruction);
  std::optional<Stop> one(Flow& flow);
  std::optional<Stop> leave_interrupt();
  std::optional<Stop> finish_context();
  std::optional<Stop> loop_closed(Flow& flow);
  void clear_stack(std::uint64_t from, std::uint64_t to);

  // ---- memory.cpp
  std::optional<Stop> memory(const program::Instruction& instruction);
  std::optional<Stop> bulk(const program::Instruction& instruction);
  [[nodiscard]] std::uint64_t effective_address(const program::Instruction& instruction);
  std::optional<Stop> check_memory(std::uint64_t address, unsigned bytes, bool write);
  std::uint64_t load(std::uint64_t address, unsigned bytes);
  enum class StoreOf : std::uint8_t { Plain, ReadModifyWrite, SecondHalf };
  // `at_once`: past the store buffer, which is empty (a locked or sequentially consistent store).
  // `through`: the translated access that it is part of; `release`: after everything older.
  std::optional<Stop> store(std::uint64_t address, unsigned bytes, std::uint64_t value, bool at_once, bool& changed,
                            StoreOf of = StoreOf::Plain, bool release = false,
                            const machine::Access* through = nullptr);
  // A number as it stands in memory, and back.
  [[nodiscard]] std::uint64_t in_memory_order(std::uint64_t value, unsigned bytes) const;
  std::optional<Stop> buffer(const machine::BufferedStore& entry);
  std::optional<Stop> drain(unsigned index);
  void to_memory(const machine::BufferedStore& store);
  [[nodiscard]] bool buffers(bool divided) const;
  // No other CPU has been started.
  [[nodiscard]] bool only_cpu() const;
  [[nodiscard]] bool torn(bool locked, std::uint64_t address, unsigned bytes) const;
  [[nodiscard]] bool waits_in_buffer(std::uint64_t address, unsigned bytes) const;
  void touch(std::uint64_t address, unsigned bytes, bool write);
  // For World::lock_words: `exchange` by an instruction that only acquires, or a load by one that stores nothing.
  void touch_lock(std::uint64_t address, unsigned bytes, bool exchange);
  [[nodiscard]] bool any_shared(std::uint64_t address, std::uint64_t bytes) const;
  [[nodiscard]] Sharing::Party party(std::uint64_t address);

  // ---- operations.cpp
  std::optional<Stop> operation(const program::Instruction& instruction, Flow& flow);
  std::optional<Stop> check_operation(machine::Operation op, std::vector<std::uint64_t>& arguments);
  std::optional<Stop> context_operation(machine::Operation op, const std::vector<std::uint64_t>& arguments,
                                        std::uint64_t& result);
  std::optional<Stop> migrate(std::uint32_t from, std::uint32_t to);
  std::optional<Stop> ghost_operation(machine::Operation op, const std::vector<std::uint64_t>& arguments);
  std::optional<Stop> send(machine::Operation op, const std::vector<std::uint64_t>& arguments);
  std::optional<Stop> interrupt_operation(machine::Operation op, const std::vector<std::uint64_t>& arguments);
  std::optional<Stop> machine_operation(machine::Operation op, const std::vector<std::uint64_t>& arguments,
                                        std::uint64_t& result, bool& again);
  std::optional<Stop> perform(unsigned index);
  std::optional<Stop> settle();
  std::optional<Stop> data_access(const machine::Access& access, const std::vector<std::uint64_t>& arguments,
                                  std::uint64_t& result);

  // ---- guards.cpp
  std::optional<Stop> guard(const program::Instruction& instruction);

  // ---- evaluate.cpp
  std::string only_read(std::uint64_t own_stack);

  // ---- leave_out.cpp
  void note_left_out();
  void collect();

  // ---- interrupts.cpp
  std::optional<Stop> enter(unsigned vector, std::uint64_t error_code, bool from_user, bool nmi,
                            const std::string& name);
  std::optional<Stop> raise_fault(const machine::Fault& fault, bool from_user);
  [[nodiscard]] bool next_is_user();

  // ---- judge.cpp
  std::optional<Stop> violation(std::string_view property, std::string detail, std::string message);
  std::optional<Stop> judge_user_mode();
  std::optional<Stop> judge_access(const machine::Access& access);
  std::optional<Stop> judge_kernel_access(std::uint64_t address);
  // The same for an access that may reach into the next page.
  std::optional<Stop> judge_kernel_pages(std::uint64_t address, unsigned bytes);
  // Before a store changes memory; ask for `judge_table_store()` of what it says when the store is done.
  [[nodiscard]] std::optional<machine::TableStore> table_store(std::uint64_t address, unsigned bytes,
                                                               std::uint64_t value) const;
  std::optional<Stop> judge_table_store(const std::optional<machine::TableStore>& store);
  std::optional<Stop> judge_change();
  std::optional<Stop> judge_tables();
  [[nodiscard]] property::View view();
  [[nodiscard]] std::string context_name(std::uint32_t context) const;

  World& world_;
  SystemState& state_;
  machine::Chooser& chooser_;
  Recorder* recorder_;
  unsigned cpu_ = 0;
  bool acted_ = false;  // the step has done something that others can see
  bool progress_ = false;
  explore::StepLabel label_;
  std::uint64_t rounds_ = 0;           // loops closed while alone
  unsigned picks_ = 0;                 // choices made on the way
  bool stalled_ = false;               // the operation waits, see machine::Outcome::Kind::Waits
  std::unique_ptr<SystemState> seen_;  // an earlier state of this step, to find a loop that never ends
};

}  // namespace shootdown::system

// The model that the search sees: initial state, successors, restarts; and the execution of a path for show.
#include "system/system.hpp"

#include <algorithm>

#include "machine/invalidations.hpp"
#include "property/catalogue.hpp"
#include "system/enumerator.hpp"
#include "system/make_machine.hpp"
#include "system/recorder.hpp"
#include "system/step.hpp"

namespace shootdown::system {

World::World(const program::Program& the_program, const Configuration& the_configuration)
    : program(the_program),
      configuration(the_configuration),
      map(the_program, the_configuration.cpus),
      omissions(the_program, the_configuration.leave_out, the_configuration.collect_sites) {
  machine = make_machine(program, configuration, map);
  interlocked_atomics = configuration.machine != MachineKind::X86_64 && configuration.machine != MachineKind::I386;
  for (const property::Entry& entry : property::kCatalogue) {
    const auto& names = configuration.properties;
    const bool unasked =
        property::by_default(entry.name) && property::concerns(entry.name, family(configuration.machine));
    if (names.empty() ? !unasked : std::find(names.begin(), names.end(), entry.name) == names.end()) continue;
    selected[property::index_of(entry.name)] = true;
  }
  for (auto& property : property::make_properties())
    if (selects(property->name())) properties.push_back({property::index_of(property->name()), std::move(property)});
  forget_cuts();  // a path may be executed before any search
}

void World::forget_cuts() {
  cuts_executed.clear();
  for (const program::Function& function : program.functions) cuts_executed.emplace_back(function.code.size(), false);
}

namespace {

// Every place in the source that may cut a TLB: one that was inlined several times is one.
void add_invalidations(const World& world, Facts& facts) {
  for (std::size_t number = 0; number < world.program.functions.size(); ++number) {
    const auto& code = world.program.functions[number].code;
    for (std::size_t pc = 0; pc < code.size(); ++pc) {
      if (code[pc].op != program::Opcode::Operate ||
          !machine::may_cut_tlb(static_cast<machine::Operation>(code[pc].aux)))
        continue;
      const program::Location& at = world.program.locations[code[pc].location];
      const trace::SourceLine where{world.program.files[at.file], at.line, at.function};
      const auto known = std::find_if(facts.invalidations.begin(), facts.invalidations.end(), [&](const auto& other) {
        return other.where.file == where.file && other.where.line == where.line &&
               other.where.function == where.function;
      });
      const bool executed = number < world.cuts_executed.size() && world.cuts_executed[number][pc];
      if (known == facts.invalidations.end())
        facts.invalidations.push_back({where, executed, true});
      else
        known->executed = known->executed || executed;
    }
  }
}

}  // namespace

struct System::Implementation {
  Implementation(const program::Program& program, const Configuration& configuration) : world(program, configuration) {}

  void make_initial(SystemState& state) {
    state = {};
    state.machine.cpus.resize(world.configuration.cpus);
    for (unsigned number = 0; number < world.configuration.cpus; ++number) state.machine.cpus[number].number = number;
    world.machine->reset(state.machine);
    state.contexts.resize(1);
    program::Thread& thread = state.contexts[0].thread;
    thread.stack_pointer = program::layout::kStacks;
    program::push_frame(world.program, thread, world.program.entry, nullptr, 0, program::FrameKind::Call);
    // Constructors run first, each returning to the next.
    const auto& constructors = world.program.constructors;
    for (auto at = constructors.rbegin(); at != constructors.rend(); ++at)
      program::push_frame(world.program, thread, *at, nullptr, 0, program::FrameKind::Interrupt);
    state.machine.cpus[0].context = 0;
  }

  World world;
  // Scratch, kept for its capacity.
  SystemState source, target;
  explore::EncodedState encoded;
};

System::System(const program::Program& program, const Configuration& configuration)
    : implementation_(std::make_unique<Implementation>(program, configuration)) {}
System::~System() = default;

void System::initial(Visit visit, void* self) {
  Implementation& i = *implementation_;
  i.make_initial(i.target);
  encode(i.world.program, i.target, i.encoded);
  visit(self, {0, explore::Outcome::State, &i.encoded, false, {}});
}

void System::successors(const explore::EncodedState& state, Visit visit, void* self) {
  Implementation& i = *implementation_;
  decode(i.world.program, state, i.source);
  if (i.world.observer != nullptr) i.world.observer->expands(i.world, i.source);
  std::uint32_t choice = 0;
  for (const Action& action : actions(i.world, i.source)) {
    Enumerator picks;
    do {
      i.target = i.source;
      Step step(i.world, i.target, picks, nullptr);
      const std::optional<Stop> stop = step.run(action);
      explore::Successor successor;
      successor.choice = choice++;
      successor.progress = step.progress();
      successor.label = step.label();
      if (!stop) {
        encode(i.world.program, i.target, i.encoded);
        successor.state = &i.encoded;
      } else {
        successor.outcome = stop->kind == Stop::Kind::Violation     ? explore::Outcome::Violation
                            : stop->kind == Stop::Kind::Unsupported ? explore::Outcome::Unsupported
                                                                    : explore::Outcome::Exhausted;
      }
      if (!visit(self, successor)) return;
    } while (picks.advance());
  }
}

bool System::may_rest(const explore::EncodedState& state) {
  Implementation& i = *implementation_;
  decode(i.world.program, state, i.source);
  return std::all_of(i.source.contexts.begin(), i.source.contexts.end(),
                     [](const Context& context) { return context.finished || context.daemon; });
}

bool System::must_restart() const {
  const World& world = implementation_->world;
  // What a page walker reads is shared with it: a table found late was written in steps that were too long.
  return world.sharing.found() || world.cpu_sharing.found() || world.lock_words.found() || world.migration.found() ||
         world.map.walked_pages() != world.walked_at_start;
}

void System::restart() {
  World& world = implementation_->world;
  world.sharing.start_run();
  world.cpu_sharing.start_run();
  world.lock_words.start_run();
  world.migration.start_run();
  world.walked_at_start = world.map.walked_pages();
  world.evaluated = {};
  world.covers_reached.clear();
  world.most_contexts = 1;
  world.forget_cuts();
  if (world.observer != nullptr) world.observer->restart();
}

void System::stop_when(const std::function<bool()>& must_stop) { implementation_->world.must_stop = must_stop; }

void System::watch(Observer* observer) { implementation_->world.observer = observer; }

std::optional<Recording> System::record(std::span<const std::uint32_t> path) {
  Implementation& i = *implementation_;
  World& world = i.world;
  if (path.empty() || path[0] != 0) return std::nullopt;
  SystemState state;
  i.make_initial(state);
  explore::EncodedState encoded;
  Recorder recorder(world);
  Recording recording;
  for (std::size_t n = 1; n < path.size(); ++n) {
    // As in the search, a step starts from what the state keeps.
    encode(world.program, state, encoded);
    decode(world.program, encoded, state);
    const SystemState source = state;
    std::uint32_t choice = 0;
    bool found = false;
    std::optional<Stop> stop;
    recorder.start_step(static_cast<unsigned>(n));
    for (const Action& action : actions(world, source)) {
      Enumerator picks;
      do {
        if (choice++ == path[n]) {
          // The picks are those of this alternative: execute it once more, now with the recorder.
          state = source;
          Step step(world, state, picks, &recorder);
          stop = step.run(action);
          found = true;
          if (stop) {
            recording.where = {};
            const auto place = recorder.place(state, action.cpu);
            if (!place.empty()) recording.where = place.front();
            // A function without a body is met where it is called.
            const program::Thread& thread = state.contexts[state.machine.cpus[action.cpu].context].thread;
            const bool bodiless = !thread.frames.empty() && !world.program.functions[thread.top().function].has_body;
            if (bodiless && place.size() > 1) recording.where = place[1];
            if (stop->kind == Stop::Kind::Violation) {
              auto& event =
                  recorder.add(state, action.cpu, state.machine.cpus[action.cpu].context,
                               state.contexts[state.machine.cpus[action.cpu].context].thread.interrupt_depth(),
                               trace::EventKind::Violation, place);
              event.text = stop->violation.message;
            }
          }
          break;
        }
        state = source;
        Step step(world, state, picks, nullptr);
        (void)step.run(action);
      } while (picks.advance());
      if (found) break;
    }
    if (!found || (stop && n + 1 != path.size())) return std::nullopt;
    if (!stop) continue;
    switch (stop->kind) {
      case Stop::Kind::Violation:
        recording.violation =
            trace::Violation{stop->violation.property, stop->violation.detail, stop->violation.message};
        break;
      case Stop::Kind::Unsupported: recording.unsupported = stop->text; break;
      case Stop::Kind::Exhausted: recording.exhausted = stop->text; break;
    }
  }
  recording.events = std::move(recorder.events());
  return recording;
}

Facts System::facts() const {
  const World& world = implementation_->world;
  Facts facts;
  for (std::size_t n = 0; n < world.selected.size(); ++n)
    if (world.selected[n]) facts.properties.push_back({std::string(property::kCatalogue[n].name), world.evaluated[n]});
  facts.shared_words = world.sharing.shared_words();
  facts.contexts = world.most_contexts;
  facts.sites = world.omissions.sites();
  facts.leaves_out = !world.configuration.leave_out.empty();
  facts.left_out_nothing = world.omissions.idle();
  const auto add_cover = [&](std::uint64_t address, std::uint32_t at) {
    Facts::Cover cover;
    cover.name = world.map.text(address);
    const program::Location& location = world.program.locations[at];
    cover.where = {world.program.files[location.file], location.line, location.function};
    cover.reached = std::binary_search(world.covers_reached.begin(), world.covers_reached.end(), address);
    const auto known = std::find_if(facts.covers.begin(), facts.covers.end(),
                                    [&](const Facts::Cover& other) { return other.name == cover.name; });
    if (known == facts.covers.end())
      facts.covers.push_back(std::move(cover));
    else
      known->reached = known->reached || cover.reached;
  };
  // Every cover() point in the program, reached or not: the first argument is the address of its name.
  for (const program::Function& function : world.program.functions) {
    for (const program::Instruction& instruction : function.code) {
      if (instruction.op != program::Opcode::Operate ||
          static_cast<machine::Operation>(instruction.aux) != machine::Operation::Cover)
        continue;
      const program::Argument& argument = function.lists[instruction.list].at(0);
      if ((argument.operand & program::kConstant) == 0) continue;
      const std::uint64_t address = function.constants[argument.operand & ~program::kConstant];
      add_cover(address, instruction.location);
    }
  }
  // And those whose code the compiler has removed.
  for (const program::Global& global : world.program.globals)
    if (global.cover_point) add_cover(global.address, global.location);
  add_invalidations(world, facts);
  return facts;
}

}  // namespace shootdown::system

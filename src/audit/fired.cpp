// How it is made sure that a difference is the rule's doing:
//
// Where a step ends depends on which memory is known to be shared, and executing a step may find out more. So each
// state is first executed unbroken, until that finds nothing new; then both sides know the same, and an execution that
// differs in nothing finds nothing new either. One that does has touched memory that the unbroken machine does not
// touch.
#include "audit/fired.hpp"

#include <algorithm>
#include <stdexcept>

#include "system/enumerator.hpp"

namespace shootdown::audit {

namespace {

// An execution is endless that takes so many times as many instructions, and so many more, as that of the whole
// machine.
constexpr std::uint64_t kOftener = 4, kLonger = 20'000;
// A rule is tried in each of the first states that ask for it, then in one of so many.
constexpr std::size_t kTriedInEach = 300, kThenInOneOf = 64;

}  // namespace

void FiredRules::restart() {
  rules_ = {};
  follows_ = false;
}

// What is shared, as the search knows it by now.
void FiredRules::follow(const system::World& world) {
  if (!own_) own_ = std::make_unique<system::World>(world.program, world.configuration);
  own_->sharing = world.sharing;
  own_->cpu_sharing = world.cpu_sharing;
  own_->lock_words = world.lock_words;
  own_->migration = world.migration;
  own_->sharing.start_run();
  own_->cpu_sharing.start_run();
  own_->lock_words.start_run();
  own_->migration.start_run();
  own_->must_stop = world.must_stop;
  own_->walked_at_start = own_->map.walked_pages();
  own_->observer = &meter_;
  follows_ = true;
}

bool FiredRules::found_sharing() const {
  return own_->sharing.found() || own_->cpu_sharing.found() || own_->lock_words.found() || own_->migration.found() ||
         own_->map.walked_pages() != own_->walked_at_start;
}

// The memory of a state lies in slots that each world gives out as it goes.
void FiredRules::translate(const system::World& world, const system::SystemState& state) {
  source_ = state;
  const std::vector<std::uint64_t>& delta = state.machine.memory.delta;
  while (slots_.size() < world.map.slots())
    slots_.push_back(own_->map.make_slot(world.map.address_of_slot(slots_.size())));
  std::vector<std::uint64_t>& own = source_.machine.memory.delta;
  own.assign(own_->map.slots(), 0);
  // Behind the last slot there may be zeros.
  for (std::size_t slot = 0; slot < std::min(delta.size(), slots_.size()); ++slot) own[slots_[slot]] = delta[slot];
}

std::vector<FiredRules::Next> FiredRules::steps() {
  std::vector<Next> result;
  for (const system::Action& action : system::actions(*own_, source_)) {
    system::Enumerator picks;
    do {
      target_ = source_;
      system::Step step(*own_, target_, picks, nullptr);
      const std::optional<system::Stop> stop = step.run(action);
      Next& next = result.emplace_back();
      next.kind = action.kind;
      next.cpu = action.cpu;
      if (!stop) {
        system::encode(own_->program, target_, next.state);
      } else {
        next.stop = stop->kind;
        next.why = {stop->violation.property, stop->violation.detail, stop->violation.message, stop->text};
      }
    } while (picks.advance());
  }
  return result;
}

// Executes the state until doing so finds nothing new. False: the search itself has yet to find out what is shared
// here.
bool FiredRules::settled(const system::World& world, std::vector<Next>& unbroken) {
  for (int round = 0; round < 3; ++round) {
    if (!follows_) follow(world);
    meter_ = {};
    unbroken = steps();
    unbroken_length_ = meter_.count;
    if (!found_sharing()) return true;
    follows_ = false;
  }
  return false;
}

bool FiredRules::decides(machine::Rule rule, const std::vector<Next>& unbroken) {
  struct Broken {
    explicit Broken(machine::Rule rule) { machine::break_rule(rule); }
    Broken(const Broken&) = delete;
    Broken& operator=(const Broken&) = delete;
    ~Broken() { machine::break_rule(machine::Rule::Count); }
  } const broken(rule);
  meter_.most = kOftener * unbroken_length_ + kLonger;
  meter_.count = 0;
  try {
    return steps() != unbroken || found_sharing();
  } catch (const Endless&) { return true; } catch (const std::logic_error&) {
    return true;  // a machine that is none any more
  }
}

void FiredRules::expands(const system::World& world, const system::SystemState& state) {
  if (!follows_) follow(world);
  translate(world, state);
  std::vector<Next> unbroken;
  (void)machine::take_asked_rules();
  if (!settled(world, unbroken)) return;
  const machine::RuleSet asked = machine::take_asked_rules();
  for (std::size_t number = 0; number < rules_.size(); ++number) {
    Rule& rule = rules_[number];
    if (!asked[number]) continue;
    rule.asked = true;
    if (rule.fired) continue;
    ++rule.tries;
    if (rule.tries > kTriedInEach && rule.tries % kThenInOneOf != 0) continue;
    rule.fired = decides(static_cast<machine::Rule>(number), unbroken);
    if (found_sharing()) {  // forgotten, and what the unbroken machine touches here noted again
      follows_ = false;
      if (!settled(world, unbroken)) return;
    }
  }
}

RuleUse FiredRules::result() const {
  RuleUse use;
  for (std::size_t number = 0; number < rules_.size(); ++number) {
    const Rule& rule = rules_[number];
    (rule.fired ? use.fired : rule.asked ? use.no_effect : use.never_asked).push_back(machine::kRules[number].name);
  }
  return use;
}

}  // namespace shootdown::audit

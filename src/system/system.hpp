// The transition system: a Program on a Machine. Says what one step is (see the page at the top of step.cpp).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "explore/model.hpp"
#include "program/program.hpp"
#include "system/configuration.hpp"
#include "system/observer.hpp"
#include "trace/trace.hpp"

namespace shootdown::system {

// What is known about a run as a whole once the search has ended.
struct Facts {
  struct Cover {
    std::string name;
    trace::SourceLine where;
    bool reached = false;
  };
  // A place in the source that loads a root or may cut a TLB.
  struct Invalidation {
    trace::SourceLine where;
    bool executed = false;
    bool supplied = true;  // not the scenario's own: of the kit, the library, a header of the tool
  };
  struct Property {
    std::string name;
    std::uint64_t evaluated = 0;
  };
  std::vector<Cover> covers;  // every cover() point in the program
  std::vector<Invalidation> invalidations;
  std::vector<Property> properties;  // the selected ones, and how often each was evaluated
  std::uint64_t shared_words = 0;    // words of memory found to be shared between contexts
  unsigned contexts = 0;             // most contexts in any state
  std::vector<omit::Site> sites;     // with Configuration::collect_sites: what was executed and could be left out
  bool leaves_out = false;           // Configuration::leave_out names something
  std::vector<std::string> left_out_nothing;  // selectors of Configuration::leave_out that never selected anything
};

struct Recording {
  std::vector<trace::Event> events;
  std::optional<trace::Violation> violation;
  // Set when the path ends in a step that is not modelled, or that met a limit of the scenario.
  std::string unsupported, exhausted;
  trace::SourceLine where;  // of the end
};

class System final : public explore::Model {
 public:
  // `program` must outlive the system.
  System(const program::Program& program, const Configuration& configuration);
  ~System() override;
  System(const System&) = delete;
  System& operator=(const System&) = delete;

  void initial(Visit visit, void* self) override;
  void successors(const explore::EncodedState& state, Visit visit, void* self) override;
  bool may_rest(const explore::EncodedState& state) override;
  bool must_restart() const override;
  void restart() override;
  void stop_when(const std::function<bool()>& must_stop) override;

  // From now on `observer` is told what the search executes; it must outlive the search. nullptr: nobody.
  void watch(Observer* observer);
  // Executes a path again, with every event in it. An empty optional: the path does not exist in this system.
  std::optional<Recording> record(std::span<const std::uint32_t> path);
  Facts facts() const;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace shootdown::system

// Exit codes of `shootdown`. Nothing but a proof, or a table that came out as declared, ever exits 0.
//
//   code  verdict        meaning
//   0     PASS           all states were seen and none violates a property   (`test`: all cases as declared)
//   1     FAIL           a property is violated; the schedule is shown       (`test`: a case is not as declared)
//   2     USAGE          a bad option, a missing file, an unknown variant; nothing was checked
//   3     BOUNDED        a limit was hit first, or the run was interrupted: how far it got is said
//   4     VACUOUS        all states were seen, but a cover() point was not reached, a flush of the scenario's own was
//                        never executed, or a selected property was never evaluated, or nothing was
//   5     UNSUPPORTED    the run reached something that is not modelled
//   6     COMPILE-ERROR  the file is not a scenario, or the compiler refused it
//   7     INTERNAL       our own fault
//
// `audit` judges no property unless asked to: 0 is an audit of all states, and with --fail-on-warning 1 says that there
// is a warning. VACUOUS is an audit that met no operation.
//
// Several cases in one run: the first of 7, 6, 5, 1, 4, 3 that occurred, else 0. `replay` exits as `check` did when it
// saved the trace, and 7 if the path does not lead there again.
#pragma once

#include <array>

#include "check/check.hpp"

namespace shootdown::cli {

using check::Verdict;

inline constexpr int exit_code(Verdict verdict) { return static_cast<int>(verdict); }

inline constexpr int kExitPass = exit_code(Verdict::Pass);
inline constexpr int kExitFail = exit_code(Verdict::Fail);
inline constexpr int kExitUsage = exit_code(Verdict::Usage);
inline constexpr int kExitInternal = exit_code(Verdict::Internal);

// The worse of two verdicts, by the order above; USAGE is worse than all.
constexpr Verdict worse(Verdict a, Verdict b) {
  constexpr std::array order{Verdict::Usage, Verdict::Internal, Verdict::CompileError, Verdict::Unsupported,
                             Verdict::Fail,  Verdict::Vacuous,  Verdict::Bounded};
  for (const Verdict verdict : order)
    if (a == verdict || b == verdict) return verdict;
  return Verdict::Pass;
}

}  // namespace shootdown::cli

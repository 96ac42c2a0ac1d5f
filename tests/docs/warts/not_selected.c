// What is not selected with --property but cannot be passed over makes a run BOUNDED, never a PASS.
//
// variant: assertion  BOUNDED         --property memory-fault
// variant: assertion  FAIL assertion
#include <shootdown/scenario.h>

static volatile int zero;

SCENARIO { sd_assert(zero); }

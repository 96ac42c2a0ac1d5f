// freed-page: an access that begins in a page in use and ends in one that has been freed.
//
// machine: x86-64, i386
// variant: over    FAIL freed-page "kernel access"
// variant: before  PASS
#include <shootdown/x86.h>

static unsigned char pages[2][4096] __attribute__((aligned(4096)));

struct __attribute__((packed)) unaligned {
	unsigned value;
};

SCENARIO
{
	volatile struct unaligned *at = (volatile struct unaligned *)(pages[0] + (VARIANT(over) ? 4094 : 4092));

	sd_page_freed((unsigned long)pages[1]);
	at->value = 1;
}

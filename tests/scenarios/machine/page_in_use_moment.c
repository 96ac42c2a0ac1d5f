/* When a page that was freed counts as in use again, with two CPUs.
 *
 * cpus: 2
 * variant: between-data   FAIL freed-page
 * variant: between-table  FAIL freed-page
 * variant: buffered       PASS
 *
 * between: CPU 1 touches the page after it was freed and before it is in use again.
 * buffered: CPU 0 frees the page and has it in use again while an older store of its waits in the buffer. The freeing
 * counts when that store is in memory at the latest, and in any case before what the same CPU says afterwards.
 */
#include <shootdown/x86.h>

static volatile unsigned long page[512] __attribute__((aligned(4096)));
static volatile unsigned long older;

static void other(void *unused)
{
	(void)unused;
	if (VARIANT(buffered))
		older = 2;
	else
		page[0] = 1;
	sd_cover("the other CPU's store");
	sd_context_finish();
	for (;;)
		hlt();
}

SCENARIO
{
	sd_page_in_use((unsigned long)page);
	sd_cpu_start(1, other, 0, "other");
	if (VARIANT(buffered))
		older = 1;
	sd_page_freed((unsigned long)page);
	if (VARIANT(between_table))
		sd_page_is_table((unsigned long)page);
	else
		sd_page_in_use((unsigned long)page);
	if (VARIANT(buffered)) {
		mfence();
		(void)page[0];
	}
}

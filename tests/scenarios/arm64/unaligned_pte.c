/* One unaligned store to halves of two descriptors, which walkers may see in parts.
 *
 * machine: arm64
 * cpus: 2
 * variant: unaligned UNSUPPORTED
 * variant: unaligned-up UNSUPPORTED --cpus 1
 *
 * Only aligned stores are indivisible (Arm ARM, B2.2.1). unaligned-up: with one CPU its own walks are the observer.
 */
#include "tables.h"

static pte_t *root;

static void abort_handler(unsigned long esr, unsigned long u)
{
	(void)esr;
	(void)u;
	sd_context_finish();
	for (;;)
		wfi();
}

static void other(void *p)
{
	(void)p;
	translation_on(root, 1);
	for (;;)
		user_load(VA);
}

typedef struct {
	unsigned long v;
} __attribute__((packed)) packed_t;

SCENARIO
{
	pte_t *pte;

	root = new_table();
	sd_set_vector(ARM64_VECTOR_ABORT, abort_handler);
	pte = map(root, VA, frame(1), USER_PAGE);
	if (VARIANT(unaligned))
		sd_cpu_start(1, other, 0, "other");
	else
		translation_on(root, 1);
	((volatile packed_t *)((char *)pte + 4))->v = 0;
	dsb(ishst);
	tlbi(VAE1IS, tlbi_va(VA, 1));
	dsb(ish);
	isb();
	sd_cover("done");
	sd_context_finish();
	for (;;)
		wfi();
}

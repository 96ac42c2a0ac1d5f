// tlb/arm64/flush.hpp, each function: CPU 0 takes a page away that CPU 1 is reading, and then it is gone.
//
// machine: arm64
// cpus: 2
// variant: page          PASS
// variant: page-other    FAIL revoked-translation
// variant: range-first   PASS
// variant: range-last    PASS
// variant: range-last    PASS                      --cpu-features none
// variant: range-short   FAIL revoked-translation
// variant: range-short   FAIL revoked-translation  --cpu-features none
// variant: range-scales  PASS
// variant: range-beyond  FAIL revoked-translation
// variant: range-large   PASS                      --cpu-features none
// variant: mm            PASS
// variant: all           PASS
// variant: this-cpu      FAIL revoked-translation
// variant: tables        PASS
// variant: tables-last   FAIL freed-page "page-table page"
//
// page-other: the page after it. range-*: ranges of 5 pages, VA the first or the last of them, by one TLBI for the odd page and
// one for the other four, or without FEAT_TLBIRANGE by one for each; range-short: they end before VA. range-scales: 67
// pages (1 + 2 of scale 0 + 64 of scale 1), VA the last; range-beyond: VA is the one after. range-large: more than are
// flushed one by one, so the whole address space is. this-cpu: CPU 1 keeps what it has. tables: the entry of the level
// above is cleared and the table is freed, after flush_page(..., Levels::All). tables-last: the last level only, so the
// table may be walked.
#include "../arm64/tables.h"

#include <tlb/arm64/flush.hpp>

#define ASID 1ul
#define TABLES (VARIANT(tables) || VARIANT(tables_last))

struct mm {
	pte_t *root;
	pte_t *pte;
};

static mm space;

struct Kernel {
	using AddressSpace = mm;

	static inline unsigned asid(const mm &) noexcept
	{
		return ASID;
	}
	static inline bool has_range() noexcept
	{
		return cpu_has(ARM64_HAS_TLBIRANGE);
	}
};

using Tlb = shootdown::tlb::arm64::Tlb<Kernel>;

static void abort_handler(unsigned long esr, unsigned long)
{
	sd_assert(ESR_FSC(esr) == (ESR_FSC_TRANSLATION | (TABLES ? 2 : 3)));
#if VARIANT(page) || VARIANT(mm) || VARIANT(all) || VARIANT(tables) || VARIANT(range_first)
	sd_cover("the page is gone");
#endif
	sd_context_finish();
	for (;;)
		wfi();
}

static void reader(void *)
{
	translation_on(space.root, ASID);
	for (;;)
		user_load(VA);
}

static void range(long first, long pages)
{
	Tlb::flush_range(space, VA + first * PAGE_SIZE, VA + (first + pages) * PAGE_SIZE);
}

static void flush(void)
{
	if (VARIANT(page))
		Tlb::flush_page(space, VA + 8);
	else if (VARIANT(page_other))
		Tlb::flush_page(space, NEXT);
	else if (VARIANT(range_first))
		range(0, 5);
	else if (VARIANT(range_last))
		range(-4, 5);
	else if (VARIANT(range_short))
		range(-5, 5);
	else if (VARIANT(range_scales))
		range(-66, 67);
	else if (VARIANT(range_beyond))
		range(-67, 67);
	else if (VARIANT(range_large))
		range(1, Tlb::kMostPages + 1);
	else if (VARIANT(mm))
		Tlb::flush(space);
	else if (VARIANT(all))
		Tlb::flush_all();
	else if (VARIANT(this_cpu))
		Tlb::flush_this_cpu();
	else
		Tlb::flush_page(space, VA, VARIANT(tables) ? Tlb::Levels::All : Tlb::Levels::Last);
}

SCENARIO
{
	sd_set_vector(ARM64_VECTOR_ABORT, abort_handler);
	space.root = new_table();
	space.pte = map(space.root, VA, frame(1), USER_READONLY);
	if (TABLES) {
		sd_page_is_table((unsigned long)space.pte & ~(PAGE_SIZE - 1));
		space.pte = entry(space.root, 2, VA);
	}
	sd_cpu_start(1, reader, 0, "reader");
	unsigned long table = *space.pte & PTE_ADDRESS_MASK;
	set_pte(space.pte, 0);
	flush();
	sd_revoked((unsigned long)space.root, VA);
	if (TABLES)
		sd_page_freed(table);
	sd_context_finish();
	for (;;)
		wfi();
}

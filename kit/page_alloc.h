/* The page allocator: KIT_PAGES pages of memory for page tables and user pages.
 *
 * Deterministic, so that two schedules that did the same work end in the same state: the lowest free page is given out.
 * All of its state is one set of pages; a page mapped several times has its further references in page_extra[]. Pages
 * are named by their (physical) address. Freeing tells the checker, which from then on watches for users of the page;
 * the contents stay, as stale as in a real machine.
 *
 * Replaceable: KIT_HAVE_FREE_PAGE (free_page).
 */
#ifndef KIT_PAGE_ALLOC_H
#define KIT_PAGE_ALLOC_H

#include <kit/bug.h>
#include <kit/spinlock.h>

#ifndef KIT_PAGES
#define KIT_PAGES 64
#endif
#if KIT_PAGES > 64
#error "KIT_PAGES: at most 64, the bits of page_set_t"
#endif

/* Aligned for the largest run of pages that is handed out together. */
#if defined(__arm__)
#define KIT_PAGES_ALIGNED 16384
#else
#define KIT_PAGES_ALIGNED 8192
#endif
static unsigned char kit_pages[KIT_PAGES][PAGE_SIZE] __attribute__((aligned(KIT_PAGES_ALIGNED)));
static page_set_t kit_pages_used;
static unsigned char page_extra[KIT_PAGES];
static spinlock_t page_lock;

static inline unsigned page_to_pfn(unsigned long page)
{
	return (unsigned)((page - __pa(kit_pages)) >> PAGE_SHIFT);
}

static inline unsigned long pfn_to_page(unsigned pfn)
{
	return __pa(kit_pages) + ((unsigned long)pfn << PAGE_SHIFT);
}

static inline page_set_t page_set_of(unsigned long page)
{
	return 1ull << page_to_pfn(page);
}

/* Takes the first page out of *set, which is not empty. */
static inline unsigned long page_set_pop(page_set_t *set)
{
	unsigned pfn = (unsigned)__builtin_ctzll(*set);

	*set &= *set - 1;
	return pfn_to_page(pfn);
}

static inline unsigned long kit_take_page(void)
{
	unsigned pfn = ~kit_pages_used ? (unsigned)__builtin_ctzll(~kit_pages_used) : KIT_PAGES;

	if (pfn >= KIT_PAGES)
		sd_exhausted("the kit's pages are used up (KIT_PAGES)");
	kit_pages_used |= 1ull << pfn;
	return pfn_to_page(pfn);
}

/* 1, 2 or 4 pages side by side, aligned to that many. */
static inline unsigned long kit_take_pages(unsigned count)
{
	page_set_t runs = ~kit_pages_used;
	unsigned pfn;

	if (count == 1)
		return kit_take_page();
	runs &= runs >> 1 & 0x5555555555555555ull;
	if (count == 4)
		runs &= runs >> 2 & 0x1111111111111111ull;
	pfn = runs ? (unsigned)__builtin_ctzll(runs) : KIT_PAGES;
	if (pfn + count > KIT_PAGES)
		sd_exhausted("the kit's pages are used up (KIT_PAGES)");
	kit_pages_used |= ((1ull << count) - 1) << pfn;
	return pfn_to_page(pfn);
}

/* A page for data; its contents are whatever was there. */
static inline unsigned long __get_free_page(void)
{
	unsigned long flags, page;

	spin_lock_irqsave(&page_lock, flags);
	page = kit_take_page();
	sd_page_in_use(page);
	spin_unlock_irqrestore(&page_lock, flags);
	return page;
}

static inline unsigned long get_zeroed_page(void)
{
	unsigned long page = __get_free_page();

	__builtin_memset(__va(page), 0, PAGE_SIZE);
	return page;
}

/* A page table of 1, 2 or 4 pages, aligned to its size, every byte of it `fill`. */
static inline pte_t *table_alloc_filled(unsigned pages, int fill)
{
	unsigned long flags, page;
	unsigned n;

	spin_lock_irqsave(&page_lock, flags);
	page = kit_take_pages(pages);
	__builtin_memset(__va(page), fill, pages * PAGE_SIZE);
	for (n = 0; n < pages; n++)
		sd_page_is_table(page + n * PAGE_SIZE);
	spin_unlock_irqrestore(&page_lock, flags);
	return (pte_t *)__va(page);
}

/* One of one page, with no entry present where that is 0. */
static inline pte_t *pte_alloc_one(void)
{
	return table_alloc_filled(1, 0);
}

/* Two pages: the first is 8 KiB aligned, the second lies PAGE_SIZE above it. */
static inline pte_t *pte_alloc_pair(void)
{
	return table_alloc_filled(2, 0);
}

/* One more reference to a page in use. */
static inline void get_page(unsigned long page)
{
	unsigned long flags;

	spin_lock_irqsave(&page_lock, flags);
	page_extra[page_to_pfn(page)]++;
	spin_unlock_irqrestore(&page_lock, flags);
}

static inline int page_shared(unsigned long page)
{
	return page_extra[page_to_pfn(page)] != 0;
}

static inline void free_page(unsigned long page);

#ifndef KIT_HAVE_FREE_PAGE
/* Gives a reference back, and with the last one the page. */
static inline void free_page(unsigned long page)
{
	unsigned long flags;

	spin_lock_irqsave(&page_lock, flags);
	BUG_ON(!(kit_pages_used & page_set_of(page)));
	if (page_shared(page)) {
		page_extra[page_to_pfn(page)]--;
	} else {
		kit_pages_used &= ~page_set_of(page);
		sd_page_freed(page);
	}
	spin_unlock_irqrestore(&page_lock, flags);
}
#endif

#endif

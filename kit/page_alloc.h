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

static unsigned char kit_pages[KIT_PAGES][PAGE_SIZE] __attribute__((aligned(8192)));
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

/* Two pages side by side, the first one 8 KiB aligned. */
static inline unsigned long kit_take_page_pair(void)
{
	page_set_t both = ~kit_pages_used & (~kit_pages_used >> 1) & 0x5555555555555555ull;
	unsigned pfn = both ? (unsigned)__builtin_ctzll(both) : KIT_PAGES;

	if (pfn + 1 >= KIT_PAGES)
		sd_exhausted("the kit's pages are used up (KIT_PAGES)");
	kit_pages_used |= 3ull << pfn;
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

/* A page for a page table of any level, with no entry present. */
static inline pte_t *pte_alloc_one(void)
{
	unsigned long flags, page;

	spin_lock_irqsave(&page_lock, flags);
	page = kit_take_page();
	__builtin_memset(__va(page), 0, PAGE_SIZE);
	sd_page_is_table(page);
	spin_unlock_irqrestore(&page_lock, flags);
	return (pte_t *)__va(page);
}

/* Two of them: the first is 8 KiB aligned, the second lies PAGE_SIZE above it. */
static inline pte_t *pte_alloc_pair(void)
{
	unsigned long flags, page;

	spin_lock_irqsave(&page_lock, flags);
	page = kit_take_page_pair();
	__builtin_memset(__va(page), 0, 2 * PAGE_SIZE);
	sd_page_is_table(page);
	sd_page_is_table(page + PAGE_SIZE);
	spin_unlock_irqrestore(&page_lock, flags);
	return (pte_t *)__va(page);
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

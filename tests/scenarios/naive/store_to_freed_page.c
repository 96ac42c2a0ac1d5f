/* To free a page concerns whoever stores to it, also where nobody else touches the word.
 *
 * machine: i386
 * variant: freed   FAIL freed-page
 * variant: other   PASS
 *
 * One context stores to a page that only it uses; the timer's handler frees the page. Freed first, stored to then: the
 * interrupt must be tried just before the store, though the store is to a word that the handler never touches. other: the
 * handler frees another page.
 */
#include <shootdown/x86.h>

static volatile unsigned long page[1024] __attribute__((aligned(4096)));
static volatile unsigned long another[1024] __attribute__((aligned(4096)));

static void timer(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
	sd_page_freed(VARIANT(freed) ? (unsigned long)page : (unsigned long)another);
}

SCENARIO
{
	sd_set_vector(32, timer);
	sd_timer(32);
	sti();
	mov_from_cr3(); /* the shadow of STI ends */
	page[0] = 1;
	sd_assert(page[0] == 1);
}

/* What is revoked depends on when it is said: an interrupt may come just before.
 *
 * machine: i386
 * variant: stale     FAIL revoked-translation
 * variant: flush     PASS
 *
 * The handler gives the page another frame. When it comes before sd_revoked(), and does not invalidate, the access
 * behind may go to the old frame, which the tables do not give at the statement nor later. When it comes after the
 * statement the old frame is one that the tables gave then. Between the write of CR3 and the statement there is one
 * store, to a word that nobody else touches and no walk reads: the interrupt must be tried there all the same.
 */
#include <shootdown/x86.h>

#define PAGE 0x400000ul
#define RIGHTS (_PAGE_PRESENT | _PAGE_RW | _PAGE_USER | _PAGE_ACCESSED | _PAGE_DIRTY)

static volatile unsigned long directory[1024] __attribute__((aligned(4096)));
static volatile unsigned long table[1024] __attribute__((aligned(4096)));
static volatile unsigned long first[1024] __attribute__((aligned(4096)));
static volatile unsigned long second[1024] __attribute__((aligned(4096)));
static volatile unsigned long private_word;

static void timer(unsigned long error_code, unsigned long from_user)
{
	(void)error_code;
	(void)from_user;
	table[0] = (unsigned long)second | RIGHTS;
	if (VARIANT(flush))
		invlpg(PAGE);
}

SCENARIO
{
	table[0] = (unsigned long)first | RIGHTS;
	directory[1] = (unsigned long)table | RIGHTS;
	sd_name_root((unsigned long)directory, "A");
	sd_set_vector(32, timer);
	sd_timer(32);
	mov_to_cr3((unsigned long)directory);
	mov_to_cr0(X86_CR0_PE | X86_CR0_PG | X86_CR0_WP);
	sti();
	mov_to_cr3((unsigned long)directory);
	private_word = 1;
	sd_revoked((unsigned long)directory, PAGE);
	user_load(PAGE);
}

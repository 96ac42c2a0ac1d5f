/* The attach rule, by how an entry is changed and by what makes it attached.
 *
 * machine: s390x
 * cpus: 2
 * options: --property attach-rule
 * variant: free-byte       PASS
 * variant: free-byte-rmw   PASS
 * variant: byte            FAIL
 * variant: byte-rmw        FAIL
 * variant: halfword        FAIL
 * variant: low-word        FAIL
 * variant: high-word       FAIL
 * variant: byte-invalid    PASS
 * variant: copy            FAIL
 * variant: copy-same       PASS
 * variant: translated      FAIL
 * variant: stg             FAIL
 * variant: stctg           FAIL
 * variant: laog            FAIL
 * variant: stale-segment   FAIL
 * variant: purged-segment  PASS
 * variant: other-asce      FAIL
 * variant: region          FAIL
 * variant: valid-again     FAIL
 *
 * CPU 1 has the page table attached when CPU 0 changes the entry for VA.
 * Big-endian: byte 7 of an entry holds bits 56-63, which are the program's; I and P are in byte 6, halfword 3, word 1; a frame's
 *   address is in word 0. A store of any width changes the entry that it lies in. byte-invalid: sets I to 0.
 * copy: of two words, the second changes an entry; copy-same: neither does. translated: by way of the home ASCE, which maps
 *   the page table as data. stctg, laog: the instruction does not matter.
 * stale-segment: CPU 1 itself has made the segment's entry invalid, and not purged: it may still hold it, and walk the page
 *   table (a usable TLB entry attaches the table that it designates). purged-segment: it cannot.
 * other-asce: by way of another segment table, at another address, in CR7. region: a region-third table's entry.
 * valid-again: IDTE makes the segment's entry invalid; a store makes it valid again, and with that attaches the page table.
 */
#include "tables.h"

static entry_t *root, *other, *pte;
static unsigned long attached;
static entry_t two_entries[2];

static void cpu1(void *unused)
{
	entry_t *segment = segment_entry(root, VA);

	(void)unused;
	if (VARIANT(other_asce))
		lctlg(CR_SECONDARY, asce(other));
	else if (VARIANT(region))
		lctlg(CR_PRIMARY, (unsigned long)region_table | S390_ASCE_TYPE_REGION3);
	else
		lctlg(CR_PRIMARY, asce(root));
	if (VARIANT(stale_segment) || VARIANT(purged_segment)) {
		set_entry(segment, *segment | _SEGMENT_ENTRY_INVALID);
		if (VARIANT(purged_segment))
			ptlb();
	}
	__atomic_store_n(&attached, 1ul, __ATOMIC_RELEASE);
	sd_context_finish();
	for (;;)
		s390_wait();
}

SCENARIO
{
	volatile unsigned char *byte;
	unsigned long old;

	root = new_root();
	other = new_root();
	pte = map(root, VA, frame(1), VARIANT(byte_invalid) ? _PAGE_INVALID : 0);
	map(root, NEXT, frame(2), 0);
	if (VARIANT(translated)) {
		entry_t *kernel = new_root();

		map(kernel, VA, (unsigned long)pte & ~4095ul, 0);
		lctlg(CR_HOME, asce(kernel));
	}
	*segment_entry(other, OTHER) = *segment_entry(root, VA);
	region_table[1] = (unsigned long)root | S390_ASCE_TYPE_REGION3;
	two_entries[0] = *pte;
	two_entries[1] = pte[1] | (VARIANT(copy) ? _PAGE_INVALID : 0);
	sd_cpu_start(1, cpu1, 0, "P1");
	while (!__atomic_load_n(&attached, __ATOMIC_ACQUIRE))
		;
	byte = (volatile unsigned char *)pte;
	if (VARIANT(free_byte))
		byte[7] = 0xff;
	else if (VARIANT(free_byte_rmw))
		__atomic_fetch_or(byte + 7, 4, __ATOMIC_RELAXED);
	else if (VARIANT(byte))
		byte[6] |= 4;
	else if (VARIANT(byte_rmw))
		__atomic_fetch_or(byte + 6, 4, __ATOMIC_RELAXED);
	else if (VARIANT(halfword))
		*(volatile unsigned short *)(byte + 6) |= _PAGE_PROTECT;
	else if (VARIANT(low_word))
		*(volatile unsigned *)(byte + 4) |= _PAGE_INVALID;
	else if (VARIANT(high_word))
		*(volatile unsigned *)byte |= 1;
	else if (VARIANT(byte_invalid))
		byte[6] = (unsigned char)(byte[6] & ~4u);
	else if (VARIANT(copy) || VARIANT(copy_same))
		__builtin_memcpy(pte, two_entries, sizeof(two_entries));
	else if (VARIANT(translated))
		kernel_store(VA + ((unsigned long)pte & 4095), *pte | _PAGE_INVALID);
	else if (VARIANT(stg))
		asm volatile("stg %0,0(%1)" : : "d"(*pte | _PAGE_INVALID), "a"(pte) : "memory");
	else if (VARIANT(stctg))
		asm volatile("stctg 13,13,0(%0)" : : "a"(pte) : "memory");
	else if (VARIANT(laog))
		asm volatile("laog %0,%1,0(%2)" : "=d"(old) : "d"(_PAGE_INVALID), "a"(pte) : "memory", "cc");
	else if (VARIANT(region))
		set_entry(&region_table[1], region_table[1] | _REGION_ENTRY_INVALID);
	else if (VARIANT(valid_again)) {
		const entry_t segment = *segment_entry(root, VA);

		idte((unsigned long)root | S390_ASCE_TYPE_SEGMENT, VA);
		set_entry(segment_entry(root, VA), segment);
		set_entry(pte, *pte | _PAGE_INVALID);
	} else
		set_entry(pte, *pte | _PAGE_INVALID);
	if (VARIANT(purged_segment))
		/* Not to end without a store that is judged. */
		set_entry(segment_entry(root, VA), _SEGMENT_ENTRY_INVALID);
}

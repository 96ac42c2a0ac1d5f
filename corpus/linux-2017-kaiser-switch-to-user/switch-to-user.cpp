// Flushing the user PCID by loading it for a moment, in place of INVPCID: can it be done safely at all?
//
// Linux, 2017, KAISER on x86-64, one CPU: the alternative that "kaiser: load_new_mm_cr3() let SWITCH_USER_CR3 flush
// user" considers and leaves: "momentarily switch from kernel to user context and back". A MOV to CR3 flushes the PCID
// that it loads, so on a switch of address spaces load_new_mm_cr3() loads the user PCID and then the kernel's. The text
// fears three things: that it cannot be done at all, that the user context is polluted with what is the kernel's, and
// the kernel context with what is stale of the user's. Each is a variant.
//
//	the detour                      then                          what goes wrong
//	next's user root, PCID 0x80     next's pgd, PCID 0, flush     nothing, if the code is mapped there
//	next's pgd, PCID 0x80           next's pgd, PCID 0, flush     kernel translations under the user PCID
//	prev's user root, PCID 0x80     next's pgd, PCID 0, flush     prev's translations under the user PCID
//	next's user root, PCID 0x80     next's pgd, PCID 0, NOFLUSH   prev's translations under the kernel PCID
//
// The system: two tasks, each with one page, touch it in user mode and, as copy_from_user() does, in the kernel. One
// CPU, preemption everywhere. The code of the switch is a page from which an instruction is fetched after each load of
// CR3. Where "the code stays mapped" it lies in the entry text, which the user roots map, else among the rest of the
// kernel, which only the kernel's page directories do. A page of kernel data is there too. Nothing is unmapped: the only
// flush is that of the switch, and no note is ever left.
//
// machine: x86-64
// variant: new-root-user-tag         PASS                            --cpu-features pcid
// variant: new-root-user-tag         PASS                            --cpu-features none
// variant: new-root-user-tag-library PASS                            --cpu-features pcid
// variant: new-root-user-tag-library PASS                            --cpu-features none
// variant: new-root-not-mapped       FAIL architectural-fault        --cpu-features pcid
// variant: new-root-not-mapped       PASS                            --cpu-features none
// variant: tag-only                  FAIL supervisor-under-user-tag  --cpu-features pcid
// variant: tag-only                  PASS                            --cpu-features none
// variant: old-user-root             FAIL foreign-translation        --cpu-features pcid
// variant: old-user-root             PASS                            --cpu-features none
// variant: noflush-return            FAIL foreign-translation        --cpu-features pcid
// variant: noflush-return            PASS                            --cpu-features none
//
// What each variant must give, and why (written before the first run). All of them look for PCID first, so without it
// there is no detour: a plain load of CR3, which flushes everything, as does every load on the way out: PASS.
//
// new-root-user-tag: PASS. The first load flushes the user PCID; from then on only next's user root has been loaded under
//   it, so it holds nothing but what user mode will find there anyway. The second load flushes the kernel's PCID.
//   Interrupts are off: nobody else runs on the user root.
// new-root-user-tag-library: the same with flush_by_loading() of tlb/x86/pcid.hpp. PASS.
// new-root-not-mapped: the same on KAISER's real user root, which has of the kernel only the entry text: the fetch of
//   the instruction behind the first load faults, and so would that of the fault's handler.
// tag-only: only the tag is changed for the flush. While it is loaded with the kernel's page directory, the processor
//   may cache any kernel translation under the user PCID; the way out keeps what is cached. First pollution.
// old-user-root: the user root that is at hand is prev's. The user PCID is flushed, and may be filled again from prev's
//   tables at once. next returns to user mode without a flush, and uses prev's translation of its own address.
// noflush-return: back with bit 63, since "the kernel context was not left". It holds what was cached of prev's user
//   addresses while prev ran in the kernel, and next's access in the kernel uses it. Second pollution. (prev need not have
//   touched its page there: it may be cached as soon as its page directory is loaded.)
#define KIT_MAX_MMS 2
#define KIT_MAX_TASKS 3
#define KIT_PAGES 32
#define KIT_HAVE_LOAD_NEW_MM_CR3
#include <kit/pti.hpp>

// The page of code that is executed here.
#define SWITCH_TEXT (VARIANT(new_root_not_mapped) ? VMALLOC_PAGE(0) : ENTRY_TEXT + PAGE_SIZE)
#define KERNEL_DATA VMALLOC_PAGE(1)

static inline unsigned long user_root(pte_t *pgd)
{
	return __pa(native_get_shadow_pgd(pgd));
}

// A load of CR3 and the fetch of the instruction behind it.
static inline void load_cr3(unsigned long value)
{
	mov_to_cr3(value);
	kernel_fetch(SWITCH_TEXT);
}

// Interrupts are off.
static inline void load_new_mm_cr3(pte_t *pgd)
{
	unsigned long kernel = __pa(pgd) | X86_CR3_PCID_KERN_FLUSH;
	unsigned long detour = user_root(pgd);

	if (current->active_mm != &init_mm)
		sd_cover("a switch from one task to the other");
	if (!cpu_has(X86_FEATURE_PCID)) {
		load_cr3(__pa(pgd));
		return;
	}
	if (VARIANT(new_root_user_tag_library)) {
		const InterruptsOff off;

		Pcids::if_on(off, [&](const Pcids::On &on) {
			using shootdown::tlb::x86::Cr3;

			Pcids::flush_by_loading(off, on, Cr3::flushing(detour, Kaiser::kUserPcid),
						Cr3::flushing(__pa(pgd), Kaiser::kKernelPcid));
		});
		kernel_fetch(SWITCH_TEXT);
		return;
	}
	if (VARIANT(tag_only))
		detour = __pa(pgd);
	else if (VARIANT(old_user_root))
		detour = (mov_from_cr3() & __PHYSICAL_MASK) | KAISER_SHADOW_PGD_OFFSET;
	else if (VARIANT(noflush_return))
		kernel = __pa(pgd) | X86_CR3_PCID_KERN_NOFLUSH;
	load_cr3(detour | X86_CR3_PCID_USER_FLUSH);
	load_cr3(kernel);
}

static void task(void *)
{
	for (;;) {
		return_to_user();
		user_load(USER_PAGE(0));
		enter_kernel();
		kernel_load(USER_PAGE(0));
	}
}

SCENARIO
{
	pti_init();
	map_kernel_page(SWITCH_TEXT, get_zeroed_page(), PAGE_KERNEL);
	map_kernel_page(KERNEL_DATA, get_zeroed_page(), PAGE_KERNEL);
	spawn("A", pti_mm_create("A", 1), task, NULL);
	spawn("B", pti_mm_create("B", 1), task, NULL);
}

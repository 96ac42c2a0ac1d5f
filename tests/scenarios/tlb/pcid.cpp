// tlb/x86/pcid.hpp, each way to flush one PCID: what is cached under it is gone, and under the current one nothing is
// lost or gained that should not be.
//
// variant: context        PASS            --cpu-features pcid,invpcid,pge
// variant: address        PASS            --cpu-features pcid,invpcid,pge
// variant: all            PASS            --cpu-features pcid,invpcid,pge
// variant: all-but-global PASS            --cpu-features pcid,invpcid,pge
// variant: by-loading     PASS            --cpu-features pcid,invpcid,pge
// variant: everything     PASS            --cpu-features pcid,invpcid,pge
// variant: everything     PASS            --cpu-features pcid,pge
// variant: no-invpcid     PASS            --cpu-features pcid,pge
// variant: no-pcid        PASS            --cpu-features pge
// variant: none           FAIL assertion  --cpu-features pcid,invpcid,pge
// variant: other          FAIL assertion  --cpu-features pcid,invpcid,pge
// variant: kernel-root    FAIL foreign-translation  --cpu-features pcid,invpcid,pge
//
// Frame 1 may be cached under PCID 5 from that PCID's own table, when its entry is changed to frame 2. The kernel runs on
// its own table with PCID 0, which maps frame 3 at the same address.
// context, address, all, all-but-global: INVPCID. by-loading: PCID 5 is loaded for a moment with its own table.
// everything: a change of CR4.PGE. no-invpcid, no-pcid: the body that would need it is not called.
// none: nothing is flushed. other: PCID 6 is. kernel-root: by loading, but with the kernel's table, so that frame 3 may
//   be cached under PCID 5: another address space's translation, under the tag that the server runs with.
#include <tlb/x86/pcid.hpp>
#include "../machine/tables.h"

struct BareKernel {
	static void preempt_disable() noexcept
	{
	}
	static void preempt_enable() noexcept
	{
	}
	static bool has_invpcid() noexcept
	{
		return cpu_has(X86_FEATURE_INVPCID) != 0;
	}
};

using Pcids = shootdown::tlb::x86::Pcids<BareKernel>;
using shootdown::tlb::x86::Cr3;
using shootdown::tlb::x86::InterruptsOff;
using shootdown::tlb::x86::Pcid;

static constexpr Pcid kKernel{0}, kServer{5}, kOther{6};

static void flush_server(const InterruptsOff &off, const Pcids::On &on, unsigned long kernel, unsigned long server)
{
	if (VARIANT(by_loading) || VARIANT(kernel_root)) {
		Pcids::flush_by_loading(off, on, Cr3::flushing(VARIANT(by_loading) ? server : kernel, kServer),
					Cr3::keeping(on, kernel, kKernel));
	} else if (VARIANT(everything)) {
		Pcids::flush_everything(off);
	} else if (!VARIANT(none)) {
		bool had = Pcids::if_invpcid(off, [&](const Pcids::Invpcid &invpcid) {
			if (VARIANT(address))
				invpcid.address(on, kServer, VA);
			else if (VARIANT(all))
				invpcid.all();
			else if (VARIANT(all_but_global))
				invpcid.all_but_global();
			else
				invpcid.context(on, VARIANT(other) ? kOther : kServer);
		});
		sd_assert(had == !VARIANT(no_invpcid));
	}
}

SCENARIO
{
	pte_t *kernel = new_table(), *server = new_table();
	pte_t *pte = map(server, VA, frame(1), USER_PAGE);
	const InterruptsOff off;

	map(kernel, VA, frame(3), USER_PAGE);
	frame(2);
	paging_on(kernel);
	if (cpu_has(X86_FEATURE_PCID))
		set_cr4(X86_CR4_PCIDE);
	bool on_here = Pcids::if_on(off, [&](const Pcids::On &on) {
		unsigned long value;

		Pcids::load(off, Cr3::keeping(on, (unsigned long)server, kServer));
		Pcids::load(off, Cr3::keeping(on, (unsigned long)kernel, kKernel));
		*(volatile pte_t *)pte = (unsigned long)frames[2] | USER_PAGE;
		flush_server(off, on, (unsigned long)kernel, (unsigned long)server);
		if (VARIANT(no_invpcid))
			Pcids::flush_everything(off);
		sd_assert(user_load(VA) == 3);
		Pcids::load(off, Cr3::keeping(on, (unsigned long)server, kServer));
		sd_assert(Cr3::loaded().root() == (unsigned long)server);
		sd_assert(Cr3::loaded().pcid().number() == 5);
		value = user_load(VA);
		sd_assert(value == 2);
	});
	sd_assert(on_here == !VARIANT(no_pcid));
}

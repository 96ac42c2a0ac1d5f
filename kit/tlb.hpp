// The library tlb/ on the kit: its hooks are the kit's. For scenarios in C++.
#pragma once

#include <kit/preempt.h>
#include <tlb/x86/flush.hpp>

struct KitKernel {
	static inline void preempt_disable() noexcept
	{
		::preempt_disable();
	}
	static inline void preempt_enable() noexcept
	{
		::preempt_enable();
	}
};

using LocalTlb = shootdown::tlb::x86::LocalTlb<KitKernel>;

#if CONFIG_SMP
#include <kit/smp.h>
#include <tlb/x86/shootdown.hpp>

static shootdown::tlb::x86::CpuTlb<mm_struct> kit_cpu_tlbs[NR_CPUS];

struct KitSmpKernel : KitKernel {
	using AddressSpace = mm_struct;
	using CpuMask = shootdown::tlb::x86::CpuMask;

	static inline shootdown::tlb::x86::CpuTlb<mm_struct> &cpu_tlb() noexcept
	{
		return kit_cpu_tlbs[smp_processor_id()];
	}
	static inline unsigned cpu() noexcept
	{
		return smp_processor_id();
	}
	static inline CpuMask &cpus(mm_struct &mm) noexcept
	{
		return mm.cpu_vm_mask.bits;
	}
	static inline unsigned long root(const mm_struct &mm) noexcept
	{
		return __pa(mm.pgd);
	}
	static inline unsigned long kernel_root() noexcept
	{
		return __pa(init_mm.pgd);
	}
	static inline void call(CpuMask mask, void (*fn)(void *), void *argument) noexcept
	{
		smp_call_function_many(mask, fn, argument);
	}
};

using SmpTlb = shootdown::tlb::x86::Shootdown<KitSmpKernel>;
#endif

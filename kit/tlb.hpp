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

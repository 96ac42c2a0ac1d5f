// The library's KAISER on the kit's: its exit word is X86_CR3_PCID_USER_VAR. For scenarios in C++.
#pragma once

#include <kit/pti.h>
#include <kit/tlb.hpp>
#include <tlb/x86/kaiser.hpp>

struct KitKaiserKernel : KitKernel {
	static inline unsigned long exit_word() noexcept
	{
		return READ_ONCE(X86_CR3_PCID_USER_VAR);
	}
	static inline void set_exit_word(unsigned long word) noexcept
	{
		WRITE_ONCE(X86_CR3_PCID_USER_VAR, word);
	}
	static inline bool has_invpcid() noexcept
	{
		return cpu_has(X86_FEATURE_INVPCID) != 0;
	}
};

using Kaiser = shootdown::tlb::x86::Kaiser<KitKaiserKernel>;
using Pcids = shootdown::tlb::x86::Pcids<KitKaiserKernel>;
using shootdown::tlb::x86::InterruptsOff;

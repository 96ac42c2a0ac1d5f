/* Types, constants and compiler helpers of the kit: what <linux/compiler.h> and <linux/types.h> are to Linux.
 *
 * Everything in kit/ is valid as C11 and as C++20 and needs no system header. Replaceable functions are declared where
 * their subject is and left out when KIT_HAVE_<NAME> is defined: see kit/README.md.
 */
#ifndef KIT_COMPILER_H
#define KIT_COMPILER_H

#include <shootdown/scenario.h>

/* What is the architecture's: kit/arch/<name>/. */
#if defined(__x86_64__) || defined(__i386__)
#define KIT_ARCH_HEADER(file) <kit/arch/x86/file>
#elif defined(__aarch64__)
#define KIT_ARCH_HEADER(file) <kit/arch/arm64/file>
#elif defined(__s390x__)
#define KIT_ARCH_HEADER(file) <kit/arch/s390/file>
#elif defined(__arm__)
#define KIT_ARCH_HEADER(file) <kit/arch/arm/file>
#else
#error "the kit does not know this architecture"
#endif
#include KIT_ARCH_HEADER(processor.h)

#ifndef NULL
#ifdef __cplusplus
#define NULL nullptr
#else
#define NULL ((void *)0)
#endif
#endif

/* A set of physical pages: bit n is page n of the allocator's memory. */
typedef unsigned long long page_set_t;
/* One entry of a page table, whatever its level. */
typedef unsigned long pte_t;
typedef struct {
	int counter;
} atomic_t;

#define barrier() __asm__ __volatile__("" : : : "memory")
#define READ_ONCE(x) (*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, value) (*(volatile __typeof__(x) *)&(x) = (value))

#define PAGE_SHIFT 12
#define PAGE_SIZE (1ul << PAGE_SHIFT)
#define PAGE_MASK (~(PAGE_SIZE - 1))

/* The kernel runs untranslated: its pointers are physical addresses. */
#define __pa(pointer) ((unsigned long)(pointer))
#define __va(pa) ((void *)(pa))

/* PREEMPT is the default. Before the include: #define KIT_NO_PREEMPT, or CONFIG_PREEMPT as an expression of 0 and 1
 * that may contain VARIANT(): it is used in C, never in #ifdef. */
#ifndef CONFIG_PREEMPT
#ifdef KIT_NO_PREEMPT
#define CONFIG_PREEMPT 0
#else
#define CONFIG_PREEMPT 1
#endif
#endif

/* Several CPUs: #define KIT_SMP before the include, and `cpus:` in the header. */
#ifdef KIT_SMP
#define CONFIG_SMP 1
#else
#define CONFIG_SMP 0
#endif
#define NR_CPUS 8

/* Locked read-modify-writes, as Linux's atomic_t on SMP. */
static inline int atomic_read(const atomic_t *v)
{
	return __atomic_load_n(&v->counter, __ATOMIC_RELAXED);
}

static inline void atomic_set(atomic_t *v, int value)
{
	__atomic_store_n(&v->counter, value, __ATOMIC_RELAXED);
}

static inline void atomic_inc(atomic_t *v)
{
	__atomic_fetch_add(&v->counter, 1, __ATOMIC_SEQ_CST);
}

static inline void atomic_dec(atomic_t *v)
{
	__atomic_fetch_sub(&v->counter, 1, __ATOMIC_SEQ_CST);
}

/* 1 if the counter is 0 afterwards. */
static inline int atomic_dec_and_test(atomic_t *v)
{
	return __atomic_fetch_sub(&v->counter, 1, __ATOMIC_SEQ_CST) == 1;
}

#endif

/* The kit: a small kernel for one CPU in the checked language, with Linux's names and rules. A scenario includes this
 * header and says in SCENARIO { ... } which tasks there are:
 *
 *	#include <kit/kernel.h>
 *
 *	static void task_a(void *arg) { for (;;) user_load(USER_PAGE(0)); }
 *
 *	SCENARIO { spawn("A", mm_create("A", 1), task_a, NULL); }
 *
 * Every piece can be replaced by the code under test: kit/README.md has the table.
 */
#ifndef KIT_KERNEL_H
#define KIT_KERNEL_H

#include <kit/boot.h>

#endif

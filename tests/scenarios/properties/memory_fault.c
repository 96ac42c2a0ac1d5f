// memory-fault: kernel code touches what is no memory of its own.
//
// machine: x86-64, i386
// variant: null      FAIL memory-fault "null pointer"
// variant: bounds    FAIL memory-fault "out of bounds"
// variant: constant  FAIL memory-fault constant
// variant: call      FAIL memory-fault "wild call"
// variant: unmapped  FAIL memory-fault translation
// variant: inside    PASS
//
// null: a store through a null pointer's member. bounds: the element behind the last. constant: a store to a const object
// through a cast. call: a call through a pointer that is no function. unmapped: a translated access to a page that is
// mapped to where there is no memory. inside: the last element.
#include "../machine/tables.h"

struct pair {
	long first, second;
};
static struct pair *volatile nobody;
static volatile long array[4];
static const long table_of_constants[2] = { 1, 2 };
static const long *volatile constant = table_of_constants;
static void (*volatile wild)(void) = (void (*)(void))0x1000ul;
static volatile unsigned index;

SCENARIO
{
	pte_t *root = new_table();

	if (VARIANT(null))
		nobody->second = 1;
	else if (VARIANT(constant))
		*(volatile long *)constant = 3;
	else if (VARIANT(call))
		wild();
	else if (VARIANT(unmapped)) {
		map(root, VA, 0x0ff00000ul, USER_PAGE);
		paging_on(root);
		user_load(VA);
	} else {
		index = VARIANT(bounds) ? 4 : 3;
		array[index] = 1;
	}
	sd_assert(1);
}

/* Prints what every form gives on this processor, as definitions for the scenario. */
#include "instructions.h"
#include "native.h"

static void run(void)
{
	make_tuples();
#define FORM(name, ...) \
	print("#define EXPECTED_" #name " "); \
	print_number(results_of(form_##name)); \
	print("u\n");
#include "forms.inc"
}

/* A program of csmith's, run natively: prints its checksum in decimal. */
#include PROGRAM

#undef main
#include "native.h"

static void run(void)
{
	program_main();
	print_number(program_checksum);
	print("\n");
}

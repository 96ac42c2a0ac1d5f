/* What a native program of these tests has instead of a C library: output and an end. Without a library the 32-bit
 * programs run everywhere. The program defines run(). */
#ifndef NATIVE_H
#define NATIVE_H

static void run(void);

static long system_call(long number, long a, long b, long c)
{
	long result;
#ifdef __x86_64__
	__asm__ volatile("syscall" : "=a"(result) : "0"(number), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
#else
	__asm__ volatile("int $0x80" : "=a"(result) : "0"(number), "b"(a), "c"(b), "d"(c) : "memory");
#endif
	return result;
}

#ifdef __x86_64__
enum { SYS_WRITE = 1, SYS_EXIT = 60 };
#else
enum { SYS_WRITE = 4, SYS_EXIT = 1 };
#endif

static __attribute__((noinline)) void print(const char *text)
{
	long length = 0;
	while (text[length] != 0)
		length++;
	system_call(SYS_WRITE, 1, (long)text, length);
}

static __attribute__((noinline)) void print_number(unsigned value)
{
	char digits[11];
	char *text = digits + sizeof digits;
	*--text = 0;
	do
		*--text = (char)('0' + value % 10);
	while ((value /= 10) != 0);
	print(text);
}

__attribute__((noreturn, force_align_arg_pointer)) void _start(void)
{
	run();
	for (;;)
		system_call(SYS_EXIT, 0, 0, 0);
}

/* The compiler makes calls of these on its own. */
__attribute__((no_builtin)) void *memset(void *to, int value, unsigned long bytes)
{
	for (char *p = to; bytes != 0; bytes--)
		*p++ = (char)value;
	return to;
}
__attribute__((no_builtin)) void *memcpy(void *to, const void *from, unsigned long bytes)
{
	char *p = to;
	for (const char *q = from; bytes != 0; bytes--)
		*p++ = *q++;
	return to;
}

#endif

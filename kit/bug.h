/* BUG and friends: each is a violation of the property `assertion`. */
#ifndef KIT_BUG_H
#define KIT_BUG_H

#include <kit/compiler.h>

/* BUG_TEXT names the rule that was broken, BUG only the place. */
#define BUG_TEXT(text) sd_violation("assertion", text)
#define BUG() BUG_TEXT("BUG")
#define BUG_ON(condition) \
	do { \
		if (condition) \
			BUG_TEXT("BUG_ON(" #condition ")"); \
	} while (0)
/* Linux warns and goes on. Here a broken expectation is a failure: nobody would read the log. */
#define WARN_ON(condition) \
	do { \
		if (condition) \
			BUG_TEXT("WARN_ON(" #condition ")"); \
	} while (0)

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Numbers as people read them: with a unit, three significant digits at most,
 * and "-" for what is not available (NAN).
 */
#ifndef REPORT_NUMBER_H
#define REPORT_NUMBER_H

/* A number's text, by value, so that it can be made in a call to printf. */
struct number {
	char text[24];
};

/* What a number counts, and so how it is written. */
enum quantity {
	QUANTITY_BYTES,     /* 4.19 MB */
	QUANTITY_BYTES_S,   /* 11.0 KB/s; 1 KB is 1000 bytes */
	QUANTITY_NS,        /* 1.27 ms */
	QUANTITY_COUNT,     /* 1,234 */
	QUANTITY_PER_S,     /* 4,170 /s */
	QUANTITY_PERCENT,   /* 98 % */
	QUANTITY_MS,        /* 3.1 ms, 2,850 s: of CPU time */
	QUANTITY_MS_PER_MB, /* the same with /MB behind */
	QUANTITY_PER_BYTE,  /* 2.1, 0.003 */
	QUANTITY_RATIO,     /* 37,000× */
};

/* With three significant digits. */
struct number number_text(enum quantity kind, double value);

/*
 * With as many digits as it deserves when the truth may be 'half' away, in the
 * same unit: three below 5 %, else two. NAN: unknown, three.
 */
struct number number_text_within(enum quantity kind, double value, double half);

/* As number_text(), without zeros behind the point: "1 KB/s", for ticks. */
struct number number_tick(enum quantity kind, double value);

/* "37,400×", or "1/118" if it is below 1: how many times something else. */
struct number number_ratio(double ratio);

/* Half the width of an interval as a share of its value: "±3%", or "" if NAN.
 */
struct number number_spread(double value, double low, double high);

#endif

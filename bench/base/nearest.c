/* SPDX-License-Identifier: MIT */
#include "bench/base/nearest.h"

#include <stddef.h>
#include <string.h>

#define WORD_MAX 48

static unsigned least(unsigned a, unsigned b, unsigned c)
{
	unsigned min = a < b ? a : b;

	return min < c ? min : c;
}

/* Letters to insert, drop or change, or to swap with their neighbour. */
static unsigned distance(const char *a, const char *b)
{
	unsigned rows[3][WORD_MAX + 1];
	unsigned *before = rows[0], *above = rows[1], *row = rows[2];
	size_t b_len = strlen(b);

	for (size_t k = 0; k <= b_len; k++)
		above[k] = (unsigned)k;
	for (size_t i = 0; a[i]; i++) {
		unsigned *free_row = before;

		row[0] = (unsigned)i + 1;
		for (size_t k = 0; k < b_len; k++) {
			row[k + 1] = least(above[k] + (a[i] != b[k]),
					   above[k + 1] + 1, row[k] + 1);
			if (i && k && a[i] == b[k - 1] && a[i - 1] == b[k] &&
			    row[k + 1] > before[k - 1] + 1)
				row[k + 1] = before[k - 1] + 1;
		}
		before = above;
		above = row;
		row = free_row;
	}
	return above[b_len];
}

void nearest_try(struct nearest *n, const char *known)
{
	size_t len = strlen(n->word);
	unsigned d, far;

	if (len > WORD_MAX || strlen(known) > WORD_MAX)
		return;
	d = distance(n->word, known);
	far = len < 4 ? 1 : len < 8 ? 2 : 3;
	if (len > 2 && strncmp(known, n->word, len) == 0)
		d = far;
	if (d > far || (n->best && d >= n->distance))
		return;
	n->best = known;
	n->distance = d;
}

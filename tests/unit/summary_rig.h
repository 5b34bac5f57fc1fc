/* SPDX-License-Identifier: MIT */
/* For tests: a summary of results that are written in the test. */
#ifndef TEST_SUMMARY_RIG_H
#define TEST_SUMMARY_RIG_H

#include "report/summary.h"
#include "tests/unit/results_dir.h"

static struct results r;
static struct summary s;

static inline int done(void **state)
{
	(void)state;
	summary_release(&s);
	results_release(&r);
	return 0;
}

/* One scenario 's' with a cell for each of the labels, under tcg. */
static inline void make(struct results_dir *d, const char *cells,
			const char *trials)
{
	char *text = mem_printf(
		"{\"type\":\"run\",\"scenarios\":[{\"name\":\"s\",\"cells\":"
		"[%s]}]}\n%s",
		cells, trials);
	char *path;
	struct err err = { 0 };

	results_dir_make(d, text);
	path = mem_printf("%s/results.jsonl", d->path);
	if (!results_read(&r, path, &err))
		fail_msg("%s", err.text);
	summary_make(&s, &r);
	free(path);
	free(text);
}

static inline void drop(struct results_dir *d)
{
	done(NULL);
	results_dir_remove(d);
}

#define CELL \
	"{\"cell\":\"c\",\"label\":\"transport=ring\",\"axes\":[\"transport\"],\
\"params\":{\"transport\":\"ring\",\"transport.kind\":\"ivshmem\",\"accel\":\"kvm\"}}"
#define TRIAL(n, valid, verdict, rate)                                        \
	"{\"type\":\"trial\",\"scenario\":\"s\",\"cell\":\"c\",\"trial\":" #n \
	",\"valid\":" #valid ",\"verdict\":\"" verdict                        \
	"\",\"throughput_bytes_s\":" #rate                                    \
	",\"steps\":{\"read\":{\"ops\":9,\"throughput_bytes_s\":" #rate       \
	"}}}\n"

#endif

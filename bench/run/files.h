/* SPDX-License-Identifier: MIT */
/*
 * The files that a target may read (KD's FILE_IO, "kdfiles"): regular files
 * beneath one folder, and nothing else. The target is hostile: its names are
 * validated, no link is followed, nothing is written, and what it can hold open
 * or read is bounded.
 */
#ifndef RUN_FILES_H
#define RUN_FILES_H

#include "bench/base/err.h"
#include "bench/kd/io.h"
#include "bench/kd/span.h"
#include "bench/plan/plan.h"

#define FILES_HANDLES 16
#define FILES_NAME_MAX 512 /* bytes of a path in UTF-8, with its NUL */

struct files {
	int dir; /* the folder; -1: there is none, everything is refused */
	uint64_t max_size;
	uint32_t opened; /* so far: makes each handle another number */
	struct {
		int fd; /* -1: free */
		uint64_t handle, length;
	} open[FILES_HANDLES];
};

/* Open the folder that the settings name. Close in any case. */
bool files_init(struct files *f, const struct files_config *config,
		struct err *err);
void files_close(struct files *f);

/*
 * Turn a request into its answer: *io gets status and results. 'data' is what
 * trailed the request; data that is read goes to 'to'. Returns how much of it.
 */
uint32_t files_serve(struct files *f, struct kd_file_io *io,
		     struct kd_span data, struct kd_room to);

/*
 * The name in a request, UTF-16LE with its NUL, as a path below the folder:
 * both kinds of slash separate, a leading one means the folder, and there are
 * no '.', '..' or ':'. False: it is not such a name.
 */
bool files_path(struct kd_span name, char path[FILES_NAME_MAX]);

/*
 * Open a regular file by such a path. 'beneath' is tried with openat2(); where
 * the kernel has none, or if 'by_hand', folder by folder. -1: no such file.
 */
int files_open_beneath(int dir, const char *path, bool by_hand);

#endif

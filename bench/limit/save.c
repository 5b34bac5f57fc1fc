/* SPDX-License-Identifier: MIT */
/* QEMU's monitor: pmemsave into memory, nothing on disk. */
#include <sys/mman.h>
#include <unistd.h>

#include "bench/base/clock.h"
#include "bench/limit/guest.h"
#include "bench/limit/rungs.h"

static bool check_file(const struct limit_setup *s, int fd, struct err *err)
{
	void *at = mmap(NULL, s->bytes, PROT_READ, MAP_PRIVATE, fd, 0);
	bool ok;

	if (lseek(fd, 0, SEEK_END) != (off_t)s->bytes)
		ok = err_set(err, ERR_GUEST, "QEMU saved too little");
	else if (at == MAP_FAILED)
		ok = err_sys(err, ERR_HOST, "cannot map what QEMU saved");
	else
		ok = limit_verify(s, at, 0, s->bytes, err);
	if (at != MAP_FAILED)
		munmap(at, s->bytes);
	return ok;
}

bool save_memory(const struct limit_setup *s, struct limit_value *value,
		 struct err *err)
{
	struct limit_guest g;
	int fd = memfd_create("kdbench-pmemsave", MFD_CLOEXEC);
	uint64_t start = 0, ns = 0;
	bool ok = limit_guest_start(&g, s, "", err);

	if (fd < 0)
		ok = err_sys(err, ERR_HOST, "cannot create memory for it");
	/* The first one is small, and gets the monitor to talk at all. */
	ok = ok && g.launched->ops->save(g.launched,
					 limit_guest_field(&g, KDBB_PATTERN),
					 4096, fd, err);
	start = clock_now_ns();
	ok = ok && g.launched->ops->save(g.launched,
					 limit_guest_field(&g, KDBB_PATTERN),
					 s->bytes, fd, err);
	ns = clock_now_ns() - start;
	ok = ok && check_file(s, fd, err);
	value->bytes_s = limit_rate(s->bytes, ns);
	limit_guest_release(&g);
	if (fd >= 0)
		close(fd);
	return ok;
}

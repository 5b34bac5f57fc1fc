/* SPDX-License-Identifier: MIT */
/* How fast can these bytes be copied at all: by the host, by the guest? */
#include <string.h>
#include <sys/mman.h>

#include "bench/base/clock.h"
#include "bench/limit/guest.h"
#include "bench/limit/rungs.h"

/* Memory that the kernel has promised, and not yet given. */
static void *map(uint64_t len, struct err *err)
{
	void *at = mmap(NULL, len, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (at != MAP_FAILED)
		return at;
	err_sys(err, ERR_HOST, "cannot map %llu bytes",
		(unsigned long long)len);
	return NULL;
}

/* The launched target's peek() is a memcpy() of the RAM that we map. */
static bool copy_once(const struct limit_guest *g, void *to, uint64_t *ns,
		      struct err *err)
{
	uint64_t bytes = g->setup->bytes;
	uint64_t start = clock_now_ns();
	bool ok = g->launched->ops->peek(
		g->launched, limit_guest_field(g, KDBB_PATTERN), to, bytes);

	*ns = clock_now_ns() - start;
	if (!ok)
		return err_set(err, ERR_HOST, "the guest's RAM is not mapped");
	return limit_verify(g->setup, to, 0, bytes, err);
}

/* What the source costs the first time is no part of it: it was just filled. */
static bool copy(const struct limit_setup *s, bool warm, double *rate,
		 struct err *err)
{
	struct limit_guest g;
	uint64_t ns = 0;
	void *to = map(s->bytes, err);
	bool ok = to && limit_guest_start(&g, s, "", err);

	if (ok && warm)
		ok = copy_once(&g, to, &ns, err);
	ok = ok && copy_once(&g, to, &ns, err);
	*rate = limit_rate(s->bytes, ns);
	if (to) {
		limit_guest_release(&g);
		munmap(to, s->bytes);
	}
	return ok;
}

bool copy_cold(const struct limit_setup *s, struct limit_value *value,
	       struct err *err)
{
	return copy(s, false, &value->bytes_s, err);
}

bool copy_warm(const struct limit_setup *s, struct limit_value *value,
	       struct err *err)
{
	return copy(s, true, &value->bytes_s, err);
}

/* The last bytes of the pattern must now be in the scratch region. */
static bool check_scratch(struct limit_guest *g, struct err *err)
{
	static uint8_t page[4096];
	uint64_t size = limit_guest_field(g, KDBB_SCRATCH_SIZE);
	uint64_t scratch = limit_guest_field(g, KDBB_SCRATCH);
	uint64_t bytes = g->setup->bytes;

	if (size > bytes)
		size = bytes;
	if (bytes % size || size % sizeof(page))
		return err_set(err, ERR_CONFIG,
			       "scratch and pattern do not go together");
	for (uint64_t at = 0; at < size; at += sizeof(page)) {
		(void)g->launched->ops->peek(g->launched, scratch + at, page,
					     sizeof(page));
		if (!limit_verify(g->setup, page, bytes - size + at,
				  sizeof(page), err))
			return false;
	}
	return true;
}

bool copy_guest(const struct limit_setup *s, struct limit_value *value,
		struct err *err)
{
	struct limit_guest g;
	uint64_t results[2] = { 0, 0 };
	bool ok = limit_guest_start(&g, s, "", err);

	/* Twice: the first time code is translated, and pages are found. */
	for (unsigned i = 0; ok && i < 2; i++)
		ok = limit_guest_order(&g, KDBB_COPY, s->bytes, KD_DATA_MAX,
				       err) &&
		     limit_guest_done(&g, results, err) &&
		     check_scratch(&g, err);
	if (ok && results[0] != s->bytes)
		ok = err_set(err, ERR_GUEST, "the guest copied %llu bytes",
			     (unsigned long long)results[0]);
	value->bytes_s = (double)results[0] * (double)clock_tsc_hz() /
			 (double)(results[1] ? results[1] : 1);
	limit_guest_release(&g);
	return ok;
}

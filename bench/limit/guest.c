/* SPDX-License-Identifier: MIT */
#include "bench/limit/guest.h"

#include <poll.h>
#include <string.h>
#include <time.h>

#include "bench/base/clock.h"
#include "bench/base/mem.h"

/* What one call may take; nothing here takes a second. */
#define PATIENCE_NS (20 * NS_PER_S)
#define ALIVE_NS (100 * NS_PER_MS)
#define LOOK_NS (500 * NS_PER_US)
#define SPIN_NS (200 * NS_PER_US)
#define REST_NS 1000000

/* No list of blocks is longer. */
#define BLOCKS_MAX 8

/* --- moving bytes ----------------------------------------------------------
 */

static enum kd_debugger_event move(struct limit_guest *g, uint64_t now)
{
	struct link *l = g->launched->link;
	enum kd_debugger_event event = KD_DEBUGGER_NOTHING;
	struct kd_span in[2];
	struct kd_room out[2];
	size_t n;

	if (link_peek(l, in)) {
		event = kd_debugger_input(&g->d, in[0], now, &n);
		link_consume(l, n);
	}
	if (link_reserve(l, out)) {
		n = kd_debugger_output(&g->d, out[0], now);
		if (n)
			link_commit(l, n);
	}
	if (event == KD_DEBUGGER_NOTHING)
		event = kd_debugger_time(&g->d, now);
	return event;
}

/* Is it still there, and may it take more time? */
static bool goes_on(struct limit_guest *g, uint64_t since, uint64_t now,
		    uint64_t *looked, struct err *err)
{
	if (now - since >= PATIENCE_NS)
		return err_set(err, ERR_GUEST,
			       "the guest has not answered for %d s",
			       (int)(PATIENCE_NS / NS_PER_S));
	if (now - *looked < ALIVE_NS)
		return true;
	*looked = now;
	if (limit_interrupted(g->setup))
		return err_set(err, ERR_INTERRUPTED, "interrupted");
	return g->launched->ops->alive(g->launched, err);
}

/*
 * Until it says something: whoever asks before, asks again, and with a 62, by
 * which the guest would stop later on.
 */
static bool await_boot(struct limit_guest *g, struct err *err)
{
	uint64_t start = clock_now_ns(), looked = start, next;
	struct kd_span in[2];

	while (!link_peek(g->launched->link, in)) {
		uint64_t now = clock_now_ns();

		if (!link_step(g->launched->link, now, &next, err) ||
		    !goes_on(g, start, now, &looked, err))
			return false;
		clock_sleep_until(now + LOOK_NS);
	}
	return true;
}

/* Nothing moves: leave the machine to the guest. */
static void rest(struct limit_guest *g)
{
	struct link *l = g->launched->link;
	const struct timespec while_ns = { .tv_nsec = REST_NS };
	struct pollfd fds[LINK_FDS_MAX];

	if (!link_arm(l))
		(void)ppoll(fds, link_fds(l, fds), &while_ns, NULL);
	link_disarm(l);
}

/* Until this has happened. */
static bool await(struct limit_guest *g, enum kd_debugger_event wanted,
		  struct err *err)
{
	uint64_t start = clock_now_ns(), looked = start, next;

	for (;;) {
		uint64_t now = clock_now_ns();
		enum kd_debugger_event event;

		if (!link_step(g->launched->link, now, &next, err))
			return false;
		event = move(g, now);
		if (event == wanted)
			return true;
		if (event != KD_DEBUGGER_NOTHING)
			return err_set(err, ERR_GUEST,
				       "the guest did not do what it should: "
				       "event %d",
				       (int)event);
		if (!goes_on(g, start, now, &looked, err))
			return false;
		if (now - start > SPIN_NS)
			rest(g);
	}
}

/* --- asking ------------------------------------------------------------------
 */

static bool ask(struct limit_guest *g, const struct kd_manipulate *m,
		const uint8_t *data, uint32_t len, struct err *err)
{
	kd_debugger_request(&g->d, m, data, len, clock_now_ns());
	if (!await(g, KD_DEBUGGER_REPLY, err))
		return false;
	return g->d.reply.status == KD_STATUS_SUCCESS ||
	       err_set(err, ERR_GUEST, "the guest refused: 0x%x",
		       g->d.reply.status);
}

static bool read_memory(struct limit_guest *g, uint64_t address, void *to,
			uint32_t len, struct err *err)
{
	const struct kd_manipulate m = {
		.api = KD_API_READ_VIRTUAL,
		.u.memory = { .address = address, .count = len },
	};
	struct kd_span data;

	if (!ask(g, &m, NULL, 0, err))
		return false;
	data = kd_debugger_data(&g->d);
	if (data.len != len)
		return err_set(err, ERR_GUEST, "the guest's memory ends");
	memcpy(to, data.at, len);
	return true;
}

static bool find_block(struct limit_guest *g, struct err *err)
{
	const struct kd_manipulate m = { .api = KD_API_GET_VERSION };
	uint8_t head[KDBB_HEADER_SIZE] = { 0 };
	uint64_t at;

	if (!ask(g, &m, NULL, 0, err) ||
	    !read_memory(g, g->d.reply.u.version.data_list, head, 8, err))
		return false;
	at = kd_load64(head);
	for (unsigned i = 0; i < BLOCKS_MAX; i++) {
		if (!read_memory(g, at, head, sizeof(head), err))
			return false;
		if (kd_load32(head + KDBB_OWNER_TAG) == KDBB_TAG)
			return read_memory(g, at, g->block, KDBB_BLOCK_SIZE,
					   err);
		at = kd_load64(head + KDBB_FLINK);
	}
	return err_set(err, ERR_GUEST, "the guest does not describe itself");
}

uint64_t limit_guest_field(const struct limit_guest *g, unsigned offset)
{
	return kd_load64(g->block + offset);
}

/* --- from start to end ------------------------------------------------------
 */

bool limit_guest_start(struct limit_guest *g, const struct limit_setup *s,
		       const char *extra, struct err *err)
{
	struct launch_config launch = *s->launch;
	struct qemu_config qemu = *launch.qemu;
	struct arena arena = { NULL };
	bool ok;

	*g = (struct limit_guest){ .setup = s };
	qemu.extra = arena_printf(&arena, "%s %s", qemu.extra ? qemu.extra : "",
				  extra);
	launch.qemu = &qemu;
	ok = launch_start(&g->launched, &launch, err);
	arena_release(&arena);
	if (!ok)
		return false;
	kd_debugger_init(&g->d, s->debugger);
	ok = await_boot(g, err);
	kd_debugger_connect(&g->d, clock_now_ns());
	return (ok && await(g, KD_DEBUGGER_STOP, err) && find_block(g, err)) ||
	       err_while(err, "a guest for the neighbours");
}

void limit_guest_release(struct limit_guest *g)
{
	launch_stop(g->launched);
	g->launched = NULL;
}

bool limit_guest_order(struct limit_guest *g, enum kdbb_workload command,
		       uint64_t arg0, uint64_t arg1, struct err *err)
{
	uint64_t mailbox = limit_guest_field(g, KDBB_MAILBOX);
	uint8_t mail[KDBB_MAIL_SIZE] = { 0 };
	const struct kd_manipulate write = {
		.api = KD_API_WRITE_VIRTUAL,
		.u.memory = { .address = mailbox, .count = sizeof(mail) },
	};
	const struct kd_manipulate go = {
		.api = KD_API_CONTINUE2,
		.u.resume = { .status = KD_CONTINUE },
	};

	kd_store64(mail + KDBB_MAIL_COMMAND, (uint64_t)command);
	kd_store64(mail + KDBB_MAIL_SEQUENCE, ++g->sequence);
	kd_store64(mail + KDBB_MAIL_ARG0, arg0);
	kd_store64(mail + KDBB_MAIL_ARG1, arg1);
	if (!ask(g, &write, mail, sizeof(mail), err))
		return false;
	kd_debugger_request(&g->d, &go, NULL, 0, clock_now_ns());
	return await(g, KD_DEBUGGER_DONE, err);
}

bool limit_guest_done(struct limit_guest *g, uint64_t results[2],
		      struct err *err)
{
	uint8_t mail[KDBB_MAIL_SIZE];

	if (!await(g, KD_DEBUGGER_STOP, err))
		return false;
	if (!g->launched->ops->peek(g->launched,
				    limit_guest_field(g, KDBB_MAILBOX), mail,
				    sizeof(mail)) ||
	    kd_load64(mail + KDBB_MAIL_DONE) != g->sequence)
		return err_set(err, ERR_GUEST,
			       "the guest stopped before it was done: 0x%x at "
			       "0x%llx",
			       g->d.exception.code,
			       (unsigned long long)g->d.exception.pc);
	results[0] = kd_load64(mail + KDBB_MAIL_RESULT0);
	results[1] = kd_load64(mail + KDBB_MAIL_RESULT1);
	return true;
}

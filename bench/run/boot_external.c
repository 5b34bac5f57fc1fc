/* SPDX-License-Identifier: MIT */
#include "bench/run/boot_external.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench/base/clock.h"
#include "bench/base/mem.h"
#include "bench/base/units.h"
#include "bench/kd/debugger.h"
#include "bench/run/interrupt.h"

#define LOOK_NS (250 * NS_PER_MS)
/* How late the end of a wait may be noticed. */
#define TURN_NS (20 * NS_PER_MS)

/*
 * From one attempt to wake it to the next, as WinDbg does. Who is woken more
 * often than he repeats himself says nothing: each byte begins his wait anew.
 */
#define WAKE_NS (1 * NS_PER_S)

struct boot {
	struct launched *target;
	const struct cell *cell;
	struct files *files;
	const struct boot_watcher *watcher;
	struct kd_debugger d;
	struct boot_talk talk;
	uint64_t heard_ns; /* when it last said something */
	uint64_t look_ns;
	bool stopped; /* it stands at a prompt */
	uint8_t data[KD_FILE_DATA_MAX];
};

/* --- what it says ---------------------------------------------------------
 */

/* Keep the last line of a text, as far as it can be shown. */
static void keep_last(struct boot *b, struct kd_span text)
{
	size_t len = text.len, from, n = 0;

	while (len && (text.at[len - 1] <= ' ' || text.at[len - 1] > '~'))
		len--;
	for (from = len; from && text.at[from - 1] != '\n';)
		from--;
	if (len - from >= sizeof(b->talk.last))
		from = len - sizeof(b->talk.last) + 1;
	if (from == len)
		return;
	for (; from < len; from++) {
		uint8_t c = text.at[from];

		b->talk.last[n++] = (char)(c < ' ' || c > '~' ? '.' : c);
	}
	b->talk.last[n] = 0;
}

static void go_on(struct boot *b, uint64_t now)
{
	static const struct kd_manipulate m = {
		.api = KD_API_CONTINUE2,
		.u.resume = { .status = KD_CONTINUE,
			      .dr7 = 0x400,
			      .symbol_start = 1 },
	};

	kd_debugger_request(&b->d, &m, NULL, 0, now);
}

static void on_stop(struct boot *b, uint64_t now)
{
	const struct kd_symbols *symbols = &b->d.symbols;

	if (b->d.new_state == KD_STATE_EXCEPTION) {
		b->stopped = true;
		return;
	}
	if (b->d.new_state == KD_STATE_LOAD_SYMBOLS) {
		b->talk.ends += symbols->unload &&
				symbols->base == KD_BASE_SHUTDOWN;
		b->talk.modules++;
		keep_last(b, kd_debugger_data(&b->d));
	}
	go_on(b, now);
}

static void on_file(struct boot *b, uint64_t now)
{
	struct kd_file_io f = b->d.file;
	struct kd_room room = { b->data, sizeof(b->data) };
	uint32_t len = files_serve(b->files, &f, kd_debugger_data(&b->d), room);

	b->talk.files++;
	kd_debugger_answer_file(&b->d, &f, b->data, len, now);
}

static bool wakes(const struct boot *b)
{
	return b->cell->guest.external.up == UP_RUNNING;
}

/* The first breath of a debugger that nobody has asked anything yet. */
static void listen_anew(struct boot *b, uint64_t now)
{
	struct kd_debugger_profile profile = b->cell->debugger;

	/* For as long as it takes: the boot has a time-out of its own. */
	profile.resets = 0;
	if (profile.reset_timeout_ns < WAKE_NS)
		profile.reset_timeout_ns = WAKE_NS;
	kd_debugger_init(&b->d, &profile);
	/* One that stands at a prompt hears a RESET, one that runs a 62. */
	if (wakes(b))
		kd_debugger_connect(&b->d, now);
	else
		kd_debugger_listen(&b->d);
}

static void on_event(struct boot *b, enum kd_debugger_event event, uint64_t now)
{
	if (event != KD_DEBUGGER_NOTHING && event != KD_DEBUGGER_LOST &&
	    !b->talk.first_ns)
		b->talk.first_ns = now - b->target->started_ns;
	switch (event) {
	case KD_DEBUGGER_STOP: on_stop(b, now); break;
	case KD_DEBUGGER_PRINT:
		b->talk.prints++;
		keep_last(b, kd_debugger_data(&b->d));
		break;
	case KD_DEBUGGER_PROMPT:
		b->talk.questions++;
		kd_debugger_answer_prompt(&b->d, NULL, 0, now);
		break;
	case KD_DEBUGGER_FILE: on_file(b, now); break;
	case KD_DEBUGGER_LOST: listen_anew(b, now); break;
	case KD_DEBUGGER_DONE:
		/* It had only told of a module. */
		if (wakes(b))
			kd_debugger_break_in(&b->d, now);
		break;
	case KD_DEBUGGER_REPLY:
	case KD_DEBUGGER_TRACE:
	case KD_DEBUGGER_NOTHING: break;
	}
}

/* --- the line -------------------------------------------------------------
 */

static bool hear(struct boot *b, uint64_t now)
{
	struct link *l = b->target->link;
	struct kd_span in[2];
	bool moved = false;

	while (!b->stopped && link_peek(l, in)) {
		enum kd_debugger_event event;
		size_t used;

		if (!b->talk.first_ns)
			keep_last(b, in[0]);
		event = kd_debugger_input(&b->d, in[0], now, &used);
		link_consume(l, used);
		b->talk.bytes += used;
		on_event(b, event, now);
		moved |= used || event != KD_DEBUGGER_NOTHING;
		if (!used && event == KD_DEBUGGER_NOTHING)
			break;
	}
	if (moved)
		b->heard_ns = now;
	return moved;
}

static bool speak(struct boot *b, uint64_t now)
{
	struct link *l = b->target->link;
	struct kd_room out[2];
	bool moved = false;
	size_t n = 1;

	while (n && kd_exchange_pending(&b->d.x) && link_reserve(l, out)) {
		n = kd_debugger_output(&b->d, out[0], now);
		link_commit(l, n);
		moved |= n != 0;
	}
	return moved;
}

/* Tell whoever looks how far it is. */
static void show(struct boot *b, uint64_t now)
{
	b->look_ns = now + LOOK_NS;
	b->talk.now_ns = now - b->target->started_ns;
	if (b->watcher && b->watcher->look)
		b->watcher->look(b->watcher->env, &b->talk);
}

static void sleep_on(struct boot *b, uint64_t until, uint64_t now)
{
	struct link *l = b->target->link;
	struct pollfd fds[LINK_FDS_MAX];
	uint64_t wait = until > now ? until - now : 0;
	struct timespec ts = { 0 };

	ts.tv_nsec = (long)(wait < TURN_NS ? wait : TURN_NS);
	if (!link_arm(l))
		(void)ppoll(fds, link_fds(l, fds), &ts, NULL);
	link_disarm(l);
}

/* --- the end --------------------------------------------------------------
 */

static bool is_up(const struct boot *b, uint64_t now)
{
	const struct external_config *e = &b->cell->guest.external;

	if (b->stopped)
		return true;
	switch ((enum external_up)e->up) {
	case UP_PACKET: return b->talk.first_ns != 0;
	case UP_QUIET:
		/* What it has said must have been answered, too. */
		return b->talk.first_ns && now - b->heard_ns >= e->quiet_ns &&
		       b->d.state == KD_DEBUGGER_RUNNING;
	case UP_RUNNING: break;
	}
	return false;
}

/* What it said, for those who waited in vain. */
static void describe(const struct boot *b, char *to, size_t size)
{
	const struct boot_talk *t = &b->talk;
	unsigned com = guest_com(&b->cell->guest);

	if (!t->bytes)
		snprintf(to, size, "it has said nothing on COM%u", com);
	else if (!t->first_ns)
		snprintf(to, size,
			 "it has sent %" PRIu64
			 " bytes on COM%u, but not one packet of KD; the last "
			 "of them: '%s'",
			 t->bytes, com, t->last);
	else
		snprintf(to, size,
			 "it still talks: %" PRIu64 " modules, %" PRIu64
			 " prints, %" PRIu64
			 " ends of its system; last came '%s'",
			 t->modules, t->prints, t->ends, t->last);
}

static bool too_late(const struct boot *b, struct err *err)
{
	const struct guest_config *guest = &b->cell->guest;
	char limit[UNITS_TEXT_MAX], said[256];
	unsigned com = guest_com(guest);

	describe(b, said, sizeof(said));
	err_set(err, ERR_HOST, "guest '%s' was not up within %s: %s",
		guest->name,
		units_exact(UNIT_DURATION, guest->boot_timeout_ns, limit),
		said);
	if (b->talk.first_ns && !wakes(b))
		return err_hint(err, "set a shorter 'quiet' or 'up: packet' "
				     "for it in bench.yaml, or a longer "
				     "boot-timeout");
	if (guest->external.reactos)
		return err_hint(err,
				"is it booted with /DEBUG /DEBUGPORT=COM%u "
				"/BAUDRATE=115200 (freeldr.ini)? Or raise its "
				"boot-timeout; see docs/windows.md",
				com);
	return err_hint(err,
			"is it booted with debugging on? bcdedit /debug on, "
			"bcdedit /dbgsettings serial debugport:%u "
			"baudrate:115200. Or raise its boot-timeout; see "
			"docs/windows.md",
			com);
}

static bool did_not_boot(struct boot *b, struct err *err)
{
	struct err why = { 0 };

	if (!b->target->ops->alive(b->target, &why))
		*err = why;
	err->kind = ERR_HOST;
	if (!*err->hint)
		err_hint(err, "look at its entry in bench.yaml, 'guests: %s:'",
			 b->cell->guest.name);
	return err_while(err, "the guest did not boot");
}

static bool turn(struct boot *b, uint64_t *next, bool *moved, struct err *err)
{
	uint64_t now = clock_now_ns();

	if (!link_step(b->target->link, now, next, err))
		return did_not_boot(b, err);
	*moved = hear(b, now);
	on_event(b, kd_debugger_time(&b->d, now), now);
	*moved |= speak(b, now);
	*next = clock_earlier(*next, kd_debugger_deadline(&b->d));
	if (now < b->look_ns)
		return true;
	show(b, now);
	return b->target->ops->alive(b->target, err) || did_not_boot(b, err);
}

bool boot_external(struct launched *t, const struct cell *cell,
		   struct files *files, const struct boot_watcher *watcher,
		   struct boot_outcome *outcome, struct err *err)
{
	struct boot *b = mem_alloc(sizeof(*b));
	uint64_t limit = cell->guest.boot_timeout_ns;
	bool ok = true;

	b->target = t;
	b->cell = cell;
	b->files = files;
	b->watcher = watcher;
	b->heard_ns = t->started_ns;
	listen_anew(b, clock_now_ns());
	for (;;) {
		uint64_t next = 0, now;
		bool moved = false;

		ok = turn(b, &next, &moved, err);
		now = clock_now_ns();
		b->talk.up = ok && is_up(b, now);
		if (!ok || b->talk.up)
			break;
		ok = interrupt_seen()
			     ? err_set(err, ERR_INTERRUPTED, "interrupted")
		     : limit != CLOCK_NEVER && now - t->started_ns > limit
			     ? too_late(b, err)
			     : true;
		if (!ok)
			break;
		if (!moved)
			sleep_on(b, next, now);
	}
	/* Its last packet has an acknowledgement to get. */
	while (ok && kd_exchange_pending(&b->d.x) && speak(b, clock_now_ns())) {
		uint64_t next;

		ok = link_step(t->link, clock_now_ns(), &next, err) ||
		     did_not_boot(b, err);
	}
	if (ok)
		show(b, clock_now_ns());
	outcome->boot_ns = b->talk.first_ns;
	outcome->breakins_owed = b->d.breakins_owed;
	free(b);
	return ok;
}

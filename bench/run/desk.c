/* SPDX-License-Identifier: MIT */
#include "bench/run/desk.h"

#include "bench/base/clock.h"
#include "bench/base/hash.h"
#include "bench/run/outside.h"
#include "bench/run/rival.h"
#include "inject/restart.h"

bool desk_takes(const struct chain_event *event)
{
	return event->kind == EVENT_ABSENCE || event->kind == EVENT_RESTART ||
	       event->kind == EVENT_RIVAL;
}

bool desk_is_shared(const struct engine *e)
{
	return e->rival && e->rival->here;
}

/* --- ours is away -----------------------------------------------------------
 */

/* Who has been killed does not wake any more. */
static void freeze(struct engine *e, uint64_t ns, enum fault_dir dir,
		   uint64_t now)
{
	uint64_t until = now + ns;

	if (e->away.killed)
		return;
	e->away.sending |= dir == TO_TARGET;
	if (until > e->away.until_ns)
		e->away.until_ns = until;
}

static bool new_pipe(struct engine *e, uint64_t now, struct err *err)
{
	const char *why = "the target is somebody else's";

	if (e->target && e->target->ops->spared)
		why = e->target->ops->spared(e->target, LAUNCH_NEW_PIPE, 0);
	if (!why)
		return outside_let(e, e->target, LAUNCH_NEW_PIPE, 0, &now, err);
	session_end(e->session, VERDICT_ERROR,
		    "the fault 'restart' wants a new pipe: %s", why);
	return true;
}

/* What it had still to say is never said. */
static bool kill(struct engine *e, const struct restart_config *restart,
		 enum fault_dir dir, uint64_t now, struct err *err)
{
	if (e->away.killed)
		return true;
	e->away = (struct engine_away){
		.until_ns = now + restart->time_ns + !restart->time_ns,
		.killed = true,
		.loses = restart->pipe == RESTART_LOST,
	};
	e->held_len = 0;
	if (dir == TO_TARGET)
		chain_lose(&e->chains[TO_TARGET]);
	return restart->pipe != RESTART_NEW || new_pipe(e, now, err);
}

static void come_back(struct engine *e, uint64_t now)
{
	struct engine_away was = e->away;

	e->away = (struct engine_away){ 0 };
	if (was.killed)
		session_restarted(e->session, now);
	else if (was.sending) /* its wait begins behind its last byte */
		kd_debugger_leaving(e->debugger, now);
}

/* --- somebody else's is there ----------------------------------------------
 */

static void arrive(struct engine *e, const struct chain_event *event,
		   enum fault_dir dir, uint64_t now)
{
	struct rival_config config = rival_of(event->amount);
	uint64_t key = hash_add(e->chains[dir].seed, event->stage);

	if (e->rival && !e->rival->here)
		rival_arrive(e->rival, &config, hash_add(key, dir), now);
}

size_t desk_hear(struct engine *e, struct kd_span in, uint64_t now,
		 size_t (*hear)(struct engine *e, struct kd_span in,
				uint64_t now))
{
	struct rival *r = e->rival;
	size_t total = 0;

	if (!desk_is_shared(e))
		return desk_is_away(e) ? 0 : hear(e, in, now);
	if (desk_is_away(e)) {
		/* A hub keeps it for who is not there. */
		if (r->config.reads == RIVAL_BOTH)
			return 0;
		rival_hear(r, in, now);
		return in.len;
	}
	while (total < in.len) {
		struct kd_span part = { in.at + total, in.len - total };
		size_t len = part.len = rival_share(r, part, now);

		if (r->passes)
			part.len = hear(e, part, now);
		if (r->takes)
			rival_hear(r, part, now);
		total += part.len;
		if (part.len < len)
			break;
	}
	return total;
}

/* Is ours in the midst of a packet? */
static bool in_packet(const struct engine *e)
{
	return kd_exchange_pending(&e->debugger->x) || e->held_len ||
	       cutter_holds(&e->chains[TO_TARGET].cutter);
}

bool desk_says(struct engine *e, uint64_t now)
{
	struct kd_span out;
	bool moved = false;

	if (!desk_is_shared(e) || desk_mixes(e) ||
	    (in_packet(e) && !desk_is_away(e)))
		return false;
	while ((out = rival_says(e->rival, now)).len &&
	       chain_slip(&e->chains[TO_TARGET], out, now)) {
		rival_said(e->rival, out.len);
		moved = true;
	}
	return moved;
}

bool desk_mixes(const struct engine *e)
{
	return desk_is_shared(e) && e->rival->config.mix == RIVAL_BYTES;
}

struct kd_span desk_byte(struct engine *e, bool ours, uint64_t now)
{
	struct kd_span out = { 0 };

	if (!desk_mixes(e))
		return out;
	out = rival_says(e->rival, now);
	out.len = out.len && !(ours && e->rival->went);
	e->rival->went = out.len != 0;
	return out;
}

void desk_said(struct engine *e)
{
	rival_said(e->rival, 1);
}

/* --- time -------------------------------------------------------------------
 */

bool desk_happen(struct engine *e, const struct chain_event *event,
		 enum fault_dir dir, uint64_t now, struct err *err)
{
	struct restart_config restart;

	if (event->kind == EVENT_ABSENCE) {
		freeze(e, event->amount, dir, now);
		return true;
	}
	if (event->kind == EVENT_RIVAL) {
		arrive(e, event, dir, now);
		return true;
	}
	restart = restart_of(event->amount);
	return kill(e, &restart, dir, now, err);
}

bool desk_time(struct engine *e, uint64_t now)
{
	bool healed = e->chains[TO_TARGET].healed &&
		      e->chains[TO_DEBUGGER].healed;
	bool back = e->away.until_ns && (now >= e->away.until_ns || healed);

	if (back)
		come_back(e, now);
	if (desk_is_shared(e) && healed)
		rival_leave(e->rival);
	if (desk_is_shared(e) && now >= rival_deadline(e->rival)) {
		rival_time(e->rival, now);
		back = true;
	}
	return back;
}

uint64_t desk_deadline(const struct engine *e)
{
	uint64_t at = e->away.until_ns ? e->away.until_ns : CLOCK_NEVER;

	return desk_is_shared(e) ? clock_earlier(at, rival_deadline(e->rival))
				 : at;
}

void desk_clear(struct engine *e)
{
	e->away = (struct engine_away){ 0 };
	if (e->rival)
		rival_leave(e->rival);
}

void desk_keep(struct engine *e, struct keeper *k)
{
	if (e->rival)
		rival_keep(e->rival, k);
}

uint64_t desk_digest(const struct engine *e, uint64_t h, uint64_t now)
{
	if (e->away.until_ns)
		h = hash_add(
			hash_add(h, (uint64_t)e->away.killed << 2 |
					    (uint64_t)e->away.sending << 1 |
					    e->away.loses),
			e->away.until_ns - now);
	return desk_is_shared(e) ? hash_add(h, rival_digest(e->rival, now)) : h;
}

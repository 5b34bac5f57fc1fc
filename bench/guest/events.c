/* SPDX-License-Identifier: MIT */
/*
 * A list of things to say, to ask and to do, as the debugger wrote it: one
 * after another. Each entry is looked at when its turn comes, and may be
 * anything.
 */
#include "bench/guest/order.h"

#include "bench/guest/memory.h"
#include "bench/guest/stop.h"
#include "bench/kd/events.h"
#include "bench/kd/status.h"

/* What a list leaves behind from one event to the next. */
struct list {
	struct order *o;
	uint64_t nonce;
	uint64_t index;
	uint64_t handle; /* of the file that was opened last */
};

static uint8_t text[KD_EVENT_TEXT_MAX];

static bool print(struct list *l, const struct kd_event *e)
{
	stop_print(text, kd_event_print(e, l->nonce, l->index, text));
	if (stop_poll_due() && stop_poll())
		stop_break();
	return true;
}

static bool tell_module(struct list *l, const struct kd_event *e)
{
	struct kd_symbols s;

	kd_event_module(e, l->nonce, l->index, &s, (char *)text);
	stop_module(&s, (const char *)text);
	return true;
}

/* Bytes of a file that are not its own are no answer. */
static bool right(const struct list *l, uint64_t offset, struct kd_span data)
{
	for (size_t i = 0; i < data.len; i++) {
		if (data.at[i] != kdbb_file_byte(l->nonce, offset + i))
			return false;
	}
	return true;
}

static bool ask_file(struct list *l, const struct kd_event *e)
{
	struct kd_file_io request, answer;
	struct kd_span data;
	uint32_t len =
		kd_event_file(e, l->nonce, l->index, l->handle, &request, text);

	if (!stop_file(&request, text, len, &answer, &data) ||
	    !kd_status_ok(answer.status))
		return true;
	if (e->kind == KDBB_EVENT_FILE_OPEN)
		l->handle = answer.u.create.handle;
	return right(l, e->value, data);
}

static bool stop_here(struct list *l, const struct kd_event *e)
{
	(void)l;
	(void)e;
	stop_break();
	return true;
}

static bool hand_over(struct list *l, const struct kd_event *e)
{
	(void)l;
	(void)e;
	stop_hand_over();
	return true;
}

static bool work(struct list *l, const struct kd_event *e)
{
	for (uint64_t i = 0; i < e->value; i++) {
		if (!order_goes_on(l->o))
			return false;
		order_work(1);
	}
	return true;
}

static bool (*const deeds[KDBB_EVENT_COUNT])(struct list *,
					     const struct kd_event *) = {
	[KDBB_EVENT_PRINT] = print,        [KDBB_EVENT_LOAD] = tell_module,
	[KDBB_EVENT_UNLOAD] = tell_module, [KDBB_EVENT_FILE_OPEN] = ask_file,
	[KDBB_EVENT_FILE_READ] = ask_file, [KDBB_EVENT_FILE_CLOSE] = ask_file,
	[KDBB_EVENT_STOP] = stop_here,     [KDBB_EVENT_HAND_OVER] = hand_over,
	[KDBB_EVENT_WORK] = work,
};

uint64_t order_events(struct order *o)
{
	struct list l = { .o = o, .nonce = o->args[2] };
	uint8_t entry[KDBB_EVENT_SIZE];
	struct kd_event e;

	while (o->done < o->args[1] && order_goes_on(o)) {
		l.index = o->done;
		if (memory_read(o->args[0] + l.index * KDBB_EVENT_SIZE, entry,
				sizeof(entry), NULL) != sizeof(entry) ||
		    !kd_event_load(&e, entry) || !deeds[e.kind](&l, &e))
			break;
		order_unit_done(o);
	}
	return o->done;
}

/* SPDX-License-Identifier: MIT */
#include "bench/run/trail.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "bench/base/mem.h"

/* Does it change bytes, and not only when they arrive? */
static bool damages(const struct fault_act *act)
{
	return act->act && strcmp(act->act, "delay") != 0 &&
	       strcmp(act->act, "throttle") != 0;
}

static void on_act(struct fault_log *log, const struct fault_act *act)
{
	struct trail *f = (struct trail *)log;
	bool first = !f->any_since;

	if (first) {
		f->any_since = true;
		f->first_ns = f->t0 + act->t_ns;
		f->recoveries = f->debugger->recoveries;
	}
	/* What came before this act and needed recovering is not its doing. */
	if (f->last.act && f->debugger->recoveries != f->recoveries)
		f->blamed = f->last;
	/* On one exchange, damage is more suspect than lateness. */
	if (first || damages(act) || !damages(&f->last))
		f->last = *act;
	if (f->count == f->room) {
		f->room *= 2;
		f->acts = mem_resize(f->acts, f->room * sizeof(*f->acts));
	}
	f->acts[f->count++] = *act;
}

void trail_init(struct trail *f, const struct kd_debugger *debugger,
		uint64_t t0)
{
	memset(f, 0, sizeof(*f));
	f->log.act = on_act;
	f->debugger = debugger;
	f->t0 = t0;
	f->room = TRAIL_ROOM;
	f->acts = mem_array(f->room, sizeof(*f->acts));
}

void trail_release(struct trail *f)
{
	free(f->acts);
	f->acts = NULL;
	f->count = 0;
}

void trail_progress(struct trail *f, uint64_t now)
{
	if (!f->any_since)
		return;
	f->any_since = false;
	if (f->debugger->recoveries == f->recoveries)
		return;
	f->blamed = f->last;
	histogram_add(&f->recovery, now - f->first_ns);
}

const struct fault_act *trail_suspect(const struct trail *f, bool recovered)
{
	if (recovered && f->blamed.act)
		return &f->blamed;
	return f->last.act ? &f->last : NULL;
}

bool trail_write_act(const struct fault_act *a, FILE *out)
{
	json_t *line = json_pack(
		"{s:I,s:s,s:i,s:s,s:{s:s,s:i,s:i},s:s,s:i,s:i,s:i,s:i,"
		"s:I,s:s}",
		"t_ns", (json_int_t)a->t_ns, "dir",
		a->dir == TO_TARGET ? "to-target" : "to-debugger", "stage",
		(int)a->stage, "act", a->act, "address", "class",
		packet_class_names[a->address.class], "ordinal",
		(int)a->address.ordinal, "copy", (int)a->address.copy, "field",
		a->field, "offset", (int)a->offset, "len", (int)a->len,
		"before", (int)a->before, "after", (int)a->after, "amount",
		(json_int_t)a->amount, "label", a->label);

	if (!line)
		return false;
	json_dumpf(line, out, JSON_COMPACT);
	fputc('\n', out);
	json_decref(line);
	return ferror(out) == 0;
}

bool trail_write(const struct trail *f, FILE *out)
{
	for (size_t i = 0; i < f->count; i++) {
		if (!trail_write_act(&f->acts[i], out))
			return false;
	}
	return ferror(out) == 0;
}

/* SPDX-License-Identifier: MIT */
#include "bench/plan/notes.h"

#include <string.h>

#include "bench/plan/vector.h"

/* The note of this text, a new one if there is none yet. */
static struct note *note(struct notes *notes, const char *text)
{
	for (size_t i = 0; i < notes->count; i++) {
		if (strcmp(notes->items[i].text, text) == 0)
			return &notes->items[i];
	}
	notes->items = vector_grow(notes->arena, notes->items, notes->count,
				   sizeof(*notes->items));
	notes->items[notes->count] = (struct note){ .text = text };
	return &notes->items[notes->count++];
}

static void add(struct notes *notes, const char *text, size_t dropped)
{
	note(notes, text)->dropped += dropped;
}

const char *notes_whom(const struct cell *cell)
{
	return guest_is_external(&cell->guest) ? cell->guest.name
					       : cell->transport.name;
}

/* The axes that mean nothing to this cell's transport: "a and b". */
static const char *idle_axes(const struct notes *notes,
			     const struct resolver *r, const struct cell *cell,
			     size_t *count)
{
	const struct transport_type *type =
		&transport_types[cell->transport.kind];
	const char *text = "";

	*count = 0;
	for (size_t i = 0; i < r->matrix->axis_count; i++) {
		const struct axis *axis = &r->matrix->axes[i];

		if (axis->variable || !r->combo->values[i] ||
		    path_applies(axis->key, type,
				 guest_is_external(&cell->guest)))
			continue;
		text = arena_printf(notes->arena, "%s%s%s", text,
				    *count ? " and " : "", axis->key);
		++*count;
	}
	return text;
}

void notes_cell(struct notes *notes, const struct resolver *r,
		const struct cell *cell, const struct cell *twin)
{
	size_t count;
	const char *idle = idle_axes(notes, r, cell, &count);

	/* What does not apply is not in the label. */
	if (twin && strcmp(twin->label, cell->label) != 0)
		add(notes,
		    arena_printf(notes->arena, "'%s' is the same cell as '%s'",
				 cell->label, twin->label),
		    1);
	else if (count)
		add(notes,
		    arena_printf(notes->arena, "%s %s not apply to %s", idle,
				 count > 1 ? "do" : "does", notes_whom(cell)),
		    twin ? 1 : 0);
}

void notes_left_out(struct notes *notes, const struct cell *cell)
{
	note(notes, cell->skip_reason)->left_out++;
}

void notes_idle(struct notes *notes, const char *key, const char *transport)
{
	add(notes,
	    arena_printf(notes->arena, "%s does not apply to %s", key,
			 transport),
	    0);
}

const char *const *notes_done(const struct notes *notes)
{
	const char **texts =
		arena_alloc(notes->arena, (notes->count + 1) * sizeof(*texts));

	for (size_t i = 0; i < notes->count; i++) {
		const struct note *n = &notes->items[i];

		texts[i] = n->text;
		if (n->dropped)
			texts[i] = arena_printf(
				notes->arena,
				"%s: %zu duplicate cell%s dropped", n->text,
				n->dropped, n->dropped > 1 ? "s" : "");
		if (n->left_out)
			texts[i] = arena_printf(
				notes->arena, "%zu cell%s left out: %s",
				n->left_out, n->left_out > 1 ? "s" : "",
				n->text);
	}
	return texts;
}

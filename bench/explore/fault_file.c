/* SPDX-License-Identifier: MIT */
/* A fault log read back. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <jansson.h>

#include "bench/base/mem.h"
#include "bench/explore/replay.h"

#define LINE_MAX_BYTES 4096

static bool get_int(const json_t *o, const char *key, json_int_t min,
		    json_int_t max, json_int_t *value)
{
	const json_t *v = json_object_get(o, key);

	*value = json_integer_value(v);
	return json_is_integer(v) && *value >= min && *value <= max;
}

static bool get_name(const json_t *o, const char *key, const char *const *names,
		     unsigned from, unsigned count, uint8_t *index)
{
	const char *text = json_string_value(json_object_get(o, key));

	for (unsigned i = from; text && i < count; i++) {
		if (strcmp(text, names[i]) == 0) {
			*index = (uint8_t)i;
			return true;
		}
	}
	return false;
}

static bool get_text(struct arena *arena, const json_t *o, const char *key,
		     const char **to)
{
	const char *text = json_string_value(json_object_get(o, key));

	if (!text || strlen(text) > 39)
		return false;
	*to = arena_strdup(arena, text);
	return true;
}

static bool get_address(const json_t *o, struct packet_address *to)
{
	const json_t *a = json_object_get(o, "address");
	json_int_t ordinal, copy;

	if (!get_name(a, "class", packet_class_names, CLASS_REQUEST,
		      CLASS_COUNT, &to->class) ||
	    !get_int(a, "ordinal", 1, INT32_MAX, &ordinal) ||
	    !get_int(a, "copy", 0, INT32_MAX, &copy))
		return false;
	to->ordinal = (uint32_t)ordinal;
	to->copy = (uint32_t)copy;
	return true;
}

static bool read_act(struct arena *arena, const json_t *o, struct fault_act *a)
{
	json_int_t t, stage, offset, len, before, after, amount;

	*a = (struct fault_act){ 0 };
	if (!get_int(o, "t_ns", 0, INT64_MAX, &t) ||
	    !get_name(o, "dir", fault_dir_names, 0, 2, &a->dir) ||
	    !get_int(o, "stage", 0, CHAIN_STAGES_MAX - 1, &stage) ||
	    !get_text(arena, o, "act", &a->act) ||
	    !get_address(o, &a->address) ||
	    !get_text(arena, o, "field", &a->field) ||
	    !get_int(o, "offset", -1, KD_PACKET_MAX - 1, &offset) ||
	    !get_int(o, "len", 0, KD_PACKET_MAX, &len) ||
	    !get_int(o, "before", -1, 255, &before) ||
	    !get_int(o, "after", -1, 255, &after) ||
	    !get_int(o, "amount", 0, INT64_MAX, &amount) ||
	    !get_text(arena, o, "label", &a->label))
		return false;
	a->t_ns = (uint64_t)t;
	a->address.dir = a->dir;
	a->stage = (uint8_t)stage;
	a->offset = (int32_t)offset;
	a->len = (uint32_t)len;
	a->before = (int32_t)before;
	a->after = (int32_t)after;
	a->amount = (uint64_t)amount;
	return true;
}

static bool fail(const char *path, unsigned line, struct err *err)
{
	err_set(err, ERR_HOST, "this is no line of a fault log");
	err->where = (struct err_where){ path, line, 1 };
	return false;
}

static bool read_lines(struct fault_file *f, const char *path, FILE *in,
		       struct err *err)
{
	char text[LINE_MAX_BYTES];
	size_t room = 0;

	for (unsigned line = 1; fgets(text, sizeof(text), in); line++) {
		json_t *o = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
		bool ok;

		if (f->count == room) {
			room = room ? 2 * room : 64;
			f->acts = mem_resize(f->acts, room * sizeof(*f->acts));
		}
		ok = json_is_object(o) &&
		     read_act(&f->arena, o, &f->acts[f->count]);
		json_decref(o);
		if (!ok)
			return fail(path, line, err);
		f->count++;
	}
	return true;
}

/* --- in order ---------------------------------------------------------------
 */

static int by_place(const void *left, const void *right)
{
	const struct fault_act *a = *(const struct fault_act *const *)left;
	const struct fault_act *b = *(const struct fault_act *const *)right;
	int order = replay_compare(a, b);

	return order ? order : (a > b) - (a < b);
}

static void sort(struct fault_file *f)
{
	const struct fault_act **order =
		mem_array(f->count + 1, sizeof(*order));
	struct fault_act *sorted = mem_array(f->count + 1, sizeof(*sorted));

	for (size_t i = 0; i < f->count; i++)
		order[i] = &f->acts[i];
	qsort(order, f->count, sizeof(*order), by_place);
	for (size_t i = 0; i < f->count; i++)
		sorted[i] = *order[i];
	free(order);
	free(f->acts);
	f->acts = sorted;
}

/* What can be done again, and what one stage could not have done. */
static bool check(struct fault_file *f, const char *path, struct err *err)
{
	for (size_t i = 0; i < f->count; i++) {
		const struct fault_act *a = &f->acts[i];

		if (i && a->dir == a[-1].dir && a->stage == a[-1].stage &&
		    strcmp(a->act, a[-1].act) != 0)
			return err_set(err, ERR_HOST,
				       "'%s': stage %u is '%s' and '%s'", path,
				       (unsigned)a->stage, a[-1].act, a->act);
		if (replay_can(a))
			continue;
		f->undoable++;
		memcpy(f->undoable_name, a->act, strlen(a->act) + 1);
	}
	return true;
}

bool fault_file_read(struct fault_file *f, const char *path, struct err *err)
{
	FILE *in = fopen(path, "re");
	struct stat st;
	bool ok;

	memset(f, 0, sizeof(*f));
	if (!in && errno == ENOENT)
		return true;
	if (!in)
		return err_sys(err, ERR_HOST, "cannot read '%s'", path);
	ok = fstat(fileno(in), &st) == 0 && S_ISREG(st.st_mode) &&
	     st.st_size <= REPLAY_LOG_MAX;
	if (!ok)
		err_set(err, ERR_HOST, "'%s' is no fault log", path);
	ok = ok && read_lines(f, path, in, err);
	fclose(in);
	if (!ok)
		return false;
	sort(f);
	return check(f, path, err);
}

void fault_file_release(struct fault_file *f)
{
	free(f->acts);
	arena_release(&f->arena);
	memset(f, 0, sizeof(*f));
}

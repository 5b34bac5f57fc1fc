/* SPDX-License-Identifier: MIT */
/* From results to rows of a model: which steps are used, and what is counted.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/predict/observe.h"

/* Shorter windows say more of the clock than of the transport. */
#define WINDOW_MIN_NS 5e6

/* A line sends ten bits for a byte. */
#define BIT_NS_PER_BYTE 1e10

/*
 * Instructions of the guest other than copying: for each byte over the UART,
 * and for each request. Counted by a TCG plugin over runs of different sizes;
 * of a byte received only the order of size is known, since the waiting around
 * it drowns it. They matter where an instruction is dear: a KVM that emulates.
 */
#define INSTRUCTIONS_OUT 80
#define INSTRUCTIONS_IN 300
#define INSTRUCTIONS_REQUEST 3000

/* A good step of one trial. */
struct sample {
	struct model_row row;
	const char *accel;
	size_t cell;  /* its place in the plan */
	size_t order; /* in the results */
};

struct collector {
	const struct results *results;
	struct sample *samples; /* owned */
	size_t count, room;
};

static const char *param(const struct result_trial *t, const char *key)
{
	const char *value = result_param(t->params, t->param_count, key);

	return value ? value : "";
}

static bool param_is(const struct result_trial *t, const char *key,
		     const char *value)
{
	return strcmp(param(t, key), value) == 0;
}

bool observe_path(const struct result_trial *t, enum path *path)
{
	const char *via = param(t, "transport.via");
	bool packets = param_is(t, "transport.framing", "packet");

	if (param_is(t, "transport.kind", "uart"))
		*path = PATH_UART;
	else if (param_is(t, "transport.kind", "byteport"))
		*path = PATH_BYTEPORT;
	else if (strncmp(param(t, "transport.kind"), "virtio", 6) == 0)
		*path = PATH_VIRTIO;
	else if (param_is(t, "transport.kind", "native"))
		*path = PATH_NATIVE;
	else if (!param_is(t, "transport.kind", "ivshmem"))
		return false;
	else if (param_is(t, "transport.memory", "direct"))
		*path = PATH_RING_DMA;
	else
		*path = packets ? PATH_RING_PACKET : PATH_RING;
	if (*via && strcmp(via, "none") != 0)
		*path = (enum path)(*path + PATH_DIRECT_COUNT);
	return true;
}

/* How often per operation; 0 if it was not counted. */
static double per_op(const struct result_step *s, const char *counter)
{
	double count = result_counter(&s->guest, counter);

	return isfinite(count) ? count / s->ops : 0;
}

/* Bits per second of one direction; 0: not paced. */
static double baud(const struct result_trial *t, const char *direction)
{
	const char *value = param(t, direction);
	double bits;

	if (!*value || strcmp(value, "same") == 0)
		value = param(t, "transport.baud");
	bits = strtod(value, NULL);
	return isfinite(bits) && bits > 0 ? bits : 0;
}

static double line_ns(const struct result_trial *t, double in, double out)
{
	double to_target = baud(t, "transport.baud-to-target");
	double to_debugger = baud(t, "transport.baud-to-debugger");

	return (to_target > 0 ? in * BIT_NS_PER_BYTE / to_target : 0) +
	       (to_debugger > 0 ? out * BIT_NS_PER_BYTE / to_debugger : 0);
}

/*
 * Accesses to a device that only waited are left out, though they trapped:
 * reads of a UART's status, fetches from a byteport that brought nothing. What
 * they wait for is the debugger or the host, and counted there; and a slower
 * trap waits in fewer of them. The same goes for looks at a ring, which trap
 * nowhere.
 */
static void count(struct model_row *row, const struct result_trial *t,
		  const struct result_step *s)
{
	double in = per_op(s, "bytes_in"), out = per_op(s, "bytes_out");
	double requests = fmax(1, s->round_trips / s->ops);
	double reads = per_op(s, "port_reads"), polls = per_op(s, "polls");
	double fetches = per_op(s, "mmio_reads");
	double trigger = strtod(param(t, "transport.rx-trigger"), NULL);
	bool uart = path_direct(row->path) == PATH_UART;
	double *n = row->count;

	if (uart)
		reads -= fmin(reads, polls);
	if (path_direct(row->path) == PATH_BYTEPORT)
		fetches -= fmin(fetches, polls);
	n[COST_PORT_READ] = reads;
	n[COST_PORT_WRITE] = per_op(s, "port_writes");
	n[COST_DOORBELL] = per_op(s, "doorbells");
	n[COST_MMIO_READ] = fetches;
	n[COST_HALT_WAKE] = per_op(s, "wakeups");
	n[COST_COPY_KIB] = (in + out) / 1024;
	n[COST_INSTRUCTION] = in + out >= 1 ? requests * INSTRUCTIONS_REQUEST
					    : 0;
	n[COST_REQUEST] = requests;
	n[COST_BYTE_OUT] = out;
	n[COST_BYTE_IN] = in;
	n[COST_HOST_WAKE] = n[COST_DOORBELL];
	/* What was delivered and did not come over the line. */
	if (path_direct(row->path) == PATH_RING_DMA && row->payload > in + out)
		n[COST_DIRECT_KIB] = row->payload / 1024;
	if (!uart)
		return;
	n[COST_INSTRUCTION] += out * INSTRUCTIONS_OUT + in * INSTRUCTIONS_IN;
	n[COST_IN_TURN] = in / (trigger >= 1 ? trigger : 1);
	row->line_ns = line_ns(t, in, out);
}

static bool usable(const struct result_step *s)
{
	return s->guest.count && s->ops >= 1 && s->wall_ns >= WINDOW_MIN_NS &&
	       isfinite(s->ops) && isfinite(s->wall_ns) && s->kind &&
	       strcmp(s->kind, "sweep") != 0;
}

static bool finite_counts(const struct model_row *row)
{
	bool finite = isfinite(row->line_ns) && isfinite(row->time_ns);

	for (size_t c = 0; c < COST_COUNT; c++)
		finite = finite && isfinite(row->count[c]);
	return finite;
}

static void add_sample(struct collector *c, const struct sample *sample)
{
	if (c->count == c->room) {
		c->room = c->room * 2 + 64;
		c->samples =
			mem_resize(c->samples, c->room * sizeof(*c->samples));
	}
	c->samples[c->count] = *sample;
	c->samples[c->count].order = c->count;
	c->count++;
}

bool observe_step(struct model_row *row, const struct result_trial *t,
		  const struct result_step *s)
{
	enum path path;

	if (!s->guest.count || !(s->ops >= 1) || !observe_path(t, &path))
		return false;
	*row = (struct model_row){
		.scenario = t->scenario,
		.cell = t->cell,
		.step = s->name,
		.kind = s->kind,
		.path = path,
		.payload = s->payload_bytes > 0 ? s->payload_bytes / s->ops : 0,
		.time_ns = s->wall_ns / s->ops,
	};
	count(row, t, s);
	return finite_counts(row);
}

static void add_step(struct collector *c, const struct result_trial *t,
		     const struct result_step *s)
{
	struct sample sample = { .accel = observe_accel(t) };

	if (observe_step(&sample.row, t, s))
		add_sample(c, &sample);
}

const char *observe_accel(const struct result_trial *t)
{
	return *param(t, "accel") ? param(t, "accel") : "none";
}

/* Faults, and a debugger that thinks, are no cost of a transport. */
bool observe_good(const struct result_trial *t)
{
	bool thinks = *param(t, "debugger.think") &&
		      !param_is(t, "debugger.think", "none");

	return t->valid && strcmp(t->verdict, "completed") == 0 &&
	       !(t->faults > 0) && !thinks;
}

static int by_what(const void *a, const void *b)
{
	const struct sample *x = a, *y = b;
	int order = strcmp(x->accel, y->accel);

	order = order ? order : strcmp(x->row.scenario, y->row.scenario);
	order = order ? order : strcmp(x->row.cell, y->row.cell);
	return order ? order : strcmp(x->row.step, y->row.step);
}

static int by_what_and_time(const void *a, const void *b)
{
	const struct sample *x = a, *y = b;
	int order = by_what(a, b);

	if (order)
		return order;
	return (x->row.time_ns > y->row.time_ns) -
	       (x->row.time_ns < y->row.time_ns);
}

static int by_place(const void *a, const void *b)
{
	const struct sample *x = a, *y = b;
	int order = strcmp(x->accel, y->accel);

	order = order ? order : (x->cell > y->cell) - (x->cell < y->cell);
	return order ? order : (x->order > y->order) - (x->order < y->order);
}

/* Its label, and its place in the plan; last if it has none. */
static void find_cell(const struct results *r, struct sample *s)
{
	size_t place = 0;

	s->row.label = s->row.cell;
	s->cell = SIZE_MAX;
	for (size_t i = 0; i < r->run.scenario_count; i++) {
		const struct result_scenario *from = &r->run.scenarios[i];

		for (size_t k = 0; k < from->cell_count; k++, place++) {
			if (strcmp(from->cells[k].id, s->row.cell) != 0)
				continue;
			s->cell = place;
			if (from->cells[k].label)
				s->row.label = from->cells[k].label;
			return;
		}
	}
}

/* Of each step of each cell one trial: the one of the median time, of two the
 * faster. */
static void keep_medians(struct collector *c)
{
	size_t kept = 0;

	if (!c->count)
		return;
	qsort(c->samples, c->count, sizeof(*c->samples), by_what_and_time);
	for (size_t i = 0, end; i < c->count; i = end) {
		struct sample middle;

		for (end = i; end < c->count &&
			      by_what(&c->samples[i], &c->samples[end]) == 0;)
			end++;
		middle = c->samples[i + (end - i - 1) / 2];
		middle.row.trials = end - i;
		find_cell(c->results, &middle);
		for (size_t k = i; k < end; k++)
			if (c->samples[k].order < middle.order)
				middle.order = c->samples[k].order;
		c->samples[kept++] = middle;
	}
	c->count = kept;
	qsort(c->samples, c->count, sizeof(*c->samples), by_place);
}

static void sort_into_models(struct models *m, const struct collector *c)
{
	m->items = arena_alloc(&m->arena, c->count * sizeof(*m->items));
	for (size_t i = 0, end; i < c->count; i = end) {
		struct model *model = &m->items[m->count++];

		for (end = i;
		     end < c->count &&
		     strcmp(c->samples[i].accel, c->samples[end].accel) == 0;)
			end++;
		model->accel = c->samples[i].accel;
		model->row_count = end - i;
		model->rows = arena_alloc(
			&m->arena, model->row_count * sizeof(*model->rows));
		for (size_t k = i; k < end; k++)
			model->rows[k - i] = c->samples[k].row;
	}
}

bool models_observe(struct models *m, const struct results *r, struct err *err)
{
	struct collector c = { .results = r };

	*m = (struct models){ 0 };
	for (size_t i = 0; i < r->trial_count; i++) {
		const struct result_trial *t = &r->trials[i];
		enum path path;

		if (!observe_good(t)) {
			m->passed_over++;
			continue;
		}
		for (size_t k = 0; observe_path(t, &path) && k < t->step_count;
		     k++) {
			if (usable(&t->steps[k]))
				add_step(&c, t, &t->steps[k]);
			m->calibrations += t->steps[k].costs.count > 0;
		}
	}
	keep_medians(&c);
	sort_into_models(m, &c);
	free(c.samples);
	for (size_t i = 0; i < m->count; i++)
		models_learn(&m->items[i], r);
	if (m->count)
		return true;
	err_set(err, ERR_USAGE, "'%.300s' has nothing that can be modelled",
		r->path);
	return err_hint(err, "a model wants completed trials of measured steps "
			     "over uart, byteport, virtio or rings, as "
			     "scenarios/long/model.yaml has them");
}

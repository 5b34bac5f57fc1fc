/* SPDX-License-Identifier: MIT */
#include "bench/kd/serve.h"

#include "bench/kd/sum.h"

#define INT3 0xcc

/* One request being served: what came, and the reply in the making. */
struct serving {
	struct kd_target *t;
	const struct kd_target_ops *ops;
	void *env;
	struct kd_manipulate m;
	const uint8_t *data; /* trailing data of the request */
	uint32_t data_len;
	uint8_t *out;     /* where data of the reply goes */
	uint32_t out_len; /* how much there is */
	uint32_t out_sum;
};

static void fail(struct serving *s)
{
	s->m.status = KD_STATUS_UNSUCCESSFUL;
}

static void read_memory(struct serving *s)
{
	bool physical = s->m.api == KD_API_READ_PHYSICAL;
	uint64_t max = s->t->profile.read_max;
	uint32_t want = s->m.u.memory.count;

	if (max > KD_DATA_MAX)
		max = KD_DATA_MAX;
	if (want > max)
		want = (uint32_t)max;
	s->out_len = s->ops->read(s->env, physical, s->m.u.memory.address,
				  s->out, want, &s->out_sum);
	s->m.u.memory.actual = s->out_len;
	if (s->out_len < want && !(s->out_len && s->t->profile.read_partial))
		fail(s);
}

/* The length is that of the trailing data, whatever TransferCount says. */
static void write_memory(struct serving *s)
{
	bool physical = s->m.api == KD_API_WRITE_PHYSICAL;
	uint32_t done = s->ops->write(s->env, physical, s->m.u.memory.address,
				      s->data, s->data_len);

	s->m.u.memory.actual = done;
	if (done < s->data_len)
		fail(s);
}

static void read_control(struct serving *s)
{
	uint32_t want = s->m.u.memory.count;

	if (want > KD_DATA_MAX)
		want = KD_DATA_MAX;
	s->out_len = s->ops->read_control(s->env, s->m.u.memory.address, s->out,
					  want);
	s->out_sum = kd_sum(s->out, s->out_len);
	s->m.u.memory.actual = s->out_len;
	if (!s->out_len)
		fail(s);
}

static void get_context(struct serving *s)
{
	s->ops->get_context(s->env, s->out);
	s->out_len = KD_CONTEXT_SIZE;
	s->out_sum = kd_sum(s->out, s->out_len);
	s->t->context_sent = true;
}

/* Real targets refuse it until a GetContext was done (3.4). */
static void set_context(struct serving *s)
{
	uint32_t len = s->data_len;

	if (!s->t->context_sent || !len) {
		fail(s);
		return;
	}
	if (len > KD_CONTEXT_SIZE)
		len = KD_CONTEXT_SIZE;
	s->ops->set_context(s->env, s->data, len);
}

static struct kd_breakpoint *find(struct kd_target *t, uint64_t address)
{
	for (unsigned i = 0; i < KD_BREAKPOINTS; i++) {
		if (t->breakpoints[i].used &&
		    t->breakpoints[i].address == address)
			return &t->breakpoints[i];
	}
	return NULL;
}

static struct kd_breakpoint *unused(struct kd_target *t)
{
	for (unsigned i = 0; i < KD_BREAKPOINTS; i++) {
		if (!t->breakpoints[i].used)
			return &t->breakpoints[i];
	}
	return NULL;
}

static void write_breakpoint(struct serving *s)
{
	static const uint8_t int3 = INT3;
	uint64_t address = s->m.u.write_breakpoint.address;
	struct kd_breakpoint *b = find(s->t, address);
	uint32_t sum = 0;

	if (!b) {
		b = unused(s->t);
		if (!b ||
		    s->ops->read(s->env, false, address, &b->saved, 1, &sum) !=
			    1 ||
		    s->ops->write(s->env, false, address, &int3, 1) != 1) {
			fail(s);
			return;
		}
		b->address = address;
		b->used = true;
	}
	s->m.u.write_breakpoint.handle = (uint32_t)(b - s->t->breakpoints) + 1;
}

static void restore_breakpoint(struct serving *s)
{
	uint32_t handle = s->m.u.restore_breakpoint.handle;
	struct kd_breakpoint *b;

	if (handle < 1 || handle > KD_BREAKPOINTS ||
	    !s->t->breakpoints[handle - 1].used) {
		fail(s);
		return;
	}
	b = &s->t->breakpoints[handle - 1];
	s->ops->write(s->env, false, b->address, &b->saved, 1);
	b->used = false;
}

static void get_version(struct serving *s)
{
	s->ops->version(s->env, &s->m);
}

struct service {
	uint32_t api;
	void (*serve)(struct serving *s);
};

static const struct service services[] = {
	{ KD_API_READ_VIRTUAL, read_memory },
	{ KD_API_READ_PHYSICAL, read_memory },
	{ KD_API_WRITE_VIRTUAL, write_memory },
	{ KD_API_WRITE_PHYSICAL, write_memory },
	{ KD_API_GET_CONTEXT, get_context },
	{ KD_API_SET_CONTEXT, set_context },
	{ KD_API_READ_CONTROL, read_control },
	{ KD_API_WRITE_BREAKPOINT, write_breakpoint },
	{ KD_API_RESTORE_BREAKPOINT, restore_breakpoint },
	{ KD_API_GET_VERSION, get_version },
	{ 0, fail },
};

static void reply(struct serving *s)
{
	struct kd_exchange *x = &s->t->x;
	const struct service *row = services;

	/* A reply is the request modified in place; the rest is echoed. */
	__builtin_memcpy(x->payload, x->rx.payload, KD_MANIPULATE_SIZE);
	s->m.status = KD_STATUS_SUCCESS;
	while (row->api && row->api != s->m.api)
		row++;
	row->serve(s);
	kd_manipulate_store(&s->m, x->payload);
	s->t->state = KD_TARGET_SENDING;
	s->t->after = KD_TARGET_STOPPED;
	s->t->droppable = false;
	s->t->tries = s->t->profile.retries;
	kd_exchange_send(x, KD_STATE_MANIPULATE,
			 (uint16_t)(KD_MANIPULATE_SIZE + s->out_len),
			 kd_sum(x->payload, KD_MANIPULATE_SIZE) + s->out_sum);
}

void kd_serve(struct kd_target *t, const struct kd_target_ops *ops, void *env)
{
	struct serving s = {
		.t = t,
		.ops = ops,
		.env = env,
		.data = t->x.rx.payload + KD_MANIPULATE_SIZE,
		.data_len = t->x.rx.header.len - (uint32_t)KD_MANIPULATE_SIZE,
		.out = t->x.payload + KD_MANIPULATE_SIZE,
	};

	kd_manipulate_load(&s.m, t->x.rx.payload);
	if (kd_api_has_reply(s.m.api)) {
		reply(&s);
		return;
	}
	t->state = KD_TARGET_LEAVING;
	t->rebooting = s.m.api == KD_API_REBOOT;
	if (!t->rebooting)
		ops->resume(env, &s.m);
}

bool kd_target_owns_breakpoint(const struct kd_target *t, uint64_t address)
{
	return find((struct kd_target *)(uintptr_t)t, address) != NULL;
}

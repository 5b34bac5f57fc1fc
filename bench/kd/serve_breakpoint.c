/* SPDX-License-Identifier: MIT */
/* Breakpoints that the target reports (kd-protocol 3.6). */
#include "bench/kd/serve.h"
#include "bench/kd/sum.h"

#define INT3 0xcc

static struct kd_breakpoint *find(struct kd_target *t, uint64_t address)
{
	for (unsigned i = 0; i < KD_BREAKPOINTS; i++) {
		if (t->breakpoints[i].len &&
		    t->breakpoints[i].address == address)
			return &t->breakpoints[i];
	}
	return NULL;
}

static struct kd_breakpoint *unused(struct kd_target *t)
{
	for (unsigned i = 0; i < KD_BREAKPOINTS; i++) {
		if (!t->breakpoints[i].len)
			return &t->breakpoints[i];
	}
	return NULL;
}

/*
 * Put 'len' <= KD_CUSTOM_MAX bytes of code at 'address' instead of what is
 * there; returns the handle, 0 if that cannot be done. An address that has a
 * breakpoint keeps it.
 */
static uint32_t set(struct kd_serving *s, uint64_t address, const uint8_t *code,
		    uint8_t len)
{
	struct kd_breakpoint *b = find(s->t, address);
	uint32_t ignored = 0;

	if (!b) {
		b = unused(s->t);
		if (!b || kd_target_has_internal(s->t, address) ||
		    s->ops->read(s->env, false, address, b->saved, len,
				 &ignored) != len ||
		    s->ops->write(s->env, false, address, code, len) != len)
			return 0;
		b->address = address;
		b->len = len;
	}
	return (uint32_t)(b - s->t->breakpoints) + 1;
}

static uint32_t set_int3(struct kd_serving *s, uint64_t address)
{
	static const uint8_t int3 = INT3;

	return set(s, address, &int3, 1);
}

static bool clear(struct kd_serving *s, uint32_t handle)
{
	struct kd_breakpoint *b;

	if (handle < 1 || handle > KD_BREAKPOINTS ||
	    !s->t->breakpoints[handle - 1].len)
		return false;
	b = &s->t->breakpoints[handle - 1];
	s->ops->write(s->env, false, b->address, b->saved, b->len);
	b->len = 0;
	return true;
}

void kd_serve_write_breakpoint(struct kd_serving *s)
{
	uint32_t handle = set_int3(s, s->m.u.write_breakpoint.address);

	s->m.u.write_breakpoint.handle = handle;
	if (!handle)
		kd_serve_fail(s);
}

void kd_serve_restore_breakpoint(struct kd_serving *s)
{
	if (!clear(s, s->m.u.restore_breakpoint.handle))
		kd_serve_fail(s);
}

/* An instruction of the debugger's choice, as large as it says. */
void kd_serve_custom_breakpoint(struct kd_serving *s)
{
	uint64_t address = s->m.u.custom_breakpoint.address;
	uint8_t alignment = s->m.u.custom_breakpoint.alignment;
	uint8_t size = s->m.u.custom_breakpoint.size;
	uint8_t code[KD_CUSTOM_MAX];

	s->m.u.custom_breakpoint.handle = 0;
	if (!size || size > KD_CUSTOM_MAX ||
	    (alignment && address % alignment)) {
		kd_serve_fail(s);
		return;
	}
	kd_store64(code, s->m.u.custom_breakpoint.instruction);
	s->m.u.custom_breakpoint.handle = set(s, address, code, size);
	if (!s->m.u.custom_breakpoint.handle)
		kd_serve_fail(s);
}

/* Set and clear many at once; one that fails gets handle 0. */
static void write_elements(struct kd_serving *s, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		uint8_t *e = s->out + i * KD_BREAKPOINT_ELEMENT_SIZE;
		uint32_t handle = kd_load32(e + 8);

		if (handle && !clear(s, handle))
			kd_serve_fail(s);
	}
	for (uint32_t i = 0; i < count; i++) {
		uint8_t *e = s->out + i * KD_BREAKPOINT_ELEMENT_SIZE;
		uint64_t address = kd_load64(e);
		uint32_t handle = address ? set_int3(s, address) : 0;

		kd_store32(e + 8, handle);
		if (address && !handle)
			kd_serve_fail(s);
	}
}

/* Does the request hold the array that it announces? */
static bool has_elements(struct kd_serving *s, uint32_t size)
{
	uint32_t count = s->m.u.breakpoints_ex.count;

	if (count <= KD_BREAKPOINTS && s->data_len == count * size)
		return true;
	kd_serve_fail(s);
	return false;
}

/* The array trails the reply, changed or not. */
static void echo_elements(struct kd_serving *s)
{
	__builtin_memcpy(s->out, s->data, s->data_len);
	s->out_len = s->data_len;
}

/* Once the reply is acknowledged the machine runs. */
static void leave(struct kd_serving *s, uint32_t status)
{
	const struct kd_manipulate m = { .api = KD_API_CONTINUE,
					 .u.resume = { .status = status } };

	s->t->after = KD_TARGET_RUNNING;
	s->ops->resume(s->env, &m);
}

/*
 * It ends the stop if the request says so, or if its array is not what it
 * announces.
 */
void kd_serve_write_breakpoints(struct kd_serving *s)
{
	uint32_t status = s->m.u.breakpoints_ex.status;
	bool sound = has_elements(s, KD_BREAKPOINT_ELEMENT_SIZE);

	echo_elements(s);
	if (sound)
		write_elements(s, s->m.u.breakpoints_ex.count);
	s->out_sum = kd_sum(s->out, s->out_len);
	if (status || !sound)
		leave(s, status);
}

/* The handles come back unchanged. */
void kd_serve_restore_breakpoints(struct kd_serving *s)
{
	echo_elements(s);
	s->out_sum = kd_sum(s->out, s->out_len);
	if (!has_elements(s, KD_HANDLE_ELEMENT_SIZE))
		return;
	for (uint32_t i = 0; i < s->m.u.breakpoints_ex.count; i++) {
		if (!clear(s, kd_load32(s->data + 4 * i)))
			kd_serve_fail(s);
	}
}

bool kd_target_owns_breakpoint(const struct kd_target *t, uint64_t address)
{
	return find((struct kd_target *)(uintptr_t)t, address) != NULL;
}

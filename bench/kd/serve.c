/* SPDX-License-Identifier: MIT */
#include "bench/kd/serve.h"

#include "bench/kd/late.h"
#include "bench/kd/sum.h"

static void get_version(struct kd_serving *s)
{
	s->ops->version(s->env, &s->m);
}

struct service {
	uint32_t api;
	void (*serve)(struct kd_serving *s);
};

/* In the order of how often they are asked for; of reads, see kd/late.h. */
static const struct service services[] = {
	{ KD_API_WRITE_VIRTUAL, kd_serve_write },
	{ KD_API_WRITE_PHYSICAL, kd_serve_write },
	{ KD_API_GET_CONTEXT, kd_serve_get_context },
	{ KD_API_SET_CONTEXT, kd_serve_set_context },
	{ KD_API_GET_CONTEXT_EX, kd_serve_get_context_ex },
	{ KD_API_SET_CONTEXT_EX, kd_serve_set_context_ex },
	{ KD_API_READ_CONTROL, kd_serve_read_control },
	{ KD_API_WRITE_CONTROL, kd_serve_write_control },
	{ KD_API_CONTINUE2, kd_serve_continue },
	{ KD_API_CONTINUE, kd_serve_continue },
	{ KD_API_WRITE_BREAKPOINT, kd_serve_write_breakpoint },
	{ KD_API_RESTORE_BREAKPOINT, kd_serve_restore_breakpoint },
	{ KD_API_WRITE_BREAKPOINT_EX, kd_serve_write_breakpoints },
	{ KD_API_RESTORE_BREAKPOINT_EX, kd_serve_restore_breakpoints },
	{ KD_API_WRITE_CUSTOM_BREAKPOINT, kd_serve_custom_breakpoint },
	{ KD_API_SET_INTERNAL_BREAKPOINT, kd_serve_set_internal },
	{ KD_API_GET_INTERNAL_BREAKPOINT, kd_serve_get_internal },
	{ KD_API_CLEAR_INTERNAL_BREAKPOINTS, kd_serve_clear_internal },
	{ KD_API_QUERY_SPECIAL_CALLS, kd_serve_query_special },
	{ KD_API_SET_SPECIAL_CALL, kd_serve_set_special },
	{ KD_API_CLEAR_SPECIAL_CALLS, kd_serve_clear_special },
	{ KD_API_SEARCH_MEMORY, kd_serve_search },
	{ KD_API_FILL_MEMORY, kd_serve_fill },
	{ KD_API_QUERY_MEMORY, kd_serve_query },
	{ KD_API_READ_IO, kd_serve_io },
	{ KD_API_WRITE_IO, kd_serve_io },
	{ KD_API_READ_IO_EX, kd_serve_io_ex },
	{ KD_API_WRITE_IO_EX, kd_serve_io_ex },
	{ KD_API_READ_MSR, kd_serve_msr },
	{ KD_API_WRITE_MSR, kd_serve_msr },
	{ KD_API_GET_BUS_DATA, kd_serve_bus_data },
	{ KD_API_SET_BUS_DATA, kd_serve_bus_data },
	{ KD_API_GET_VERSION, get_version },
	{ KD_API_SWITCH_PROCESSOR, kd_serve_switch_processor },
	{ KD_API_REBOOT, kd_serve_reboot },
	{ KD_API_CAUSE_BUGCHECK, kd_serve_bugcheck },
	/* No target is known to do these, or anything that has no number. */
	{ KD_API_PAGE_IN, kd_serve_fail },
	{ KD_API_CHECK_LOW_MEMORY, kd_serve_fail },
	{ KD_API_OLD_VLM1, kd_serve_fail },
	{ KD_API_OLD_VLM2, kd_serve_fail },
	{ KD_API_SWITCH_PARTITION, kd_serve_fail },
	{ 0, kd_serve_fail },
};

static void reply(struct kd_serving *s)
{
	struct kd_exchange *x = &s->t->x;
	uint32_t sum = s->out_sum;

	/* A reply is the request modified in place; the rest is echoed. */
	__builtin_memcpy(x->payload, x->rx.payload, KD_MANIPULATE_SIZE);
	kd_manipulate_store(&s->m, x->payload);
	if (!x->reliable)
		sum += kd_sum(x->payload, KD_MANIPULATE_SIZE);
	kd_exchange_send(x, KD_STATE_MANIPULATE,
			 (uint16_t)(KD_MANIPULATE_SIZE + s->out_len), sum);
}

/* A reply is on its way. */
static void replied(struct kd_target *t)
{
	t->state = KD_TARGET_SENDING;
	t->droppable = false;
	t->tries = t->profile.retries;
}

void kd_serve(struct kd_target *t, const struct kd_target_ops *ops, void *env)
{
	struct kd_serving s = {
		.t = t,
		.ops = ops,
		.env = env,
		.data = t->x.rx.payload + KD_MANIPULATE_SIZE,
		.data_len = t->x.rx.header.len - (uint32_t)KD_MANIPULATE_SIZE,
		.out = t->x.payload + KD_MANIPULATE_SIZE,
	};
	const struct service *row = services;

	t->after = KD_TARGET_STOPPED;
	if (kd_late_reply(t)) {
		replied(t);
		return;
	}
	kd_manipulate_load(&s.m, t->x.rx.payload);
	s.m.status = KD_STATUS_SUCCESS;
	while (row->api && row->api != s.m.api)
		row++;
	row->serve(&s);
	if (kd_api_has_reply(s.m.api)) {
		reply(&s);
		replied(t);
	}
}

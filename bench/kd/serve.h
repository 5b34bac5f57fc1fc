/* SPDX-License-Identifier: MIT */
/*
 * What a stopped target does with one good request. Private to bench/kd:
 * serve.c has the table, serve_*.c the services, one theme each.
 */
#ifndef KD_SERVE_H
#define KD_SERVE_H

#include "bench/kd/target.h"

/*
 * Serve the request that lies in t->x.rx: build the reply and put it on its
 * way, or do what a request without reply asks for. The ACK has been queued
 * already.
 */
void kd_serve(struct kd_target *t, const struct kd_target_ops *ops, void *env);

/*
 * One request being served: what came, and the reply in the making. Everything
 * in 'm' and 'data' is the peer's word; fields that a request does not use hold
 * garbage.
 */
struct kd_serving {
	struct kd_target *t;
	const struct kd_target_ops *ops;
	void *env;
	struct kd_manipulate m; /* becomes the reply; its status is SUCCESS */
	const uint8_t *data;    /* trailing data of the request */
	uint32_t data_len;      /* at most KD_DATA_MAX */
	uint8_t *out;           /* room for KD_DATA_MAX bytes of reply data */
	uint32_t out_len;       /* how much there is */
	uint32_t out_sum;       /* and its sum */
};

/* The reply's status, if nothing better is known: C0000001. */
static inline void kd_serve_fail(struct kd_serving *s)
{
	s->m.status = KD_STATUS_UNSUCCESSFUL;
}

/* Does the request name a CPU that exists? */
static inline bool kd_serve_has_cpu(const struct kd_serving *s)
{
	return s->m.processor < s->t->processors;
}

void kd_serve_write(struct kd_serving *s);
void kd_serve_search(struct kd_serving *s);
void kd_serve_fill(struct kd_serving *s);
void kd_serve_query(struct kd_serving *s);

void kd_serve_get_context(struct kd_serving *s);
void kd_serve_set_context(struct kd_serving *s);
void kd_serve_get_context_ex(struct kd_serving *s);
void kd_serve_set_context_ex(struct kd_serving *s);
void kd_serve_read_control(struct kd_serving *s);
void kd_serve_write_control(struct kd_serving *s);

void kd_serve_write_breakpoint(struct kd_serving *s);
void kd_serve_restore_breakpoint(struct kd_serving *s);
void kd_serve_write_breakpoints(struct kd_serving *s);
void kd_serve_restore_breakpoints(struct kd_serving *s);
void kd_serve_custom_breakpoint(struct kd_serving *s);

void kd_serve_set_internal(struct kd_serving *s);
void kd_serve_get_internal(struct kd_serving *s);
void kd_serve_clear_internal(struct kd_serving *s);
void kd_serve_query_special(struct kd_serving *s);
void kd_serve_set_special(struct kd_serving *s);
void kd_serve_clear_special(struct kd_serving *s);

void kd_serve_io(struct kd_serving *s);
void kd_serve_io_ex(struct kd_serving *s);
void kd_serve_msr(struct kd_serving *s);
void kd_serve_bus_data(struct kd_serving *s);

void kd_serve_continue(struct kd_serving *s);
void kd_serve_reboot(struct kd_serving *s);
void kd_serve_bugcheck(struct kd_serving *s);
void kd_serve_switch_processor(struct kd_serving *s);

#endif

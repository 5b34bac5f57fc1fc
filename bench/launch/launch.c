/* SPDX-License-Identifier: MIT */
#include "bench/launch/launch.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/base/hash.h"
#include "bench/launch/accel.h"
#include "bench/launch/attach.h"
#include "bench/launch/cpu.h"
#include "bench/launch/guest_events.h"
#include "bench/launch/guest_params.h"
#include "bench/launch/native.h"
#include "bench/launch/plug.h"
#include "bench/launch/ram.h"
#include "bench/launch/sim.h"

/* How long a question to the monitor may take. */
#define QMP_NS UINT64_C(1000000000)

/* How long it may take to write memory into a file. */
#define SAVE_NS UINT64_C(60000000000)

/* A guest in QEMU. */
struct guest {
	struct launched base;
	struct qemu qemu;
	const struct launch_config *config; /* borrowed */
	struct guest_layout layout;
	struct snapshot snapshot;
};

static bool guest_cpu(struct launched *t, struct launch_cpu *cpu)
{
	struct guest *g = (struct guest *)t;

	qemu_listen(&g->qemu);
	return cpu_sample(t->pid, cpu);
}

static bool guest_alive(struct launched *t, struct err *err)
{
	return qemu_alive(&((struct guest *)t)->qemu, err);
}

static bool guest_peek(struct launched *t, uint64_t address, void *to,
		       size_t len)
{
	const struct qemu *q = &((struct guest *)t)->qemu;

	if (address > q->memory_size || len > q->memory_size - address)
		return false;
	memcpy(to, q->memory + address, len);
	return true;
}

static size_t guest_ram(struct launched *t, uint64_t address, size_t len,
			const uint8_t **at)
{
	const struct qemu *q = &((struct guest *)t)->qemu;
	size_t there = ram_extent(address, len, q->memory_size);

	*at = there ? q->memory + address : NULL;
	return there;
}

static bool guest_exits(struct launched *t, struct exit_counts *exits)
{
	struct guest *g = (struct guest *)t;
	struct err ignored = { 0 };

	return qmp_kvm_exits(g->qemu.qmp, exits, QMP_NS, &ignored);
}

static bool guest_save(struct launched *t, uint64_t address, uint64_t len,
		       int fd, struct err *err)
{
	struct guest *g = (struct guest *)t;

	return qmp_save_memory(g->qemu.qmp, address, len, fd, SAVE_NS, err);
}

static struct guest_victim victim(struct guest *g)
{
	return (struct guest_victim){ &g->qemu, g->base.link, &g->snapshot,
				      g->config, &g->layout };
}

static const char *guest_spared(const struct launched *t,
				enum launch_event what, uint64_t amount)
{
	const struct guest_victim v = victim((struct guest *)t);

	return guest_events_spared(&v, what, amount);
}

/* Whoever is gone does not answer either: say what became of it. False. */
static bool died_of_it(struct guest *g, struct err *err)
{
	struct err end = { 0 };

	if (!qemu_alive(&g->qemu, &end))
		*err = end;
	return false;
}

static bool guest_happen(struct launched *t, enum launch_event what,
			 uint64_t amount, uint64_t *now, struct err *err)
{
	const struct guest_victim v = victim((struct guest *)t);

	return guest_events_happen(&v, what, amount, now, err) ||
	       died_of_it((struct guest *)t, err);
}

static void guest_stop(struct launched *t)
{
	struct guest *g = (struct guest *)t;

	qemu_release(&g->qemu);
	link_free(t->link);
	free(g);
}

static const struct launched_ops guest_ops = {
	.cpu = guest_cpu,
	.alive = guest_alive,
	.peek = guest_peek,
	.ram = guest_ram,
	.exits = guest_exits,
	.save = guest_save,
	.spared = guest_spared,
	.happen = guest_happen,
	.stop = guest_stop,
};

/*
 * Somebody else's machine has memory of its own making: nobody can look at it,
 * which is never the same as zeros.
 */
static const struct launched_ops external_ops = {
	.cpu = guest_cpu,
	.alive = guest_alive,
	.exits = guest_exits,
	.spared = guest_spared,
	.happen = guest_happen,
	.stop = guest_stop,
};

/* --- start ---------------------------------------------------------------- */

/* What reads of the pattern region must yield: no work for the guest. */
static void fill_pattern(struct qemu *q, const struct guest_layout *layout,
			 const struct launch_config *config)
{
	uint64_t *word = (uint64_t *)(void *)(q->memory + layout->pattern);
	uint64_t count = config->guest->pattern_size / sizeof(*word);

	for (uint64_t i = 0; i < count; i++)
		word[i] = hash_pattern(config->nonce, i);
}

/*
 * Whoever reads RAM directly is not to be timed while the kernel finds a page
 * for the first time. Without this advice it only takes longer.
 */
static void make_present(struct qemu *q, const struct transport_config *t)
{
#ifdef MADV_POPULATE_READ
	if (transport_direct_chunk(t))
		(void)madvise(q->memory, q->memory_size, MADV_POPULATE_READ);
#else
	(void)q;
	(void)t;
#endif
}

static bool start(struct guest *g, const struct launch_config *config,
		  struct err *err)
{
	struct qemu *q = &g->qemu;
	struct qemu_spec spec = {
		.config = config->qemu,
		.image = config->guest->image,
		.memory_size = config->guest->memory_size,
		.accel = config->accel,
		.cpu = accel_cpu(config->accel),
		.device_fd = -1,
	};
	int memory_fd;
	bool ok;

	if (!guest_layout(&g->layout, config->guest, err) ||
	    !plug_in(&g->base.link, &spec, &q->arena, config, err))
		return false;
	ok = qemu_make_memory(q, spec.memory_size, &memory_fd, err);
	if (ok) {
		fill_pattern(q, &g->layout, config);
		make_present(q, config->transport);
		spec.params = guest_params(&q->arena, config, &g->layout);
		ok = qemu_start(q, &spec, memory_fd, err);
		close(memory_fd);
	}
	close(spec.device_fd);
	g->base.pid = q->proc.pid;
	g->base.started_ns = q->started_ns;
	return ok;
}

static bool start_external(struct guest *g, const struct launch_config *config,
			   struct err *err)
{
	struct qemu *q = &g->qemu;
	struct qemu_spec spec = {
		.config = config->qemu,
		.external = config->guest,
		.accel = config->accel,
		.cpu = accel_cpu(config->accel),
		.device_fd = -1,
	};
	bool ok;

	if (config->transport->kind != TRANSPORT_UART)
		return err_set(err, ERR_CONFIG,
			       "guest '%s' is reached by a UART only",
			       config->guest->name);
	if (!plug_in(&g->base.link, &spec, &q->arena, config, err))
		return false;
	ok = qemu_start(q, &spec, -1, err);
	close(spec.device_fd);
	g->base.foreign = true;
	g->base.pid = q->proc.pid;
	g->base.started_ns = q->started_ns;
	return ok;
}

bool launch_start(struct launched **t, const struct launch_config *config,
		  struct err *err)
{
	bool external = guest_is_external(config->guest);
	struct guest *g;

	switch (config->transport->kind) {
	case TRANSPORT_NATIVE: return native_start(t, config, err);
	case TRANSPORT_SIM: return sim_start(t, config, err);
	case TRANSPORT_ATTACH: return attach_start(t, config, err);
	default: break; /* in QEMU */
	}
	g = mem_alloc(sizeof(*g));
	g->base.ops = external ? &external_ops : &guest_ops;
	g->config = config;
	qemu_init(&g->qemu);
	if (!(external ? start_external : start)(g, config, err)) {
		guest_stop(&g->base);
		return false;
	}
	*t = &g->base;
	return true;
}

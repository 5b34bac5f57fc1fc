/* SPDX-License-Identifier: MIT */
#include "bench/launch/native.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/base/clock.h"
#include "bench/base/mem.h"
#include "bench/guest/contract.h"
#include "bench/launch/cpu.h"
#include "bench/launch/guest_params.h"
#include "bench/launch/native_target.h"
#include "bench/launch/proc.h"

#define PAGE 4096
#define GRACE_NS (500 * NS_PER_MS)

struct native {
	struct launched base;
	struct proc proc;
	const struct launch_config *config; /* borrowed */
	struct launch_cpu before; /* spent by processes that it has replaced */
	int words; /* what it has to say, all of which is complaint */
	/*
	 * Shared with it: the machine, and behind that its regions. It can
	 * write what it likes there, so where they are stands in 'memory'.
	 */
	struct sim_machine *machine;
	size_t shared_size;
	struct sim_memory memory;
	struct native_target *target; /* of the child; here only until fork */
};

static void close_fd(int fd)
{
	if (fd >= 0)
		close(fd);
}

static bool native_cpu(struct launched *t, struct launch_cpu *cpu)
{
	const struct native *n = (struct native *)t;

	if (!cpu_sample(t->pid, cpu))
		return false;
	cpu->vcpu_ns += n->before.vcpu_ns;
	cpu->main_ns += n->before.main_ns;
	cpu->other_ns += n->before.other_ns;
	return true;
}

/* How it ended, in the words in which a guest's end is told. */
static bool ended_by_itself(struct native *n, int status, struct err *err)
{
	char words[300];
	ssize_t len;

	switch (status) {
	case 0:
		return err_set(err, ERR_GUEST,
			       "the target lost its way: a triple fault");
	case GUEST_EXIT_STATUS(GUEST_EXIT_REBOOT):
		return err_set(err, ERR_GUEST,
			       "the target was rebooted, as requested");
	case GUEST_EXIT_STATUS(GUEST_EXIT_BUGCHECK):
		return err_set(
			err, ERR_GUEST,
			"the target crashed: bugcheck 0x%x, as requested",
			*(volatile uint32_t *)&n->machine->bugcheck);
	default: break;
	}
	len = read(n->words, words, sizeof(words) - 1);
	words[len > 0 ? len : 0] = '\0';
	words[strcspn(words, "\n")] = '\0';
	return err_set(err, ERR_GUEST, "the target ended with status %d: %s",
		       status, words);
}

static bool native_alive(struct launched *t, struct err *err)
{
	struct native *n = (struct native *)t;
	int status;

	if (!proc_ended(&n->proc))
		return true;
	status = n->proc.status;
	if (WIFEXITED(status))
		return ended_by_itself(n, WEXITSTATUS(status), err);
	return err_set(err, ERR_GUEST, "the target was killed by signal %d",
		       WTERMSIG(status));
}

static bool native_peek(struct launched *t, uint64_t address, void *to,
			size_t len)
{
	const struct native *n = (struct native *)t;

	return sim_machine_peek_in(n->machine, &n->memory, address, to, len);
}

static void native_stop(struct launched *t)
{
	struct native *n = (struct native *)t;

	proc_stop(&n->proc, GRACE_NS);
	close_fd(n->words);
	if (n->machine)
		munmap(n->machine, n->shared_size);
	link_free(t->link);
	free(n->target);
	free(n);
}

/* --- start ------------------------------------------------------------------
 */

static size_t pages(size_t size)
{
	return (size + PAGE - 1) / PAGE * PAGE;
}

/* One piece of memory for the machine and its regions, zeroed. */
static bool share(struct native *n, const struct guest_config *guest,
		  struct err *err)
{
	const struct kd_world world = guest_world(guest, 0);
	size_t world_size = kd_world_size(&world);
	size_t head = pages(sizeof(*n->machine));
	uint8_t *at;

	n->shared_size = head + pages(guest->scratch_size) +
			 pages(guest->pattern_size) + pages(world_size);
	at = mmap(NULL, n->shared_size, PROT_READ | PROT_WRITE,
		  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (at == MAP_FAILED)
		return err_sys(err, ERR_HOST,
			       "cannot create the target's memory");
	n->machine = (struct sim_machine *)(void *)at;
	n->memory = (struct sim_memory){
		.scratch = at + head,
		.pattern = at + head + pages(guest->scratch_size),
		.scratch_size = guest->scratch_size,
		.pattern_size = guest->pattern_size,
		.world = at + n->shared_size - pages(world_size),
		.world_size = world_size,
	};
	return true;
}

/* A machine that was never used, and the target that is to run it. */
static bool power_up(struct native *n, const struct ring_peer *peer,
		     struct err *err)
{
	const struct launch_config *config = n->config;

	sim_machine_init_in(n->machine, config->nonce, &n->memory);
	sim_machine_build_world(n->machine, guest_world(config->guest, 0),
				n->memory.world);
	if (!native_target_init(n->target, n->machine, config->target, peer,
				clock_tsc_hz(), err))
		return false;
	n->target->line.idle = config->guest->idle;
	n->target->line.spin_ns = config->guest->spin_ns;
	return true;
}

/* Both ends of the rings, and what will be at the far one. */
static bool prepare(struct native *n, struct ring_peer *peer, struct err *err)
{
	const struct launch_config *config = n->config;
	const struct native_config *c = &config->transport->native;

	if (!ring_link_open_process(&n->base.link, c->size,
				    config->target->reliable ? LINK_PACKET
							     : LINK_STREAM,
				    peer, err))
		return false;
	n->base.link->spin_ns = config->host->spin_ns;
	n->target = mem_alloc(sizeof(*n->target));
	return power_up(n, peer, err);
}

/* Its complaints go into a pipe, as QEMU's do. */
static bool start(struct native *n, const struct ring_peer *peer,
		  struct err *err)
{
	const int keep[] = { peer->bell_in, peer->bell_out, peer->life_fd };
	int ends[2];
	bool ok;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return err_sys(err, ERR_HOST, "cannot create a pipe");
	close_fd(n->words);
	n->words = ends[0];
	(void)fcntl(n->words, F_SETFL, O_NONBLOCK);
	n->base.started_ns = clock_now_ns();
	ok = proc_fork(&n->proc, native_target_run, n->target, keep,
		       ARRAY_SIZE(keep), ends[1], err);
	close(ends[1]);
	n->base.pid = n->proc.pid;
	return ok;
}

/* --- a new life -------------------------------------------------------------
 */

static const char *native_spared(const struct launched *t,
				 enum launch_event what, uint64_t amount)
{
	const struct native *n = (const struct native *)t;

	switch (what) {
	case LAUNCH_PAUSE:
	case LAUNCH_RESUME: return NULL;
	case LAUNCH_FREEZE:
	case LAUNCH_THAW: return "its clock is the host's: try 'pause'";
	case LAUNCH_POLL_COST:
	case LAUNCH_SNAPSHOT:
	case LAUNCH_REVERT: return "that cannot be done to a process";
	case LAUNCH_WRECK:
		if (amount != LAUNCH_WRECK_RING_MEMORY)
			return "a process has none of that";
		break;
	default: break;
	}
	if (transport_via(n->config->transport) != VIA_NONE)
		return "the bridge in between holds the rings";
	if (what == LAUNCH_NEW_PIPE)
		return "the pipe is the target's own memory: it cannot be "
		       "replaced behind its back";
	return NULL;
}

/* Its memory is ours too: all of it as it was, as a reset leaves RAM empty. */
static void empty(struct native *n)
{
	memset(n->memory.scratch, 0, n->memory.scratch_size);
	memset(n->memory.world, 0, n->memory.world_size);
}

/* The process is the machine: the next one comes to its end of the rings. */
static bool next_life(struct native *n, enum launch_event what, uint64_t *now,
		      struct err *err)
{
	struct launched *t = &n->base;
	struct ring_peer peer = { .life_fd = -1 };
	struct launch_cpu spent;
	int none;
	bool ok;

	if (native_cpu(t, &spent))
		n->before = spent;
	proc_stop(&n->proc, 0);
	n->proc = (struct proc){ 0 };
	empty(n);
	ok = (what != LAUNCH_RESET_NEW_PIPE ||
	      link_renew(t->link, &none, err)) &&
	     ring_link_next_process(t->link, &peer, err) &&
	     power_up(n, &peer, err) && start(n, &peer, err);
	close_fd(peer.life_fd);
	*now = n->base.started_ns;
	return ok;
}

static bool signal_it(const struct native *n, int number, struct err *err)
{
	return kill(n->proc.pid, number) == 0 ||
	       err_sys(err, ERR_HOST, "cannot pause the target");
}

static bool native_happen(struct launched *t, enum launch_event what,
			  uint64_t amount, uint64_t *now, struct err *err)
{
	struct native *n = (struct native *)t;

	(void)amount;
	switch (what) {
	case LAUNCH_PAUSE: return signal_it(n, SIGSTOP, err);
	case LAUNCH_RESUME: return signal_it(n, SIGCONT, err);
	case LAUNCH_EPOCH_TARGET:
		t->link->ops->spoil(t->link, LINK_EPOCH_PEER);
		return true;
	case LAUNCH_EPOCH_DEBUGGER:
		t->link->ops->spoil(t->link, LINK_EPOCH_OURS);
		return true;
	case LAUNCH_WRECK:
		t->link->ops->spoil(t->link, LINK_SPOIL_MEMORY);
		return true;
	default: return next_life(n, what, now, err);
	}
}

/* --- a launched target ------------------------------------------------------
 */

static const struct launched_ops native_ops = {
	.cpu = native_cpu,
	.alive = native_alive,
	.peek = native_peek,
	.spared = native_spared,
	.happen = native_happen,
	.stop = native_stop,
};

bool native_start(struct launched **t, const struct launch_config *config,
		  struct err *err)
{
	struct ring_peer peer = { .life_fd = -1 };
	struct native *n = mem_alloc(sizeof(*n));
	bool ok;

	n->base.ops = &native_ops;
	n->words = -1;
	n->config = config;
	ok = share(n, config->guest, err) && prepare(n, &peer, err) &&
	     start(n, &peer, err);
	close_fd(peer.life_fd);
	if (!ok) {
		native_stop(&n->base);
		return false;
	}
	*t = &n->base;
	return true;
}

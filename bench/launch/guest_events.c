/* SPDX-License-Identifier: MIT */
#include "bench/launch/guest_events.h"

#include <signal.h>

#include "bench/base/clock.h"
#include "bench/launch/reset.h"
#include "bench/launch/wreck.h"

#define COMMAND_NS (5 * NS_PER_S)

static bool bridged(const struct guest_victim *v)
{
	return transport_via(v->config->transport) != VIA_NONE;
}

static bool is_ring(const struct guest_victim *v)
{
	return v->link->ops->spoil != NULL;
}

static const char *spared_rings(const struct guest_victim *v)
{
	if (!is_ring(v))
		return "this transport has no rings in shared memory";
	return bridged(v) ? "the bridge in between holds the rings" : NULL;
}

static bool sleeps(enum launch_event what)
{
	return what == LAUNCH_FREEZE || what == LAUNCH_THAW ||
	       what == LAUNCH_PAUSE || what == LAUNCH_RESUME;
}

const char *guest_events_spared(const struct guest_victim *v,
				enum launch_event what, uint64_t amount)
{
	if (v->qemu->external && !sleeps(what))
		return "the guest is somebody else's: it can only be frozen "
		       "or paused";
	switch (what) {
	case LAUNCH_RESET:
	case LAUNCH_RESET_NEW_PIPE:
	case LAUNCH_NEW_PIPE: return reset_spared(v->config->transport, what);
	case LAUNCH_POLL_COST:
		return "a guest counts its time-outs in time; in polls does "
		       "the simulator (transport: sim)";
	case LAUNCH_REVERT:
		return v->snapshot->taken ? NULL
					  : "there is no snapshot to go back "
					    "to";
	case LAUNCH_EPOCH_TARGET:
	case LAUNCH_EPOCH_DEBUGGER: return spared_rings(v);
	case LAUNCH_WRECK:
		return amount == LAUNCH_WRECK_RING_MEMORY ? spared_rings(v)
							  : NULL;
	default: return NULL;
	}
}

static bool command(const struct guest_victim *v, const char *name,
		    struct err *err)
{
	return qmp_execute(v->qemu->qmp, name, NULL, NULL, COMMAND_NS, err);
}

/* All of QEMU, so that its devices take nothing either. */
static bool signal_all(const struct guest_victim *v, int number,
		       struct err *err)
{
	if (v->qemu->proc.pid > 0 && kill(v->qemu->proc.pid, number) == 0)
		return true;
	return err_sys(err, ERR_HOST, "cannot pause QEMU");
}

static bool spoil(const struct guest_victim *v, enum link_spoil what)
{
	v->link->ops->spoil(v->link, what);
	return true;
}

static bool wreck(const struct guest_victim *v, uint64_t what, struct err *err)
{
	if (what == LAUNCH_WRECK_RING_MEMORY)
		return spoil(v, LINK_SPOIL_MEMORY);
	return wreck_guest(v->qemu, v->config->accel, (enum launch_wreck)what,
			   err);
}

bool guest_events_happen(const struct guest_victim *v, enum launch_event what,
			 uint64_t amount, uint64_t *now, struct err *err)
{
	switch (what) {
	case LAUNCH_RESET:
	case LAUNCH_RESET_NEW_PIPE:
	case LAUNCH_NEW_PIPE:
		return reset_happen(v->qemu, v->link, v->config->transport,
				    v->layout, v->config->guest->pattern_size,
				    what, now, err);
	case LAUNCH_FREEZE: return command(v, "stop", err);
	case LAUNCH_THAW: return command(v, "cont", err);
	case LAUNCH_PAUSE: return signal_all(v, SIGSTOP, err);
	case LAUNCH_RESUME: return signal_all(v, SIGCONT, err);
	case LAUNCH_SNAPSHOT: return snapshot_take(v->snapshot, v->qemu, err);
	case LAUNCH_REVERT: return snapshot_revert(v->qemu, err);
	case LAUNCH_EPOCH_TARGET: return spoil(v, LINK_EPOCH_PEER);
	case LAUNCH_EPOCH_DEBUGGER: return spoil(v, LINK_EPOCH_OURS);
	case LAUNCH_WRECK: return wreck(v, amount, err);
	case LAUNCH_POLL_COST: break;
	}
	return true;
}

/* SPDX-License-Identifier: MIT */
/*
 * The debugged machine's half of the protocol: what kdcom.dll and the kernel's
 * KdpSendWaitContinue do, as one state machine that never blocks. The guest
 * kernel, the simulated machine and the tests compile this same code and each
 * bring a few operations. Freestanding; its state is plain data.
 *
 * Life of a stop:
 *
 *	RUNNING --stop---> SENDING --ACK--> STOPPED --Continue--> RUNNING
 *	RUNNING --print--> SENDING --ACK or given up------------> RUNNING
 *	RUNNING --ask----> SENDING --ACK--> AWAITING --answer---> RUNNING
 *
 * What starts a life are kd_target_stop() and the functions of kd/say.h.
 * While not RUNNING the owner calls, in any order and as often as it likes:
 *
 *	kd_target_output()  room for bytes to send
 *	kd_target_input()   bytes that arrived (it takes none while it has
 *			    bytes to send: kdcom does not read while it writes)
 *	kd_target_time()    the clock, at the latest at kd_target_deadline()
 *
 * and while RUNNING kd_target_poll(), one byte at a time.
 */
#ifndef KD_TARGET_H
#define KD_TARGET_H

#include "bench/kd/exchange.h"
#include "bench/kd/message.h"
#include "bench/kd/target_profile.h"

/* What the machine must be able to do. 'env' is the owner's. */
struct kd_target_ops {
	/*
	 * Copy up to 'len' bytes of memory at 'address' (physical if so said)
	 * to 'to', add their sum to *sum unless that is NULL, and return how
	 * many could be read: fewer than 'len' only if the next one faults.
	 */
	uint32_t (*read)(void *env, bool physical, uint64_t address,
			 uint8_t *to, uint32_t len, uint32_t *sum);
	/* The same for writing. */
	uint32_t (*write)(void *env, bool physical, uint64_t address,
			  const uint8_t *from, uint32_t len);
	/*
	 * Of CPU 'cpu', which is below the count that the last state change
	 * told: fill KD_CONTEXT_SIZE bytes with its CONTEXT.
	 */
	void (*get_context)(void *env, unsigned cpu, uint8_t *to);
	/* Take the first 'len' <= KD_CONTEXT_SIZE bytes of a CONTEXT. */
	void (*set_context)(void *env, unsigned cpu, const uint8_t *from,
			    uint32_t len);
	/*
	 * Fill 'to' with at most 'len' bytes of a control space (6.3) and
	 * return how many; 0: there is no such selector.
	 */
	uint32_t (*read_control)(void *env, unsigned cpu, uint64_t selector,
				 uint8_t *to, uint32_t len);
	/*
	 * Take the first 'len' bytes of a control space, or of as many as it
	 * has, and return how many; 0: there is none that may be written.
	 */
	uint32_t (*write_control)(void *env, unsigned cpu, uint64_t selector,
				  const uint8_t *from, uint32_t len);
	/*
	 * Read or write an I/O port with an access of 'size' 1, 2 or 4 bytes.
	 */
	void (*io)(void *env, bool write, uint16_t port, uint32_t size,
		   uint32_t *value);
	/* Read or write a model-specific register; false: it faults. */
	bool (*msr)(void *env, bool write, uint32_t number, uint64_t *value);
	/*
	 * The debugger turns to CPU 'cpu', which exists: describe where it
	 * stands in *e, all but the code.
	 */
	void (*select)(void *env, unsigned cpu, struct kd_exception *e);
	/* Fill in m->u.version. */
	void (*version)(void *env, struct kd_manipulate *m);
	/*
	 * The machine is about to run on: apply the control set (m->api says
	 * whether it is Continue or Continue2). Called before the ACK has left.
	 */
	void (*resume)(void *env, const struct kd_manipulate *m);
	/* Restart the machine; called once the ACK has left. */
	void (*reboot)(void *env);
	/* Crash with this bugcheck; called once the ACK has left. */
	void (*bugcheck)(void *env, uint32_t code);
};

enum kd_target_state {
	KD_TARGET_RUNNING,
	KD_TARGET_SENDING,  /* a packet is out and not yet acknowledged */
	KD_TARGET_STOPPED,  /* waiting for requests */
	KD_TARGET_AWAITING, /* waiting for the answer to what it asked */
	KD_TARGET_LEAVING,  /* the ACK of a Continue or Reboot is on its way */
};

#define KD_BREAKPOINTS 32
#define KD_INTERNAL_BREAKPOINTS 20 /* DBGKD_MAX_INTERNAL_BREAKPOINTS */
#define KD_SPECIAL_CALLS 10
#define KD_CUSTOM_MAX 8 /* bytes of a custom breakpoint's instruction */
#define KD_TRACE_SIZE 4 /* bytes behind an exception (4.2) */

/* BREAKPOINT_TABLE of the kernel: what stands where, mostly int3. */
struct kd_breakpoint {
	uint64_t address;
	uint8_t saved[KD_CUSTOM_MAX];
	uint8_t len; /* 0: this entry is free */
};

/* An int3 that is counted and passed, not reported. */
struct kd_internal_breakpoint {
	uint64_t address;
	uint32_t flags; /* DBGKD_INTERNAL_BP_FLAG_* */
	uint32_t calls;
	uint8_t saved;
	bool used;
};

/* Longest data behind a state change: a path, or two strings. */
#define KD_STATE_DATA_MAX 512

struct kd_target {
	struct kd_target_profile profile;
	struct kd_exchange x;
	uint8_t state; /* enum kd_target_state */
	uint8_t after; /* state to enter once the packet is acknowledged */
	uint16_t want; /* type of packet that is waited for */
	bool rebooting;
	bool crashing;
	bool answered;        /* what was asked for has come */
	bool not_present;     /* KdDebuggerNotPresent */
	bool context_sent;    /* SetContext is legal (3.4) */
	bool breakin_seen;    /* a 62 in the current hunt (2.2) */
	bool breakin_pending; /* KdpControlCPending */
	bool droppable;       /* the packet in flight may be given up */
	bool ever_acked;
	bool stopped_once; /* a state change was sent before */
	bool asked_once;   /* a request was served since power-up */
	bool discarding;   /* input is thrown away until something leaves */
	bool poll_due;     /* a print ended: one look for a 62 (2.7) */
	uint64_t tries;    /* NumberRetries */
	uint64_t heard;    /* when the last byte came, or the wait began */
	uint64_t asked;    /* when the request being served was complete */
	uint32_t bugcheck; /* code to crash with */
	uint32_t processors, processor; /* as the last state change told */
	uint16_t state_len;
	/* To send again on RESEND. */
	uint8_t state_change[KD_STATE_SIZE + KD_STATE_DATA_MAX];
	struct kd_breakpoint breakpoints[KD_BREAKPOINTS];
	struct kd_internal_breakpoint internal[KD_INTERNAL_BREAKPOINTS];
	uint64_t special_calls[KD_SPECIAL_CALLS];
	uint32_t special_call_count;
};

/* A target that has just powered up, running. */
void kd_target_init(struct kd_target *t,
		    const struct kd_target_profile *profile);

/*
 * The next stage's KD takes over a running target: a boot manager's makes room
 * for a loader's, that for a kernel's. All is as at power-up, and what it says
 * first bears SYNC; what was counted stays. The breakpoints of the stage that
 * goes are taken out of its code.
 */
void kd_target_hand_over(struct kd_target *t, const struct kd_target_ops *ops,
			 void *env);

/* An exception: send the state change until somebody takes it, then serve. */
void kd_target_stop(struct kd_target *t, const struct kd_exception *e,
		    uint64_t now);

/*
 * Running: look at one byte, as the clock interrupt does (2.7). *used is 1 if
 * there was one; anything but 62 is lost. True: break in.
 */
bool kd_target_poll(struct kd_target *t, struct kd_span in, size_t *used);

/* Bytes that arrived; returns how many were consumed, perhaps not all. */
size_t kd_target_input(struct kd_target *t, const struct kd_target_ops *ops,
		       void *env, struct kd_span in, uint64_t now);

/*
 * While it listens and has nothing to send: the reader meets a receive error,
 * an overrun or a missing stop bit, before the next byte (2.2, 2.3).
 */
void kd_target_error(struct kd_target *t, const struct kd_target_ops *ops,
		     void *env, uint64_t now);

/* Fill 'room' with bytes to send; returns how many. */
size_t kd_target_output(struct kd_target *t, const struct kd_target_ops *ops,
			void *env, struct kd_room room, uint64_t now);

/* Let time-outs that are due happen. */
void kd_target_time(struct kd_target *t, const struct kd_target_ops *ops,
		    void *env, uint64_t now);

/* When kd_target_time() next matters, or UINT64_MAX. */
uint64_t kd_target_deadline(const struct kd_target *t);

/*
 * Must what has arrived be thrown away before anything leaves? Then call
 * kd_target_input() with it first.
 */
static inline bool kd_target_discarding(const struct kd_target *t)
{
	return t->discarding;
}

/* Running: must kd_target_poll() be called at once (2.7)? */
static inline bool kd_target_poll_due(const struct kd_target *t)
{
	return t->poll_due;
}

/* Running: does it look at the line at all? */
static inline bool kd_target_polls(const struct kd_target *t)
{
	return !t->not_present || !t->profile.absent_poll;
}

/* Does what arrives matter to it? Running, it only polls. */
static inline bool kd_target_listens(const struct kd_target *t)
{
	return t->state == KD_TARGET_SENDING || t->state == KD_TARGET_STOPPED ||
	       t->state == KD_TARGET_AWAITING;
}

/* Are there bytes to send (and so none to take)? */
static inline bool kd_target_sending(const struct kd_target *t)
{
	return kd_exchange_pending(&t->x);
}

/* Is this address the place of one of our breakpoints? */
bool kd_target_owns_breakpoint(const struct kd_target *t, uint64_t address);

/*
 * The machine has come to an int3 at 'address': is it an internal breakpoint?
 * Then the call is counted, and the machine goes on with the byte in *saved.
 */
bool kd_target_counts(struct kd_target *t, uint64_t address, uint8_t *saved);

/* Is there an internal breakpoint at 'address'? */
bool kd_target_has_internal(const struct kd_target *t, uint64_t address);

/* A hash of all that decides what comes next: no counters, no absolute time. */
uint64_t kd_target_digest(const struct kd_target *t, uint64_t now);

#endif

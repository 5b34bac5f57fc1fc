/* SPDX-License-Identifier: MIT */
/*
 * The debugger's half of the protocol: one request at a time, synchronisation,
 * and every rule by which it gets out of trouble. One state machine that never
 * blocks; freestanding; plain data.
 *
 * The owner calls, in any order and as often as it likes:
 *
 *	kd_debugger_output()  room for bytes to send
 *	kd_debugger_input()   bytes that arrived; stops at each event
 *	kd_debugger_time()    the clock, at the latest at kd_debugger_deadline()
 *
 * and acts on the events. What a request was answered with is in d->reply and,
 * trailing data, in kd_debugger_data(), valid until the next input().
 *
 * A running target asks on its own: for a line (PROMPT) or for a file (FILE).
 * It waits until it is answered, so the owner answers each of them, at once or
 * later, with kd_debugger_answer_*().
 */
#ifndef KD_DEBUGGER_H
#define KD_DEBUGGER_H

#include "bench/kd/debugger_profile.h"
#include "bench/kd/exchange.h"
#include "bench/kd/message.h"

#define KD_NEVER UINT64_MAX

enum kd_debugger_state {
	KD_DEBUGGER_OFF,     /* not connected */
	KD_DEBUGGER_SYNC,    /* RESET sent, its answer awaited */
	KD_DEBUGGER_SYNCED,  /* answered; a state change must follow */
	KD_DEBUGGER_RUNNING, /* the target runs; a state change may come */
	KD_DEBUGGER_READY,   /* the target is stopped and waits for us */
	KD_DEBUGGER_SENT,    /* a request is out, its ACK awaited */
	KD_DEBUGGER_ACKED,   /* acknowledged; its reply awaited */
	KD_DEBUGGER_GAVE_UP,
};

enum kd_debugger_event {
	KD_DEBUGGER_NOTHING,
	KD_DEBUGGER_STOP,   /* a state change: d->exception, d->new_state; of
			       modules d->symbols, and their path as data */
	KD_DEBUGGER_REPLY,  /* to the request: d->reply */
	KD_DEBUGGER_DONE,   /* a request that has no reply was taken */
	KD_DEBUGGER_PRINT,  /* text: kd_debugger_data() */
	KD_DEBUGGER_PROMPT, /* d->prompt; its text as data; answer it */
	KD_DEBUGGER_FILE,   /* d->file; a name, or bytes, as data; answer it */
	KD_DEBUGGER_TRACE,  /* d->trace, and its data */
	KD_DEBUGGER_LOST,   /* gave up by its own rules: d->reason */
};

/* Why it asks the target something of its own accord (doubt.c). */
enum kd_question {
	KD_QUESTION_NONE,
	KD_QUESTION_BEFORE,  /* do the ids agree? */
	KD_QUESTION_CONTEXT, /* before another one may be set */
	KD_QUESTION_AFTER,   /* was the last request taken? */
};

struct kd_debugger {
	struct kd_debugger_profile profile;
	struct kd_exchange x;
	uint8_t state;       /* enum kd_debugger_state */
	uint8_t arch;        /* enum kd_arch, as GetVersion told */
	uint8_t owed;        /* enum kd_debugger_event: comes at the next
				chance, behind the DONE that it implied */
	bool answering;      /* x.payload holds an answer, not yet taken */
	bool sync_after;     /* ... and then a stop is still to be had */
	bool request_open;   /* x.payload holds a request not yet answered */
	bool again;          /* ... to be sent anew once synchronised */
	bool anew;           /* ... and was, under another id: it may be done
				twice */
	bool refusing;       /* x.payload refuses a file (5.2) */
	bool done_due;       /* reliable: report DONE at the next chance */
	bool breakin_wanted; /* the owner asked for a stop */
	bool adrift;         /* RESET came unasked: was it one? */
	bool stood;          /* ... while the target was stopped */
	bool unsure;         /* the ids began anew, and no reply since */
	bool unproven;       /* an ACK is all that says that it runs */
	bool called;         /* ... and since then 62 or RESEND was sent */
	bool believe;        /* the next stop is a new one */
	bool printed;        /* text came since the open request */
	bool stop_again;     /* a stop was told again, no context since */
	bool told;           /* DONE was reported of the open request */
	uint8_t question;    /* enum kd_question: is the open request one? */
	uint8_t probes;      /* RESENDs since it was acknowledged */
	uint32_t held_api;   /* of what waits behind the question */
	uint32_t held_sum;
	uint16_t held_len;
	uint8_t breakins_owed; /* 62s sent that no stop has answered: one more
				  stop may come of each (F27) */
	uint16_t processor;    /* the CPU that reported last */
	uint16_t level;
	uint32_t api;          /* of the open request, or of the last one */
	uint16_t request_type; /* packet type: a request's, or an answer's */
	uint16_t request_len;
	uint32_t request_sum;
	uint64_t tries;        /* ACK time-outs of the open request */
	uint64_t repeated;     /* times it was sent again after its ACK */
	uint64_t discarded;    /* packets of another type than awaited */
	uint64_t obeyed;       /* RESENDs obeyed for it */
	uint64_t resets;       /* RESETs or break-ins since the last answer */
	uint64_t since;        /* when the current wait began */
	uint64_t heard;        /* when the last byte came */
	uint64_t hold_until;   /* thinking: nothing leaves before this */
	uint64_t ack_think_ns; /* set by the owner: time before each ACK */
	bool sync_repeat; /* the last packet bore SYNC: watch for its copy */
	bool copy_asked;  /* ... it came too early: its copy is taken */
	uint32_t last_id, last_sum;
	uint16_t last_len, last_type;
	uint8_t broken; /* packets in a row that could not be read */
	bool as_last;   /* the packet in x.rx equals the one before it */
	struct {
		uint16_t type, len;
		uint32_t sum;
		uint8_t asked;
	} puzzle; /* a packet of no known kind that was asked for again */
	struct {
		uint32_t id, sum;
		uint16_t type, len;
		uint8_t asked;
	} dispute; /* one whose id contradicts the rest, asked for again */
	uint64_t recoveries; /* acts that a healthy line does not need */
	/*
	 * First sign that the target has begun anew, be it in a packet that is
	 * not taken: SYNC in an id, a RESET, over records a state change. The
	 * owner sets it to KD_NEVER to know of the next one.
	 */
	uint64_t begun_ns;
	struct {
		uint16_t type, len;
		uint32_t sum;
	} asked;            /* by the target, last */
	uint32_t new_state; /* of the last state change */
	struct kd_exception exception;
	struct kd_symbols symbols;
	struct kd_manipulate reply;
	struct kd_debug_io prompt;
	struct kd_file_io file;
	struct kd_trace_io trace;
	uint8_t state_change[KD_STATE_SIZE]; /* as it came */
	uint8_t held[KD_MANIPULATE_SIZE];    /* behind the question */
	struct {
		uint16_t from, len; /* of the data, within x.rx.payload */
	} data;
	const char *reason; /* static text: why it gave up */
};

/* A debugger that has not spoken yet. */
void kd_debugger_init(struct kd_debugger *d,
		      const struct kd_debugger_profile *profile);

/* Start synchronising: RESET, until it is answered by RESET and a stop. */
void kd_debugger_connect(struct kd_debugger *d, uint64_t now);

/*
 * Only listen, to a target that runs for all we know: what it says is taken
 * and acknowledged from its first packet on. Right behind kd_debugger_init().
 */
static inline void kd_debugger_listen(struct kd_debugger *d)
{
	d->state = KD_DEBUGGER_RUNNING;
}

/* Ask a running target to stop: the byte 62. */
void kd_debugger_break_in(struct kd_debugger *d, uint64_t now);

/*
 * Forget the target: nothing is open any more, the ids start over, and what
 * arrives is ignored until the next connect. What was counted stays.
 */
void kd_debugger_forget(struct kd_debugger *d);

/*
 * Send a request (the state must be READY). 'data' (may be NULL) trails the 56
 * bytes. Level, processor and status are filled in, but for the processor of a
 * SwitchProcessor, which is the one to switch to.
 */
void kd_debugger_request(struct kd_debugger *d, const struct kd_manipulate *m,
			 const uint8_t *data, uint32_t len, uint64_t now);

/*
 * Answer the PROMPT or FILE that was reported last, and is still in the
 * receiver: a line of 'len' bytes; or *f, whose data may trail. Data that does
 * not fit is cut off.
 */
void kd_debugger_answer_prompt(struct kd_debugger *d, const uint8_t *text,
			       uint32_t len, uint64_t now);
void kd_debugger_answer_file(struct kd_debugger *d, const struct kd_file_io *f,
			     const uint8_t *data, uint32_t len, uint64_t now);

/* Bytes that arrived; consumes up to the first event. */
enum kd_debugger_event kd_debugger_input(struct kd_debugger *d,
					 struct kd_span in, uint64_t now,
					 size_t *used);

/*
 * Bytes are arriving that will be handed over later (a fault stage holds them
 * until their packet is whole): the line is busy, as a real receiver would see.
 */
static inline void kd_debugger_busy(struct kd_debugger *d, uint64_t now)
{
	d->heard = now;
}

/*
 * What was written is still leaving: a slow line has not taken all of it. Waits
 * begin when the last byte has left, as they do behind a real serial driver.
 */
static inline void kd_debugger_leaving(struct kd_debugger *d, uint64_t now)
{
	d->since = now;
}

/* Fill 'room' with bytes to send; returns how many. */
size_t kd_debugger_output(struct kd_debugger *d, struct kd_room room,
			  uint64_t now);

/* Let time-outs that are due happen. */
enum kd_debugger_event kd_debugger_time(struct kd_debugger *d, uint64_t now);

/* When kd_debugger_time() or _output() next matters, or KD_NEVER. */
uint64_t kd_debugger_deadline(const struct kd_debugger *d);

/* Data behind the fixed part of the packet just reported. */
struct kd_span kd_debugger_data(const struct kd_debugger *d);

/* A hash of all that decides what comes next: no counters, no absolute time. */
uint64_t kd_debugger_digest(const struct kd_debugger *d, uint64_t now);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The faults of one direction: a cutter, stages in a row, and the bytes that
 * wait until they are due. Plain data: a chain can be copied with memcpy, as
 * long as its spec and its log stay where they are.
 *
 *	bytes in --> cutter --> stage 1 --> stage 2 --> ... --> queue --> bytes
 *out
 *
 * It never merges or splits chunks; delays push back everything behind them, as
 * on a wire; a chunk that is to be overtaken waits beside the line, one at a
 * time. A stage sees what the stages before it have left,
 * so their order in the scenario is their order on the line. Where bytes have
 * an address, it is that of the undamaged stream at every stage.
 *
 * The stream is KD's serial framing, or records (chain_init_records); a packet
 * waits in the cutter until its last byte is there.
 */
#ifndef INJECT_CHAIN_H
#define INJECT_CHAIN_H

#include "bench/kd/span.h"
#include "inject/act.h"
#include "inject/cutter.h"
#include "inject/hold.h"
#include "inject/queue.h"
#include "inject/stage.h"
#include "inject/when.h"

#define CHAIN_STAGES_MAX 8
#define CHAIN_BYTES QUEUE_BYTES /* capacity */

/* chain_spec.flush_ns where nobody said anything else. */
#define CHAIN_FLUSH_NS UINT64_C(200000000)

/* One stage as configured; lives in the plan's arena. */
struct stage_spec {
	const struct stage_type *type;
	struct when when;
	const void *config; /* type->config_size bytes */
	const char *label;  /* as written, for the fault log: "drop#1" */
	unsigned line;      /* in the scenario, for messages */
};

/* The faults of one direction. */
struct chain_spec {
	const struct stage_spec *stages;
	size_t count;      /* at most CHAIN_STAGES_MAX */
	uint64_t flush_ns; /* an incomplete packet is released after so much
			      silence; UINT64_MAX: never */
};

/* A link that has hung up: nothing passes it any more. */
enum chain_hang {
	CHAIN_UP,
	CHAIN_DEAD,     /* until the faults end */
	CHAIN_NEW_PIPE, /* until there is a new pipe: see chain_empty_out() */
};

struct chain {
	const struct chain_spec *spec;
	struct fault_log *log; /* may be NULL */
	uint64_t seed;         /* of the trial */
	uint64_t t0;           /* instant 0 of the session */
	uint8_t dir;           /* enum fault_dir */
	bool healed;           /* faults have ended: bytes pass */
	uint8_t hang;          /* enum chain_hang */
	uint64_t acts;         /* so far, of all stages */
	uint64_t heard_ns;     /* when the last byte came in */
	struct when_state when[CHAIN_STAGES_MAX];
	uint64_t who[CHAIN_STAGES_MAX]; /* of the stages: see draw_who() */
	uint64_t state[CHAIN_STAGES_MAX][STAGE_STATE_WORDS]; /* the stages' */
	uint64_t capacity; /* bytes at which a stage makes it stop reading */
	struct cutter cutter;
	struct hold hold;
	struct queue queue;
	uint32_t reflected; /* bytes that go back where they came from */
	uint8_t reflection[STAGE_REFLECTED_MAX];
};

/* A chain at the start of a session; 'log' may be NULL. */
void chain_init(struct chain *c, const struct chain_spec *spec,
		enum fault_dir dir, uint64_t seed, uint64_t now,
		struct fault_log *log);

/* The same for a link that carries records (bench/kd/record.h). */
void chain_init_records(struct chain *c, const struct chain_spec *spec,
			enum fault_dir dir, uint64_t seed, uint64_t now,
			struct fault_log *log);

/* No stages: the engine may bypass the chain. */
static inline bool chain_empty(const struct chain *c)
{
	return c->spec->count == 0;
}

/* No stages, and nothing in it: the engine may go past the chain. */
static inline bool chain_bypassed(const struct chain *c)
{
	return chain_empty(c) && c->queue.len == 0;
}

/*
 * Deliver what the stages of 'from' have reflected: it goes into 'to', the
 * other direction, behind its stages. To be called after each put or time of
 * 'from'. True: something moved.
 */
bool chain_cross(struct chain *from, struct chain *to, uint64_t now);

/*
 * Put bytes of somebody else on the line: behind what is on its way, past the
 * faults and without an address. False, and nothing is put: there is no room.
 */
bool chain_slip(struct chain *c, struct kd_span in, uint64_t now);

/* Does the receiver meet an error before the first byte that is due? */
static inline bool chain_marked(const struct chain *c)
{
	return queue_marked(&c->queue);
}

/* How many bytes may be put now; 0: it is full, stop reading. */
size_t chain_room(const struct chain *c);

/*
 * Take bytes that arrived at 'now'; returns how many: at most chain_room(), and
 * fewer if faults add bytes or pauses. The rest is to be put again.
 */
size_t chain_put(struct chain *c, struct kd_span in, uint64_t now);

/* Let an incomplete or a held packet go if its time has come. */
void chain_time(struct chain *c, uint64_t now);

/*
 * Bytes that are due: one span (empty if none), valid until the next put, time,
 * consume or heal. After consuming all of it, look again: more may be due.
 */
struct kd_span chain_peek(const struct chain *c, uint64_t now);
void chain_consume(struct chain *c, size_t len);

/*
 * What a stage has asked for, if it is its turn now: no byte comes before it,
 * and none is due until its owner has let it happen and said so. NULL: nothing.
 */
static inline const struct chain_event *chain_asks(const struct chain *c,
						   uint64_t now)
{
	return queue_event(&c->queue, now);
}

static inline void chain_asked(struct chain *c)
{
	queue_event_done(&c->queue);
}

/* Does a stage ask for such a thing? */
bool chain_spec_asks(const struct chain_spec *spec, enum chain_event_kind kind);

/*
 * The next instant at which anything can happen that has not happened at 'now':
 * a further byte is due, or chain_time() has something to do. UINT64_MAX: not
 * by itself. Bytes that are due already are not announced again.
 */
uint64_t chain_deadline(const struct chain *c, uint64_t now);

/*
 * The faults end: what waits is due now, what was asked for does not happen any
 * more, what comes passes untouched, as soon as it comes. Packets are still
 * counted, so that addresses go on.
 */
void chain_heal(struct chain *c, uint64_t now);

/*
 * Has the link hung up? It is for its owner to do it to the other direction,
 * and to bring a new pipe if one is asked for. What comes meanwhile is lost.
 */
static inline enum chain_hang chain_hung(const struct chain *c)
{
	return c->healed ? CHAIN_UP : (enum chain_hang)c->hang;
}

/* Throw away all that is in it; packets are counted on. */
void chain_lose(struct chain *c);

/*
 * Throw away all that is in it, as the end of a connection does; what comes
 * next comes through a new pipe. Packets are counted on.
 */
void chain_empty_out(struct chain *c);

/*
 * Put away or bring back all of it but its spec, its seed and its log. What is
 * brought back under another spec has met as many packets as the one that was
 * put away, and has not acted.
 */
void chain_keep(struct chain *c, struct keeper *k);

/*
 * A hash of all that decides what comes next: no absolute time. A chain that
 * has healed is no more than the bytes in it.
 */
uint64_t chain_digest(const struct chain *c, uint64_t now);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Both ends of a ring in one struct, one step at a time: ring.c itself, with
 * other loads, stores and barriers. A function of ring.c does one such thing in
 * each step: it is called anew, is given what it saw before, and left at the
 * next one. For test_ring_model.c alone, which includes it after cmocka.h.
 *
 * The writer writes a byte whenever there is room, the reader takes what there
 * is; whoever can do neither lies down until the bell or, a limited number of
 * times, a timer wakes it.
 */
#ifndef UNIT_RING_MODEL_H
#define UNIT_RING_MODEL_H

#include <setjmp.h>
#include <string.h>

#include "bench/ring/ring.h"
#include "tests/support/tso.h"

enum mutant {
	MUTANT_NONE,
	MUTANT_NO_BARRIER_IN_WAKE, /* between index and flag, who publishes */
	MUTANT_NO_BARRIER_IN_ARM,  /* between flag and index, who lies down */
	MUTANT_LOOK_THEN_FLAG,     /* looks once more, then says "I sleep" */
	MUTANT_WAKE_THEN_PUBLISH,  /* looks at the flag, then publishes */
	MUTANT_CLEAR_LATE,         /* the flag is cleared behind the bell */
	MUTANT_BELL_OVERTAKES,     /* the bell is heard before the clearing */
	MUTANT_COUNT
};

static const char *const mutant_names[] = {
	"none",
	"no barrier in must_wake()",
	"no barrier in arm",
	"recheck before flag",
	"flag before index",
	"flag cleared late",
	"bell before the flag is clear",
};

/* --- the state of everything ---------------------------------------------- */

#define SAW_MAX 8
#define DATA 4 /* place of the first data byte, behind the four lines */
#define SIZE_MAX_MODEL 2

enum where {
	LOOK,  /* at the other side's index */
	TOUCH, /* the byte itself */
	MOVE,  /* the own index: commit or consume */
	BELL,
	CLEAR, /* of the mutant that does it now */
	ARM,
	ASLEEP,
	DISARM,
	HUSH, /* the host reads its eventfd empty; a guest's HLT has done so */
	DONE,
};

struct thread {
	uint32_t head, tail; /* of its struct ring */
	uint8_t where;
	uint8_t done;   /* bytes moved */
	uint8_t timers; /* sleeps that may end by themselves */
	uint8_t bell;   /* it was rung for this thread */
	uint8_t saw_count;
	uint8_t wakes; /* what the last commit or consume said */
	uint8_t zero[2];
	uint32_t saw[SAW_MAX];
};

struct world {
	struct tso tso;
	struct thread thread[2]; /* writer, reader */
};

enum { WRITER, READER };

static struct ring_area lines; /* only its addresses are used */

static struct {
	enum mutant mutant;
	uint32_t size, total;
	bool host[2];        /* which thread waits as the host does */
	struct world *world; /* what is being stepped */
	unsigned who;
	unsigned at;   /* things done by the current call */
	bool stepped;  /* the new one is done */
	bool blocked;  /* it cannot be done now */
	bool arming;   /* which barrier is this? */
	jmp_buf leave; /* the call, at the thing after it */
} m;

/* --- what ring.c does to memory --------------------------------------------
 */

/* Was this thing done before? Else it is the one to do, or one too many. */
static bool done_before(void)
{
	if (m.at < m.world->thread[m.who].saw_count) {
		m.at++;
		return true;
	}
	if (m.stepped)
		longjmp(m.leave, 1);
	return false;
}

static uint32_t note(uint32_t value)
{
	struct thread *t = &m.world->thread[m.who];

	assert_true(t->saw_count < SAW_MAX);
	t->saw[t->saw_count++] = value;
	m.at++;
	m.stepped = true;
	return value;
}

static uint32_t place_of(const struct ring_line *line)
{
	return (uint32_t)(line - &lines.to_host.head);
}

static uint32_t load(const struct ring_line *line)
{
	struct thread *t = &m.world->thread[m.who];

	if (done_before())
		return t->saw[m.at - 1];
	return note(tso_load(&m.world->tso, m.who, place_of(line)));
}

static void store(struct ring_line *line, uint32_t value)
{
	struct thread *t = &m.world->thread[m.who];

	if (done_before())
		return;
	/* must_wake() clears a flag, and nobody else does it there. */
	if (m.mutant != MUTANT_CLEAR_LATE || t->where != MOVE || value)
		tso_store(&m.world->tso, m.who, place_of(line), value);
	note(0);
}

static void ring_full_barrier(void)
{
	bool none = m.mutant == (m.arming ? MUTANT_NO_BARRIER_IN_ARM
					  : MUTANT_NO_BARRIER_IN_WAKE);

	if (done_before())
		return;
	if (!tso_drained(&m.world->tso, m.who) && !none) {
		m.blocked = true;
		longjmp(m.leave, 1);
	}
	note(0);
}

#define RING_MODEL
#include "bench/ring/ring.c" /* NOLINT: the code itself is under test */

/* --- mutants that are other orders ---------------------------------------- */

static bool look(struct ring *r)
{
	return m.who == READER ? ring_look_as_reader(r)
			       : ring_look_as_writer(r);
}

static bool arm(struct ring *r)
{
	struct ring_line *flag = m.who == READER ? &r->shared->reader_sleeps
						 : &r->shared->writer_sleeps;
	bool work;

	if (m.mutant != MUTANT_LOOK_THEN_FLAG)
		return m.who == READER ? ring_arm_reader(r)
				       : ring_arm_writer(r);
	work = !look(r) ||
	       (m.who == READER ? ring_filled(r) : ring_free(r)) != 0;
	store(flag, 1);
	ring_full_barrier();
	return work;
}

static bool disarm(struct ring *r)
{
	if (m.who == READER)
		ring_disarm_reader(r);
	else
		ring_disarm_writer(r);
	return false;
}

/* One byte the one way, all that there is the other way. */
static bool move(struct ring *r)
{
	bool wakes;

	if (m.mutant != MUTANT_WAKE_THEN_PUBLISH)
		return m.who == READER ? ring_consume(r, ring_filled(r))
				       : ring_commit(r, 1);
	if (m.who == READER) {
		wakes = must_wake(&r->shared->writer_sleeps);
		r->tail = r->head;
		store(&r->shared->tail, r->tail);
	} else {
		wakes = must_wake(&r->shared->reader_sleeps);
		r->head++;
		store(&r->shared->head, r->head);
	}
	return wakes;
}

/* --- one step of one thread ----------------------------------------------- */

/*
 * Do the next thing of a function of ring.c. True: with it the function has
 * returned, *result.
 */
static bool call(struct thread *t, bool (*f)(struct ring *), bool *result)
{
	struct ring r = { .shared = &lines.to_host,
			  .size = m.size,
			  .head = t->head,
			  .tail = t->tail };

	m.at = 0;
	m.stepped = m.blocked = false;
	m.arming = f == arm;
	if (setjmp(m.leave))
		return false;
	*result = f(&r);
	assert_false(r.broken);
	t->head = r.head;
	t->tail = r.tail;
	memset(t->saw, 0, sizeof(t->saw));
	t->saw_count = 0;
	return true;
}

/* The bytes themselves: number i has the value i + 1. */
static void touch(struct world *w, struct thread *t)
{
	uint32_t from = m.who == READER ? t->tail : t->head;
	uint32_t to = m.who == READER ? t->head : t->head + 1;

	for (uint32_t i = from; i != to; i++) {
		uint32_t place = DATA + (i & (m.size - 1));

		if (m.who == WRITER)
			tso_store(&w->tso, m.who, place, i + 1);
		else
			assert_int_equal(tso_load(&w->tso, m.who, place),
					 i + 1);
		t->done++;
	}
}

static void next_round(struct thread *t)
{
	t->where = t->done < m.total ? LOOK : DONE;
}

/* What thread 'm.who' does next. False: it cannot, without a timer or at all.
 */
static bool step(struct world *w, bool by_timer)
{
	struct thread *t = &w->thread[m.who];
	bool result;

	if (by_timer && (t->where != ASLEEP || !t->timers))
		return false;
	m.world = w;
	m.blocked = false;
	switch ((enum where)t->where) {
	case LOOK:
		if (call(t, look, &result))
			t->where = (m.who == READER
					    ? t->head != t->tail
					    : t->head - t->tail < m.size)
					   ? TOUCH
					   : ARM;
		break;
	case TOUCH:
		touch(w, t);
		t->where = MOVE;
		break;
	case MOVE:
		if (call(t, move, &result)) {
			t->wakes = result;
			next_round(t);
			if (result)
				t->where = BELL;
		}
		break;
	case BELL:
		if (!tso_drained(&w->tso, m.who) &&
		    m.mutant != MUTANT_BELL_OVERTAKES)
			return false;
		w->thread[!m.who].bell = 1;
		next_round(t);
		if (m.mutant == MUTANT_CLEAR_LATE)
			t->where = CLEAR;
		break;
	case CLEAR:
		tso_store(&w->tso, m.who, m.who == READER ? 3 : 2, 0);
		next_round(t);
		break;
	case ARM:
		if (call(t, arm, &result))
			t->where = result ? DISARM : ASLEEP;
		break;
	case ASLEEP:
		if (!by_timer && !t->bell)
			return false;
		t->timers = (uint8_t)(t->timers - by_timer);
		if (!m.host[m.who])
			t->bell = 0;
		t->where = DISARM;
		break;
	case DISARM:
		if (call(t, disarm, &result))
			t->where = m.host[m.who] ? HUSH : LOOK;
		break;
	case HUSH:
		t->bell = 0;
		t->where = LOOK;
		break;
	case DONE: return false;
	}
	return !m.blocked;
}

#endif

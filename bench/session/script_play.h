/* SPDX-License-Identifier: MIT */
/*
 * What the files of the step 'script' tell each other: the row whose turn it is
 * (step_script.c), what it asks (script_ask.c), what came of it
 * (script_reply.c). Private to bench/session.
 */
#ifndef SESSION_SCRIPT_PLAY_H
#define SESSION_SCRIPT_PLAY_H

#include "bench/session/script.h"
#include "bench/session/steps.h"

/* Where it is in a row, or beside all of them. */
enum script_part {
	SCRIPT_PART_PLANT, /* what must lie in the region */
	SCRIPT_PART_ORDER, /* the list of events */
	SCRIPT_PART_ROW,   /* a row is asked, or awaited */
	SCRIPT_PART_LOOK,  /* at what a row is to write back */
	SCRIPT_PART_THINK, /* before a break-in, or an answer */
	SCRIPT_PART_AGAIN, /* past a stop that came before */
	SCRIPT_PART_GO,    /* to the end of the order */
	SCRIPT_PART_END,   /* its end is awaited */
	SCRIPT_PART_RUN,   /* and beyond, to be broken in to */
};

/* The current row. */
const struct script_row *script_row(const struct session *s);

/* Ask it: once what it needs is there. */
void script_ask(struct session *s);

/* What a row is to write back was read. */
void script_looked(struct session *s);

/* Plant the next thing; false: everything lies there. */
bool script_plant(struct session *s);

/*
 * Order the events from the current row on, up to the next break-in. False:
 * there are none.
 */
bool script_give(struct session *s);

/*
 * The current row was answered: is that what must come? What later rows take
 * from it is kept. If not, the session has ended.
 */
bool script_check(struct session *s);

/* End the session because of the current row. */
void script_wrong(struct session *s, enum verdict verdict, const char *what);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Dialogues: what a debugger asks one after the other, as a table. The address
 * of one request comes out of the replies before it, so each row is a pair of
 * functions that share s->talk. Private to bench/session.
 */
#ifndef SESSION_TALK_H
#define SESSION_TALK_H

#include "bench/session/steps.h"

/* One request; a table of them ends with a row without 'ask'. */
struct talk_row {
	/* Ask; false: there is nothing to ask, and the next row is due. */
	bool (*ask)(struct session *s);
	/*
	 * It was answered with this data, in a packet that was right. What it
	 * says is a stranger's word; if it cannot be, end the session.
	 */
	void (*heard)(struct session *s, struct kd_span data);
	uint16_t times; /* asked so often in turn: s->talk.turn; 0 is once */
};

/*
 * Begin a dialogue; 'over' is called when all of it was answered. Both are
 * static. The number of the row is in s->part.
 */
void talk_begin(struct session *s, const struct talk_row *rows,
		void (*over)(struct session *s));

/* What was asked was answered: on to the next row. For step_ops.reply. */
void talk_reply(struct session *s);

/* From a row's 'heard': go on with the row so many before it. */
void talk_back(struct session *s, uint8_t rows);

/* Read so much virtual memory. */
bool talk_read(struct session *s, uint64_t address, uint32_t count);

/*
 * Did the read that was answered succeed, in full? If not, the session has
 * ended, and 'what' is what could not be read.
 */
bool talk_check_read(struct session *s, struct kd_span data, uint32_t count,
		     const char *what);

/* End the session as corrupt: 'what' is or has something that cannot be. */
void talk_implausible(struct session *s, const char *what, uint64_t value);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * How a debugger behaves, as data; numbers in brackets are sections of
 * kd-protocol, tags the sources that docs/protocol.md lists. The first word of
 * each choice, and zero, is what the profile 'robust' does. Freestanding.
 */
#ifndef KD_DEBUGGER_PROFILE_H
#define KD_DEBUGGER_PROFILE_H

#include <stdbool.h>
#include <stdint.h>

/* How bytes become packets: kdcom's hunt, or kd/blocks.h (7.6: R2). */
#define KD_READER_WORDS "hunt|blocks"

/* Acknowledged but unanswered: again under the same id (2.10) or the next one
   (13: CAP). */
#define KD_REPEAT_ID_WORDS "same|next"

/* RESEND received (2.10; 7.6: R2 takes it for an error). */
#define KD_ON_RESEND_WORDS "repeat|abort"
enum kd_on_resend { KD_ON_RESEND_REPEAT, KD_ON_RESEND_ABORT };

/*
 * A RESET that it does not await: start over without a word (2.10); send one of
 * its own and await the answer (2.10: KD, says VKD; F36); answer it and go on
 * (F37); drop it (7.6: R2).
 */
#define KD_UNEXPECTED_RESET_WORDS "resync|reset|answer|ignore"
enum kd_unexpected_reset {
	KD_UNEXPECTED_RESYNC,
	KD_UNEXPECTED_RESET,
	KD_UNEXPECTED_ANSWER,
	KD_UNEXPECTED_IGNORE,
};

/*
 * Data before its RESET is answered: unread (2.10); asked for again, and the
 * copy taken (2.10: CAP); acknowledged and thrown away (7.2: R2).
 */
#define KD_UNSYNCED_DATA_WORDS "drop|resend|ack"
enum kd_unsynced_data { KD_UNSYNCED_DROP, KD_UNSYNCED_RESEND, KD_UNSYNCED_ACK };

/*
 * Data while its own packet is unacknowledged: processed (2.10); acknowledged
 * and thrown away (7.6: R2); the same, but taken for the ACK (F25).
 */
#define KD_EARLY_DATA_WORDS "take|drop|imply"
enum kd_early_data { KD_EARLY_TAKE, KD_EARLY_DROP, KD_EARLY_IMPLY };

/* Are the ids of ACKs, and of data, compared (2.10; 7.6: R2)? */
#define KD_ID_CHECK_WORDS "checked|ignored"

/* SYNC in the id of a data packet: both counters start over (2.10, NYN), or it
   is only masked (7.2: R2). */
#define KD_SYNC_RULE_WORDS "restart|masked"

/*
 * An id that is not the next one, on a packet that is no copy of the last: a
 * duplicate all the same (2.10), or a packet was missed: RESET (13: CAP).
 */
#define KD_UNEXPECTED_ID_WORDS "ack|reset"

/* Wrong sum, trailer or length: RESEND (2.10), or an error (7.6: R2). */
#define KD_BROKEN_PACKET_WORDS "resend|error"
enum kd_broken_packet { KD_BROKEN_RESEND, KD_BROKEN_ERROR };

/* A 62 before each second RESET, before each (7.2: R2), or only while a stop
   was asked for. */
#define KD_BREAKIN_WITH_RESET_WORDS "alternate|always|wanted"
enum kd_breakin_with_reset {
	KD_BREAKIN_ALTERNATE,
	KD_BREAKIN_ALWAYS,
	KD_BREAKIN_WANTED,
};

/* What makes a reply the one awaited: its echo of the request (F30), or that it
   is of type 2 at all (7.6: R2). */
#define KD_REPLY_MATCH_WORDS "echo|type"

/* A line on which bytes arrive: kdbench's own debugger waits longer, for who
   talks does not listen; 2.10: KD sends its RESETs all the same (VKD). */
#define KD_BUSY_LINE_WORDS "waits|ignored"

/*
 * FILE_IO: only acknowledged; its create answered with C000000F (5.2: R2); or
 * answered by the owner, who has files or has not (5.2: CAP).
 */
#define KD_FILE_IO_WORDS "drop|refuse|serve"
enum kd_file_rule { KD_FILE_DROP, KD_FILE_REFUSE, KD_FILE_SERVE };

/* PacketId of a RESET, which nobody looks at (1.4: R2, ISP; CAP). */
#define KD_RESET_HEADER_ID_WORDS "zero|initial"

/* Fields of a request that mean nothing: zero, or whatever was there before
   (13: CAP, record 194 bears the count of record 190). */
#define KD_UNUSED_FIELDS_WORDS "zero|stale"

/*
 * A request without a reply while no reply has shown that both ends count the
 * same ids: a question first, or trust (F14, F20: such a request is
 * acknowledged and dropped, and nothing tells).
 */
#define KD_UNSURE_IDS_WORDS "ask|trust"
enum kd_unsure_ids { KD_UNSURE_ASK, KD_UNSURE_TRUST };

/*
 * What equals the packet before it, where that may have come once more under
 * another id: a stop before the ACK of what was to make the target run, or
 * behind a question whether it does (F26); a reply behind a RESET (F30); and
 * whatever comes while none such is awaited, or text (F14). It may be no new
 * one, or is taken for one. The same doubt meets what is new under an old id.
 */
#define KD_COPIES_WORDS "doubt|take"
enum kd_copies { KD_COPIES_DOUBT, KD_COPIES_TAKE };

/*
 * A sound packet whose type no target sends, or whose payload is of another
 * type: the type was damaged, and once acknowledged it is lost (F13).
 */
#define KD_UNKNOWN_DATA_WORDS "resend|ack"
enum kd_unknown_data { KD_UNKNOWN_RESEND, KD_UNKNOWN_ACK };

/*
 * Time-outs are in ticks of the caller's 'now'; KD_NEVER means: wait without a
 * timer.
 */
struct kd_debugger_profile {
	/* A packet that stops arriving: RESEND after this (2.10). */
	uint64_t byte_timeout_ns;
	/* No ACK for a data packet: send it again after this ... */
	uint64_t ack_timeout_ns;
	/* ... so many times, then RESET. */
	uint64_t retries;
	/*
	 * ACKed but no reply: again after this. Longer than the target's own
	 * ACK wait, or F23 wedges ReactOS.
	 */
	uint64_t reply_timeout_ns;
	/* ... so many times, then RESET. */
	uint64_t repeats;
	/*
	 * ACKed, has no reply, and no sign since that the target runs: RESEND
	 * after this, and again each time after twice as long (F13). 0 and
	 * KD_NEVER: it is not asked.
	 */
	uint64_t probe_after_ns;
	/* RESEND obeyed so many times for one packet, then RESET; and how long
	   it takes to obey (13). */
	uint64_t resends;
	uint64_t resend_delay_ns;
	/* RESET unanswered: again after this ... */
	uint64_t reset_timeout_ns;
	/* ... twice as long every other time, up to this; less than the time
	   above: always the same (2.10: MSDOC, VKD). */
	uint64_t reset_timeout_max_ns;
	/* ... so many times, then give up; 0: no limit (2.10: MSDOC). */
	uint64_t resets;
	/* Largest payload that it takes; 0: 4000 (7.5: R2). */
	uint64_t packet_max;
	/* Packets that are not what it awaits, before it takes one for what it
	   awaits; 0: no limit (7.6: R2). */
	uint64_t discards;
	/* Indices into the words above. */
	int reader;
	int repeat_id;
	int on_resend;
	int unexpected_reset;
	int unsynced_data;
	int early_data;
	int ack_id;
	int data_id;
	int sync_id;
	int unexpected_id;
	int broken_packet;
	int breakin_with_reset;
	int reply_match;
	int file_io;
	int reset_id;
	int unused_fields;
	int busy_line;
	int unsure_ids;
	int copies;
	int unknown_data;
	bool reliable;
};

#endif

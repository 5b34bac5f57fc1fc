/* SPDX-License-Identifier: MIT */
/*
 * How a target behaves, as data: each difference between real targets is one
 * field. Numbers in brackets are sections of kd-protocol, tags the sources that
 * docs/protocol.md lists. All zero is what Microsoft's published relatives do
 * (SING; the profile 'ms'), so a field that nobody has set changes nothing.
 * Freestanding.
 */
#ifndef KD_TARGET_PROFILE_H
#define KD_TARGET_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * While it waits for the ACK of its own packet: which data packet is as good
 * (2.4: SING, TINY; 2.5: ROS; F40: ISP, which answers each with RESEND)?
 */
#define KD_IMPLIED_ACK_WORDS "expected-id|any-data|never"
enum kd_implied_ack { KD_IMPLIED_EXPECTED, KD_IMPLIED_ANY, KD_IMPLIED_NEVER };

/*
 * An id other than 80800000 and 80800001, so one with SYNC (2.4 check 5: SING;
 * 2.5: ROS acknowledges, SYNC included, and drops; 2.5: VKD takes it).
 */
#define KD_SYNC_ID_WORDS "resend|ack|take"
enum kd_sync_id { KD_SYNC_RESEND, KD_SYNC_ACK, KD_SYNC_TAKE };

/*
 * Whose checksum is looked at: that of new requests only, a wrong type and a
 * duplicate being acknowledged unseen (2.4 checks 4 to 7: SING); that of all
 * data packets (2.5: ROS); none (8.4: ISP). Where the type is checked in that
 * order is no field: no byte on the wire shows it.
 */
#define KD_SUM_CHECK_WORDS "new-data|all-data|none"
enum kd_sum_check { KD_SUM_NEW, KD_SUM_ALL, KD_SUM_NONE };

/* A request under the id of the one before it (8.4: ISP serves it again). */
#define KD_DUPLICATE_WORDS "ack|serve"
enum kd_duplicate { KD_DUPLICATE_ACK, KD_DUPLICATE_SERVE };

/*
 * A 62 right before a leader (2.2: SING keeps it; ROS overwrites it, F28), and
 * one before any other byte (2.2: forgotten; VKD keeps it, F29).
 */
#define KD_KEEP_WORDS "kept|lost"
#define KD_FORGET_WORDS "lost|kept"

/*
 * Does hearing a leader give a packet all of its retries back (2.1: SING, TINY;
 * ROS counts every time-out of a packet: kddll.c)?
 */
#define KD_RETRY_RELOAD_WORDS "leader|never"

/*
 * May the running target be stopped by a 62 while it believes that nobody is
 * there (2.7: ROS polls; SING does not)? 'ms' polls, as kdbench always did.
 */
#define KD_ABSENT_POLL_WORDS "on|off"

/* One more look for a 62 behind each print that was sent (2.7: ROS). */
/* Throw away all input before the first state change ever (2.6, F32: SING). */
#define KD_SWITCH_WORDS "off|on"

/* Bytes 01 00 00 00 behind an exception's 240 (4.2, 8.3: ROS; WBG). */
#define KD_TRACE_DATA_WORDS "0|4"

/* Some but not all could be read (12: ROS, SING; ISP, and radare2 needs it). */
#define KD_READ_PARTIAL_WORDS "unsuccessful|success"

/*
 * Id of the first packet behind a RESET (12: ROS, SING, TINY, VKD, ISP; WBG,
 * and Rizin needs it: 7.8), and of each state change (2.10: WBG).
 */
#define KD_RESET_ID_WORDS "plain|sync"
#define KD_STOP_ID_WORDS "counter|sync"

/* What had arrived behind a RESET (9.2: VKD throws it away, against F36). */
#define KD_RESET_INPUT_WORDS "kept|discarded"

/* RESET is answered (2.11; F36: WBG stops at the first request). */
#define KD_RESET_ANSWER_WORDS "always|until-request"

/* Sends a packet again, on RESEND or a time-out (2.11, F40: ISP never). */
#define KD_RESEND_WORDS "obeyed|never"
enum kd_resend_rule { KD_RESEND_OBEYED, KD_RESEND_NEVER };

/*
 * GetContextEx and SetContextEx are served (8.3: ROS), or answered with
 * C0000001, as what nobody knows (8.1: CAP): WinDbg then asks for GetContext.
 */
#define KD_CONTEXT_EX_WORDS "served|refused"
enum kd_context_ex { KD_CONTEXT_EX_SERVED, KD_CONTEXT_EX_REFUSED };

/*
 * What WriteControlSpace has written trails its reply (3.5: ROS, SING), or not
 * (CAP, MBL).
 */
#define KD_CONTROL_ECHO_WORDS "on|off"

/*
 * The reader meets a receive error inside a packet (2.3: SING, TINY ask for the
 * packet, and hunt on behind a control packet; ROS's receive routine returns
 * RESEND from a header, so that what was sent last is sent again).
 */
#define KD_RX_ERROR_WORDS "resend|return"
enum kd_rx_error { KD_RX_ERROR_RESEND, KD_RX_ERROR_RETURN };

#define KD_TRIES_NEVER UINT64_MAX

struct kd_target_profile {
	/* Wait for one byte before kdcom's reader says TIMEOUT (2.9), in ticks
	   of the caller's 'now'. */
	uint64_t byte_timeout_ns;
	/* The same in polls of a port, for whoever knows what one costs; the
	   protocol itself looks at byte_timeout_ns only. */
	uint64_t byte_polls;
	/* The owner's 'now' counts looks at the line that found nothing, and
	   byte_timeout_ns so many of them (2.9): the guest, as kdcom. */
	bool counts_polls;
	/* KdCompRetryCount before and after the first ACK ever (2.1). */
	uint64_t retries_first;
	uint64_t retries;
	/* Sends of a reply until it is given up (2.6: ROS, after its 20
	   time-outs); zero wraps below itself, as SING's counter does, and
	   with KD_TRIES_NEVER nothing is counted. */
	uint64_t abandon_replies;
	/* Largest data that one read returns; real ones: 3944 (3.3). */
	uint64_t read_max;
	/* Indices into the words above. */
	int implied_ack;
	int sync_id;
	int sum_check;
	int duplicate;
	int breakin_before_leader;
	int breakin_before_garbage;
	int retry_reload;
	int print_poll;
	int absent_poll;
	int drain_first;
	int trace_data;
	int read_partial;
	int reset_id;
	int stop_id;
	int reset_input;
	int reset_answer;
	int resend;
	int context_ex;
	int control_echo;
	int rx_error;
	/* Packets are records on a reliable link: no ids, ACKs or sums. */
	bool reliable;
};

/* One field that is an index into words: how it is told to the guest. */
struct kd_target_rule {
	const char *key;   /* as in scenarios: "implied-ack" */
	const char *words; /* "expected-id|any-data|never" */
	size_t offset;     /* of an int in struct kd_target_profile */
};

/* Ends with a NULL key. */
extern const struct kd_target_rule kd_target_rules[];

#endif

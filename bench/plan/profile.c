/* SPDX-License-Identifier: MIT */
#include "bench/plan/profile.h"

#include <string.h>

#include "bench/kd/debugger.h"
#include "bench/kd/target.h"

#define TARGET(field) offsetof(struct kd_target_profile, field)
#define DEBUGGER(field) offsetof(struct kd_debugger_profile, field)

/* One choice among words; 'help' says what is decided. */
#define CHOICE(key, of, field, words, initial, help)                     \
	{                                                                \
		key, SETTING_ENUM, of(field), initial, help, words, 0, 0 \
	}

/*
 * kdcom.dll counts polls of a port; how long they take depends on the machine.
 * Here they are times, short enough that a lost packet costs tenths of a
 * second. They run from the last byte seen, so slow lines do not need more.
 */
const struct setting target_settings[] = {
	{ "byte-timeout", SETTING_DURATION, TARGET(byte_timeout_ns), "100ms",
	  "silence after which the target's reader gives up on a packet", NULL,
	  1000, 0 },
	{ "byte-polls", SETTING_COUNT, TARGET(byte_polls), "1024000",
	  "the same in reads of its port, with timeout-unit: polls", NULL, 1,
	  UINT64_C(1000000000) },
	{ "retries-first", SETTING_COUNT, TARGET(retries_first), "5",
	  "sends of a droppable packet before the first ACK ever", NULL, 1,
	  1000000 },
	{ "retries", SETTING_COUNT, TARGET(retries), "20",
	  "sends of a droppable packet after it", NULL, 1, 1000000 },
	CHOICE("retry-reload", TARGET, retry_reload, KD_RETRY_RELOAD_WORDS,
	       "leader", "what gives a packet all of its sends back"),
	{ "abandon-replies", SETTING_COUNT, TARGET(abandon_replies), "never",
	  "sends of a reply until it is given up", "never", 1, 1000000 },
	{ "read-max", SETTING_SIZE, TARGET(read_max), "3944",
	  "most bytes that one read returns", NULL, 1, 3944 },
	CHOICE("read-partial", TARGET, read_partial, KD_READ_PARTIAL_WORDS,
	       "unsuccessful", "status of a read of which only part is there"),
	CHOICE("implied-ack", TARGET, implied_ack, KD_IMPLIED_ACK_WORDS,
	       "expected-id", "which data is as good as the ACK awaited"),
	CHOICE("sync-id", TARGET, sync_id, KD_SYNC_ID_WORDS, "resend",
	       "a request under an id with SYNC, or any other impossible id"),
	CHOICE("sum-check", TARGET, sum_check, KD_SUM_CHECK_WORDS, "new-data",
	       "which packets' checksum is looked at"),
	CHOICE("duplicate", TARGET, duplicate, KD_DUPLICATE_WORDS, "ack",
	       "a request under the id of the one before"),
	CHOICE("resend", TARGET, resend, KD_RESEND_WORDS, "obeyed",
	       "whether it ever sends a packet again"),
	CHOICE("breakin-before-leader", TARGET, breakin_before_leader,
	       KD_KEEP_WORDS, "kept", "a 62 right before a packet"),
	CHOICE("breakin-before-garbage", TARGET, breakin_before_garbage,
	       KD_FORGET_WORDS, "lost", "a 62 before any other byte"),
	CHOICE("print-poll", TARGET, print_poll, KD_SWITCH_WORDS, "off",
	       "one more look for a 62 behind each print"),
	CHOICE("absent-poll", TARGET, absent_poll, KD_ABSENT_POLL_WORDS, "on",
	       "looks for a 62 while it believes that nobody is there"),
	CHOICE("reset-id", TARGET, reset_id, KD_RESET_ID_WORDS, "plain",
	       "id of the first packet behind a RESET: 80800000, or with SYNC"),
	CHOICE("reset-input", TARGET, reset_input, KD_RESET_INPUT_WORDS, "kept",
	       "what had arrived behind a RESET"),
	CHOICE("reset-answer", TARGET, reset_answer, KD_RESET_ANSWER_WORDS,
	       "always", "how long RESET is answered"),
	CHOICE("stop-id", TARGET, stop_id, KD_STOP_ID_WORDS, "counter",
	       "id of a state change: the next one, or always 80800800"),
	CHOICE("drain-first", TARGET, drain_first, KD_SWITCH_WORDS, "off",
	       "throws all input away before its first state change"),
	CHOICE("trace-data", TARGET, trace_data, KD_TRACE_DATA_WORDS, "0",
	       "bytes behind an exception's 240"),
	CHOICE("context-ex", TARGET, context_ex, KD_CONTEXT_EX_WORDS, "served",
	       "GetContextEx; refused, WinDbg asks for GetContext instead"),
	CHOICE("control-echo", TARGET, control_echo, KD_CONTROL_ECHO_WORDS,
	       "on", "the reply to WriteControlSpace repeats what was written"),
	CHOICE("rx-error", TARGET, rx_error, KD_RX_ERROR_WORDS, "resend",
	       "a receive error in a header: RESEND, or as if it had heard "
	       "one"),
	{ 0 },
};

const struct setting debugger_settings[] = {
	{ "byte-timeout", SETTING_DURATION, DEBUGGER(byte_timeout_ns), "50ms",
	  "silence inside a packet after which it asks for it again", NULL,
	  1000, 0 },
	{ "ack-timeout", SETTING_DURATION, DEBUGGER(ack_timeout_ns), "200ms",
	  "silence after a data packet until it is sent again", NULL, 1000, 0 },
	{ "retries", SETTING_COUNT, DEBUGGER(retries), "8",
	  "times a packet is sent again until the debugger resets", "unlimited",
	  0, 1000000 },
	{ "reply-timeout", SETTING_DURATION, DEBUGGER(reply_timeout_ns),
	  "200ms", "silence after an ACK until the request is sent again", NULL,
	  1000, 0 },
	{ "repeats", SETTING_COUNT, DEBUGGER(repeats), "1",
	  "times that is done until the debugger resets", "unlimited", 0,
	  1000000 },
	CHOICE("repeat-id", DEBUGGER, repeat_id, KD_REPEAT_ID_WORDS, "same",
	       "under which id it is done"),
	{ "probe-after", SETTING_DURATION, DEBUGGER(probe_after_ns), "500ms",
	  "silence after the ACK of what has no reply until RESEND asks "
	  "whether the target runs; then twice as long",
	  NULL, 1000, 0 },
	{ "resends", SETTING_COUNT, DEBUGGER(resends), "16",
	  "RESENDs obeyed for one packet until the debugger resets",
	  "unlimited", 0, 1000000 },
	{ "resend-delay", SETTING_DURATION, DEBUGGER(resend_delay_ns), "0",
	  "time until a RESEND is obeyed", NULL, 0, UINT64_C(10000000000) },
	CHOICE("on-resend", DEBUGGER, on_resend, KD_ON_RESEND_WORDS, "repeat",
	       "what RESEND makes it do"),
	{ "reset-timeout", SETTING_DURATION, DEBUGGER(reset_timeout_ns),
	  "200ms", "silence after a RESET until the next one", NULL, 1000, 0 },
	{ "reset-timeout-max", SETTING_DURATION, DEBUGGER(reset_timeout_max_ns),
	  "1.6s", "it doubles every other time, up to this; 0: always the same",
	  NULL, 0, 0 },
	{ "resets", SETTING_COUNT, DEBUGGER(resets), "12",
	  "RESETs without an answer until it gives up; 0: no limit", NULL, 0,
	  1000000 },
	CHOICE("reset-id", DEBUGGER, reset_id, KD_RESET_HEADER_ID_WORDS, "zero",
	       "id in a RESET, which nobody looks at"),
	CHOICE("breakin-with-reset", DEBUGGER, breakin_with_reset,
	       KD_BREAKIN_WITH_RESET_WORDS, "alternate",
	       "which RESETs have a 62 before them"),
	CHOICE("unexpected-reset", DEBUGGER, unexpected_reset,
	       KD_UNEXPECTED_RESET_WORDS, "resync",
	       "what a RESET makes it do that it does not await"),
	CHOICE("unsynced-data", DEBUGGER, unsynced_data, KD_UNSYNCED_DATA_WORDS,
	       "drop", "data before its RESET is answered"),
	CHOICE("early-data", DEBUGGER, early_data, KD_EARLY_DATA_WORDS, "take",
	       "data before its own packet is acknowledged"),
	CHOICE("ack-id", DEBUGGER, ack_id, KD_ID_CHECK_WORDS, "checked",
	       "whether ids of ACKs are compared"),
	CHOICE("data-id", DEBUGGER, data_id, KD_ID_CHECK_WORDS, "checked",
	       "whether ids of data are; a duplicate counts twice if not"),
	CHOICE("sync-id", DEBUGGER, sync_id, KD_SYNC_RULE_WORDS, "restart",
	       "what SYNC in an id does to its counters"),
	CHOICE("unexpected-id", DEBUGGER, unexpected_id, KD_UNEXPECTED_ID_WORDS,
	       "ack", "what is done with a packet that is not the next one"),
	CHOICE("broken-packet", DEBUGGER, broken_packet, KD_BROKEN_PACKET_WORDS,
	       "resend", "what is done about a wrong sum, trailer or length"),
	CHOICE("reply-match", DEBUGGER, reply_match, KD_REPLY_MATCH_WORDS,
	       "echo", "what makes a reply the awaited one"),
	CHOICE("busy-line", DEBUGGER, busy_line, KD_BUSY_LINE_WORDS, "waits",
	       "whether arriving bytes make its timers wait"),
	CHOICE("unsure-ids", DEBUGGER, unsure_ids, KD_UNSURE_IDS_WORDS, "ask",
	       "before what has no reply, while no reply has confirmed the "
	       "ids"),
	CHOICE("copies", DEBUGGER, copies, KD_COPIES_WORDS, "doubt",
	       "the last stop or reply once more, where it may be no new one"),
	CHOICE("unknown-data", DEBUGGER, unknown_data, KD_UNKNOWN_DATA_WORDS,
	       "resend", "what is done with a sound packet of no known kind"),
	{ "packet-max", SETTING_SIZE, DEBUGGER(packet_max), "4000",
	  "largest payload that it takes", NULL, 64, 4000 },
	{ "discards", SETTING_COUNT, DEBUGGER(discards), "0",
	  "packets dropped until one is taken for the awaited; 0: no limit",
	  NULL, 0, 1000000 },
	CHOICE("reader", DEBUGGER, reader, KD_READER_WORDS, "hunt",
	       "hunts for leaders, or reads 16 bytes and looks"),
	CHOICE("file-io", DEBUGGER, file_io, KD_FILE_IO_WORDS, "serve",
	       "whether a wish for a file is answered"),
	CHOICE("unused-fields", DEBUGGER, unused_fields, KD_UNUSED_FIELDS_WORDS,
	       "zero", "what fields of a request hold that mean nothing"),
	{ 0 },
};

bool profile_lists(const struct profile *profile, const struct setting *row)
{
	return profile_initial(profile, row) != row->initial;
}

const char *profile_initial(const struct profile *profile,
			    const struct setting *row)
{
	for (size_t i = 0; profile->values[i].key; i++) {
		if (strcmp(profile->values[i].key, row->key) == 0)
			return profile->values[i].value;
	}
	return row->initial;
}

void profile_fill(const struct profile *profile, const struct setting *rows,
		  void *config)
{
	for (; rows->key; rows++) {
		struct setting row = *rows;

		row.initial = profile_initial(profile, rows);
		(void)setting_default(&row, config);
	}
}

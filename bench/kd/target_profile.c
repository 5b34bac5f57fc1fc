/* SPDX-License-Identifier: MIT */
#include "bench/kd/target_profile.h"

#define RULE(field) offsetof(struct kd_target_profile, field)

const struct kd_target_rule kd_target_rules[] = {
	{ "implied-ack", KD_IMPLIED_ACK_WORDS, RULE(implied_ack) },
	{ "sync-id", KD_SYNC_ID_WORDS, RULE(sync_id) },
	{ "sum-check", KD_SUM_CHECK_WORDS, RULE(sum_check) },
	{ "duplicate", KD_DUPLICATE_WORDS, RULE(duplicate) },
	{ "breakin-before-leader", KD_KEEP_WORDS, RULE(breakin_before_leader) },
	{ "breakin-before-garbage", KD_FORGET_WORDS,
	  RULE(breakin_before_garbage) },
	{ "retry-reload", KD_RETRY_RELOAD_WORDS, RULE(retry_reload) },
	{ "print-poll", KD_SWITCH_WORDS, RULE(print_poll) },
	{ "absent-poll", KD_ABSENT_POLL_WORDS, RULE(absent_poll) },
	{ "drain-first", KD_SWITCH_WORDS, RULE(drain_first) },
	{ "trace-data", KD_TRACE_DATA_WORDS, RULE(trace_data) },
	{ "read-partial", KD_READ_PARTIAL_WORDS, RULE(read_partial) },
	{ "reset-id", KD_RESET_ID_WORDS, RULE(reset_id) },
	{ "stop-id", KD_STOP_ID_WORDS, RULE(stop_id) },
	{ "reset-input", KD_RESET_INPUT_WORDS, RULE(reset_input) },
	{ "reset-answer", KD_RESET_ANSWER_WORDS, RULE(reset_answer) },
	{ "resend", KD_RESEND_WORDS, RULE(resend) },
	{ "context-ex", KD_CONTEXT_EX_WORDS, RULE(context_ex) },
	{ "control-echo", KD_CONTROL_ECHO_WORDS, RULE(control_echo) },
	{ "rx-error", KD_RX_ERROR_WORDS, RULE(rx_error) },
	{ 0 },
};

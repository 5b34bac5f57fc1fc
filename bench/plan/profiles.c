/* SPDX-License-Identifier: MIT */
/*
 * The profiles themselves: what differs from the rows' defaults, and who says
 * so. Numbers are sections of kd-protocol, tags those of docs/protocol.md; what
 * no source says is marked UNCONFIRMED here and in 'kdbench list profiles'.
 */
#include "bench/plan/profile.h"

const struct profile target_profiles[] = {
	{ .name = "ms",
	  .help = "kdcom.dll and the Windows kernel, after Microsoft's "
		  "published Singularity (SING, TINY); today's kdcom.dll: "
		  "UNCONFIRMED" },
	{ .name = "reactos",
	  .help = "ReactOS kdcom and ntoskrnl (ROS)",
	  .values = {
		  { "byte-polls", "409600", "ROS cport.c: 204800 misses of "
					    "two reads" },
		  { "retries-first", "20", "ROS kdcom.c: always 20" },
		  { "retry-reload", "never", "ROS kddll.c" },
		  { "abandon-replies", "20", "ROS kddll.c: types that its "
					     "switch does not list" },
		  { "implied-ack", "any-data", "ROS kddll.c: F23" },
		  { "sync-id", "ack", "ROS kddll.c: F15" },
		  { "sum-check", "all-data", "ROS kddll.c" },
		  { "breakin-before-leader", "lost", "ROS kdserial.c: F28" },
		  { "print-poll", "on", "ROS kdprint.c" },
		  { "trace-data", "4", "ROS kdx64.c" },
		  { "rx-error", "return", "ROS kddll.c" },
	  } },
	{ 0 },
};

const struct profile debugger_profiles[] = {
	{ .name = "robust",
	  .help = "kdbench's own: every wait has a timer and every timer an "
		  "end" },
	{ .name = "windbg",
	  .help = "WinDbg and KD, as far as they were seen: on KDNET (CAP) or "
		  "by others (VKD, MSDOC, WBG); on serial lines its timers and "
		  "counts are UNCONFIRMED",
	  .values = {
		  { "byte-timeout", "485ms", "UNCONFIRMED: the one timer "
					     "seen" },
		  { "ack-timeout", "485ms", "UNCONFIRMED: the one timer "
					    "seen" },
		  { "retries", "10", "UNCONFIRMED: 5 s, says SING" },
		  { "reply-timeout", "485ms", "CAP: records 195 to 197" },
		  { "repeats", "10", "UNCONFIRMED: 5 s, says SING" },
		  { "repeat-id", "next", "CAP: record 197" },
		  { "resends", "unlimited", "UNCONFIRMED: no limit seen" },
		  { "resend-delay", "15.5ms", "CAP: records 198, 199" },
		  { "reset-timeout", "1s", "VKD: about once a second" },
		  { "reset-timeout-max", "0", "VKD: about once a second" },
		  { "resets", "0", "MSDOC: resets=0; the default number is "
				   "UNCONFIRMED" },
		  { "reset-id", "initial", "CAP: not zero" },
		  { "breakin-with-reset", "wanted", "UNCONFIRMED: only ever "
						   "by hand" },
		  { "unexpected-reset", "reset", "VKD: F36" },
		  { "unsynced-data", "resend", "CAP: records 4 to 7" },
		  { "unexpected-id", "reset", "CAP: records 201, 202" },
		  { "busy-line", "ignored", "VKD: about once a second" },
		  { "probe-after", "none", "UNCONFIRMED: never seen" },
		  { "unsure-ids", "trust", "UNCONFIRMED: never seen" },
		  { "copies", "take", "UNCONFIRMED: never seen" },
		  { "unknown-data", "ack", "UNCONFIRMED: never seen" },
		  { "file-io", "refuse", "CAP" },
		  { "unused-fields", "stale", "CAP: record 194" },
	  } },
	{ .name = "radare2",
	  .help = "radare2's winkd client (R2): no timer, no re-send, no ids; "
		  "set target.read-max: 1992 or it refuses long replies",
	  .values = {
		  { "byte-timeout", "none", "R2: never times out" },
		  { "ack-timeout", "none", "R2: never times out" },
		  { "reply-timeout", "none", "R2: never times out" },
		  { "reset-timeout", "none", "R2: never times out" },
		  { "on-resend", "abort", "R2 winkd.c" },
		  { "breakin-with-reset", "always", "R2 winkd.c: 62, RESET" },
		  { "unexpected-reset", "ignore", "R2 winkd.c: another type" },
		  { "unsynced-data", "ack", "R2 kd.c" },
		  { "early-data", "drop", "R2 winkd.c: another type" },
		  { "ack-id", "ignored", "R2 winkd.c" },
		  { "data-id", "ignored", "R2 winkd.c" },
		  { "sync-id", "masked", "R2 kd.c" },
		  { "broken-packet", "error", "R2 kd.c" },
		  { "reply-match", "type", "R2 winkd.c" },
		  { "packet-max", "2048", "R2 kd.h: 800 hex" },
		  { "discards", "10", "R2 winkd.c" },
		  { "probe-after", "none", "R2: never times out" },
		  { "unsure-ids", "trust", "R2: no ids" },
		  { "copies", "take", "R2 winkd.c" },
		  { "unknown-data", "ack", "R2 kd.c" },
		  { "reader", "blocks", "R2 kd.c" },
		  { "file-io", "refuse", "R2 winkd.c" },
	  } },
	{ .name = "naive",
	  .help = "a straw man: what a first implementation does, and what "
		  "the rules are there for; nobody's in particular",
	  .values = {
		  { "byte-timeout", "500ms", "one timer for all" },
		  { "ack-timeout", "500ms", "one timer for all" },
		  { "retries", "unlimited", "no cap: F39" },
		  { "reply-timeout", "none", "takes an ACK for a promise: "
					     "F13" },
		  { "resends", "unlimited", "no cap: F38, F39" },
		  { "reset-timeout", "500ms", "one timer for all" },
		  { "reset-timeout-max", "0", "one timer for all" },
		  { "resets", "0", "no cap: F36" },
		  { "breakin-with-reset", "wanted", "nobody told it" },
		  { "unexpected-reset", "answer", "as the target does: F37" },
		  { "early-data", "imply", "as the target does: F25" },
		  { "ack-id", "ignored", "any ACK will do: F24" },
		  { "sync-id", "masked", "nobody told it: F34" },
		  { "reply-match", "type", "any reply will do: F30" },
		  { "busy-line", "ignored", "one timer for all" },
		  { "probe-after", "none", "takes an ACK for a promise: "
					   "F13" },
		  { "unsure-ids", "trust", "nobody told it: F20" },
		  { "copies", "take", "a stop is a stop: F26" },
		  { "unknown-data", "ack", "nobody told it: F13" },
	  } },
	{ 0 },
};

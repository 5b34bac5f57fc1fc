/* SPDX-License-Identifier: MIT */
/*
 * Steps in which the target asks and the debugger answers: file-transfer
 * prompt. The guest compares the file with what it must be, and says in the end
 * how much of it was right.
 */
#include "bench/session/steps.h"

#include <string.h>

#include "bench/base/hash.h"

enum { PART_ORDER, PART_GO, PART_RUN, PART_RESULT };

#define HANDLE UINT64_C(0x4b44) /* of the one file that is served */

/* The order has been taken: the guest begins. */
static void asking_done(struct session *s)
{
	if (s->part != PART_GO)
		return;
	s->part = PART_RUN;
	s->window_began = s->now;
	s->last_line_ns = s->now;
}

static void asking_stop(struct session *s)
{
	asking_done(s); /* before the ACK of the Continue */
	if (s->part != PART_RUN) {
		session_spurious(s);
		return;
	}
	/* A 62 of ours may have stopped it in the middle: then it goes on. */
	s->offset = !s->d->breakins_owed;
	if (s->offset)
		session_window_end(s, s->last_line_ns);
	s->part = PART_RESULT;
	session_ask_result(s);
}

/* What the guest says is here: has it come to the end? */
static bool finished(struct session *s)
{
	if (!session_check_reply(s, "reading the guest's result"))
		return false;
	if (!session_order_done(s)) {
		s->part = PART_RUN;
		session_spurious(s);
		return false;
	}
	if (!s->offset)
		session_window_end(s, s->last_line_ns);
	return true;
}

/* One question was answered. */
static void sample(struct session *s, uint64_t payload)
{
	session_sample(s, s->now - s->last_line_ns, payload);
	s->last_line_ns = s->now;
}

/* file-transfer: the guest reads KDBB_FILE_NAME, which we make up. */
static void transfer_op(struct session *s)
{
	s->part = PART_ORDER;
	s->key = hash_add(s->config->nonce, s->orders);
	session_order(s, KDBB_FILE_TRANSFER, s->step->size, s->step->chunk,
		      s->key);
}

static void transfer_reply(struct session *s)
{
	if (s->part == PART_ORDER) {
		if (!session_check_reply(s, "ordering the transfer"))
			return;
		s->part = PART_GO;
		session_continue(s, false);
	} else if (s->part != PART_RESULT || !finished(s)) {
		return;
	} else if (!s->ops) {
		session_end(s, VERDICT_GAVE_UP,
			    "step '%s': the guest got no answer to its wish "
			    "for a file (debugger.file-io)",
			    s->step->name);
	} else if (session_check_result(s, s->step->size,
					"bytes of the file right")) {
		session_step_done(s);
	}
}

/* Is this the file that the workload asks for? */
static bool is_our_name(struct kd_span name)
{
	uint8_t ours[2 * sizeof(KDBB_FILE_NAME)];

	return name.len == kdbb_file_name(ours) &&
	       memcmp(name.at, ours, name.len) == 0;
}

/* Bytes [offset, offset + len) of the file with this key. */
static void make_bytes(uint64_t key, uint64_t offset, uint8_t *to, uint32_t len)
{
	uint32_t i = 0;

	while (i < len) {
		uint64_t at = offset + i;
		uint32_t from = (uint32_t)(at % 8);
		uint32_t n = 8 - from < len - i ? 8 - from : len - i;
		uint8_t word[8];

		kd_store64(word, hash_pattern(key, at / 8));
		memcpy(to + i, word + from, n);
		i += n;
	}
}

static uint32_t read_ours(struct session *s, struct kd_file_io *f)
{
	uint64_t offset = f->u.transfer.offset;
	uint64_t len = f->u.transfer.length;

	if (offset >= s->step->size) {
		f->status = KD_STATUS_END_OF_FILE;
		f->u.transfer.length = 0;
		return 0;
	}
	if (len > s->step->size - offset)
		len = s->step->size - offset;
	if (len > KD_FILE_DATA_MAX)
		len = KD_FILE_DATA_MAX;
	make_bytes(s->key, offset, s->data, (uint32_t)len);
	f->u.transfer.length = (uint32_t)len;
	return (uint32_t)len;
}

/* Requests about any other file are the file service's. */
static void transfer_file(struct session *s)
{
	struct kd_file_io f = s->d->file;
	uint32_t len = 0;

	f.status = KD_STATUS_SUCCESS;
	if (f.api == KD_FILE_CREATE && is_our_name(kd_debugger_data(s->d))) {
		f.u.create.handle = HANDLE;
		f.u.create.length = s->step->size;
	} else if (f.api == KD_FILE_READ && f.u.transfer.handle == HANDLE) {
		len = read_ours(s, &f);
		sample(s, len);
	} else if (f.api != KD_FILE_CLOSE || f.u.close.handle != HANDLE) {
		session_serve_file(s);
		return;
	}
	kd_debugger_answer_file(s->d, &f, s->data, len, s->now);
}

const struct step_ops file_transfer_ops = {
	.op = transfer_op,
	.reply = transfer_reply,
	.done = asking_done,
	.file = transfer_file,
	.stop = asking_stop,
	.needs_stop = true,
	.needs_kdbb = session_always,
};

/* prompt: the guest asks for lines, as somebody's DbgPrompt would. */
static void prompt_op(struct session *s)
{
	s->part = PART_ORDER;
	session_order(s, KDBB_PROMPT, s->step->count, 0, 0);
}

static void prompt_reply(struct session *s)
{
	if (s->part == PART_ORDER) {
		if (!session_check_reply(s, "ordering prompts"))
			return;
		s->part = PART_GO;
		session_continue(s, false);
	} else if (s->part == PART_RESULT && finished(s) &&
		   session_check_result(s, s->step->count, "lines answered")) {
		session_step_done(s);
	}
}

static void prompt_asked(struct session *s)
{
	static const uint8_t line[] = "yes";

	sample(s, 0);
	kd_debugger_answer_prompt(s->d, line, sizeof(line) - 1, s->now);
}

const struct step_ops prompt_ops = {
	.op = prompt_op,
	.reply = prompt_reply,
	.done = asking_done,
	.prompt = prompt_asked,
	.stop = asking_stop,
	.needs_stop = true,
	.needs_kdbb = session_always,
};

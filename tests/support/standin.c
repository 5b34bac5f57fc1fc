/* SPDX-License-Identifier: MIT */
#include "tests/support/standin.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/base/clock.h"
#include "bench/kd/say.h"
#include "bench/kd/sum.h"

#define NOP 0x90
/* Instructions between two looks at the line. */
#define BURST 100

static void stop(struct standin *s, uint32_t code, uint64_t now)
{
	struct kd_exception e = {
		.processors = 1, .pc = s->pc, .code = code, .address = s->pc
	};

	kd_target_stop(&s->t, &e, now);
	if (code != KD_STATE_LOAD_SYMBOLS)
		return;
	/* The same packet, not a byte of which has left, tells of a module. */
	kd_store32(s->t.state_change, KD_STATE_LOAD_SYMBOLS);
	memcpy(s->t.x.payload, s->t.state_change, KD_STATE_SIZE);
	s->t.x.sum = kd_sum(s->t.state_change, KD_STATE_SIZE);
}

/* One instruction; false if it stopped the machine. */
static bool execute(struct standin *s, uint64_t now)
{
	if (*standin_at(s, s->pc) == STANDIN_INT3) {
		stop(s, KD_CODE_BREAKPOINT, now);
		return false;
	}
	if (++s->pc >= STANDIN_LOOP + STANDIN_LOOP_SIZE)
		s->pc = STANDIN_LOOP;
	if (!s->stepping)
		return true;
	stop(s, KD_CODE_SINGLE_STEP, now);
	return false;
}

static void break_in(struct standin *s, uint64_t now)
{
	s->resume_at = s->pc;
	s->pc = STANDIN_BREAK;
	stop(s, KD_CODE_BREAKPOINT, now);
}

void standin_init(struct standin *s, const struct standin_config *config)
{
	struct kd_target_profile profile = {
		.byte_timeout_ns = config->mute ? UINT64_MAX : 2 * NS_PER_S,
		.retries_first = 5,
		.retries = 20,
		.read_max = 3944,
	};

	if (config->reactos) {
		profile.retries_first = profile.retries;
		profile.retry_reload = 1;
		profile.abandon_replies = 20;
		profile.implied_ack = KD_IMPLIED_ANY;
		profile.sync_id = KD_SYNC_ACK;
		profile.sum_check = KD_SUM_ALL;
		profile.breakin_before_leader = 1;
		profile.print_poll = 1;
		profile.trace_data = 1;
	}
	memset(s, 0, sizeof(*s));
	s->config = *config;
	for (size_t i = 0; i < STANDIN_SIZE; i++)
		s->memory[i] = (uint8_t)(i * 31 + i / 256);
	memset(standin_at(s, STANDIN_LOOP), NOP, STANDIN_LOOP_SIZE);
	*standin_at(s, STANDIN_BREAK) = STANDIN_INT3;
	kd_store64(standin_at(s, STANDIN_LIST_AT), STANDIN_BLOCK_AT);
	kd_store64(standin_at(s, STANDIN_BLOCK_AT), STANDIN_LIST_AT);
	memcpy(standin_at(s, STANDIN_BLOCK_AT + 0x10), "KDBG", 4);
	s->pc = STANDIN_LOOP;
	kd_target_init(&s->t, &profile);
	if (config->stopped)
		break_in(s, clock_now_ns());
}

/* --- the line ------------------------------------------------------------- */

struct line {
	int fd;
	size_t len; /* arrived and not yet taken */
	uint8_t in[4096];
};

/* Wait for bytes and take them in; false: nobody is there any more. */
static bool receive(struct line *l, uint64_t wait_ns)
{
	struct pollfd p = { .fd = l->fd, .events = POLLIN };
	int ms = wait_ns > NS_PER_S ? 1000 : (int)(wait_ns / NS_PER_MS) + 1;
	ssize_t n;

	if (l->len == sizeof(l->in) || poll(&p, 1, l->len ? 0 : ms) <= 0)
		return true;
	n = read(l->fd, l->in + l->len, sizeof(l->in) - l->len);
	if (n > 0)
		l->len += (size_t)n;
	return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

static void consume(struct line *l, size_t len)
{
	memmove(l->in, l->in + len, l->len - len);
	l->len -= len;
}

static bool transmit(int fd, const uint8_t *bytes, size_t len)
{
	while (len) {
		struct pollfd p = { .fd = fd, .events = POLLOUT };
		ssize_t n = write(fd, bytes, len);

		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return false;
		if (n < 0 && poll(&p, 1, 1000) < 0)
			return false;
		bytes += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
	return true;
}

static bool say(struct standin *s, struct line *l, uint64_t now)
{
	uint8_t out[4096];
	size_t n;

	while ((n = kd_target_output(&s->t, &standin_ops, s,
				     (struct kd_room){ out, sizeof(out) },
				     now)) > 0) {
		if (!transmit(l->fd, out, n))
			return false;
	}
	return true;
}

/* What a system says while it boots, whoever listens. */
static void boot_on(struct standin *s, uint64_t now)
{
	static const char path[] = "\\SystemRoot\\driver.sys";
	static const char line[] = "driver is up\n";
	const struct kd_symbols symbols = { .path_len = sizeof(path),
					    .base = STANDIN_BASE,
					    .size = STANDIN_SIZE };
	const struct kd_exception e = { .processors = 1, .pc = s->pc };

	switch (s->booted++ % 3) {
	case 0: kd_target_symbols(&s->t, &symbols, &e, path, now); break;
	case 1:
		kd_target_print(&s->t, (const uint8_t *)line, sizeof(line) - 1,
				now);
		break;
	default: kd_target_prompt(&s->t, (const uint8_t *)"ok? ", 4, 16, now);
	}
}

static void run(struct standin *s, struct line *l, uint64_t now)
{
	struct kd_span in = { l->in, l->len };
	size_t used;

	if (s->booted < s->config.boots) {
		boot_on(s, now);
		return;
	}
	if (s->module_due) {
		stop(s, KD_STATE_LOAD_SYMBOLS, now);
		return;
	}
	if (kd_target_poll(&s->t, in, &used)) {
		consume(l, used);
		s->module_due = s->config.modules && !s->told;
		s->told = s->module_due;
		if (s->module_due)
			stop(s, KD_STATE_LOAD_SYMBOLS, now);
		else
			break_in(s, now);
		s->module_due = false;
		return;
	}
	consume(l, used);
	for (int i = 0; i < BURST && execute(s, now); i++)
		;
}

void standin_serve(struct standin *s, int fd)
{
	struct line *l = calloc(1, sizeof(*l));
	uint64_t served = s->t.x.counts.packets_in;
	uint64_t wait = 0;

	l->fd = fd;
	while (receive(l, wait)) {
		uint64_t now = clock_now_ns(), next;

		kd_target_time(&s->t, &standin_ops, s, now);
		if (s->t.state == KD_TARGET_RUNNING)
			run(s, l, now);
		if (!say(s, l, now))
			break;
		if (s->t.state != KD_TARGET_RUNNING)
			consume(l, kd_target_input(
					   &s->t, &standin_ops, s,
					   (struct kd_span){ l->in, l->len },
					   now));
		if (s->config.hang_up_at &&
		    s->t.x.counts.packets_in - served >= s->config.hang_up_at)
			break;
		if (!say(s, l, now))
			break;
		next = kd_target_deadline(&s->t);
		wait = s->t.state == KD_TARGET_RUNNING ? NS_PER_MS
		       : next > now                    ? next - now
						       : 0;
	}
	free(l);
}

struct standin *standin_start(const struct standin_config *config, int *fd,
			      pid_t *pid)
{
	struct standin *s = mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int ends[2];

	if (s == MAP_FAILED || socketpair(AF_UNIX, SOCK_STREAM, 0, ends) < 0)
		abort();
	standin_init(s, config);
	*pid = fork();
	if (*pid < 0)
		abort();
	if (*pid == 0) {
		close(ends[0]);
		standin_serve(s, ends[1]);
		_exit(0);
	}
	close(ends[1]);
	*fd = ends[0];
	return s;
}

void standin_wait(int fd, pid_t pid)
{
	close(fd);
	waitpid(pid, NULL, 0);
}

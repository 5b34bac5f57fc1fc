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
#include "bench/kd/sum.h"
#include "tests/support/bare.h"

#define INT3 0xcc
#define NOP 0x90
/* Instructions between two looks at the line. */
#define BURST 100

#define LIST (STANDIN_BASE + 0x400)
#define BLOCK (STANDIN_BASE + 0x440)

/* --- the machine ---------------------------------------------------------- */

static uint8_t *at(struct standin *s, uint64_t address)
{
	uint64_t offset = address - STANDIN_BASE;

	return offset < STANDIN_SIZE ? s->memory + offset : NULL;
}

static uint32_t present(uint64_t address, uint32_t len)
{
	uint64_t offset = address - STANDIN_BASE;

	if (offset >= STANDIN_SIZE)
		return 0;
	return len < STANDIN_SIZE - offset ? len
					   : (uint32_t)(STANDIN_SIZE - offset);
}

static uint32_t machine_read(void *env, bool physical, uint64_t address,
			     uint8_t *to, uint32_t len, uint32_t *sum)
{
	struct standin *s = env;

	len = present(address, len);
	if (physical || !len)
		return 0;
	++*at(s, STANDIN_FICKLE);
	*sum += kd_copy_sum(to, at(s, address), len);
	return len;
}

static uint32_t machine_write(void *env, bool physical, uint64_t address,
			      const uint8_t *from, uint32_t len)
{
	struct standin *s = env;
	uint8_t deaf = *at(s, STANDIN_DEAF);

	len = present(address, len);
	if (physical || !len)
		return 0;
	s->writes++;
	s->breakpoints += len == 1 && *from == INT3;
	if (address <= STANDIN_ROM && STANDIN_ROM - address < len)
		len = (uint32_t)(STANDIN_ROM - address);
	memcpy(at(s, address), from, len);
	*at(s, STANDIN_DEAF) = deaf;
	return len;
}

static void machine_get_context(void *env, unsigned cpu, uint8_t *to)
{
	struct standin *s = env;

	(void)cpu;
	if (s->config.i386)
		kd_store32(s->context + KD_I386_EIP_OFFSET, (uint32_t)s->pc);
	else
		kd_store64(s->context + KD_CONTEXT_RIP_OFFSET, s->pc);
	memcpy(to, s->context, KD_CONTEXT_SIZE);
}

static void machine_set_context(void *env, unsigned cpu, const uint8_t *from,
				uint32_t len)
{
	struct standin *s = env;

	(void)cpu;
	memcpy(s->context, from, len);
	s->contexts_set++;
	if (s->config.i386)
		s->pc = (s->pc & ~UINT64_C(0xffffffff)) |
			kd_load32(s->context + KD_I386_EIP_OFFSET);
	else
		s->pc = kd_load64(s->context + KD_CONTEXT_RIP_OFFSET);
}

static void machine_version(void *env, struct kd_manipulate *m)
{
	struct standin *s = env;

	m->u.version.major = 0x000f;
	m->u.version.minor = 3790;
	m->u.version.protocol = 6;
	m->u.version.machine = s->config.i386 ? KD_MACHINE_I386
					      : KD_MACHINE_AMD64;
	m->u.version.flags = s->config.i386 ? 0 : KD_VERSION_PTR64;
	m->u.version.max_type = KD_TYPE_MAX;
	m->u.version.kern_base = STANDIN_BASE;
	if (s->config.list == STANDIN_NO_LIST)
		return;
	m->u.version.flags |= KD_VERSION_DATA;
	m->u.version.data_list = s->config.list == STANDIN_KDBG ? LIST : 0x1000;
}

static void machine_resume(void *env, const struct kd_manipulate *m)
{
	struct standin *s = env;

	s->stepping = m->api == KD_API_CONTINUE2 && m->u.resume.trace;
	s->module_due = s->config.modules && !s->stepping && !s->module_due;
	/* Behind the INT3 the way back begins. */
	if (s->pc == STANDIN_BREAK + 1)
		s->pc = s->resume_at;
}

static const struct kd_target_ops machine_ops = {
	.read = machine_read,
	.write = machine_write,
	.get_context = machine_get_context,
	.set_context = machine_set_context,
	.read_control = bare_read_control,
	.write_control = bare_write_control,
	.io = bare_io,
	.msr = bare_msr,
	.select = bare_select,
	.version = machine_version,
	.resume = machine_resume,
	.reboot = bare_reboot,
	.bugcheck = bare_bugcheck,
};

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
	if (*at(s, s->pc) == INT3) {
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
	const struct kd_target_profile profile = {
		.byte_timeout_ns = config->mute ? UINT64_MAX : 2 * NS_PER_S,
		.retries_first = 5,
		.retries = 20,
		.read_max = 3944,
	};

	memset(s, 0, sizeof(*s));
	s->config = *config;
	for (size_t i = 0; i < STANDIN_SIZE; i++)
		s->memory[i] = (uint8_t)(i * 31 + i / 256);
	memset(at(s, STANDIN_LOOP), NOP, STANDIN_LOOP_SIZE);
	*at(s, STANDIN_BREAK) = INT3;
	kd_store64(at(s, LIST), BLOCK);
	kd_store64(at(s, BLOCK), LIST);
	memcpy(at(s, BLOCK + 0x10), "KDBG", 4);
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

	while ((n = kd_target_output(&s->t, &machine_ops, s,
				     (struct kd_room){ out, sizeof(out) },
				     now)) > 0) {
		if (!transmit(l->fd, out, n))
			return false;
	}
	return true;
}

static void run(struct standin *s, struct line *l, uint64_t now)
{
	struct kd_span in = { l->in, l->len };
	size_t used;

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

		kd_target_time(&s->t, &machine_ops, s, now);
		if (s->t.state == KD_TARGET_RUNNING)
			run(s, l, now);
		if (!say(s, l, now))
			break;
		if (s->t.state != KD_TARGET_RUNNING)
			consume(l, kd_target_input(
					   &s->t, &machine_ops, s,
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

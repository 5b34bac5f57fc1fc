/* SPDX-License-Identifier: MIT */
#include "bench/session/stop_talk.h"

#include <string.h>

#define CODE_READ 128u /* bytes in which a debugger's cache reads */
#define DESCRIPTOR 8
#define LONG_GDT 128

/* Bits of a segment descriptor's upper half. */
#define DESCRIPTOR_PRESENT UINT32_C(0x8000)
#define DESCRIPTOR_CODE UINT32_C(0x1800) /* no system segment, executable */

#define CR0_PE UINT32_C(1) /* protected mode */

/* Where registers are in a CONTEXT and among the special ones. */
static const struct machine {
	uint16_t flags, cs, sp;
	uint16_t gdt; /* u16 limit, then the base */
	uint16_t word;
	uint64_t special; /* address of the control space */
} machines[2] = {
	[KD_AMD64] = { KD_CONTEXT_FLAGS_OFFSET, KD_CONTEXT_CS_OFFSET,
		       KD_CONTEXT_RSP_OFFSET, KD_SPECIAL_GDT_OFFSET, 8,
		       KD_CONTROL_SPACE_SPECIAL },
	[KD_I386] = { 0, KD_I386_CS_OFFSET, KD_I386_ESP_OFFSET,
		      KD_I386_GDT_OFFSET, 4, KD_I386_CONTEXT_SIZE },
};

static const struct machine *machine(const struct session *s)
{
	return &machines[s->d->arch];
}

static uint64_t word(const struct session *s, const uint8_t *at)
{
	return machine(s)->word == 8 ? kd_load64(at) : kd_load32(at);
}

bool stop_is(const struct session *s, uint32_t code)
{
	return s->d->new_state == KD_STATE_EXCEPTION &&
	       s->d->exception.code == code;
}

uint64_t stop_pc(const struct session *s)
{
	uint64_t pc = 0;

	(void)session_context_pc(
		s, (struct kd_span){ s->talk.context, s->talk.context_len },
		&pc);
	return pc;
}

uint64_t stop_sp(const struct session *s)
{
	return word(s, s->talk.context + machine(s)->sp);
}

/* --- the registers -------------------------------------------------------- */

/* A CONTEXT as long as it must be, with the program counter of the stop. */
static void take_context(struct session *s, struct kd_span data)
{
	struct session_talk *t = &s->talk;
	uint64_t pc = 0, stopped = s->d->exception.pc;

	if (data.len != kd_context_sizes[s->d->arch]) {
		session_end(s, VERDICT_CORRUPT,
			    "step '%s': a CONTEXT of %zu bytes", s->step->name,
			    data.len);
		return;
	}
	if (s->d->arch == KD_I386)
		stopped = (uint32_t)stopped; /* it travels sign-extended */
	(void)session_context_pc(s, data, &pc);
	if (pc != stopped) {
		session_end(s, VERDICT_CORRUPT,
			    "step '%s': the CONTEXT says pc 0x%llx, the stop "
			    "said 0x%llx",
			    s->step->name, (unsigned long long)pc,
			    (unsigned long long)stopped);
		return;
	}
	memcpy(t->context, data.at, data.len);
	t->context_len = (uint32_t)data.len;
	t->known = true;
	t->recoveries = s->d->recoveries;
}

bool stop_ask_context_ex(struct session *s)
{
	struct kd_manipulate m = {
		.api = KD_API_GET_CONTEXT_EX,
		.u.context_ex = { .count = kd_context_sizes[s->d->arch] },
	};

	s->talk.known = false;
	session_ask(s, &m, NULL, 0);
	return true;
}

/* Many targets do not know it. */
void stop_on_context_ex(struct session *s, struct kd_span data)
{
	if (kd_status_ok(s->d->reply.status))
		take_context(s, data);
}

bool stop_ask_context(struct session *s)
{
	if (s->talk.known)
		return false;
	session_ask_api(s, KD_API_GET_CONTEXT);
	return true;
}

void stop_on_context(struct session *s, struct kd_span data)
{
	if (session_check_reply(s, "GetContext"))
		take_context(s, data);
}

bool stop_ask_special(struct session *s)
{
	session_ask_memory(s, KD_API_READ_CONTROL, machine(s)->special,
			   kd_special_sizes[s->d->arch]);
	return true;
}

/* Old kernels have fewer of them; what is looked at here, all have. */
void stop_on_special(struct session *s, struct kd_span data)
{
	struct session_talk *t = &s->talk;

	if (!session_check_reply(s, "ReadControlSpace"))
		return;
	if (data.len < (size_t)machine(s)->gdt + 2 + machine(s)->word ||
	    data.len > kd_special_sizes[s->d->arch]) {
		session_end(s, VERDICT_CORRUPT,
			    "step '%s': a control space of %zu bytes",
			    s->step->name, data.len);
		return;
	}
	if (!(kd_load32(data.at) & CR0_PE)) {
		talk_implausible(s, "control register 0 holds",
				 kd_load32(data.at));
		return;
	}
	memcpy(t->special, data.at, data.len);
	t->special_len = (uint32_t)data.len;
}

static bool set_context(struct session *s)
{
	struct kd_manipulate m = {
		.api = KD_API_SET_CONTEXT,
		.u.context = { .flags = kd_load32(s->talk.context +
						  machine(s)->flags) },
	};

	session_ask(s, &m, s->talk.context, s->talk.context_len);
	return true;
}

bool stop_ask_set_context(struct session *s)
{
	return set_context(s);
}

/*
 * A target takes no context before it has shown one since its state change;
 * where the line had to be synchronised meanwhile, there was another of these.
 */
void stop_on_set_context(struct session *s, struct kd_span data)
{
	(void)data;
	s->talk.again = !kd_status_ok(s->d->reply.status) &&
			s->d->recoveries != s->talk.recoveries;
	if (s->talk.again)
		s->talk.known = false;
	else
		(void)session_check_reply(s, "SetContext");
}

bool stop_ask_set_again(struct session *s)
{
	return s->talk.again && set_context(s);
}

void stop_on_set_again(struct session *s, struct kd_span data)
{
	stop_on_set_context(s, data);
	if (s->talk.again)
		talk_back(s, 1);
}

bool stop_ask_set_special(struct session *s)
{
	struct kd_manipulate m = {
		.api = KD_API_WRITE_CONTROL,
		.u.memory = { .address = machine(s)->special,
			      .count = s->talk.special_len },
	};

	session_ask(s, &m, s->talk.special, s->talk.special_len);
	return true;
}

void stop_on_set_special(struct session *s, struct kd_span data)
{
	(void)data; /* some send what was written back, some do not */
	(void)session_check_reply(s, "WriteControlSpace");
}

/* --- memory that the registers lead to ------------------------------------ */

static bool read_gdt(struct session *s, uint32_t count)
{
	const struct machine *m = machine(s);
	uint64_t base = word(s, s->talk.special + m->gdt + 2);
	uint16_t cs = kd_load16(s->talk.context + m->cs);

	s->op_len = count;
	return talk_read(s, base + (cs & ~7u), count);
}

bool stop_ask_gdt(struct session *s)
{
	return read_gdt(s, DESCRIPTOR);
}

bool stop_ask_long_gdt(struct session *s)
{
	return read_gdt(s, LONG_GDT);
}

void stop_on_gdt(struct session *s, struct kd_span data)
{
	uint32_t high;

	if (!talk_check_read(s, data, s->op_len, "reading the GDT"))
		return;
	high = kd_load32(data.at + 4);
	if (!(high & DESCRIPTOR_PRESENT) ||
	    (high & DESCRIPTOR_CODE) != DESCRIPTOR_CODE)
		talk_implausible(s, "the code segment's descriptor is",
				 kd_load64(data.at));
}

bool stop_ask_code(struct session *s)
{
	return talk_read(s, stop_pc(s) + CODE_READ * s->talk.turn, CODE_READ);
}

/*
 * Code may end before the read does, as in Windows. What the state change has
 * shown of it must be there.
 */
void stop_on_code(struct session *s, struct kd_span data)
{
	const struct kd_exception *e = &s->d->exception;

	if (s->talk.turn)
		return;
	if (data.len < e->code_count || data.len > CODE_READ) {
		session_end(s, VERDICT_CORRUPT,
			    "step '%s': %zu bytes of code, of which %u were "
			    "shown",
			    s->step->name, data.len, (unsigned)e->code_count);
		return;
	}
	if (memcmp(data.at, e->code_bytes, e->code_count) != 0)
		session_end(s, VERDICT_CORRUPT,
			    "step '%s': the code at 0x%llx is not what the "
			    "stop has shown",
			    s->step->name, (unsigned long long)e->pc);
}

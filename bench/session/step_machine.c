/* SPDX-License-Identifier: MIT */
/*
 * Steps that look at the processor and its devices: read-msr read-port
 * control-space. What can be known of the answer is checked.
 */
#include "bench/session/steps.h"

#define MSR_EFER UINT64_C(0xc0000080)
#define EFER_LMA UINT32_C(0x400) /* long mode is active */

#define PORT_COM1_LSR UINT64_C(0x3fd)

#define CR0_PE UINT32_C(1) /* protected mode */

static void implausible(struct session *s, const char *what, uint64_t number,
			uint64_t value)
{
	session_end(s, VERDICT_CORRUPT,
		    "step '%s': %s 0x%llx holds 0x%llx, which cannot be",
		    s->step->name, what, (unsigned long long)number,
		    (unsigned long long)value);
}

static void msr_op(struct session *s)
{
	struct kd_manipulate m = {
		.api = KD_API_READ_MSR,
		.u.msr = { .number = (uint32_t)s->step->number },
	};

	session_ask(s, &m, NULL, 0);
}

static void msr_reply(struct session *s)
{
	const struct kd_manipulate *r = &s->d->reply;

	if (!session_check_reply(s, "ReadMachineSpecificRegister"))
		return;
	if (s->step->verify && s->step->number == MSR_EFER &&
	    s->d->arch == KD_AMD64 && !(r->u.msr.low & EFER_LMA))
		implausible(s, "MSR", s->step->number, r->u.msr.low);
	else
		session_op_done(s, 0);
}

const struct step_ops read_msr_ops = {
	.op = msr_op,
	.reply = msr_reply,
	.needs_stop = true,
	.counts = true,
};

static uint32_t width_of(const struct session *s)
{
	return UINT32_C(1) << s->step->width;
}

static void port_op(struct session *s)
{
	struct kd_manipulate m = {
		.api = KD_API_READ_IO,
		.u.io = { .address = s->step->number, .size = width_of(s) },
	};

	session_ask(s, &m, NULL, 0);
}

/*
 * A value has no more bits than were asked for. The line status of a UART whose
 * machine answers us is not 0: its transmitter is empty; nor is a bus on which
 * there is none.
 */
static void port_reply(struct session *s)
{
	const struct kd_manipulate *r = &s->d->reply;
	uint64_t limit = UINT64_C(1) << (8 * width_of(s));
	uint32_t value = r->u.io.value;

	if (!session_check_reply(s, "ReadIoSpace"))
		return;
	if (s->step->verify &&
	    (value >= limit || (s->step->number == PORT_COM1_LSR && !value)))
		implausible(s, "port", s->step->number, value);
	else
		session_op_done(s, 0);
}

const struct step_ops read_port_ops = {
	.op = port_op,
	.reply = port_reply,
	.needs_stop = true,
	.counts = true,
};

/* Where the special registers are: a selector, or an offset on i386. */
static uint64_t special_registers(const struct session *s)
{
	return s->d->arch == KD_I386 ? KD_I386_CONTEXT_SIZE
				     : KD_CONTROL_SPACE_SPECIAL;
}

static void control_op(struct session *s)
{
	uint64_t selector = s->step->number;

	if (selector == UINT64_MAX)
		selector = special_registers(s);
	session_ask_memory(s, KD_API_READ_CONTROL, selector,
			   kd_special_sizes[s->d->arch]);
}

static void control_reply(struct session *s)
{
	struct kd_span data = kd_debugger_data(s->d);
	bool special = s->step->number == UINT64_MAX ||
		       s->step->number == special_registers(s);

	if (!session_check_reply(s, "ReadControlSpace"))
		return;
	if (data.len < 4 || data.len > kd_special_sizes[s->d->arch])
		session_end(s, VERDICT_CORRUPT,
			    "step '%s': a control space of %zu bytes",
			    s->step->name, data.len);
	else if (s->step->verify && special && !(kd_load32(data.at) & CR0_PE))
		implausible(s, "control register", 0, kd_load32(data.at));
	else
		session_op_done(s, data.len);
}

const struct step_ops control_space_ops = {
	.op = control_op,
	.reply = control_reply,
	.needs_stop = true,
	.counts = true,
};

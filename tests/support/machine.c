/* SPDX-License-Identifier: MIT */
#include "tests/support/machine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "bench/kd/sum.h"
#include "bench/plan/profile.h"

struct kd_target_profile machine_profile;

void machine_be(const char *name)
{
	const struct profile *p = target_profiles;

	while (p->name && strcmp(p->name, name) != 0)
		p++;
	assert_non_null(p->name);
	profile_fill(p, target_settings, &machine_profile);
	machine_profile.byte_timeout_ns = TIMEOUT;
}

static uint32_t read_memory(void *env, bool physical, uint64_t address,
			    uint8_t *to, uint32_t len, uint32_t *sum)
{
	struct machine *m = env;
	uint32_t part;

	(void)physical;
	if (address >= sizeof(m->memory))
		return 0;
	if (len > sizeof(m->memory) - address)
		len = (uint32_t)(sizeof(m->memory) - address);
	part = kd_copy_sum(to, m->memory + address, len);
	if (sum)
		*sum += part;
	return len;
}

static uint32_t write_memory(void *env, bool physical, uint64_t address,
			     const uint8_t *from, uint32_t len)
{
	struct machine *m = env;

	(void)physical;
	if (address >= sizeof(m->memory))
		return 0;
	if (len > sizeof(m->memory) - address)
		len = (uint32_t)(sizeof(m->memory) - address);
	memcpy(m->memory + address, from, len);
	return len;
}

static void get_context(void *env, unsigned cpu, uint8_t *to)
{
	struct machine *m = env;

	memcpy(to, m->contexts[cpu], KD_CONTEXT_SIZE);
}

static void set_context(void *env, unsigned cpu, const uint8_t *from,
			uint32_t len)
{
	struct machine *m = env;

	memcpy(m->contexts[cpu], from, len);
}

static uint32_t read_control(void *env, unsigned cpu, uint64_t selector,
			     uint8_t *to, uint32_t len)
{
	struct machine *m = env;

	if (selector != 2)
		return 0;
	if (len > sizeof(m->special[cpu]))
		len = sizeof(m->special[cpu]);
	memcpy(to, m->special[cpu], len);
	return len;
}

static uint32_t write_control(void *env, unsigned cpu, uint64_t selector,
			      const uint8_t *from, uint32_t len)
{
	struct machine *m = env;

	if (selector != 2)
		return 0;
	if (len > sizeof(m->special[cpu]))
		len = sizeof(m->special[cpu]);
	memcpy(m->special[cpu], from, len);
	return len;
}

static void io(void *env, bool write, uint16_t port, uint32_t size,
	       uint32_t *value)
{
	struct machine *m = env;

	m->port = port;
	m->port_size = size;
	if (write)
		m->port_value = *value;
	else
		*value = m->port_value;
}

/* Register 1 is all there is. */
static bool msr(void *env, bool write, uint32_t number, uint64_t *value)
{
	struct machine *m = env;

	if (number != 1)
		return false;
	if (write)
		m->msr = *value;
	else
		*value = m->msr;
	return true;
}

static void select_cpu(void *env, unsigned cpu, struct kd_exception *e)
{
	(void)env;
	e->pc = 0x1000 + cpu;
}

static void version(void *env, struct kd_manipulate *m)
{
	(void)env;
	m->u.version.minor = 1234;
}

static void resume(void *env, const struct kd_manipulate *m)
{
	(void)m;
	((struct machine *)env)->resumed++;
}

static void reboot(void *env)
{
	((struct machine *)env)->rebooted++;
}

static void bugcheck(void *env, uint32_t code)
{
	((struct machine *)env)->bugcheck = code;
}

static const struct kd_target_ops machine_ops = {
	.read = read_memory,
	.write = write_memory,
	.get_context = get_context,
	.set_context = set_context,
	.read_control = read_control,
	.write_control = write_control,
	.io = io,
	.msr = msr,
	.select = select_cpu,
	.version = version,
	.resume = resume,
	.reboot = reboot,
	.bugcheck = bugcheck,
};

static void note_packet(struct machine *m, const struct kd_parser *p)
{
	size_t at = strlen(m->said);

	m->ids[at % 64] = p->header.id;
	if (p->header.leader == KD_LEADER_DATA) {
		m->said[at] = 'D';
		m->data_ids[m->data_count++ % 64] = p->header.id;
		m->data_type = p->header.type;
		m->data_len = p->header.len;
		memcpy(m->data, p->payload, p->header.len);
		assert_int_equal(p->sum, p->header.checksum);
		assert_int_equal(p->trailer, KD_TRAILER_BYTE);
		return;
	}
	m->said[at] = p->header.type == KD_ACKNOWLEDGE ? 'A'
		      : p->header.type == KD_RESEND    ? 'N'
						       : 'Z';
}

size_t machine_room = 64;

/* Let it say everything it has to say. */
void machine_listen(struct machine *m)
{
	static struct kd_parser p;
	uint8_t bytes[8192];
	size_t n;

	kd_parser_init(&p, false);
	while ((n = kd_target_output(&m->t, &machine_ops, m,
				     (struct kd_room){ bytes, machine_room },
				     m->now)) > 0) {
		enum kd_parse event;
		size_t at = 0, used;

		do {
			event = kd_parser_next(
				&p, (struct kd_span){ bytes + at, n - at },
				&used);
			at += used;
			if (event == KD_PARSE_HEADER &&
			    p.header.leader == KD_LEADER_DATA)
				kd_parser_take(&p);
			else if (event == KD_PARSE_HEADER ||
				 event == KD_PARSE_TRAILER)
				note_packet(m, &p);
		} while (event != KD_PARSE_MORE || at < n);
	}
}

void machine_hear(struct machine *m, const uint8_t *bytes, size_t len)
{
	size_t at = 0;

	while (at < len && m->t.state != KD_TARGET_RUNNING) {
		machine_listen(m);
		at += kd_target_input(&m->t, &machine_ops, m,
				      (struct kd_span){ bytes + at, len - at },
				      m->now);
	}
	machine_listen(m);
}

void machine_error(struct machine *m)
{
	kd_target_error(&m->t, &machine_ops, m, m->now);
	machine_listen(m);
}

void machine_be_silent(struct machine *m)
{
	m->now += TIMEOUT;
	kd_target_time(&m->t, &machine_ops, m, m->now);
	machine_listen(m);
}

void machine_control(struct machine *m, uint16_t type, uint32_t id)
{
	struct kd_header h = { .leader = KD_LEADER_CONTROL,
			       .type = type,
			       .id = id };
	uint8_t bytes[KD_HEADER_SIZE];

	kd_store_header(bytes, &h);
	machine_hear(m, bytes, sizeof(bytes));
}

void machine_forget(struct machine *m)
{
	memset(m->said, 0, sizeof(m->said));
	m->data_count = 0;
}

void machine_power_up(struct machine *m)
{
	memset(m, 0, sizeof(*m));
	if (!machine_profile.byte_timeout_ns)
		machine_be("ms");
	kd_target_init(&m->t, &machine_profile);
}

/* Stopped, its state change taken: waiting for the first request. */
void machine_stop(struct machine *m)
{
	struct kd_exception e = { .code = KD_CODE_BREAKPOINT, .processors = 2 };

	machine_power_up(m);
	kd_target_stop(&m->t, &e, m->now);
	machine_listen(m);
	assert_string_equal(m->said, "D");
	assert_int_equal(m->ids[0], KD_ID_INITIAL | KD_ID_SYNC);
	machine_control(m, KD_ACKNOWLEDGE, KD_ID_INITIAL);
	assert_int_equal(m->t.state, KD_TARGET_STOPPED);
	machine_forget(m);
}

/* A request to read 16 bytes at 0x100. */
size_t machine_request(uint8_t *to, uint32_t id)
{
	struct kd_manipulate r = {
		.api = KD_API_READ_VIRTUAL,
		.u.memory = { .address = 0x100, .count = 16 },
	};
	uint8_t payload[KD_MANIPULATE_SIZE] = { 0 };
	struct kd_header h = { .leader = KD_LEADER_DATA,
			       .type = KD_STATE_MANIPULATE,
			       .len = KD_MANIPULATE_SIZE,
			       .id = id };

	kd_manipulate_store(&r, payload);
	h.checksum = kd_sum(payload, sizeof(payload));
	return kd_packet_write(&h, payload, 0, (struct kd_room){ to, 128 });
}

const char *machine_said_to(struct machine *m, uint32_t id)
{
	uint8_t request[128];

	machine_forget(m);
	machine_hear(m, request, machine_request(request, id));
	return m->said;
}

void machine_owe_an_ack(struct machine *m)
{
	machine_stop(m);
	assert_string_equal(machine_said_to(m, KD_ID_INITIAL), "AD");
}

void machine_ask(struct machine *m, const struct kd_manipulate *r,
		 const void *data, uint32_t len)
{
	uint8_t payload[KD_PAYLOAD_MAX] = { 0 };
	uint8_t wire[KD_PACKET_MAX];
	struct kd_header h = { .leader = KD_LEADER_DATA,
			       .type = KD_STATE_MANIPULATE,
			       .len = (uint16_t)(KD_MANIPULATE_SIZE + len),
			       .id = m->t.x.expected_id };

	kd_manipulate_store(r, payload);
	if (len)
		memcpy(payload + KD_MANIPULATE_SIZE, data, len);
	h.checksum = kd_sum(payload, h.len);
	machine_forget(m);
	machine_hear(m, wire,
		     kd_packet_write(&h, payload, 0,
				     (struct kd_room){ wire, sizeof(wire) }));
}

struct kd_manipulate machine_answer(struct machine *m)
{
	struct kd_manipulate r;

	assert_string_equal(m->said, "AD");
	kd_manipulate_load(&r, m->data);
	machine_control(m, KD_ACKNOWLEDGE, m->data_ids[0]);
	return r;
}

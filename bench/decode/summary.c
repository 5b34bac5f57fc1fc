/* SPDX-License-Identifier: MIT */
#include "bench/decode/summary.h"

#include <inttypes.h>

#include "bench/decode/names.h"
#include "bench/decode/text.h"
#include "bench/kd/message.h"

#define STRAY_SHOWN 8

static void put_status(FILE *out, uint32_t status)
{
	char digits[16];

	fprintf(out, " %s", names_status_text(status, digits));
}

static void put_memory(FILE *out, const struct packet *p,
		       const struct kd_manipulate *m, bool failed)
{
	size_t data = p->payload_len - KD_MANIPULATE_SIZE;

	if (failed)
		fprintf(out, " %u/%u", (unsigned)m->u.memory.actual,
			(unsigned)m->u.memory.count);
	fprintf(out, " %" PRIx64, m->u.memory.address);
	if (failed)
		return;
	fprintf(out, " %u", (unsigned)m->u.memory.count);
	if (p->dir == DIR_TO_DEBUGGER &&
	    m->u.memory.actual != m->u.memory.count)
		fprintf(out, ", got %u", (unsigned)m->u.memory.actual);
	if (data && data != m->u.memory.count)
		fprintf(out, ", holds %zu", data);
}

static void put_version(FILE *out, const struct kd_manipulate *m)
{
	const char *machine = "machine ?";

	if (m->u.version.machine == KD_MACHINE_AMD64)
		machine = "amd64";
	else if (m->u.version.machine == KD_MACHINE_I386)
		machine = "i386";
	fprintf(out, " %s build %u protocol %u", machine,
		(unsigned)m->u.version.minor, (unsigned)m->u.version.protocol);
}

static void put_continue2(FILE *out, const struct kd_manipulate *m)
{
	put_status(out, m->u.resume.status);
	if (m->u.resume.trace)
		fputs(", step", out);
}

/* Ports, MSRs and buses. */
static void put_ports(FILE *out, const struct kd_manipulate *m, bool reply)
{
	switch (m->api) {
	case KD_API_READ_IO:
	case KD_API_WRITE_IO:
	case KD_API_READ_IO_EX:
	case KD_API_WRITE_IO_EX:
		fprintf(out, " %" PRIx64 " %u: %x", m->u.io.address,
			(unsigned)m->u.io.size, (unsigned)m->u.io.value);
		break;
	case KD_API_READ_MSR:
	case KD_API_WRITE_MSR:
		fprintf(out, " %x", (unsigned)m->u.msr.number);
		if (reply || m->api == KD_API_WRITE_MSR)
			fprintf(out, " %08x%08x", (unsigned)m->u.msr.high,
				(unsigned)m->u.msr.low);
		break;
	case KD_API_GET_BUS_DATA:
	case KD_API_SET_BUS_DATA:
		fprintf(out, " bus %u slot %x", (unsigned)m->u.bus.bus,
			(unsigned)m->u.bus.slot);
		break;
	}
}

/* Requests and replies that succeeded. */
static void put_union(FILE *out, const struct packet *p,
		      const struct kd_manipulate *m, bool reply)
{
	switch (m->api) {
	case KD_API_GET_CONTEXT_EX:
	case KD_API_SET_CONTEXT_EX:
		fprintf(out, " %x+%u", (unsigned)m->u.context_ex.offset,
			(unsigned)m->u.context_ex.count);
		break;
	case KD_API_GET_CONTEXT:
	case KD_API_SET_CONTEXT:
		if (p->payload_len > KD_MANIPULATE_SIZE)
			fprintf(out, " %zu bytes",
				p->payload_len - KD_MANIPULATE_SIZE);
		break;
	case KD_API_WRITE_BREAKPOINT:
		fprintf(out, " %" PRIx64, m->u.write_breakpoint.address);
		if (reply)
			fprintf(out, " is %u",
				(unsigned)m->u.write_breakpoint.handle);
		break;
	case KD_API_RESTORE_BREAKPOINT:
		fprintf(out, " %u", (unsigned)m->u.restore_breakpoint.handle);
		break;
	case KD_API_WRITE_BREAKPOINT_EX:
	case KD_API_RESTORE_BREAKPOINT_EX:
		fprintf(out, " %u of them",
			(unsigned)m->u.breakpoints_ex.count);
		break;
	case KD_API_CONTINUE: put_status(out, m->u.resume.status); break;
	case KD_API_CONTINUE2: put_continue2(out, m); break;
	case KD_API_SEARCH_MEMORY:
		fprintf(out, " %" PRIx64 " +%" PRIx64, m->u.search.address,
			m->u.search.length);
		break;
	case KD_API_FILL_MEMORY:
		fprintf(out, " %" PRIx64 " %u", m->u.fill.address,
			(unsigned)m->u.fill.length);
		break;
	case KD_API_QUERY_MEMORY:
		fprintf(out, " %" PRIx64, m->u.query.address);
		break;
	case KD_API_CAUSE_BUGCHECK:
		fprintf(out, " %x", (unsigned)m->u.bugcheck.code);
		break;
	case KD_API_SWITCH_PROCESSOR:
		fprintf(out, " to %u", (unsigned)m->processor);
		break;
	case KD_API_GET_VERSION:
		if (reply)
			put_version(out, m);
		break;
	default: put_ports(out, m, reply);
	}
}

static bool is_memory(uint32_t api)
{
	return api == KD_API_READ_VIRTUAL || api == KD_API_WRITE_VIRTUAL ||
	       api == KD_API_READ_CONTROL || api == KD_API_WRITE_CONTROL ||
	       api == KD_API_READ_PHYSICAL || api == KD_API_WRITE_PHYSICAL;
}

static void put_manipulate(FILE *out, const struct packet *p,
			   const struct dissection *d)
{
	struct kd_manipulate m;
	bool failed;

	if (p->payload_len < KD_MANIPULATE_SIZE)
		return;
	kd_manipulate_load_as(&m, (enum kd_arch)d->arch, p->payload);
	failed = d->reply && !kd_status_ok(m.status);
	if (failed)
		put_status(out, m.status);
	if (is_memory(m.api))
		put_memory(out, p, &m, failed);
	else if (!failed)
		put_union(out, p, &m, d->reply);
}

/* How many bytes of a path are in front of its last part. */
static size_t folders(const uint8_t *at, size_t len, size_t step)
{
	size_t last = 0;

	for (size_t i = 0; i + step < len; i += step) {
		if (at[i] == '\\' && (step == 1 || at[i + 1] == 0))
			last = i + step;
	}
	return last;
}

/* Text of an area, if the packet has it; of a path, the last part. */
static void put_area(FILE *out, const struct packet *p,
		     const struct dissection *d, bool path)
{
	for (unsigned i = 0; i < d->area_count; i++) {
		const struct area *a = &d->areas[i];
		const uint8_t *at = p->payload + a->offset;
		size_t len, skip;
		bool wide;

		if (!a->trailing)
			continue;
		if (a->kind != AREA_TEXT && a->kind != AREA_WIDE)
			continue;
		wide = a->kind == AREA_WIDE;
		len = wide ? text_wide_length(at, a->len)
			   : text_length(at, a->len);
		skip = path ? folders(at, len, wide ? 2 : 1) : 0;
		fputs(" \"", out);
		(wide ? text_wide : text_bytes)(out, at + skip, len - skip);
		fputc('"', out);
		return;
	}
}

static void put_state(FILE *out, const struct packet *p,
		      const struct dissection *d)
{
	struct kd_exception e;
	struct kd_symbols s;
	char digits[16];

	if (p->payload_len < KD_STATE_SIZE) {
		fputs(d->api ? d->api : "state ?", out);
		return;
	}
	switch (kd_state_load_as(&e, (enum kd_arch)d->arch, p->payload)) {
	case KD_STATE_EXCEPTION:
		fprintf(out, "%s at %" PRIx64,
			names_status_text(e.code, digits), e.pc);
		if (!e.first_chance)
			fputs(", last chance", out);
		break;
	case KD_STATE_LOAD_SYMBOLS:
		kd_symbols_load(&s, p->payload);
		fprintf(out, "%s", s.unload ? "unload" : "load");
		if (s.base == KD_BASE_SHUTDOWN)
			fputs(" all: the target goes down", out);
		else
			fprintf(out, " %" PRIx64, s.base);
		put_area(out, p, d, true);
		break;
	default:
		fputs(d->api ? d->api : "unknown state", out);
		put_area(out, p, d, false);
	}
	if (e.processors > 1)
		fprintf(out, " cpu %u/%u", (unsigned)e.processor,
			(unsigned)e.processors);
}

static void put_file(FILE *out, const struct packet *p,
		     const struct dissection *d)
{
	struct kd_file_io f;

	if (p->payload_len < KD_FILE_IO_SIZE)
		return;
	kd_file_io_load(&f, p->payload);
	if (d->reply) {
		put_status(out, f.status);
		return;
	}
	if (f.api == KD_FILE_CREATE)
		put_area(out, p, d, true);
	else if (f.api == KD_FILE_CLOSE)
		fprintf(out, " %" PRIx64, f.u.close.handle);
	else
		fprintf(out, " %" PRIx64 " at %" PRIx64 " %u",
			f.u.transfer.handle, f.u.transfer.offset,
			(unsigned)f.u.transfer.length);
}

static void put_data(FILE *out, const struct packet *p,
		     const struct dissection *d)
{
	if (p->header.type == KD_STATE_CHANGE64) {
		put_state(out, p, d);
		return;
	}
	if (d->api)
		fputs(d->api, out);
	else if (d->has_number)
		fprintf(out, "unknown API %x", (unsigned)d->number);
	switch (p->header.type) {
	case KD_STATE_MANIPULATE: put_manipulate(out, p, d); break;
	case KD_DEBUG_IO: put_area(out, p, d, false); break;
	case KD_FILE_IO: put_file(out, p, d); break;
	}
}

void summary_write(FILE *out, const struct packet *p,
		   const struct dissection *d)
{
	if (packet_is_data(p)) {
		put_data(out, p, d);
	} else if (p->kind == PACKET_STRAY) {
		size_t n = p->raw_len < STRAY_SHOWN ? p->raw_len : STRAY_SHOWN;

		text_hex(out, p->raw, n, ' ');
		fputs(n < p->raw_len ? " ..." : "", out);
	}
}

/* SPDX-License-Identifier: MIT */
#include "bench/kd/message.h"

/* Offsets within DBGKD_MANIPULATE_STATE64. */
enum {
	M_API = 0x00,
	M_LEVEL = 0x04,
	M_PROCESSOR = 0x06,
	M_STATUS = 0x08,
	M_UNION = 0x10,
};

/* Offsets within DBGKD_ANY_WAIT_STATE_CHANGE (amd64). */
enum {
	S_STATE = 0x00,
	S_LEVEL = 0x04,
	S_PROCESSOR = 0x06,
	S_PROCESSORS = 0x08,
	S_THREAD = 0x10,
	S_PC = 0x18,
	S_CODE = 0x20,
	S_ADDRESS = 0x30,
	S_FIRST_CHANCE = 0xb8,
	S_DR6 = 0xc0,
	S_DR7 = 0xc8,
	S_EFLAGS = 0xd0,
	S_CODE_COUNT = 0xd4,
	S_REPORT_FLAGS = 0xd6,
	S_CODE_BYTES = 0xd8,
	S_CS = 0xe8,
	S_DS = 0xea,
	S_ES = 0xec,
	S_FS = 0xee,
};

#define S_ALTERNATE UINT32_C(0x10000)
/* ReportFlags: segments are included, CS is the standard flat selector. */
#define S_REPORT_SEGMENTS 1
#define S_REPORT_STANDARD_CS 2

bool kd_api_has_reply(uint32_t api)
{
	switch (api) {
	case KD_API_CONTINUE:
	case KD_API_CONTINUE2:
	case KD_API_REBOOT: return false;
	default: return true;
	}
}

static void load_version(struct kd_manipulate *m, const uint8_t *u)
{
	m->u.version.major = kd_load16(u);
	m->u.version.minor = kd_load16(u + 0x02);
	m->u.version.protocol = u[0x04];
	m->u.version.secondary = u[0x05];
	m->u.version.flags = kd_load16(u + 0x06);
	m->u.version.machine = kd_load16(u + 0x08);
	m->u.version.max_type = u[0x0a];
	m->u.version.max_state = u[0x0b];
	m->u.version.max_api = u[0x0c];
	m->u.version.simulation = u[0x0d];
	m->u.version.kern_base = kd_load64(u + 0x10);
	m->u.version.module_list = kd_load64(u + 0x18);
	m->u.version.data_list = kd_load64(u + 0x20);
}

static void store_version(const struct kd_manipulate *m, uint8_t *u)
{
	kd_store16(u, m->u.version.major);
	kd_store16(u + 0x02, m->u.version.minor);
	u[0x04] = m->u.version.protocol;
	u[0x05] = m->u.version.secondary;
	kd_store16(u + 0x06, m->u.version.flags);
	kd_store16(u + 0x08, m->u.version.machine);
	u[0x0a] = m->u.version.max_type;
	u[0x0b] = m->u.version.max_state;
	u[0x0c] = m->u.version.max_api;
	u[0x0d] = m->u.version.simulation;
	kd_store16(u + 0x0e, 0);
	kd_store64(u + 0x10, m->u.version.kern_base);
	kd_store64(u + 0x18, m->u.version.module_list);
	kd_store64(u + 0x20, m->u.version.data_list);
}

void kd_manipulate_load(struct kd_manipulate *m, const uint8_t *payload)
{
	const uint8_t *u = payload + M_UNION;

	*m = (struct kd_manipulate){
		.api = kd_load32(payload + M_API),
		.level = kd_load16(payload + M_LEVEL),
		.processor = kd_load16(payload + M_PROCESSOR),
		.status = kd_load32(payload + M_STATUS),
	};
	switch (m->api) {
	case KD_API_READ_VIRTUAL:
	case KD_API_WRITE_VIRTUAL:
	case KD_API_READ_PHYSICAL:
	case KD_API_WRITE_PHYSICAL:
	case KD_API_READ_CONTROL:
		m->u.memory.address = kd_load64(u);
		m->u.memory.count = kd_load32(u + 0x08);
		m->u.memory.actual = kd_load32(u + 0x0c);
		break;
	case KD_API_WRITE_BREAKPOINT:
		m->u.write_breakpoint.address = kd_load64(u);
		m->u.write_breakpoint.handle = kd_load32(u + 0x08);
		break;
	case KD_API_RESTORE_BREAKPOINT:
		m->u.restore_breakpoint.handle = kd_load32(u);
		break;
	case KD_API_GET_CONTEXT:
	case KD_API_SET_CONTEXT: m->u.context.flags = kd_load32(u); break;
	case KD_API_CONTINUE2:
		m->u.resume.trace = kd_load32(u + 0x04);
		m->u.resume.dr7 = kd_load64(u + 0x08);
		m->u.resume.symbol_start = kd_load64(u + 0x10);
		m->u.resume.symbol_end = kd_load64(u + 0x18);
		m->u.resume.status = kd_load32(u);
		break;
	case KD_API_CONTINUE: m->u.resume.status = kd_load32(u); break;
	case KD_API_GET_VERSION: load_version(m, u); break;
	default: break;
	}
}

void kd_manipulate_store(const struct kd_manipulate *m, uint8_t *payload)
{
	uint8_t *u = payload + M_UNION;

	kd_store32(payload + M_API, m->api);
	kd_store16(payload + M_LEVEL, m->level);
	kd_store16(payload + M_PROCESSOR, m->processor);
	kd_store32(payload + M_STATUS, m->status);
	switch (m->api) {
	case KD_API_READ_VIRTUAL:
	case KD_API_WRITE_VIRTUAL:
	case KD_API_READ_PHYSICAL:
	case KD_API_WRITE_PHYSICAL:
	case KD_API_READ_CONTROL:
		kd_store64(u, m->u.memory.address);
		kd_store32(u + 0x08, m->u.memory.count);
		kd_store32(u + 0x0c, m->u.memory.actual);
		break;
	case KD_API_WRITE_BREAKPOINT:
		kd_store64(u, m->u.write_breakpoint.address);
		kd_store32(u + 0x08, m->u.write_breakpoint.handle);
		break;
	case KD_API_RESTORE_BREAKPOINT:
		kd_store32(u, m->u.restore_breakpoint.handle);
		break;
	case KD_API_GET_CONTEXT:
	case KD_API_SET_CONTEXT: kd_store32(u, m->u.context.flags); break;
	case KD_API_CONTINUE2:
		kd_store32(u, m->u.resume.status);
		kd_store32(u + 0x04, m->u.resume.trace);
		kd_store64(u + 0x08, m->u.resume.dr7);
		kd_store64(u + 0x10, m->u.resume.symbol_start);
		kd_store64(u + 0x18, m->u.resume.symbol_end);
		break;
	case KD_API_CONTINUE: kd_store32(u, m->u.resume.status); break;
	case KD_API_GET_VERSION: store_version(m, u); break;
	default: break;
	}
}

void kd_exception_store(const struct kd_exception *e, uint8_t *payload)
{
	for (unsigned i = 0; i < KD_STATE_SIZE; i++)
		payload[i] = 0;
	kd_store32(payload + S_STATE, KD_STATE_EXCEPTION);
	kd_store16(payload + S_LEVEL, e->level);
	kd_store16(payload + S_PROCESSOR, e->processor);
	kd_store32(payload + S_PROCESSORS, e->processors);
	kd_store64(payload + S_THREAD, e->thread);
	kd_store64(payload + S_PC, e->pc);
	kd_store32(payload + S_CODE, e->code);
	kd_store64(payload + S_ADDRESS, e->address);
	kd_store32(payload + S_FIRST_CHANCE, e->first_chance);
	kd_store64(payload + S_DR6, e->dr6);
	kd_store64(payload + S_DR7, e->dr7);
	kd_store32(payload + S_EFLAGS, e->eflags);
	kd_store16(payload + S_CODE_COUNT, e->code_count);
	kd_store16(payload + S_REPORT_FLAGS,
		   S_REPORT_SEGMENTS | S_REPORT_STANDARD_CS);
	for (unsigned i = 0; i < sizeof(e->code_bytes); i++)
		payload[S_CODE_BYTES + i] = e->code_bytes[i];
	kd_store16(payload + S_CS, e->cs);
	kd_store16(payload + S_DS, e->ds);
	kd_store16(payload + S_ES, e->es);
	kd_store16(payload + S_FS, e->fs);
}

uint32_t kd_state_load(struct kd_exception *e, const uint8_t *payload)
{
	uint32_t state = kd_load32(payload + S_STATE) & ~S_ALTERNATE;

	*e = (struct kd_exception){
		.level = kd_load16(payload + S_LEVEL),
		.processor = kd_load16(payload + S_PROCESSOR),
		.processors = kd_load32(payload + S_PROCESSORS),
		.thread = kd_load64(payload + S_THREAD),
		.pc = kd_load64(payload + S_PC),
	};
	if (state != KD_STATE_EXCEPTION)
		return state;
	e->code = kd_load32(payload + S_CODE);
	e->address = kd_load64(payload + S_ADDRESS);
	e->first_chance = kd_load32(payload + S_FIRST_CHANCE) != 0;
	e->dr6 = kd_load64(payload + S_DR6);
	e->dr7 = kd_load64(payload + S_DR7);
	e->eflags = kd_load32(payload + S_EFLAGS);
	e->code_count = kd_load16(payload + S_CODE_COUNT);
	if (e->code_count > sizeof(e->code_bytes))
		e->code_count = sizeof(e->code_bytes);
	for (unsigned i = 0; i < e->code_count; i++)
		e->code_bytes[i] = payload[S_CODE_BYTES + i];
	e->cs = kd_load16(payload + S_CS);
	e->ds = kd_load16(payload + S_DS);
	e->es = kd_load16(payload + S_ES);
	e->fs = kd_load16(payload + S_FS);
	return state;
}

void kd_print_store(uint8_t *payload, uint16_t processor, uint32_t len)
{
	kd_store32(payload, KD_PRINT_STRING);
	kd_store16(payload + 4, 0);
	kd_store16(payload + 6, processor);
	kd_store32(payload + 8, len);
	kd_store32(payload + 12, 0);
}

/* SPDX-License-Identifier: MIT */
#include "bench/kd/state.h"

#include "bench/kd/wire.h"

#define E(field) struct kd_exception, field
#define S(field) struct kd_symbols, field

/* ReportFlags: segments are included, CS is the standard flat selector. */
#define REPORT_SEGMENTS 1
#define REPORT_STANDARD_CS 2

#define NEW_STATE 0x00
#define PARAMETERS 0x40
#define FIRST_CHANCE 0xb8
#define COMMAND_FLAGS 0x20
#define UNLOAD 0x40
#define REPORT_FLAGS 0xd6
#define CODE_AMD64 0xd8
#define CODE_I386 0xcc

static const struct kd_field state_fields[] = {
	KD_SHOWN("NewState", NEW_STATE, 4, KD_NAME),
	KD_FIELD("ProcessorLevel", 0x04, 2, KD_HEX, E(level)),
	KD_FIELD("Processor", 0x06, 2, KD_DEC, E(processor)),
	KD_FIELD("NumberProcessors", 0x08, 4, KD_DEC, E(processors)),
	KD_FIELD("Thread", 0x10, 8, KD_HEX, E(thread)),
	KD_FIELD("ProgramCounter", 0x18, 8, KD_HEX, E(pc)),
};
const struct kd_layout kd_state_layout = KD_LAYOUT(state_fields);

static const struct kd_field exception_fields[] = {
	KD_FIELD("ExceptionCode", 0x20, 4, KD_STATUS, E(code)),
	KD_FIELD("ExceptionFlags", 0x24, 4, KD_HEX, E(flags)),
	KD_FIELD("ExceptionRecord", 0x28, 8, KD_HEX, E(record)),
	KD_FIELD("ExceptionAddress", 0x30, 8, KD_HEX, E(address)),
	KD_FIELD("NumberParameters", 0x38, 4, KD_DEC, E(parameter_count)),
	KD_FIELD("ExceptionInformation[0]", PARAMETERS, 8, KD_HEX,
		 E(parameters[0])),
	KD_SHOWN("FirstChance", FIRST_CHANCE, 4, KD_DEC),
};
const struct kd_layout kd_exception_layout = KD_LAYOUT(exception_fields);

static const struct kd_field symbols_fields[] = {
	KD_FIELD("PathNameLength", 0x20, 4, KD_DEC, S(path_len)),
	KD_FIELD("BaseOfDll", 0x28, 8, KD_HEX, S(base)),
	KD_FIELD("ProcessId", 0x30, 8, KD_HEX, S(process)),
	KD_FIELD("CheckSum", 0x38, 4, KD_HEX, S(checksum)),
	KD_FIELD("SizeOfImage", 0x3c, 4, KD_HEX, S(size)),
	KD_SHOWN("UnloadSymbols", UNLOAD, 1, KD_DEC),
};
const struct kd_layout kd_symbols_layout = KD_LAYOUT(symbols_fields);

static const struct kd_field command_fields[] = {
	KD_SHOWN("Flags", COMMAND_FLAGS, 4, KD_HEX),
};
const struct kd_layout kd_command_layout = KD_LAYOUT(command_fields);

static const struct kd_field report_amd64_fields[] = {
	KD_FIELD("Dr6", 0xc0, 8, KD_HEX, E(dr6)),
	KD_FIELD("Dr7", 0xc8, 8, KD_HEX, E(dr7)),
	KD_FIELD("EFlags", 0xd0, 4, KD_HEX, E(eflags)),
	KD_FIELD("InstructionCount", 0xd4, 2, KD_DEC, E(code_count)),
	KD_SHOWN("ReportFlags", REPORT_FLAGS, 2, KD_HEX),
	KD_FIELD("SegCs", 0xe8, 2, KD_HEX, E(cs)),
	KD_FIELD("SegDs", 0xea, 2, KD_HEX, E(ds)),
	KD_FIELD("SegEs", 0xec, 2, KD_HEX, E(es)),
	KD_FIELD("SegFs", 0xee, 2, KD_HEX, E(fs)),
};

static const struct kd_field report_i386_fields[] = {
	KD_FIELD("Dr6", 0xc0, 4, KD_HEX, E(dr6)),
	KD_FIELD("Dr7", 0xc4, 4, KD_HEX, E(dr7)),
	KD_FIELD("InstructionCount", 0xc8, 2, KD_DEC, E(code_count)),
	KD_SHOWN("ReportFlags", 0xca, 2, KD_HEX),
	KD_FIELD("SegCs", 0xdc, 2, KD_HEX, E(cs)),
	KD_FIELD("SegDs", 0xde, 2, KD_HEX, E(ds)),
	KD_FIELD("SegEs", 0xe0, 2, KD_HEX, E(es)),
	KD_FIELD("SegFs", 0xe2, 2, KD_HEX, E(fs)),
	KD_FIELD("EFlags", 0xe4, 4, KD_HEX, E(eflags)),
};

const struct kd_layout kd_report_layouts[2] = {
	[KD_AMD64] = KD_LAYOUT(report_amd64_fields),
	[KD_I386] = KD_LAYOUT(report_i386_fields),
};

uint16_t kd_report_code_offset(enum kd_arch arch)
{
	return arch == KD_I386 ? CODE_I386 : CODE_AMD64;
}

static void store_state(uint32_t state, const struct kd_exception *e,
			uint8_t *payload)
{
	__builtin_memset(payload, 0, KD_STATE_SIZE);
	kd_store32(payload + NEW_STATE, state);
	kd_layout_store(&kd_state_layout, e, payload);
	kd_layout_store(&kd_report_layouts[KD_AMD64], e, payload);
	kd_store16(payload + REPORT_FLAGS,
		   REPORT_SEGMENTS | REPORT_STANDARD_CS);
	__builtin_memcpy(payload + CODE_AMD64, e->code_bytes,
			 sizeof(e->code_bytes));
}

void kd_exception_store(const struct kd_exception *e, uint8_t *payload)
{
	store_state(KD_STATE_EXCEPTION, e, payload);
	kd_layout_store(&kd_exception_layout, e, payload);
	for (unsigned i = 0; i < KD_EXCEPTION_PARAMETERS; i++)
		kd_store64(payload + PARAMETERS + 8 * i, e->parameters[i]);
	kd_store32(payload + FIRST_CHANCE, e->first_chance);
}

void kd_symbols_store(const struct kd_symbols *s, const struct kd_exception *e,
		      uint8_t *payload)
{
	store_state(KD_STATE_LOAD_SYMBOLS, e, payload);
	kd_layout_store(&kd_symbols_layout, s, payload);
	payload[UNLOAD] = s->unload;
}

void kd_command_store(uint32_t flags, const struct kd_exception *e,
		      uint8_t *payload)
{
	store_state(KD_STATE_COMMAND_STRING, e, payload);
	kd_store32(payload + COMMAND_FLAGS, flags);
}

uint32_t kd_state_load_as(struct kd_exception *e, enum kd_arch arch,
			  const uint8_t *payload)
{
	uint32_t state = kd_load32(payload + NEW_STATE) & ~KD_STATE_ALTERNATE;

	*e = (struct kd_exception){ 0 };
	kd_layout_load(&kd_state_layout, e, payload);
	kd_layout_load(&kd_report_layouts[arch], e, payload);
	if (e->code_count > sizeof(e->code_bytes))
		e->code_count = sizeof(e->code_bytes);
	__builtin_memcpy(e->code_bytes, payload + kd_report_code_offset(arch),
			 e->code_count);
	if (state != KD_STATE_EXCEPTION)
		return state;
	kd_layout_load(&kd_exception_layout, e, payload);
	if (e->parameter_count > KD_EXCEPTION_PARAMETERS)
		e->parameter_count = KD_EXCEPTION_PARAMETERS;
	for (unsigned i = 0; i < KD_EXCEPTION_PARAMETERS; i++)
		e->parameters[i] = kd_load64(payload + PARAMETERS + 8 * i);
	e->first_chance = kd_load32(payload + FIRST_CHANCE) != 0;
	return state;
}

uint32_t kd_state_load(struct kd_exception *e, const uint8_t *payload)
{
	return kd_state_load_as(e, KD_AMD64, payload);
}

void kd_symbols_load(struct kd_symbols *s, const uint8_t *payload)
{
	*s = (struct kd_symbols){ .unload = payload[UNLOAD] != 0 };
	kd_layout_load(&kd_symbols_layout, s, payload);
}

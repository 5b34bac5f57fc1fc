/* SPDX-License-Identifier: MIT */
/* Numbers and names are those of kd-protocol 1.3, 3.2-3.10, 4 and 5. */
#include "bench/decode/names.h"

#include <stdio.h>
#include <string.h>

#include "bench/base/mem.h"
#include "bench/kd/message.h"

static const struct {
	const char *brief, *full;
} types[KD_TYPE_MAX] = {
	[KD_UNUSED] = { "unused", "unused" },
	[KD_STATE_CHANGE32] = { "state32", "state-change-32" },
	[KD_STATE_MANIPULATE] = { "manip", "manipulate" },
	[KD_DEBUG_IO] = { "debug-io", "debug-io" },
	[KD_ACKNOWLEDGE] = { "ack", "ack" },
	[KD_RESEND] = { "resend", "resend" },
	[KD_RESET] = { "reset", "reset" },
	[KD_STATE_CHANGE64] = { "state", "state-change" },
	[KD_POLL_BREAKIN] = { "poll", "poll-break-in" },
	[KD_TRACE_IO] = { "trace-io", "trace-io" },
	[KD_CONTROL_REQUEST] = { "control", "control-request" },
	[KD_FILE_IO] = { "file-io", "file-io" },
};

const char *names_type(uint16_t type)
{
	return type < KD_TYPE_MAX ? types[type].brief : NULL;
}

const char *names_type_long(uint16_t type)
{
	return type < KD_TYPE_MAX ? types[type].full : NULL;
}

struct name {
	uint32_t value;
	const char *name;
};

static const char *find(const struct name *names, size_t count, uint32_t value)
{
	for (size_t i = 0; i < count; i++) {
		if (names[i].value == value)
			return names[i].name;
	}
	return NULL;
}

static const struct name other_apis[] = {
	{ KD_PRINT_STRING, "PrintString" },
	{ KD_GET_STRING, "GetString" },
	{ KD_FILE_CREATE, "CreateFile" },
	{ KD_FILE_READ, "ReadFile" },
	{ KD_FILE_WRITE, "WriteFile" },
	{ KD_FILE_CLOSE, "CloseFile" },
	{ KD_PRINT_TRACE, "PrintTrace" },
	{ KD_REQUEST_HARDWARE_BREAKPOINT, "RequestHardwareBreakpoint" },
	{ KD_RELEASE_HARDWARE_BREAKPOINT, "ReleaseHardwareBreakpoint" },
	{ KD_STATE_EXCEPTION, "Exception" },
	{ KD_STATE_LOAD_SYMBOLS, "LoadSymbols" },
	{ KD_STATE_COMMAND_STRING, "CommandString" },
};

/* Which APIs each type may have: by their upper digits. */
static uint32_t family(uint16_t type)
{
	switch (type) {
	case KD_DEBUG_IO: return 0x3200;
	case KD_FILE_IO: return 0x3400;
	case KD_TRACE_IO: return 0x3300;
	case KD_CONTROL_REQUEST: return 0x4300;
	case KD_STATE_CHANGE32:
	case KD_STATE_CHANGE64: return 0x3000;
	default: return UINT32_MAX;
	}
}

const char *names_api(uint16_t type, uint32_t api)
{
	const struct kd_api_info *info;

	if (type == KD_STATE_MANIPULATE) {
		info = kd_api_find(api, KD_AMD64);
		return info ? info->name : NULL;
	}
	if (type == KD_STATE_CHANGE64 || type == KD_STATE_CHANGE32)
		api &= ~KD_STATE_ALTERNATE;
	if ((api & ~UINT32_C(0xff)) != family(type))
		return NULL;
	return find(other_apis, ARRAY_SIZE(other_apis), api);
}

static const struct name statuses[] = {
	{ KD_STATUS_SUCCESS, "SUCCESS" },
	{ KD_STATUS_PENDING, "PENDING" },
	{ KD_CONTINUE_HANDLED, "DBG_EXCEPTION_HANDLED" },
	{ KD_CONTINUE, "DBG_CONTINUE" },
	{ KD_CONTINUE_NOT_HANDLED, "DBG_EXCEPTION_NOT_HANDLED" },
	{ KD_STATUS_MISALIGNED, "DATATYPE_MISALIGNMENT" },
	{ KD_CODE_BREAKPOINT, "BREAKPOINT" },
	{ KD_CODE_SINGLE_STEP, "SINGLE_STEP" },
	{ KD_CODE_PROCESSOR_SWITCH, "WAKE_SYSTEM_DEBUGGER" },
	{ KD_STATUS_NO_MORE_ENTRIES, "NO_MORE_ENTRIES" },
	{ KD_STATUS_UNSUCCESSFUL, "UNSUCCESSFUL" },
	{ 0xc0000002, "NOT_IMPLEMENTED" },
	{ KD_STATUS_ACCESS_VIOLATION, "ACCESS_VIOLATION" },
	{ KD_STATUS_INVALID_PARAMETER, "INVALID_PARAMETER" },
	{ KD_STATUS_NO_SUCH_DEVICE, "NO_SUCH_DEVICE" },
	{ KD_STATUS_NO_SUCH_FILE, "NO_SUCH_FILE" },
	{ 0xc000001d, "ILLEGAL_INSTRUCTION" },
	{ 0xc0000034, "OBJECT_NAME_NOT_FOUND" },
	{ 0xc0000094, "INTEGER_DIVIDE_BY_ZERO" },
	{ 0xc0000096, "PRIVILEGED_INSTRUCTION" },
	{ 0xc000009d, "DEVICE_NOT_CONNECTED" },
	{ 0xc00000bb, "NOT_SUPPORTED" },
	{ 0xc0000420, "ASSERTION_FAILURE" },
};

const char *names_status(uint32_t status)
{
	return find(statuses, ARRAY_SIZE(statuses), status);
}

const char *names_status_text(uint32_t status, char to[16])
{
	const char *name = names_status(status);

	if (name)
		return name;
	snprintf(to, 16, "%08x", (unsigned)status);
	return to;
}

/* Numbers that have names, by field; api 0: in all. */
static const struct {
	const char *field;
	uint32_t api;
	uint32_t value;
	const char *name;
} numbers[] = {
	{ "MachineType", 0, KD_MACHINE_AMD64, "amd64" },
	{ "MachineType", 0, KD_MACHINE_I386, "i386" },
	{ "ProtocolVersion", 0, 5, "64-bit, first" },
	{ "ProtocolVersion", 0, 6, "64-bit" },
	{ "AddressSpace", KD_API_QUERY_MEMORY, KD_SPACE_PROCESS, "process" },
	{ "AddressSpace", KD_API_QUERY_MEMORY, KD_SPACE_SESSION, "session" },
	{ "AddressSpace", KD_API_QUERY_MEMORY, KD_SPACE_KERNEL, "kernel" },
	{ "InterfaceType", 0, 1, "ISA" },
	{ "Flags", KD_API_FILL_MEMORY, KD_FILL_VIRTUAL, "virtual" },
	{ "Flags", KD_API_FILL_MEMORY, KD_FILL_PHYSICAL, "physical" },
	{ "ActualBytes", KD_API_READ_PHYSICAL, 1, "cached, in a request" },
	{ "ActualBytes", KD_API_READ_PHYSICAL, 2, "uncached, in a request" },
	{ "TargetBaseAddress", KD_API_READ_CONTROL, 0, "KPCR" },
	{ "TargetBaseAddress", KD_API_READ_CONTROL, 1, "KPRCB" },
	{ "TargetBaseAddress", KD_API_READ_CONTROL, 2, "special registers" },
	{ "TargetBaseAddress", KD_API_READ_CONTROL, 3, "KTHREAD" },
	{ "TargetBaseAddress", KD_API_WRITE_CONTROL, 2, "special registers" },
	{ "CurrentSymbolStart", 0, 1, "leave the trace range" },
	{ "ExceptionInformation[0]", KD_STATE_EXCEPTION, KD_SERVICE_PRINT,
	  "print" },
	{ "ExceptionInformation[0]", KD_STATE_EXCEPTION, KD_SERVICE_PROMPT,
	  "prompt" },
};

/* Bits that have names. */
static const struct {
	const char *field;
	uint32_t api;
	uint32_t bit;
	const char *name;
} bits[] = {
	{ "Flags", KD_API_GET_VERSION, KD_VERSION_MP, "MP" },
	{ "Flags", KD_API_GET_VERSION, KD_VERSION_DATA, "DATA" },
	{ "Flags", KD_API_GET_VERSION, KD_VERSION_PTR64, "PTR64" },
	{ "Flags", KD_API_GET_VERSION, KD_VERSION_NOMM, "NOMM" },
	{ "Flags", KD_API_GET_VERSION, 0x10, "HSS" },
	{ "Flags", KD_API_GET_VERSION, 0x20, "PARTITIONS" },
	{ "Flags", KD_API_QUERY_MEMORY, KD_QUERY_READ, "read" },
	{ "Flags", KD_API_QUERY_MEMORY, KD_QUERY_WRITE, "write" },
	{ "Flags", KD_API_QUERY_MEMORY, KD_QUERY_EXECUTE, "execute" },
	{ "Flags", KD_API_QUERY_MEMORY, KD_QUERY_FIXED, "fixed" },
	{ "ReportFlags", 0, 1, "segments" },
	{ "ReportFlags", 0, 2, "standard-cs" },
	{ "ContextFlags", 0, 0x1, "control" },
	{ "ContextFlags", 0, 0x2, "integer" },
	{ "ContextFlags", 0, 0x4, "segments" },
	{ "ContextFlags", 0, 0x8, "floating-point" },
	{ "ContextFlags", 0, 0x10, "debug-registers" },
	{ "ContextFlags", 0, 0x20, "extended" },
	{ "ContextFlags", 0, 0x10000, "i386" },
	{ "ContextFlags", 0, KD_CONTEXT_AMD64, "amd64" },
};

static void add_bits(const char *field, uint32_t api, uint64_t value, char *to,
		     size_t size)
{
	size_t len = 0;

	for (size_t i = 0; i < ARRAY_SIZE(bits); i++) {
		if (strcmp(bits[i].field, field) != 0 || !(value & bits[i].bit))
			continue;
		if (bits[i].api && bits[i].api != api)
			continue;
		if (len >= size)
			return;
		len += (size_t)snprintf(to + len, size - len, "%s%s",
					len ? " " : "", bits[i].name);
	}
}

/* The kind of target is the high byte (kd-protocol 3.10). */
static const char *major_name(uint64_t value)
{
	static const char *const kinds[] = {
		"NT",  "Xbox", "BIG",         "EXDI",       "NT boot debugger",
		"EFI", "TNT",  "Singularity", "hypervisor", "Midori"
	};

	return value >> 8 < ARRAY_SIZE(kinds) ? kinds[value >> 8] : NULL;
}

static const char *value_name(const struct kd_field *field, uint16_t type,
			      uint32_t api, uint64_t value)
{
	if (field->format == KD_STATUS)
		return names_status((uint32_t)value);
	if (field->format == KD_NAME || strcmp(field->name, "ApiNumber") == 0)
		return names_api(type, (uint32_t)value);
	if (strcmp(field->name, "MajorVersion") == 0)
		return major_name(value);
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		if (strcmp(numbers[i].field, field->name) == 0 &&
		    (!numbers[i].api || numbers[i].api == api) &&
		    numbers[i].value == value)
			return numbers[i].name;
	}
	return NULL;
}

void names_value(const struct kd_field *field, uint16_t type, uint32_t api,
		 uint64_t value, char *to, size_t size)
{
	const char *name = value_name(field, type, api, value);

	*to = '\0';
	if (name)
		snprintf(to, size, "%s", name);
	else
		add_bits(field->name, api, value, to, size);
}

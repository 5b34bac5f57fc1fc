/* SPDX-License-Identifier: MIT */
/* The kinds of row of a script, as a table. */
#include "bench/kd/api.h"
#include "bench/kd/events.h"
#include "bench/kd/message.h"
#include "bench/session/script.h"

#define ROW(field) offsetof(struct script_row, field)

#define GAP                                                              \
	{                                                                \
		"gap", SETTING_DURATION, ROW(gap_ns), "0",               \
			"that the debugger took before it, for 'think: " \
			"recorded'",                                     \
			NULL, 0, UINT64_C(3600000000000)                 \
	}
#define FAILS                                                   \
	{                                                       \
		"fails", SETTING_BOOL, ROW(fails), "false",     \
			"the target must refuse it", NULL, 0, 0 \
	}
#define ID                                                                 \
	{                                                                  \
		"id", SETTING_COUNT, ROW(id), "0",                         \
			"by which a later row's 'from' calls it", NULL, 0, \
			UINT32_MAX                                         \
	}
#define FROM(help)                                                    \
	{                                                             \
		"from", SETTING_COUNT, ROW(from), "0", help, NULL, 0, \
			UINT32_MAX                                    \
	}
#define PLACE                                                                   \
	{ "page", SETTING_COUNT,           ROW(page),                           \
	  "0",    "of the scratch region", NULL,                                \
	  0,      SCRIPT_PAGES_MAX - 1 },                                       \
		{ "offset",      SETTING_COUNT, ROW(offset), "0",               \
		  "in the page", NULL,          0,           SCRIPT_PAGE - 1 }, \
		FROM("id of the row whose data hold the address"),              \
		{ "at",                                                         \
		  SETTING_COUNT,                                                \
		  ROW(at),                                                      \
		  "0",                                                          \
		  "where in those data the pointer is",                         \
		  NULL,                                                         \
		  0,                                                            \
		  KD_DATA_MAX },                                                \
		{ "bits",           SETTING_ENUM, ROW(bits), "64",              \
		  "of the pointer", "64|32",      0,         0 },               \
	{                                                                       \
		"add", SETTING_TEXT, ROW(add), "",                              \
			"from the pointer to the address; may be negative",     \
			NULL, 0, 0                                              \
	}
#define SIZE(max, help)                                                   \
	{                                                                 \
		"size", SETTING_SIZE, ROW(size), NULL, help, NULL, 1, max \
	}

static const struct setting plain_settings[] = { GAP, { 0 } };

static const struct setting read_settings[] = {
	SIZE(UINT32_MAX, "bytes asked for"), PLACE, ID, FAILS, GAP, { 0 },
};

static const struct setting write_settings[] = {
	SIZE(KD_DATA_MAX, "bytes written"), PLACE, FAILS, GAP, { 0 },
};

static const struct setting context_ex_settings[] = {
	{ "offset", SETTING_COUNT, ROW(offset), "0", "in the CONTEXT", NULL, 0,
	  KD_CONTEXT_SIZE },
	SIZE(KD_CONTEXT_SIZE, "bytes of it"),
	FAILS,
	GAP,
	{ 0 },
};

static const struct setting control_settings[] = {
	{ "selector", SETTING_COUNT, ROW(number), "2",
	  "which space; 2 is the special registers", NULL, 0, 3 },
	SIZE(KD_SPECIAL_SIZE, "bytes of it"),
	FAILS,
	GAP,
	{ 0 },
};

static const struct setting write_breakpoint_settings[] = {
	PLACE, ID, FAILS, GAP, { 0 },
};

static const struct setting restore_settings[] = {
	FROM("id of the row that set it"),
	{ "handle", SETTING_COUNT, ROW(number), "0", "of one that is not set",
	  NULL, 0, UINT32_MAX },
	FAILS,
	GAP,
	{ 0 },
};

static const struct setting query_settings[] = { PLACE, FAILS, GAP, { 0 } };

static const struct setting msr_settings[] = {
	{ "number", SETTING_COUNT, ROW(number), "0xc0000080",
	  "of the register; 0xc0000080 is EFER", NULL, 0, UINT32_MAX },
	GAP,
	{ 0 },
};

static const struct setting unsupported_settings[] = {
	{ "api", SETTING_COUNT, ROW(number), NULL,
	  "number of a request that no target answers but with a failure", NULL,
	  0, UINT32_MAX },
	GAP,
	{ 0 },
};

static const struct setting switch_settings[] = {
	{ "processor", SETTING_COUNT, ROW(number), "0", "which one", NULL, 0,
	  UINT16_MAX },
	GAP,
	{ 0 },
};

static const struct setting print_settings[] = {
	SIZE(KD_PRINT_MAX, "bytes of text"),
	{ 0 },
};

static const struct setting load_settings[] = {
	{ "size", SETTING_SIZE, ROW(size), "0", "bytes of the path", NULL, 0,
	  KD_EVENT_TEXT_MAX },
	{ 0 },
};

static const struct setting open_settings[] = {
	{ "size", SETTING_SIZE, ROW(size), NULL, "bytes of the name", NULL, 4,
	  KD_EVENT_TEXT_MAX },
	{ "fails", SETTING_BOOL, ROW(fails), "false",
	  "the debugger has no such file", NULL, 0, 0 },
	GAP,
	{ 0 },
};

static const struct setting file_read_settings[] = {
	SIZE(KD_FILE_DATA_MAX, "bytes asked for"),
	{ "offset", SETTING_COUNT, ROW(offset), "0", "in the file", NULL, 0,
	  0 },
	GAP,
	{ 0 },
};

static const struct setting no_settings[] = { { 0 } };

const struct script_type script_types[SCRIPT_KIND_COUNT] = {
	[SCRIPT_VERSION] = { "version", "GetVersion", KD_API_GET_VERSION, false,
			     false, plain_settings },
	[SCRIPT_READ] = { "read", "read virtual memory", KD_API_READ_VIRTUAL,
			  true, true, read_settings },
	[SCRIPT_WRITE] = { "write", "write virtual memory",
			   KD_API_WRITE_VIRTUAL, true, false, write_settings },
	[SCRIPT_READ_PHYSICAL] = { "read-physical", "read physical memory",
				   KD_API_READ_PHYSICAL, true, true,
				   read_settings },
	[SCRIPT_WRITE_PHYSICAL] = { "write-physical", "write physical memory",
				    KD_API_WRITE_PHYSICAL, true, false,
				    write_settings },
	[SCRIPT_GET_CONTEXT] = { "get-context", "GetContext",
				 KD_API_GET_CONTEXT, false, false,
				 plain_settings },
	[SCRIPT_SET_CONTEXT] = { "set-context", "SetContext, of what is there",
				 KD_API_SET_CONTEXT, false, false,
				 plain_settings },
	[SCRIPT_GET_CONTEXT_EX] = { "get-context-ex",
				    "GetContextEx, a piece of a CONTEXT",
				    KD_API_GET_CONTEXT_EX, false, false,
				    context_ex_settings },
	[SCRIPT_SET_CONTEXT_EX] = { "set-context-ex",
				    "SetContextEx, of what is there",
				    KD_API_SET_CONTEXT_EX, false, false,
				    context_ex_settings },
	[SCRIPT_READ_CONTROL] = { "read-control", "ReadControlSpace",
				  KD_API_READ_CONTROL, false, false,
				  control_settings },
	[SCRIPT_WRITE_CONTROL] = { "write-control",
				   "WriteControlSpace, of what is there",
				   KD_API_WRITE_CONTROL, false, false,
				   control_settings },
	[SCRIPT_WRITE_BREAKPOINT] = { "write-breakpoint", "set a breakpoint",
				      KD_API_WRITE_BREAKPOINT, true, false,
				      write_breakpoint_settings },
	[SCRIPT_RESTORE_BREAKPOINT] = { "restore-breakpoint",
					"clear a breakpoint",
					KD_API_RESTORE_BREAKPOINT, false, false,
					restore_settings },
	[SCRIPT_QUERY] = { "query", "QueryMemory", KD_API_QUERY_MEMORY, true,
			   false, query_settings },
	[SCRIPT_READ_MSR] = { "read-msr", "read a model-specific register",
			      KD_API_READ_MSR, false, false, msr_settings },
	[SCRIPT_UNSUPPORTED] = { "unsupported", "a request that no target has",
				 0, false, false, unsupported_settings },
	[SCRIPT_SWITCH_PROCESSOR] = { "switch-processor",
				      "turn to another processor",
				      KD_API_SWITCH_PROCESSOR, false, false,
				      switch_settings },
	[SCRIPT_CONTINUE] = { "continue", "Continue, the older one",
			      KD_API_CONTINUE, false, false, plain_settings },
	[SCRIPT_CONTINUE2] = { "continue2", "Continue2", KD_API_CONTINUE2,
			       false, false, plain_settings },
	[SCRIPT_STEP] = { "step", "Continue2, for one instruction",
			  KD_API_CONTINUE2, false, false, plain_settings },
	[SCRIPT_BREAK_IN] = { "break-in", "ask the running target to stop", 0,
			      false, false, plain_settings },
	[SCRIPT_PRINT] = { "print", "the target prints", 0, false, false,
			   print_settings },
	[SCRIPT_LOAD] = { "load", "it stops to tell of a module", 0, false,
			  false, load_settings },
	[SCRIPT_UNLOAD] = { "unload", "the same, of one that goes", 0, false,
			    false, load_settings },
	[SCRIPT_FILE_OPEN] = { "file-open", "it wants to open a file", 0, false,
			       false, open_settings },
	[SCRIPT_FILE_READ] = { "file-read", "it reads from the file", 0, false,
			       false, file_read_settings },
	[SCRIPT_FILE_CLOSE] = { "file-close", "it closes the file", 0, false,
				false, plain_settings },
	[SCRIPT_STOP] = { "stop", "it stops with an exception", 0, false, false,
			  no_settings },
};

const char *script_api_name(const struct script_row *row)
{
	const struct script_type *type = &script_types[row->kind];
	const struct kd_api_info *info = kd_api_find(type->api, KD_AMD64);

	return info ? info->name : type->key;
}

/* SPDX-License-Identifier: MIT */
/* The kinds of step, as a table. */
#include "bench/session/step_settings.h"

#define STEP(field) offsetof(struct step, field)
#define HEAL(field) offsetof(struct heal_config, field)

/* The most data that fits behind a request or reply: 4000 - 56 bytes. */
#define CHUNK_MAX_TEXT "3944"
#define CHUNK_MAX_BYTES 3944
#define REGIONS "pattern|scratch|none"

static const struct setting no_settings[] = { { 0 } };

static const struct setting read_settings[] = {
	{ "region", SETTING_ENUM, STEP(region), "pattern",
	  "what is read; none: from 'address' on", REGIONS, 0, 0 },
	{ "address", SETTING_COUNT, STEP(address), "",
	  "where to read, with region: none", NULL, 0, 0 },
	{ "chunk", SETTING_SIZE, STEP(chunk), CHUNK_MAX_TEXT,
	  "bytes per request", NULL, 1, CHUNK_MAX_BYTES },
	{ "verify", SETTING_BOOL, STEP(verify), "true",
	  "compare with the pattern; with region: none, read twice", NULL, 0,
	  0 },
	{ "rate", SETTING_RATE, STEP(rate), "unlimited",
	  "open loop: bytes asked for in a second, whatever comes of it", NULL,
	  0, STEP_RATE_MAX },
	{ "latency", SETTING_ENUM, STEP(latency), "answer",
	  "of a read: from its request on; or with the debugger's thinking "
	  "before it, as long as the next one has to wait",
	  "answer|with-think", 0, 0 },
	STEP_WHOLE_COUNT,
	{ 0 },
};

static const struct setting write_settings[] = {
	{ "region", SETTING_ENUM, STEP(region), "scratch",
	  "what is written; none: from 'address' on", REGIONS, 0, 0 },
	{ "address", SETTING_COUNT, STEP(address), "",
	  "where to write, with region: none", NULL, 0, 0 },
	{ "chunk", SETTING_SIZE, STEP(chunk), CHUNK_MAX_TEXT,
	  "bytes per request", NULL, 1, CHUNK_MAX_BYTES },
	{ "verify", SETTING_BOOL, STEP(verify), "true",
	  "look for them in the target's memory, or read them back", NULL, 0,
	  0 },
	{ "rate", SETTING_RATE, STEP(rate), "unlimited",
	  "open loop: bytes asked for in a second, whatever comes of it", NULL,
	  0, STEP_RATE_MAX },
	{ 0 },
};

static const struct setting breakpoint_settings[] = {
	{ "address", SETTING_COUNT, STEP(address), "",
	  "where; without one, in the spin loop of kdbench's own guest", NULL,
	  1, 0 },
	{ 0 },
};

static const struct setting storm_settings[] = {
	{ "rate", SETTING_RATE, STEP(lines), "unlimited",
	  "lines a second, with idling in between", NULL, 0, 1000000 },
	{ "work", SETTING_COUNT, STEP(work), "0",
	  "units of computation that the guest does before each line", NULL, 0,
	  1000000000 },
	{ "break-ins", SETTING_COUNT, STEP(break_ins), "0",
	  "in the midst of it, at random instants, besides the one that ends a "
	  "duration",
	  NULL, 0, 1000 },
	{ "verify", SETTING_BOOL, STEP(verify), "true",
	  "compare each line with what the guest must have printed", NULL, 0,
	  0 },
	{ 0 },
};

static const struct setting idle_settings[] = {
	{ "state", SETTING_ENUM, STEP(state), "stopped",
	  "of the target meanwhile", "stopped|running", 0, 0 },
	{ 0 },
};

/* What most measured steps have in common. */
#define MEASURED                                                           \
	.measured = true, .ends_by_count = true, .ends_by_duration = true, \
	.warms_up = true, .initial_end = "1"

const struct step_type step_types[STEP_KIND_COUNT] = {
	[STEP_CONNECT] = {
		.key = "connect",
		.help = "synchronise, ask the version, find the target's block",
		.settings = no_settings,
	},
	[STEP_BREAK_IN] = {
		.key = "break-in",
		.help = "let the target run for some ms, then stop it with 62",
		MEASURED,
		.settings = step_break_in_settings,
	},
	[STEP_CONTINUE] = {
		.key = "continue",
		.help = "let the stopped target run",
		.settings = no_settings,
	},
	[STEP_STEP] = {
		.key = "step",
		.help = "single steps, each until the target has stopped again",
		MEASURED,
		.settings = step_step_settings,
	},
	[STEP_WAIT] = {
		.key = "wait",
		.help = "let time pass",
		.ends_by_duration = true,
		.settings = no_settings,
	},
	[STEP_VERSION] = {
		.key = "version",
		.help = "GetVersion, the smallest question there is",
		MEASURED,
		.settings = no_settings,
	},
	[STEP_REGISTERS] = {
		.key = "registers",
		.help = "GetContext, all registers of the stopped processor",
		MEASURED,
		.settings = no_settings,
	},
	[STEP_READ_MEMORY] = {
		.key = "read-memory",
		.help = "read virtual memory, chunk by chunk",
		.measured = true,
		.ends_by_size = true,
		.ends_by_count = true,
		.ends_by_duration = true,
		.warms_up = true,
		.initial_end = "1",
		.settings = read_settings,
	},
	[STEP_WRITE_MEMORY] = {
		.key = "write-memory",
		.help = "write virtual memory, chunk by chunk",
		.measured = true,
		.ends_by_size = true,
		.ends_by_count = true,
		.ends_by_duration = true,
		.warms_up = true,
		.initial_end = "1",
		.settings = write_settings,
	},
	[STEP_BREAKPOINT] = {
		.key = "breakpoint",
		.help = "set a breakpoint, run into it, clear it",
		MEASURED,
		.settings = breakpoint_settings,
	},
	[STEP_PRINT_STORM] = {
		.key = "print-storm",
		.help = "the guest prints log lines as fast as they go",
		.measured = true,
		.ends_by_count = true,
		.ends_by_duration = true,
		.settings = storm_settings,
	},
	[STEP_IDLE] = {
		.key = "idle",
		.help = "do nothing: what being attached costs",
		.ends_by_duration = true,
		.settings = idle_settings,
	},
	[STEP_RESET] = {
		.key = "reset",
		.help = "RESET, until the stopped target has answered anew",
		MEASURED,
		.settings = no_settings,
	},
	[STEP_RECONNECT] = {
		.key = "reconnect",
		.help = "forget everything and connect; to the next right word",
		MEASURED,
		.settings = step_reconnect_settings,
	},
	[STEP_DISCONNECT] = {
		.key = "disconnect",
		.help = "let the target run, and leave it",
		.settings = no_settings,
	},
	[STEP_READ_PHYSICAL] = {
		.key = "read-physical",
		.help = "read physical memory, chunk by chunk",
		MEASURED,
		.ends_by_size = true,
		.settings = read_settings,
	},
	[STEP_WRITE_PHYSICAL] = {
		.key = "write-physical",
		.help = "write physical memory, chunk by chunk",
		MEASURED,
		.ends_by_size = true,
		.settings = write_settings,
	},
	[STEP_DUMP] = {
		.key = "dump",
		.help = "read physical memory as dump writers do, page by page",
		.measured = true,
		.ends_by_size = true,
		.ends_by_count = true,
		.ends_by_duration = true,
		.warms_up = true,
		.settings = step_dump_settings,
	},
	[STEP_SEARCH] = {
		.key = "search",
		.help = "SearchMemory: words that are there and words that "
			"are not",
		.measured = true,
		.ends_by_count = true,
		.ends_by_duration = true,
		.warms_up = true,
		.initial_end = "2",
		.settings = step_search_settings,
	},
	[STEP_FILL] = {
		.key = "fill",
		.help = "FillMemory: scratch memory with a word",
		MEASURED,
		.settings = step_fill_settings,
	},
	[STEP_SET_REGISTERS] = {
		.key = "set-registers",
		.help = "SetContext with other values, read back, put back",
		MEASURED,
		.settings = step_set_settings,
	},
	[STEP_CONTROL_SPACE] = {
		.key = "control-space",
		.help = "ReadControlSpace: the special registers, and others",
		MEASURED,
		.settings = step_control_settings,
	},
	[STEP_READ_MSR] = {
		.key = "read-msr",
		.help = "read a model-specific register",
		MEASURED,
		.settings = step_msr_settings,
	},
	[STEP_READ_PORT] = {
		.key = "read-port",
		.help = "read an I/O port",
		MEASURED,
		.settings = step_port_settings,
	},
	[STEP_CLEAR_BREAKPOINT] = {
		.key = "clear-breakpoint",
		.help = "RestoreBreakPoint, handle by handle",
		.measured = true,
		.ends_by_count = true,
		.ends_by_duration = true,
		.warms_up = true,
		.initial_end = "32",
		.settings = step_clear_settings,
	},
	[STEP_BREAKPOINT_LOOP] = {
		.key = "breakpoint-loop",
		.help = "run from hit to hit of one breakpoint",
		.measured = true,
		.ends_by_count = true,
		.ends_by_duration = true,
		.initial_end = "1",
		.settings = no_settings,
	},
	[STEP_HARDWARE_BREAKPOINT] = {
		.key = "hardware-breakpoint",
		.help = "set one in a debug register, run into it, clear it",
		MEASURED,
		.settings = step_hardware_settings,
	},
	[STEP_STEP_LOOP] = {
		.key = "step-loop",
		.help = "single steps through a loop of the guest",
		.measured = true,
		.ends_by_count = true,
		.ends_by_duration = true,
		.initial_end = "1",
		.settings = no_settings,
	},
	[STEP_SWITCH_PROCESSOR] = {
		.key = "switch-processor",
		.help = "turn to another processor, until it has reported",
		MEASURED,
		.settings = step_switch_settings,
	},
	[STEP_EXPECT_STOP] = {
		.key = "expect-stop",
		.help = "wait until the running target stops for this reason",
		.settings = step_expect_settings,
	},
	[STEP_MODULE_STORM] = {
		.key = "module-storm",
		.help = "the guest tells of modules as fast as it goes",
		.measured = true,
		.ends_by_count = true,
		.initial_end = "1",
		.settings = step_module_settings,
	},
	[STEP_FILE_TRANSFER] = {
		.key = "file-transfer",
		.help = "the guest reads a file from the debugger",
		.measured = true,
		.ends_by_size = true,
		.settings = step_file_settings,
	},
	[STEP_PROMPT] = {
		.key = "prompt",
		.help = "the guest asks for lines, which are answered",
		.measured = true,
		.ends_by_count = true,
		.initial_end = "1",
		.settings = no_settings,
	},
	[STEP_WILD] = {
		.key = "wild",
		.help = "the guest loses control; can one still break in?",
		.settings = step_wild_settings,
	},
	[STEP_SWEEP] = {
		.key = "sweep",
		.help = "read memory at one offered rate after another: what "
			"is achieved, at what CPU load",
		.measured = true,
		.warms_up = true,
		.settings = step_sweep_settings,
	},
	[STEP_CALIBRATE] = {
		.key = "calibrate",
		.help = "what a port access, a doorbell, a copy cost the guest",
		.settings = no_settings,
	},
	[STEP_ATTACH] = {
		.key = "attach",
		.help = "what WinDbg asks when it attaches, up to Continue2",
		MEASURED,
		.settings = step_attach_settings,
	},
	[STEP_CONDITIONAL] = {
		.key = "conditional-breakpoint",
		.help = "hits of a breakpoint whose condition is evaluated here",
		MEASURED,
		.settings = step_conditional_settings,
	},
	[STEP_STACK_WALK] = {
		.key = "stack-walk",
		.help = "frames of a stack, each found by unwinding the one below",
		MEASURED,
		.settings = step_stack_settings,
	},
	[STEP_RELOAD] = {
		.key = "reload",
		.help = "what a debugger reads of each module in the list",
		MEASURED,
		.settings = step_reload_settings,
	},
	[STEP_PROCESS_LIST] = {
		.key = "process-list",
		.help = "what it reads of each process, and its page tables",
		MEASURED,
		.settings = step_process_settings,
	},
	[STEP_BOOT] = {
		.key = "boot",
		.help = "a boot: prints, modules, files, hand-overs of KD",
		.measured = true,
		.ends_by_count = true,
		.ends_by_duration = true,
		.ends_itself = true,
		.settings = step_boot_settings,
	},
	[STEP_SCRIPT] = {
		.key = "script",
		.help = "requests and events as somebody recorded them",
		MEASURED,
		.settings = step_script_settings,
	},
	[STEP_REPEAT] = {
		.key = "repeat",
		.help = "nested 'steps', 'count' times",
		.ends_by_count = true,
		.settings = no_settings,
	},
};

const struct setting heal_settings[] = {
	{ "patience", SETTING_DURATION, HEAL(patience_ns), "5s",
	  "without progress of a step for so long, faults end", NULL,
	  UINT64_C(1000000), 0 },
	{ "rounds", SETTING_COUNT, HEAL(rounds), "200",
	  "re-sends and RESETs allowed after that", NULL, 0, 0 },
	{ "time", SETTING_DURATION, HEAL(time_ns), "10s",
	  "time allowed after that", NULL, UINT64_C(1000000), 0 },
	{ 0 },
};

/* SPDX-License-Identifier: MIT */
/*
 * The steps a session is made of: what can be written in a scenario, as data.
 * Each kind of step is a row; its settings feed the YAML loader, the checks and
 * 'kdbench list steps'. bench/plan fills struct step, bench/session runs it.
 */
#ifndef SESSION_STEP_H
#define SESSION_STEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/base/setting.h"

struct script;

enum step_kind {
	STEP_CONNECT,   /* RESET handshake, version, find KDBB */
	STEP_BREAK_IN,  /* 62 until the target stops */
	STEP_CONTINUE,  /* Continue2 */
	STEP_STEP,      /* single steps */
	STEP_WAIT,      /* wait for a time while the target runs */
	STEP_VERSION,   /* GetVersion */
	STEP_REGISTERS, /* GetContext */
	STEP_READ_MEMORY,
	STEP_WRITE_MEMORY,
	STEP_BREAKPOINT,  /* set, run into, clear */
	STEP_PRINT_STORM, /* DbgPrint flood */
	STEP_IDLE,        /* do nothing: CPU of being attached */
	STEP_RESET,       /* RESET handshake on a stopped target */
	STEP_RECONNECT,   /* forget everything, connect again */
	STEP_DISCONNECT,  /* continue and leave */
	STEP_READ_PHYSICAL,
	STEP_WRITE_PHYSICAL,
	STEP_DUMP,                /* ReadPhysical as dump writers do */
	STEP_SEARCH,              /* SearchMemory */
	STEP_FILL,                /* FillMemory */
	STEP_SET_REGISTERS,       /* SetContext and read back */
	STEP_CONTROL_SPACE,       /* ReadControlSpace */
	STEP_READ_MSR,            /* ReadMachineSpecificRegister */
	STEP_READ_PORT,           /* ReadIoSpace */
	STEP_CLEAR_BREAKPOINT,    /* RestoreBreakPoint */
	STEP_BREAKPOINT_LOOP,     /* run into one again and again */
	STEP_HARDWARE_BREAKPOINT, /* Dr0 and Dr7 */
	STEP_STEP_LOOP,           /* single steps through a loop */
	STEP_SWITCH_PROCESSOR,
	STEP_EXPECT_STOP,   /* wait for a stop with a code */
	STEP_MODULE_STORM,  /* load-symbols notices */
	STEP_FILE_TRANSFER, /* FILE_IO */
	STEP_PROMPT,        /* DEBUG_IO GetString */
	STEP_WILD,          /* break in to a guest that lost control */
	STEP_SWEEP,         /* reads at one offered rate after another */
	STEP_CALIBRATE,     /* what single things cost the guest */
	STEP_ATTACH,        /* WinDbg's requests, from version to Continue2 */
	STEP_CONDITIONAL,   /* a breakpoint whose condition is evaluated here */
	STEP_STACK_WALK,    /* frame by frame, over unwind data */
	STEP_RELOAD,        /* module by module, over the loader's list */
	STEP_PROCESS_LIST,  /* process by process, and its page tables */
	STEP_BOOT,          /* prints, modules, files, hand-overs */
	STEP_SCRIPT,        /* requests and events as somebody recorded them */
	STEP_REPEAT,        /* nested steps, several times */
	STEP_KIND_COUNT
};

enum step_latency { LATENCY_ANSWER, LATENCY_WITH_THINK };

enum step_region { REGION_PATTERN, REGION_SCRATCH, REGION_NONE };

/*
 * One step of a plan. A flat struct: each kind uses the fields that its setting
 * rows name, the rest keep their zero.
 */
struct step {
	enum step_kind kind;
	const char *name;    /* unique in the session; default: kind, then
				kind-2, ... */
	uint64_t timeout_ns; /* of the whole step, or UINT64_MAX: none */

	/* A measured step ends by one of these (0: not set). */
	uint64_t size;        /* payload bytes */
	uint64_t count;       /* operations */
	uint64_t duration_ns; /* time since its first measured operation */

	/* Before measuring: as much of the same, unmeasured. */
	uint64_t warmup_size;
	uint64_t warmup_count;
	uint64_t warmup_ns;

	int region;         /* enum step_region */
	uint64_t address;   /* of REGION_NONE, or of a breakpoint; 0: not set */
	uint64_t chunk;     /* bytes a request, 1..3944 */
	bool verify;        /* compare with the pattern, or read back */
	int latency;        /* read-memory: index of answer|with-think */
	int state;          /* idle: index of stopped|running */
	uint64_t work;      /* print-storm: units of spin work per line */
	uint64_t break_ins; /* print-storm: in the midst of it */
	uint64_t lines;     /* print-storm: of them a second; 0: as they go */
	uint64_t rate;      /* open loop, bytes a second; 0: closed loop */

	uint64_t from, to; /* sweep: bytes a second; UINT64_MAX: until full */
	uint64_t points;   /* sweep: how many rates */
	uint64_t each_ns;  /* sweep: time for each of them, at least */

	uint64_t number; /* of an MSR, port, selector, handle, processor */
	int width;       /* read-port: index of 1|2|4 */
	uint64_t length; /* search, fill: bytes a request works on */
	uint64_t code;   /* expect-stop: ExceptionCode */
	uint64_t pc;     /* set-registers: left there; UINT64_MAX: as it was */
	int how;         /* index of the step's own names, such as pieces */
	bool physical;   /* fill: FillMemory's flag */
	bool unload;     /* module-storm: notices of unloading too */
	uint64_t off_ns; /* break-in: interrupts off at a time */

	uint64_t frames; /* stack-walk: of the stack */
	int cache;       /* stack-walk: index of cold|warm */

	/* boot: what there is of each in a whole one. */
	uint64_t prints, modules, files, hand_overs;

	/* What the whole is of which this step does a sample: operations (a
	   frame, a module, ...), or bytes of a dump; 0: it is the whole. */
	uint64_t whole_count, whole_size;

	/* script: */
	const struct script *script; /* owned by the plan's arena */
	uint64_t layout;             /* seed of where its pages lie */
	uint64_t ack_ns;             /* THINK_RECORDED: before each ACK */

	/* repeat: */
	struct step *steps; /* owned by the plan's arena */
	size_t step_count;
};

/*
 * 'warmup', and a step's end, can be written as a size, a count or a duration;
 * bench/plan decodes "64KiB", "10" and "100ms" accordingly. Rows for these are
 * marked by the flags below instead of plain settings.
 */
struct step_type {
	const char *key;  /* as in YAML: read-memory */
	const char *help; /* one line */
	bool measured;    /* yields samples */
	bool ends_by_size, ends_by_count, ends_by_duration;
	bool warms_up;           /* takes 'warmup' in the units it ends by */
	bool ends_itself;        /* none need be written */
	const char *initial_end; /* if none is written: "count: 1" is 1 */
	const struct setting *settings; /* further keys; ends with NULL key */
};
extern const struct step_type step_types[STEP_KIND_COUNT];

/* How the debugger thinks between packets (kd-protocol 13). */
enum think_kind {
	THINK_NONE,
	THINK_WINDBG,
	THINK_FIXED,
	THINK_RECORDED, /* in a script as its rows say, else as WINDBG */
};

struct think {
	enum think_kind kind;
	uint64_t ack_ns; /* THINK_FIXED: before each ACK */
	uint64_t gap_ns; /* THINK_FIXED: between a reply and the next request */
};

/* What bounds the recovery after the faults stop (DESIGN: two phases). */
struct heal_config {
	uint64_t patience_ns; /* without progress of a step, faults end */
	uint64_t rounds;      /* re-sends and RESETs allowed afterwards */
	uint64_t time_ns;     /* time allowed afterwards */
};
extern const struct setting heal_settings[];

#endif

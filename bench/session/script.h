/* SPDX-License-Identifier: MIT */
/*
 * What the step 'script' does, as data: a row for each request of a debugger,
 * and for each thing that the target does by itself in between. Rows come from
 * a scenario, where 'kdbench session import' may have put them; bench/plan
 * reads them, script_build() works out the rest, bench/session performs them.
 *
 * Memory is named by page and offset: the pages that rows use become pages of
 * the target's scratch region, those with consecutive numbers side by side. A
 * row with 'from' takes its address out of what an earlier read returned.
 */
#ifndef SESSION_SCRIPT_H
#define SESSION_SCRIPT_H

#include "bench/base/err.h"
#include "bench/base/mem.h"
#include "bench/base/setting.h"

#define SCRIPT_ROWS_MAX 2000 /* as many as a list of YAML may have */
#define SCRIPT_PAGES_MAX 4096
#define SCRIPT_PAGE 4096
#define SCRIPT_NONE UINT32_MAX /* no row */

/* Nothing is there in any target of ours: requests for it must fail. */
#define SCRIPT_HOLE UINT64_C(0x700000000000)

enum script_kind {
	/* The debugger asks. */
	SCRIPT_VERSION,
	SCRIPT_READ,
	SCRIPT_WRITE,
	SCRIPT_READ_PHYSICAL,
	SCRIPT_WRITE_PHYSICAL,
	SCRIPT_GET_CONTEXT,
	SCRIPT_SET_CONTEXT,
	SCRIPT_GET_CONTEXT_EX,
	SCRIPT_SET_CONTEXT_EX,
	SCRIPT_READ_CONTROL,
	SCRIPT_WRITE_CONTROL,
	SCRIPT_WRITE_BREAKPOINT,
	SCRIPT_RESTORE_BREAKPOINT,
	SCRIPT_QUERY,
	SCRIPT_READ_MSR,
	SCRIPT_UNSUPPORTED, /* what no target knows */
	SCRIPT_SWITCH_PROCESSOR,
	SCRIPT_CONTINUE,
	SCRIPT_CONTINUE2,
	SCRIPT_STEP, /* Continue2 with TraceFlag */
	SCRIPT_BREAK_IN,
	/* The target does something. */
	SCRIPT_PRINT,
	SCRIPT_LOAD,
	SCRIPT_UNLOAD,
	SCRIPT_FILE_OPEN,
	SCRIPT_FILE_READ,
	SCRIPT_FILE_CLOSE,
	SCRIPT_STOP,
	SCRIPT_KIND_COUNT
};

struct script_row {
	uint8_t kind; /* enum script_kind */
	struct err_where where;

	/* As written; each kind has the fields that its settings name. */
	bool fails;      /* the target refuses it */
	uint64_t size;   /* bytes of memory, text, path, name, ... */
	uint64_t page;   /* 0..SCRIPT_PAGES_MAX - 1 */
	uint64_t offset; /* in the page; of a CONTEXT or a file: in it */
	uint64_t id;     /* other rows call it so; 0: none does */
	uint64_t from;   /* id of the row that told the address, or 0 */
	uint64_t at;     /* where in that row's data the pointer is */
	int bits;        /* index of 64|32: of the pointer */
	const char *add; /* from the pointer to the address: "0x30", "-8" */
	uint64_t number; /* selector, handle, MSR, processor or API */
	uint64_t gap_ns; /* that the debugger took, before it */

	/* By script_build(): */
	uint64_t place;   /* in the scratch region */
	int64_t added;    /* 'add' */
	uint32_t source;  /* row of 'from', or SCRIPT_NONE */
	uint32_t depends; /* first row that depends on this one ... */
	uint32_t sibling; /* ... and the next one after this */
	uint32_t event;   /* number among all events, or SCRIPT_NONE */
};

/* A pointer that must lie in the region before the script begins. */
struct script_pointer {
	uint64_t place; /* in the region */
	uint64_t to;    /* likewise; may point beside what is read */
	uint8_t len;    /* bytes: 8 or 4 */
	uint32_t row;   /* that needs it */
};

struct script {
	struct script_row *rows; /* borrowed from an arena */
	size_t count;
	/* By script_build(), in the same arena: */
	struct script_pointer *pointers; /* by place; they do not overlap */
	size_t pointer_count;
	uint32_t *events; /* the rows of all events */
	size_t event_count;
	uint64_t pages;       /* of the region that rows use */
	uint64_t events_max;  /* in one order */
	uint64_t region_size; /* bytes that it takes with the lists of events */
};

/* A kind of row: what can be written in a scenario. */
struct script_type {
	const char *key;  /* as in YAML: read-physical */
	const char *help; /* one line */
	uint32_t api;     /* of a request, or 0 */
	bool memory;      /* page and offset say where */
	bool reads;       /* it returns memory, so may hold pointers */
	const struct setting *settings; /* ends with a NULL key */
};
extern const struct script_type script_types[SCRIPT_KIND_COUNT];

/* The name of the API that a row asks for: "ReadVirtualMemory". */
const char *script_api_name(const struct script_row *row);

/* Does the target do this by itself? */
static inline bool script_is_event(const struct script_row *row)
{
	return row->event != SCRIPT_NONE;
}

/* Does the target run, once this row is over? */
bool script_runs(const struct script_row *row);

/*
 * Work out where everything lies, what depends on what, and which events belong
 * to one order. 'layout' is the seed of the order in which the pages lie; 0: by
 * number. The arena owns what is made. False: a row makes no sense; the failure
 * is at its place.
 */
bool script_build(struct script *s, uint64_t layout, struct arena *arena,
		  struct err *err);

/*
 * The bytes that must lie in the region from 'place' on: a word for each page,
 * drawn from 'key', and the pointers, when the region begins at 'base'.
 */
void script_expect(const struct script *s, uint64_t key, uint64_t base,
		   uint64_t place, uint8_t *to, uint64_t len);

/* The word of a page, by its place in the region. */
uint64_t script_word(uint64_t key, uint64_t place);

#endif

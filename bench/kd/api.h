/* SPDX-License-Identifier: MIT */
/*
 * The manipulate APIs: numbers, names, and what goes with each. Numbers and
 * structures are those of ReactOS' windbgkd.h. Freestanding.
 */
#ifndef KD_API_H
#define KD_API_H

#include <stdbool.h>
#include <stdint.h>

#include "bench/kd/layout.h"

enum kd_api {
	KD_API_READ_VIRTUAL = 0x3130,
	KD_API_WRITE_VIRTUAL = 0x3131,
	KD_API_GET_CONTEXT = 0x3132,
	KD_API_SET_CONTEXT = 0x3133,
	KD_API_WRITE_BREAKPOINT = 0x3134,
	KD_API_RESTORE_BREAKPOINT = 0x3135,
	KD_API_CONTINUE = 0x3136,
	KD_API_READ_CONTROL = 0x3137,
	KD_API_WRITE_CONTROL = 0x3138,
	KD_API_READ_IO = 0x3139,
	KD_API_WRITE_IO = 0x313a,
	KD_API_REBOOT = 0x313b,
	KD_API_CONTINUE2 = 0x313c,
	KD_API_READ_PHYSICAL = 0x313d,
	KD_API_WRITE_PHYSICAL = 0x313e,
	KD_API_QUERY_SPECIAL_CALLS = 0x313f,
	KD_API_SET_SPECIAL_CALL = 0x3140,
	KD_API_CLEAR_SPECIAL_CALLS = 0x3141,
	KD_API_SET_INTERNAL_BREAKPOINT = 0x3142,
	KD_API_GET_INTERNAL_BREAKPOINT = 0x3143,
	KD_API_READ_IO_EX = 0x3144,
	KD_API_WRITE_IO_EX = 0x3145,
	KD_API_GET_VERSION = 0x3146,
	KD_API_WRITE_BREAKPOINT_EX = 0x3147,
	KD_API_RESTORE_BREAKPOINT_EX = 0x3148,
	KD_API_CAUSE_BUGCHECK = 0x3149,
	/* The numbers jump here. */
	KD_API_SWITCH_PROCESSOR = 0x3150,
	KD_API_PAGE_IN = 0x3151,
	KD_API_READ_MSR = 0x3152,
	KD_API_WRITE_MSR = 0x3153,
	KD_API_OLD_VLM1 = 0x3154,
	KD_API_OLD_VLM2 = 0x3155,
	KD_API_SEARCH_MEMORY = 0x3156,
	KD_API_GET_BUS_DATA = 0x3157,
	KD_API_SET_BUS_DATA = 0x3158,
	KD_API_CHECK_LOW_MEMORY = 0x3159,
	KD_API_CLEAR_INTERNAL_BREAKPOINTS = 0x315a,
	KD_API_FILL_MEMORY = 0x315b,
	KD_API_QUERY_MEMORY = 0x315c,
	KD_API_SWITCH_PARTITION = 0x315d,
	KD_API_WRITE_CUSTOM_BREAKPOINT = 0x315e,
	KD_API_GET_CONTEXT_EX = 0x315f,
	KD_API_SET_CONTEXT_EX = 0x3160,
	KD_API_END = 0x3161
};

/* Data behind the 56 bytes of a request or a reply. */
enum kd_trailing {
	KD_TRAILS_NOTHING,
	KD_TRAILS_BYTES,    /* memory, control space, bus data, a pattern */
	KD_TRAILS_CONTEXT,  /* a CONTEXT, or its first bytes */
	KD_TRAILS_ELEMENTS, /* an array, see kd-protocol 3.6 */
};

struct kd_api_info {
	const char *name; /* as debuggers call it: ReadVirtualMemory */
	bool has_reply;   /* or only an ACK */
	uint8_t request;  /* enum kd_trailing */
	uint8_t reply;
	struct kd_layout fields; /* of the union, into struct kd_manipulate */
};

/*
 * What is known of an API; NULL if there is none of this number. 'arch' matters
 * for Continue2 alone.
 */
const struct kd_api_info *kd_api_find(uint32_t api, enum kd_arch arch);

/* Does the target answer this request (or only ACK it)? */
bool kd_api_has_reply(uint32_t api);

#endif

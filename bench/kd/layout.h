/* SPDX-License-Identifier: MIT */
/*
 * Wire structures as tables: where each field is, how wide, and where it goes
 * in the struct that holds it decoded. One table serves encoding, decoding and
 * printing, so that they cannot disagree. Freestanding.
 */
#ifndef KD_LAYOUT_H
#define KD_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

/* The two machines whose structures differ; all else is common to them. */
enum kd_arch { KD_AMD64, KD_I386 };

/* How a field is best read by a person. */
enum kd_format {
	KD_HEX,    /* addresses, flags, codes */
	KD_DEC,    /* lengths and counts */
	KD_STATUS, /* an NTSTATUS */
	KD_NAME,   /* a number that has a name: an API, a type, a state */
};

#define KD_NO_MEMBER UINT16_MAX

struct kd_field {
	const char *name;    /* as in ReactOS' windbgkd.h */
	uint16_t offset;     /* within the wire structure */
	uint8_t size;        /* bytes on the wire: 1, 2, 4 or 8 */
	uint8_t format;      /* enum kd_format */
	uint16_t member;     /* offset in the struct, or KD_NO_MEMBER */
	uint8_t member_size; /* bytes there, at least 'size' */
};

/*
 * A row for a field: name, offset, size, format, and 'struct type, member' of
 * where it lives, for which each table has a macro of its own.
 */
#define KD_FIELD(...) KD_FIELD_OF(__VA_ARGS__)
#define KD_FIELD_OF(name, offset, size, format, type, what)                 \
	{                                                                   \
		name, offset, size, format, (uint16_t)offsetof(type, what), \
			(uint8_t)sizeof(((type *)0)->what)                  \
	}

/* A row for a field that is only looked at. */
#define KD_SHOWN(name, offset, size, format)                \
	{                                                   \
		name, offset, size, format, KD_NO_MEMBER, 0 \
	}

struct kd_layout {
	const struct kd_field *fields;
	unsigned count;
};

#define KD_LAYOUT(rows)                                \
	{                                              \
		rows, sizeof(rows) / sizeof((rows)[0]) \
	}

/* Copy every field that has a member from the wire at 'from' into 'to'. */
void kd_layout_load(const struct kd_layout *layout, void *to,
		    const uint8_t *from);

/*
 * Copy them from the struct onto the wire; bytes that no field claims keep what
 * they hold.
 */
void kd_layout_store(const struct kd_layout *layout, const void *from,
		     uint8_t *to);

/* One field of a wire structure, zero-extended. */
uint64_t kd_field_value(const struct kd_field *field, const uint8_t *from);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * transform: a terminal line in between that takes bytes for text. Each byte
 * that means something to it becomes another one, or two, or none.
 */
#include "inject/stage.h"

enum transform_how {
	TRANSFORM_XON_XOFF,
	TRANSFORM_NL_TO_CRNL,
	TRANSFORM_CR_TO_NL,
	TRANSFORM_NL_TO_CR,
	TRANSFORM_SEVEN_BITS,
	TRANSFORM_DOUBLE_255,
};

struct transform_config {
	int how; /* enum transform_how */
};

static const struct setting transform_settings[] = {
	{ "how", SETTING_ENUM, offsetof(struct transform_config, how), NULL,
	  "0x11 and 0x13 eaten; 0x0a with 0x0d before it; 0x0d to 0x0a; 0x0a "
	  "to 0x0d; the eighth bit stripped; 0xff doubled",
	  "xon-xoff|nl-to-crnl|cr-to-nl|nl-to-cr|seven-bits|double-255", 0, 0 },
	{ 0 }
};

/* What becomes of a byte; returns how many bytes are in 'to'. */
static unsigned becomes(int how, uint8_t byte, uint8_t to[2])
{
	to[0] = to[1] = byte;
	switch ((enum transform_how)how) {
	case TRANSFORM_XON_XOFF: return byte == 0x11 || byte == 0x13 ? 0 : 1;
	case TRANSFORM_NL_TO_CRNL:
		if (byte != '\n')
			return 1;
		to[0] = '\r';
		return 2;
	case TRANSFORM_CR_TO_NL:
		if (byte == '\r')
			to[0] = '\n';
		return 1;
	case TRANSFORM_NL_TO_CR:
		if (byte == '\n')
			to[0] = '\r';
		return 1;
	case TRANSFORM_SEVEN_BITS: to[0] = byte & 0x7f; return 1;
	case TRANSFORM_DOUBLE_255: break;
	}
	return byte == 0xff ? 2 : 1;
}

/* One byte; returns how many it has become. */
static unsigned change(const struct transform_config *transform,
		       struct chunk *c, unsigned at, struct stage_out *out)
{
	const struct chunk_run one = { .at = (uint16_t)at, .len = 1 };
	uint8_t byte = c->bytes[at], to[2];
	unsigned count = becomes(transform->how, byte, to);

	if (count == 1 && to[0] == byte)
		return 1;
	if (count == 2 && c->len == CHUNK_MAX)
		return 1;
	stage_note(out, c, one, byte, count == 1 ? to[0] : -1, count);
	if (count == 0)
		chunk_drop(c, one);
	else if (count == 1)
		c->bytes[at] = to[0];
	else
		(void)chunk_insert(c, at, to[0]);
	return count;
}

static void transform_apply(const void *config, struct chunk *c,
			    struct chunk_run run, uint64_t draw,
			    struct stage_out *out)
{
	unsigned at = run.at;

	(void)draw;
	for (unsigned i = 0; i < run.len; i++)
		at += change(config, c, at, out);
}

const struct stage_type transform_stage = {
	.name = "transform",
	.help = "take bytes for text, as a terminal line does",
	.tells = "{place}, {before}, became {became}",
	.per_byte = true,
	.config_size = sizeof(struct transform_config),
	.settings = transform_settings,
	.apply = transform_apply,
};

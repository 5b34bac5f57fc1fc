/* SPDX-License-Identifier: MIT */
/*
 * burst: damage that comes in heaps, by the model of Gilbert and Elliott. The
 * line is good or bad; it goes bad at one rate and good again at another, and
 * only while it is bad (or mostly then) something happens.
 *
 * The state is a matter of the address and of nothing else. Within a packet it
 * is followed byte by byte from a start that is drawn for that packet. From
 * packet to packet, within a class, it is followed back: a draw below 'enter'
 * makes the line bad whatever it was, one above 1 - 'leave' makes it good, and
 * any other leaves it as it was after the packet before. So nothing needs to be
 * remembered, and a packet that is met again is met the same way.
 */
#include "inject/stage.h"

#include "inject/draw.h"

enum burst_does { BURST_DROP, BURST_FLIP };

struct burst_config {
	uint64_t enter, leave, bad, good; /* fractions of 2^64 */
	int does;                         /* enum burst_does */
};

#define AT(member) offsetof(struct burst_config, member)

static const struct setting burst_settings[] = {
	{ "enter", SETTING_RATIO, AT(enter), NULL,
	  "chance that the good line goes bad, at each byte or packet", NULL, 0,
	  0 },
	{ "leave", SETTING_RATIO, AT(leave), NULL,
	  "chance that the bad line is good again", NULL, 0, 0 },
	{ "bad", SETTING_RATIO, AT(bad), "1",
	  "chance of damage while it is bad", NULL, 0, 0 },
	{ "good", SETTING_RATIO, AT(good), "0",
	  "chance of damage while it is good", NULL, 0, 0 },
	{ "does", SETTING_ENUM, AT(does), "drop",
	  "what damage is: drop, or flip one bit of each byte", "drop|flip", 0,
	  0 },
	{ 0 }
};

static const char *burst_check(const void *config)
{
	const struct burst_config *burst = config;

	if (burst->enter == 0 || burst->leave == 0)
		return "'enter' and 'leave' are above 0: the line must be able "
		       "to become bad, and good again";
	if (burst->enter > UINT64_MAX - burst->leave)
		return "'enter' and 'leave' are at most 1 together";
	return NULL;
}

static const char *burst_check_when(const void *config, const struct when *when)
{
	const struct burst_config *burst = config;

	return burst->does == BURST_FLIP && when->per == PER_PACKET
		       ? "per packet it can only drop: 'flip' is of bytes"
		       : NULL;
}

/* What the draws of a key are for. */
enum { FOR_STATE, FOR_START, FOR_DAMAGE, FOR_BIT };

static uint64_t at_byte(uint64_t key, unsigned use, uint64_t index)
{
	return draw_more(key, index << 2 | use);
}

static bool chance(uint64_t draw, uint64_t probability)
{
	return draw < probability || probability == UINT64_MAX;
}

/* A draw about the next state: 1 bad, 0 good, -1 as it was. */
static int decided(const struct burst_config *b, uint64_t draw)
{
	if (draw < b->enter)
		return 1;
	return draw >= UINT64_MAX - b->leave ? 0 : -1;
}

/* The share of its time that the line is bad. */
static bool bad_from_nowhere(const struct burst_config *b, uint64_t draw)
{
	return (unsigned __int128)draw *
		       ((unsigned __int128)b->enter + b->leave) >>
	       64 < b->enter;
}

/* --- packet by packet -------------------------------------------------------
 */

/* A re-send follows the one before it, a fresh packet the one before that. */
static bool packet_is_bad(const struct burst_config *b, const struct chunk *c,
			  struct stage_out *out)
{
	struct packet_address a = c->address;

	for (;;) {
		uint64_t key = stage_key(out, &a);
		int is = decided(b, at_byte(key, FOR_STATE, 0));

		if (is >= 0)
			return is;
		if (a.copy)
			a.copy--;
		else if (a.ordinal > 1)
			a.ordinal--;
		else
			return bad_from_nowhere(b, at_byte(key, FOR_START, 0));
	}
}

static void hit_packet(const struct burst_config *b, struct chunk *c,
		       struct chunk_run run, struct stage_out *out)
{
	uint64_t key = stage_key(out, &c->address);
	bool bad = packet_is_bad(b, c, out);

	if (!chance(at_byte(key, FOR_DAMAGE, 0), bad ? b->bad : b->good))
		return;
	stage_note(out, c, run, run.len == 1 ? c->bytes[run.at] : -1, -1,
		   run.len);
	chunk_drop(c, run);
}

/* --- byte by byte -----------------------------------------------------------
 */

static void flip_byte(struct chunk *c, unsigned at, uint64_t draw,
		      struct stage_out *out)
{
	struct chunk_run one = { .at = (uint16_t)at, .len = 1 };
	uint8_t before = c->bytes[at];

	c->bytes[at] ^= (uint8_t)(1u << draw_below(draw, 8));
	stage_note(out, c, one, before, c->bytes[at], 1);
}

/* Lose what has come together. */
static void drop_run(struct chunk *c, struct chunk_run *run,
		     struct stage_out *out)
{
	if (run->len == 0)
		return;
	stage_note(out, c, *run, run->len == 1 ? c->bytes[run->at] : -1, -1,
		   run->len);
	chunk_drop(c, *run);
	run->len = 0;
}

/*
 * 'at' goes through the bytes that are left, 'offset' through those that were
 * sent; what earlier stages have put there is in no state and stays.
 */
static void hit_bytes(const struct burst_config *b, struct chunk *c,
		      struct chunk_run run, struct stage_out *out)
{
	uint64_t key = stage_key(out, &c->address);
	bool bad = bad_from_nowhere(b, at_byte(key, FOR_START, 0));
	unsigned at = run.at, end = run.at + run.len;
	struct chunk_run lost = { .at = run.at };

	for (unsigned offset = 0; offset < c->length && at < end; offset++) {
		int is = decided(b, at_byte(key, FOR_STATE, offset));
		int found = chunk_find(c, offset, at);
		bool hit;

		bad = is < 0 ? bad : is;
		hit = chance(at_byte(key, FOR_DAMAGE, offset),
			     bad ? b->bad : b->good);
		if (found < 0 || (unsigned)found >= end)
			continue;
		if (hit && b->does == BURST_FLIP)
			flip_byte(c, (unsigned)found,
				  at_byte(key, FOR_BIT, offset), out);
		if (b->does == BURST_DROP && lost.len &&
		    (!hit || (unsigned)found != lost.at + lost.len)) {
			end -= lost.len;
			found -= lost.len;
			drop_run(c, &lost, out);
		}
		if (hit && b->does == BURST_DROP) {
			lost.at = lost.len ? lost.at : (uint16_t)found;
			lost.len++;
		}
		at = (unsigned)found + 1;
	}
	drop_run(c, &lost, out);
}

static void burst_apply(const void *config, struct chunk *c,
			struct chunk_run run, uint64_t draw,
			struct stage_out *out)
{
	(void)draw;
	if (stage_per_byte(out))
		hit_bytes(config, c, run, out);
	else
		hit_packet(config, c, run, out);
}

const struct stage_type burst_stage = {
	.name = "burst",
	.help = "damage bytes, or lose packets, in heaps",
	.tells = "{place} {was} hit by a burst",
	.per_byte = true,
	.runs = true,
	.records = true,
	.config_size = sizeof(struct burst_config),
	.settings = burst_settings,
	.check = burst_check,
	.check_when = burst_check_when,
	.apply = burst_apply,
};

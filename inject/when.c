/* SPDX-License-Identifier: MIT */
#include "inject/when.h"

#include "bench/base/hash.h"
#include "inject/draw.h"

#define AT(member) offsetof(struct when, member)

const struct setting when_settings[] = {
	{ "probability", SETTING_RATIO, AT(probability), "1",
	  "chance to act, for each packet or byte", NULL, 0, 0 },
	{ "per", SETTING_ENUM, AT(per), "default",
	  "what the chance is drawn for; bytes, or packets for delay and the "
	  "like",
	  "default|packet|byte", 0, 0 },
	{ "nth", SETTING_COUNT, AT(nth), "",
	  "only the n-th matching fresh packet, from 1; 0: any", NULL, 0, 0 },
	{ "every", SETTING_COUNT, AT(every), "",
	  "only each n-th matching fresh packet; 0: any", NULL, 0, 0 },
	{ "copy", SETTING_COUNT, AT(copy), "any",
	  "only this copy of a packet: 0 as sent first, n its n-th re-send",
	  "any", 0, 1000000 },
	{ "field", SETTING_ENUM, AT(field), "any",
	  "only these bytes of a packet",
	  "any|leader|type|length|id|checksum|payload|trailer", 0, 0 },
	{ "offset", SETTING_COUNT, AT(offset), "any",
	  "only this byte of a packet, from 0 at the leader", "any", 0,
	  KD_PACKET_MAX - 1 },
	{ "after", SETTING_DURATION, AT(after_ns), "",
	  "not before this time of the session", NULL, 0, 0 },
	{ "until", SETTING_DURATION, AT(until_ns), "none",
	  "only before this time of the session", NULL, 0, 0 },
	{ "limit", SETTING_COUNT, AT(limit), "",
	  "how many acts in all; 0: no limit", NULL, 0, 0 },
	{ 0 }
};

const struct setting when_packet_settings[] = {
	{ "type", SETTING_ENUM, AT(type), "any", "packet type in the header",
	  "any|state-change32|manipulate|debug-io|ack|resend|reset|"
	  "state-change|poll-breakin|trace-io|control-request|file-io",
	  0, 0 },
	{ "class", SETTING_ENUM, AT(class), "any",
	  "what it is: a request, a reply, a stray byte, ...",
	  "any|request|reply|state-change|print|ack|resend|reset|break-in|"
	  "other|stray",
	  0, 0 },
	{ 0 }
};

void when_init(struct when_state *s, const struct when *w)
{
	*s = (struct when_state){
		.gap_rate = draw_gap_rate(w->probability),
	};
}

/* Is it a copy to act on? Numbered packets are fresh unless one is named. */
static bool copy_meant(const struct when *w, const struct chunk *c)
{
	if (w->copy != COPY_ANY)
		return c->address.copy == w->copy;
	return c->address.copy == 0 || (!w->nth && !w->every);
}

bool when_matches(const struct when *w, struct when_state *s,
		  const struct chunk *c, uint64_t elapsed_ns)
{
	if (w->type && w->type != c->header.type)
		return false;
	if (w->class != CLASS_ANY && w->class != c->address.class)
		return false;
	s->matched += c->address.copy == 0;
	if (!copy_meant(w, c) || (w->nth && s->matched != w->nth) ||
	    (w->every && s->matched % w->every))
		return false;
	return elapsed_ns >= w->after_ns && elapsed_ns < w->until_ns &&
	       !when_exhausted(w, s);
}

struct byte_range when_range(const struct when *w, const struct chunk *c)
{
	struct byte_range range = { 0, c->length };

	if (!when_aims(w))
		return range;
	if (packet_class_is_byte(c->address.class))
		return (struct byte_range){ 0, 0 };
	if (w->field != FIELD_ANY) {
		range = packet_field_range((enum packet_field)w->field,
					   &c->header);
		if (range.to > c->length)
			range.to = c->length;
	}
	if (w->offset == OFFSET_ANY)
		return range;
	if (w->offset < range.from || w->offset >= range.to)
		return (struct byte_range){ 0, 0 };
	range.from = (uint32_t)w->offset;
	range.to = range.from + 1;
	return range;
}

/* How long it is until 'at'; 0 once it is over. */
static uint64_t ahead(uint64_t at, uint64_t now)
{
	return at > now ? at - now : 0;
}

uint64_t when_digest(const struct when *w, const struct when_state *s,
		     uint64_t elapsed_ns)
{
	uint64_t to_nth = w->nth ? ahead(w->nth + 1, s->matched) : 0;
	uint64_t d = hash_u64(to_nth);

	d = hash_add(d, w->every ? s->matched % w->every : 0);
	d = hash_add(d, w->limit ? ahead(w->limit, s->acts) : 0);
	d = hash_add(d, ahead(w->after_ns, elapsed_ns));
	return hash_add(d, w->until_ns == UINT64_MAX
				   ? UINT64_MAX
				   : ahead(w->until_ns, elapsed_ns));
}

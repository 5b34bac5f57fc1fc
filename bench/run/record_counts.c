/* SPDX-License-Identifier: MIT */
#include "bench/run/record_counts.h"

#include "bench/base/mem.h"

json_t *record_wasted(const struct kd_counts *c)
{
	uint64_t bytes = c->bytes_in + c->bytes_out;

	if (!c->useful)
		return json_null();
	return json_pack(
		"{s:I, s:I}", "packets",
		(json_int_t)(c->resent + c->duplicates + c->bad_checksum +
			     c->bad_frame + c->resends_in + c->resends_out +
			     c->resets_in + c->resets_out),
		"bytes",
		(json_int_t)(bytes > c->useful ? bytes - c->useful : 0));
}

json_t *record_debugger(const struct kd_counts *c)
{
	const struct {
		const char *name;
		uint64_t value;
	} rows[] = {
		{ "packets_in", c->packets_in },
		{ "packets_out", c->packets_out },
		{ "resent", c->resent },
		{ "resends_out", c->resends_out },
		{ "resends_in", c->resends_in },
		{ "resets_out", c->resets_out },
		{ "resets_in", c->resets_in },
		{ "timeouts", c->timeouts },
		{ "duplicates", c->duplicates },
		{ "bad_checksum", c->bad_checksum },
		{ "bad_frame", c->bad_frame },
		{ "stray", c->stray },
		{ "bytes_in", c->bytes_in },
		{ "bytes_out", c->bytes_out },
	};
	json_t *o = json_object();

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		json_object_set_new(o, rows[i].name,
				    json_integer((json_int_t)rows[i].value));
	return o;
}

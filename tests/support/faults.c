/* SPDX-License-Identifier: MIT */
#include "tests/support/faults.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/kd/sum.h"

static void record(struct fault_log *log, const struct fault_act *act)
{
	struct faults *f = (struct faults *)log;

	assert_true(f->act_count < FAULTS_ACTS_MAX);
	f->acts[f->act_count++] = *act;
}

void faults_init(struct faults *f)
{
	f->log.act = record;
	f->spec = (struct chain_spec){ f->stages, 0, CHAIN_FLUSH_NS };
	f->act_count = 0;
	memset(f->stages, 0, sizeof(f->stages));
	memset(f->configs, 0, sizeof(f->configs));
}

static void defaults(const struct setting *rows, void *config)
{
	for (; rows->key; rows++)
		(void)setting_default(rows, config);
}

/* One word "key=value" into whoever has such a row. */
static void read_word(char *word, const struct stage_type *type,
		      struct when *when, void *config)
{
	const struct {
		const struct setting *rows;
		void *to;
	} places[] = {
		{ when_settings, when },
		{ when_packet_settings, when },
		{ type->settings, config },
	};
	char *value = strchr(word, '=');
	struct err err = { 0 };

	assert_non_null(value);
	*value++ = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		const struct setting *s = setting_find(places[i].rows, word);

		if (!s)
			continue;
		if (!setting_read(s, err.where, word, value, places[i].to,
				  &err))
			fail_msg("%s (%s)", err.text, err.hint);
		return;
	}
	fail_msg("'%s' has no setting '%s'", type->name, word);
}

static void configure(const struct stage_type *type, const char *settings,
		      struct when *when, void *config)
{
	char text[256];
	char *rest = text;
	char *word;

	assert_true(strlen(settings) < sizeof(text));
	strcpy(text, settings);
	defaults(when_settings, when);
	defaults(when_packet_settings, when);
	defaults(type->settings, config);
	while ((word = strsep(&rest, " ")) != NULL) {
		if (*word)
			read_word(word, type, when, config);
	}
}

static const struct stage_type *find(const char *name)
{
	const struct stage_type *type = stage_find(name);

	if (!type)
		fail_msg("there is no fault '%s'", name);
	return type;
}

void faults_add(struct faults *f, const char *name, const char *settings)
{
	struct stage_spec *s = &f->stages[f->spec.count];
	void *config = f->configs[f->spec.count];
	const char *wrong;

	assert_true(f->spec.count < CHAIN_STAGES_MAX);
	*s = (struct stage_spec){ .type = find(name), .label = name };
	assert_true(s->type->config_size <= sizeof(f->configs[0]));
	configure(s->type, settings, &s->when, config);
	wrong = stage_check(s->type, config, &s->when);
	if (wrong)
		fail_msg("%s: %s", name, wrong);
	s->config = config;
	f->spec.count++;
}

const char *faults_check(const char *name, const char *settings)
{
	const struct stage_type *type = find(name);
	uint64_t config[8] = { 0 };
	struct when when = { 0 };

	configure(type, settings, &when, config);
	return stage_check(type, config, &when);
}

void assert_refusals(const struct refusal *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *wrong =
			faults_check(cases[i].name, cases[i].settings);

		if ((wrong != NULL) != cases[i].wrong)
			fail_msg("%s %s: %s", cases[i].name, cases[i].settings,
				 wrong ? wrong : "accepted");
	}
}

size_t packet_data(uint8_t *to, uint16_t type, uint32_t id, uint16_t len,
		   uint8_t first)
{
	struct kd_header h = {
		.leader = KD_LEADER_DATA, .type = type, .len = len, .id = id
	};

	for (uint16_t i = 0; i < len; i++)
		to[KD_HEADER_SIZE + i] = (uint8_t)(first + i);
	h.checksum = kd_sum(to + KD_HEADER_SIZE, len);
	kd_store_header(to, &h);
	to[KD_HEADER_SIZE + len] = KD_TRAILER_BYTE;
	return KD_HEADER_SIZE + len + 1u;
}

size_t packet_control(uint8_t *to, uint16_t type, uint32_t id)
{
	struct kd_header h = { .leader = KD_LEADER_CONTROL,
			       .type = type,
			       .id = id };

	kd_store_header(to, &h);
	return KD_HEADER_SIZE;
}

size_t packet_stream(uint8_t *to, size_t size)
{
	size_t len = 0;

	for (uint32_t i = 0; len + 400 < size; i++) {
		len += packet_data(to + len, KD_STATE_MANIPULATE, i & 1,
				   (uint16_t)(i * 7 % 300), (uint8_t)i);
		len += packet_control(to + len, KD_ACKNOWLEDGE, i & 1);
		if (i % 5 == 0)
			to[len++] = KD_BREAKIN_BYTE;
		if (i % 7 == 0)
			to[len++] = 0x30;
		if (i % 7 == 0)
			to[len++] = 0x11;
	}
	return len;
}

void chain_feed(struct chain *c, const uint8_t *bytes, size_t len, uint64_t now)
{
	struct kd_span in = { bytes, len };

	assert_int_equal(chain_put(c, in, now), len);
}

size_t chain_drain(struct chain *c, uint8_t *to, size_t size, uint64_t now)
{
	size_t len = 0;

	for (;;) {
		struct kd_span out = chain_peek(c, now);

		if (out.len == 0)
			return len;
		assert_true(len + out.len <= size);
		memcpy(to + len, out.at, out.len);
		chain_consume(c, out.len);
		len += out.len;
	}
}

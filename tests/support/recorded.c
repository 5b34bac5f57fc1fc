/* SPDX-License-Identifier: MIT */
#include "tests/support/recorded.h"

#include <stdlib.h>
#include <string.h>

#include "bench/kd/sum.h"

#define PACKET_NS (50 * RECORDED_US)

void recorded_init(struct recorded *r)
{
	memset(r, 0, sizeof(*r));
	r->c.timed = true;
	r->ids[DIR_TO_TARGET] = r->ids[DIR_TO_DEBUGGER] = KD_ID_INITIAL;
	r->o.gap_max_ns = IMPORT_GAP_MAX_NS;
}

static void forget(struct recorded *r)
{
	import_release(&r->im);
	packet_list_release(&r->list);
	memset(&r->list, 0, sizeof(r->list));
}

void recorded_release(struct recorded *r)
{
	forget(r);
	capture_release(&r->c);
}

static void put(struct recorded *r, enum capture_dir dir,
		const struct kd_header *h, const uint8_t *payload)
{
	uint8_t bytes[KD_PACKET_MAX];
	size_t len = KD_HEADER_SIZE;

	kd_store_header(bytes, h);
	if (h->leader == KD_LEADER_DATA) {
		memcpy(bytes + len, payload, h->len);
		len += h->len;
		bytes[len++] = KD_TRAILER_BYTE;
	}
	capture_add(&r->c, dir, END_DEBUGGER, r->now, bytes, len);
	r->now += PACKET_NS;
}

void recorded_packet(struct recorded *r, enum capture_dir dir, uint16_t type,
		     const void *payload, size_t len)
{
	const struct kd_header data = { .leader = KD_LEADER_DATA,
					.type = type,
					.len = (uint16_t)len,
					.id = r->ids[dir],
					.checksum = kd_sum(payload, len) };
	const struct kd_header ack = { .leader = KD_LEADER_CONTROL,
				       .type = KD_ACKNOWLEDGE,
				       .id = r->ids[dir] };

	put(r, dir, &data, payload);
	r->ids[dir] ^= 1;
	if (!r->silent || dir == DIR_TO_TARGET)
		put(r, (enum capture_dir) !dir, &ack, NULL);
}

static void manipulate(struct recorded *r, enum capture_dir dir,
		       const struct kd_manipulate *m, const void *data,
		       size_t len)
{
	uint8_t payload[KD_PAYLOAD_MAX] = { 0 };

	kd_manipulate_store(m, payload);
	if (len)
		memcpy(payload + KD_MANIPULATE_SIZE, data, len);
	recorded_packet(r, dir, KD_STATE_MANIPULATE, payload,
			KD_MANIPULATE_SIZE + len);
}

void recorded_ask(struct recorded *r, uint64_t gap_us,
		  const struct kd_manipulate *m, const void *data, size_t len)
{
	/* A pause begins with the reply, and the ACK is in it. */
	r->now += gap_us * RECORDED_US;
	if (r->c.count > 1 && !r->silent)
		r->now -= 2 * PACKET_NS;
	manipulate(r, DIR_TO_TARGET, m, data, len);
}

void recorded_reply(struct recorded *r, const struct kd_manipulate *m,
		    const void *data, size_t len)
{
	manipulate(r, DIR_TO_DEBUGGER, m, data, len);
}

void recorded_read(struct recorded *r, uint64_t gap_us, uint64_t address,
		   const void *data, uint32_t len)
{
	struct kd_manipulate m = {
		.api = KD_API_READ_VIRTUAL,
		.status = KD_STATUS_PENDING,
		.u.memory = { .address = address, .count = len },
	};

	recorded_ask(r, gap_us, &m, NULL, 0);
	m.status = data ? KD_STATUS_SUCCESS : KD_STATUS_UNSUCCESSFUL;
	m.u.memory.actual = data ? len : 0;
	recorded_reply(r, &m, data, data ? len : 0);
}

void recorded_api(struct recorded *r, uint64_t gap_us, uint32_t api,
		  uint32_t status)
{
	struct kd_manipulate m = { .api = api, .status = KD_STATUS_PENDING };

	recorded_ask(r, gap_us, &m, NULL, 0);
	m.status = status;
	if (kd_api_has_reply(api))
		recorded_reply(r, &m, NULL, 0);
}

void recorded_stop(struct recorded *r)
{
	const struct kd_exception e = { .code = KD_CODE_BREAKPOINT,
					.processors = 1,
					.first_chance = true };
	uint8_t payload[KD_STATE_SIZE];

	kd_exception_store(&e, payload);
	recorded_packet(r, DIR_TO_DEBUGGER, KD_STATE_CHANGE64, payload,
			sizeof(payload));
}

void recorded_print(struct recorded *r, size_t len)
{
	uint8_t payload[KD_DEBUG_IO_SIZE + KD_PRINT_MAX];

	memset(payload, 'x', sizeof(payload));
	kd_print_store(payload, 0, (uint32_t)len);
	recorded_packet(r, DIR_TO_DEBUGGER, KD_DEBUG_IO, payload,
			KD_DEBUG_IO_SIZE + len);
}

bool recorded_import(struct recorded *r)
{
	forget(r);
	r->err = (struct err){ 0 };
	packet_list_cut(&r->list, &r->c);
	return import_packets(&r->im, &r->c, &r->list, &r->o, &r->err);
}

char *recorded_yaml(const struct recorded *r)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	import_write(&r->im, "recorded", r->name ? r->name : "test", out);
	fclose(out);
	return text;
}

/* A key that says where something is, or how long somebody thought. */
static bool is_place(const char *key)
{
	static const char *const keys[] = { "page: ", "offset: ", "id: ",
					    "from: ", "at: ",     "bits: ",
					    "add: ",  "gap: " };

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		if (strncmp(key, keys[i], strlen(keys[i])) == 0)
			return true;
	}
	return false;
}

static char *trim(char *word)
{
	size_t len;

	while (*word == ' ')
		word++;
	len = strlen(word);
	while (len && word[len - 1] == ' ')
		len--;
	word[len] = '\0';
	return word;
}

static void put_row(FILE *out, char *line)
{
	char *rest = line, *word;

	fputs(strsep(&rest, ":"), out);
	while (rest && (word = strsep(&rest, "{,}"))) {
		word = trim(word);
		if (*word && !is_place(word))
			fprintf(out, " %s", word);
	}
	fputc('\n', out);
}

char *recorded_rows(const char *yaml)
{
	char *copy = mem_strdup(yaml);
	char *rest = copy, *line;
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	while ((line = strsep(&rest, "\n"))) {
		if (strncmp(line, "        - ", 10) == 0)
			put_row(out, line + 10);
	}
	fclose(out);
	free(copy);
	return text;
}

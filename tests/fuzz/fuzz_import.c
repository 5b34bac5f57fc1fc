/* SPDX-License-Identifier: MIT */
/*
 * Any packets as a recorded session: refused with words, or made into a
 * scenario that can be read again, the same bytes each time. The input is a
 * list of packets, which get their headers and sums here: a fuzzer finds none.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/import/import.h"
#include "bench/kd/sum.h"
#include "bench/plan/plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ENTRY 4 /* type and direction, id, length, time */

static const uint16_t types[] = { KD_STATE_MANIPULATE, KD_STATE_CHANGE64,
				  KD_DEBUG_IO,         KD_FILE_IO,
				  KD_TRACE_IO,         KD_ACKNOWLEDGE,
				  KD_CONTROL_REQUEST,  KD_RESET };

static size_t put_packet(struct capture *c, const uint8_t *data, size_t size,
			 uint64_t *now)
{
	uint16_t type = types[data[0] % 8];
	bool control = kd_type_is_control(type);
	size_t len = control ? 0 : (size_t)data[2] * 4;
	uint8_t bytes[KD_PACKET_MAX] = { 0 };
	struct kd_header h = { .type = type };

	if (len > size - ENTRY)
		len = size - ENTRY;
	h.leader = control ? KD_LEADER_CONTROL : KD_LEADER_DATA;
	h.len = (uint16_t)len;
	h.id = KD_ID_INITIAL + (data[1] & 3);
	h.checksum = kd_sum(data + ENTRY, len);
	kd_store_header(bytes, &h);
	memcpy(bytes + KD_HEADER_SIZE, data + ENTRY, len);
	bytes[KD_HEADER_SIZE + len] = KD_TRAILER_BYTE;
	*now += (uint64_t)1 << (data[3] % 40);
	capture_add(c, data[0] & 0x80 ? DIR_TO_TARGET : DIR_TO_DEBUGGER,
		    END_DEBUGGER, *now, bytes, KD_HEADER_SIZE + len + !control);
	return ENTRY + len;
}

static char *write_yaml(const struct import *im)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	import_write(im, "fuzz", "fuzz\n\xff", out);
	fclose(out);
	return text;
}

static void check(const char *yaml)
{
	const struct plan_text text = { "fuzz.yaml", yaml, strlen(yaml) };
	const struct plan_input input = { 0 };
	struct plan plan = { 0 };
	struct err err = { 0 };

	for (const char *at = yaml; *at; at++)
		assert((*at >= 0x20 && *at < 0x7f) || *at == '\n');
	if (!plan_load_text(&plan, NULL, &text, &input, &err)) {
		fprintf(stderr, "%s\nline %u: %s\n", yaml, err.where.line,
			err.text);
		abort();
	}
	plan_release(&plan);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct import_options o = { .gap_max_ns = IMPORT_GAP_MAX_NS };
	struct capture c = { .timed = true };
	struct packet_list list;
	struct import im;
	struct err err = { 0 };
	uint64_t now = 0;
	size_t at = 2;

	if (size < 2)
		return 0;
	o.skip = data[0];
	o.forced = data[1] & 1;
	o.arch = data[1] & 2 ? KD_I386 : KD_AMD64;
	while (size - at >= ENTRY)
		at += put_packet(&c, data + at, size - at, &now);
	packet_list_cut(&list, &c);
	if (import_packets(&im, &c, &list, &o, &err)) {
		char *yaml = write_yaml(&im);

		check(yaml);
		free(yaml);
	} else {
		assert(err.kind == ERR_USAGE && *err.text && *err.hint);
	}
	import_release(&im);
	packet_list_release(&list);
	capture_release(&c);
	return 0;
}

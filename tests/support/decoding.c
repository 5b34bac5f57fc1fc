/* SPDX-License-Identifier: MIT */
#include "tests/support/decoding.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "bench/decode/pcapng.h"
#include "tests/support/hex.h"

void decoding_start(struct decoding *d, const uint8_t *bytes, size_t len,
		    enum capture_from from, enum capture_dir dir)
{
	struct err err = { 0 };

	memset(d, 0, sizeof(*d));
	if (!capture_read_bytes(&d->capture, "test", bytes, len, from, dir,
				&err))
		fail_msg("line %u: %s", err.where.line, err.text);
	packet_list_cut(&d->list, &d->capture);
}

void decoding_start_hex(struct decoding *d, const char *hex)
{
	uint8_t *bytes = mem_alloc(strlen(hex) + 1);
	size_t len = hex_read(hex, bytes, strlen(hex) + 1);

	decoding_start(d, bytes, len, FROM_RAW, DIR_UNKNOWN);
	free(bytes);
}

void decoding_start_file(struct decoding *d, const char *name,
			 enum capture_from from)
{
	const char *folder = getenv("KDBENCH_CAPTURES");
	struct err err = { 0 };
	char *path;

	memset(d, 0, sizeof(*d));
	if (!folder) {
		print_message("KDBENCH_CAPTURES names no folder of captures\n");
		skip();
	}
	path = mem_printf("%s/%s", folder, name);
	if (access(path, R_OK) != 0) {
		print_message("there is no '%s'\n", path);
		free(path);
		skip();
	}
	if (!capture_read(&d->capture, path, from, DIR_UNKNOWN, &err))
		fail_msg("%s", err.text);
	free(path);
	packet_list_cut(&d->list, &d->capture);
}

static char *print(const struct decoding *d, struct print_options o)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	bool damaged;

	o.timed = d->capture.timed;
	print_list(out, &d->list, &o, &damaged);
	fclose(out);
	return text;
}

char *decoding_text(const struct decoding *d, unsigned verbose)
{
	return print(d, (struct print_options){ .verbose = verbose });
}

json_t *decoding_json(const struct decoding *d)
{
	char *text = print(d, (struct print_options){ .json = true });
	json_t *list = json_array();
	char *line;
	char *rest = text;

	while ((line = strsep(&rest, "\n")) && *line) {
		json_t *object = json_loads(line, JSON_REJECT_DUPLICATES, NULL);

		if (!object)
			fail_msg("not JSON: %s", line);
		json_array_append_new(list, object);
	}
	free(text);
	return list;
}

uint8_t *decoding_pcapng(const struct decoding *d, size_t *len)
{
	char *bytes = NULL;
	FILE *out = open_memstream(&bytes, len);

	assert_true(pcapng_write(&d->list, &d->capture, out));
	fclose(out);
	return (uint8_t *)bytes;
}

void decoding_release(struct decoding *d)
{
	packet_list_release(&d->list);
	capture_release(&d->capture);
}

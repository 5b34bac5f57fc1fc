/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a capture, of any kind: refused with words, or cut into packets
 * that hold every byte once; printed, all of it harmless; and the same again
 * after the way through pcapng.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/decode/pcapng.h"
#include "bench/decode/print.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *print(const struct packet_list *list, const struct capture *c,
		   struct print_options o)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	bool damaged;

	o.timed = c->timed;
	print_list(out, list, &o, &damaged);
	fclose(out);
	return text;
}

static void check_text(const char *text)
{
	for (; *text; text++)
		assert((*text >= 0x20 && *text < 0x7f) || *text == '\n');
}

static void check_columns(const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		/* Numbers and times may grow; facts give way to them. */
		assert(len <= 100);
		text += len + (text[len] != '\0');
	}
}

static void check_bytes(const struct packet_list *list, const struct capture *c)
{
	size_t total = 0;

	for (size_t i = 0; i < list->count; i++)
		total += list->packets[i].raw_len;
	assert(total == c->len);
}

/* What was exported reads back as the same packets. */
static void check_export(const struct packet_list *list,
			 const struct capture *c, const char *text)
{
	struct capture again = { 0 };
	struct packet_list list_again;
	struct err err = { 0 };
	char *bytes = NULL;
	char *text_again;
	size_t len;
	FILE *out = open_memstream(&bytes, &len);

	assert(pcapng_write(list, c, out));
	fclose(out);
	assert(capture_read_bytes(&again, "again", (uint8_t *)bytes, len,
				  FROM_CONTENT, DIR_UNKNOWN, &err));
	packet_list_cut(&list_again, &again);
	check_bytes(&list_again, &again);
	text_again = print(&list_again, &again,
			   (struct print_options){ .verbose = 0 });
	/* Times, directions and their order are known; they may be guesses. */
	if (c->timed && again.timed && !c->mixed)
		assert(strcmp(text, text_again) == 0);
	free(text_again);
	packet_list_release(&list_again);
	capture_release(&again);
	free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct print_options every = { .verbose = 2 };
	static const struct print_options json = { .json = true };
	struct capture c = { 0 };
	struct packet_list list;
	struct err err = { 0 };
	char *text;

	if (size < 1)
		return 0;
	if (!capture_read_bytes(&c, "fuzz", data + 1, size - 1,
				(enum capture_from)(data[0] % FROM_COUNT),
				(enum capture_dir)(data[0] >> 4) % DIR_COUNT,
				&err)) {
		assert(err.kind == ERR_HOST && *err.text);
		capture_release(&c);
		return 0;
	}
	packet_list_cut(&list, &c);
	check_bytes(&list, &c);
	text = print(&list, &c, json);
	check_text(text);
	free(text);
	text = print(&list, &c, every);
	check_text(text);
	check_columns(text);
	free(text);
	text = print(&list, &c, (struct print_options){ .verbose = 0 });
	check_text(text);
	check_columns(text);
	check_export(&list, &c, text);
	free(text);
	packet_list_release(&list);
	capture_release(&c);
	return 0;
}

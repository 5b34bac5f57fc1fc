/* SPDX-License-Identifier: MIT */
#include "bench/decode/capture.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "bench/base/mem.h"
#include "bench/decode/read.h"

/* Less than a day: it counts from the start of the session already. */
#define DAY_NS (86400 * UINT64_C(1000000000))

const char *const capture_from_names[FROM_COUNT] = {
	[FROM_CONTENT] = "content", [FROM_TRACE] = "trace",
	[FROM_RAW] = "raw",         [FROM_KDNET] = "kdnet-jsonl",
	[FROM_PCAPNG] = "pcapng",
};

void capture_add(struct capture *c, enum capture_dir dir, enum capture_end end,
		 uint64_t t_ns, const uint8_t *at, size_t len)
{
	if (c->len + len > c->room) {
		c->room = 2 * c->room + len;
		c->bytes = mem_resize(c->bytes, c->room);
	}
	if (c->count == c->piece_room) {
		c->piece_room = c->piece_room ? 2 * c->piece_room : 256;
		c->pieces = mem_resize(c->pieces,
				       c->piece_room * sizeof(*c->pieces));
	}
	if (!c->count)
		c->t0 = t_ns < DAY_NS ? 0 : t_ns;
	c->pieces[c->count++] = (struct capture_piece){
		/* A clock that steps back must not become a huge time. */
		.t_ns = t_ns > c->t0 ? t_ns - c->t0 : 0,
		.at = c->len,
		.len = len,
		.dir = (uint8_t)dir,
		.end = (uint8_t)end,
	};
	if (len)
		memcpy(c->bytes + c->len, at, len);
	c->len += len;
}

static bool read_raw(struct capture *c, const struct input *in,
		     enum capture_dir dir)
{
	capture_add(c, dir, END_DEBUGGER, 0, in->at, in->len);
	return true;
}

bool capture_read_bytes(struct capture *c, const char *path,
			const uint8_t *bytes, size_t len,
			enum capture_from from, enum capture_dir dir,
			struct err *err)
{
	const struct input in = { path, bytes, len };

	if (from == FROM_CONTENT)
		from = read_detect(&in);
	switch (from) {
	case FROM_TRACE: return read_trace(c, &in, err);
	case FROM_KDNET: return read_kdnet(c, &in, err);
	case FROM_PCAPNG:
		return read_is_pcap(&in) ? read_pcap(c, &in, err)
					 : read_pcapng(c, &in, err);
	default: return read_raw(c, &in, dir);
	}
}

static bool read_all(FILE *file, const char *path, uint8_t **bytes, size_t *len,
		     struct err *err)
{
	size_t room = 0;
	size_t n;

	do {
		if (*len == room) {
			room = room ? 2 * room : 1 << 16;
			*bytes = mem_resize(*bytes, room);
		}
		n = fread(*bytes + *len, 1, room - *len, file);
		*len += n;
	} while (n && *len <= CAPTURE_MAX);
	if (ferror(file))
		return err_sys(err, ERR_HOST, "cannot read '%s'", path);
	if (*len > CAPTURE_MAX)
		return err_set(err, ERR_HOST, "'%s' is larger than %u MiB",
			       path, (unsigned)(CAPTURE_MAX >> 20));
	return true;
}

static FILE *open_capture(const char *path, struct err *err)
{
	struct stat st;
	FILE *file;

	if (strcmp(path, "-") == 0)
		return stdin;
	file = fopen(path, "rb");
	if (!file) {
		err_sys(err, ERR_HOST, "cannot open '%s'", path);
		return NULL;
	}
	if (fstat(fileno(file), &st) == 0 && S_ISDIR(st.st_mode)) {
		fclose(file);
		err_set(err, ERR_HOST, "'%s' is a directory", path);
		err_hint(err, "a run directory has its traces in traces/");
		return NULL;
	}
	return file;
}

bool capture_read(struct capture *c, const char *path, enum capture_from from,
		  enum capture_dir dir, struct err *err)
{
	FILE *file = open_capture(path, err);
	uint8_t *bytes = NULL;
	size_t len = 0;
	bool ok;

	if (!file)
		return false;
	ok = read_all(file, path, &bytes, &len, err) &&
	     capture_read_bytes(c, path, bytes, len, from, dir, err);
	if (file != stdin)
		fclose(file);
	free(bytes);
	return ok;
}

void capture_release(struct capture *c)
{
	free(c->bytes);
	free(c->pieces);
	memset(c, 0, sizeof(*c));
}

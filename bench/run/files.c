/* SPDX-License-Identifier: MIT */
#include "bench/run/files.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench/kd/status.h"
#include "bench/kd/wire.h"

/* DesiredAccess bits that change something: write, append, delete, ... */
#define ACCESS_CHANGES UINT32_C(0x500d0156)

/* CreateDisposition: these two open what is there. */
#define DISPOSITION_OPEN 1
#define DISPOSITION_OPEN_IF 3

#define OPEN_FLAGS (O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)

bool files_init(struct files *f, const struct files_config *config,
		struct err *err)
{
	f->dir = -1;
	f->max_size = config->max_size;
	f->opened = 0;
	for (unsigned i = 0; i < FILES_HANDLES; i++)
		f->open[i].fd = -1;
	if (!config->dir || !*config->dir)
		return true;
	f->dir = open(config->dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (f->dir >= 0)
		return true;
	err_sys(err, ERR_USAGE,
		"cannot open '%s', the folder for the target's "
		"files",
		config->dir);
	return err_hint(err, "name a folder with --files or files.dir");
}

void files_close(struct files *f)
{
	for (unsigned i = 0; i < FILES_HANDLES; i++) {
		if (f->open[i].fd >= 0)
			close(f->open[i].fd);
		f->open[i].fd = -1;
	}
	if (f->dir >= 0)
		close(f->dir);
	f->dir = -1;
}

/* --- names ------------------------------------------------------------------
 */

#define SURROGATE_HIGH 0xd800
#define SURROGATE_LOW 0xdc00
#define SURROGATE_END 0xe000

/* The next character of UTF-16LE, 0 at its NUL; false: it is none. */
static bool next_char(struct kd_span text, size_t *at, uint32_t *c)
{
	uint32_t low;

	if (text.len - *at < 2)
		return false;
	*c = kd_load16(text.at + *at);
	*at += 2;
	if (*c < SURROGATE_HIGH || *c >= SURROGATE_END)
		return true;
	if (*c >= SURROGATE_LOW || text.len - *at < 2)
		return false;
	low = kd_load16(text.at + *at);
	*at += 2;
	if (low < SURROGATE_LOW || low >= SURROGATE_END)
		return false;
	*c = 0x10000 + ((*c - SURROGATE_HIGH) << 10) + (low - SURROGATE_LOW);
	return true;
}

/* Bytes of a character in UTF-8, written to 'to'. */
static size_t put_char(uint32_t c, char to[4])
{
	static const uint8_t leads[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	size_t len = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	for (size_t i = len; i-- > 1; c >>= 6)
		to[i] = (char)(0x80 | (c & 0x3f));
	to[0] = (char)(leads[len] | c);
	return len;
}

/* Is what stands between two separators a name, and no way around? */
static bool part_ok(const char *part, size_t len)
{
	return !(len == 1 && part[0] == '.') &&
	       !(len == 2 && part[0] == '.' && part[1] == '.');
}

bool files_path(struct kd_span name, char path[FILES_NAME_MAX])
{
	size_t at = 0, len = 0, part = 0;
	uint32_t c;

	for (;;) {
		bool ends;

		if (!next_char(name, &at, &c))
			return false;
		ends = !c || c == '/' || c == '\\';
		if (ends && !part_ok(path + part, len - part))
			return false;
		if (!c)
			break;
		if (ends) {
			/* Several separators in a row are one. */
			if (len > part)
				path[len++] = '/';
			part = len;
		} else if (c < ' ' || c == ':') {
			return false;
		} else {
			len += put_char(c, path + len);
		}
		if (len + 5 > FILES_NAME_MAX)
			return false;
	}
	/* It ends with its NUL, and names a file. */
	path[len] = '\0';
	return at == name.len && len > part;
}

/* --- opening ----------------------------------------------------------------
 */

/* As openat2() would: each folder in turn, none of them through a link. */
static int walk(int dir, const char *path)
{
	int at = dup(dir);

	while (at >= 0) {
		const char *slash = strchr(path, '/');
		char part[FILES_NAME_MAX];
		size_t len = slash ? (size_t)(slash - path) : strlen(path);
		int next;

		if (len == 0 || len >= sizeof(part) || !part_ok(path, len)) {
			close(at);
			return -1;
		}
		memcpy(part, path, len);
		part[len] = '\0';
		next = openat(at, part,
			      slash ? O_PATH | O_DIRECTORY | O_NOFOLLOW |
					      O_CLOEXEC
				    : OPEN_FLAGS);
		close(at);
		if (!slash)
			return next;
		at = next;
		path = slash + 1;
	}
	return -1;
}

static int open_beneath(int dir, const char *path, bool by_hand)
{
	struct open_how how = {
		.flags = OPEN_FLAGS,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS |
			   RESOLVE_NO_MAGICLINKS,
	};
	long fd;

	if (by_hand)
		return walk(dir, path);
	fd = syscall(SYS_openat2, dir, path, &how, sizeof(how));
	if (fd < 0 && (errno == ENOSYS || errno == EPERM))
		return walk(dir, path);
	return (int)fd;
}

int files_open_beneath(int dir, const char *path, bool by_hand)
{
	int fd = open_beneath(dir, path, by_hand);
	struct stat st;

	if (fd < 0)
		return -1;
	/* A device or a pipe could do anything, or nothing for ever. */
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return fd;
	close(fd);
	return -1;
}

/* --- requests ---------------------------------------------------------------
 */

static int find(const struct files *f, uint64_t handle)
{
	for (unsigned i = 0; i < FILES_HANDLES; i++) {
		if (f->open[i].fd >= 0 && f->open[i].handle == handle)
			return (int)i;
	}
	return -1;
}

static int unused(const struct files *f)
{
	for (unsigned i = 0; i < FILES_HANDLES; i++) {
		if (f->open[i].fd < 0)
			return (int)i;
	}
	return -1;
}

static uint32_t create(struct files *f, struct kd_file_io *io,
		       struct kd_span name)
{
	char path[FILES_NAME_MAX];
	int slot = unused(f);
	struct stat st;
	int fd;

	if (f->dir < 0 || !files_path(name, path))
		return KD_STATUS_NO_SUCH_FILE;
	if ((io->u.create.access & ACCESS_CHANGES) ||
	    (io->u.create.disposition != DISPOSITION_OPEN &&
	     io->u.create.disposition != DISPOSITION_OPEN_IF))
		return KD_STATUS_ACCESS_DENIED;
	if (slot < 0)
		return KD_STATUS_TOO_MANY_OPENED_FILES;
	fd = files_open_beneath(f->dir, path, false);
	if (fd < 0)
		return KD_STATUS_NO_SUCH_FILE;
	if (fstat(fd, &st) != 0 || (uint64_t)st.st_size > f->max_size) {
		close(fd);
		return KD_STATUS_NO_SUCH_FILE;
	}
	f->open[slot].fd = fd;
	f->open[slot].length = (uint64_t)st.st_size;
	f->open[slot].handle = (uint64_t)++f->opened << 8 | (unsigned)slot;
	io->u.create.handle = f->open[slot].handle;
	io->u.create.length = f->open[slot].length;
	return KD_STATUS_SUCCESS;
}

/* A file is as long as it was when it was opened. */
static uint32_t read_file(struct files *f, struct kd_file_io *io,
			  struct kd_room to, uint32_t *got)
{
	int slot = find(f, io->u.transfer.handle);
	uint64_t offset = io->u.transfer.offset;
	uint64_t len = io->u.transfer.length;
	ssize_t n;

	io->u.transfer.length = 0;
	if (slot < 0)
		return KD_STATUS_INVALID_HANDLE;
	if (offset >= f->open[slot].length)
		return KD_STATUS_END_OF_FILE;
	if (len > f->open[slot].length - offset)
		len = f->open[slot].length - offset;
	if (len > to.len)
		len = to.len;
	n = pread(f->open[slot].fd, to.at, len, (off_t)offset);
	if (n < 0)
		return KD_STATUS_UNSUCCESSFUL;
	*got = (uint32_t)n;
	io->u.transfer.length = *got;
	return KD_STATUS_SUCCESS;
}

static uint32_t close_file(struct files *f, const struct kd_file_io *io)
{
	int slot = find(f, io->u.close.handle);

	if (slot < 0)
		return KD_STATUS_INVALID_HANDLE;
	close(f->open[slot].fd);
	f->open[slot].fd = -1;
	return KD_STATUS_SUCCESS;
}

uint32_t files_serve(struct files *f, struct kd_file_io *io,
		     struct kd_span data, struct kd_room to)
{
	uint32_t got = 0;

	/* Without a folder there is nothing to say about any handle either. */
	if (f->dir < 0)
		io->status = KD_STATUS_NO_SUCH_FILE;
	else if (io->api == KD_FILE_CREATE)
		io->status = create(f, io, data);
	else if (io->api == KD_FILE_READ)
		io->status = read_file(f, io, to, &got);
	else if (io->api == KD_FILE_WRITE)
		io->status = KD_STATUS_ACCESS_DENIED;
	else if (io->api == KD_FILE_CLOSE)
		io->status = close_file(f, io);
	else
		io->status = KD_STATUS_UNSUCCESSFUL;
	return got;
}

/* SPDX-License-Identifier: MIT */
/* What a hostile target may not read, and what a tame one may. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "bench/base/mem.h"
#include "bench/kd/status.h"
#include "bench/kd/wire.h"
#include "bench/run/files.h"

/* A folder of a test: below it 'shared', which is served, and a secret. */
static char root[] = "/tmp/kdbench-files-XXXXXX";
static struct files files;
static struct kd_file_io io;
static uint8_t data[KD_FILE_DATA_MAX];

static void put_file(const char *name, const char *text)
{
	FILE *out = fopen(name, "we");

	assert_non_null(out);
	fputs(text, out);
	fclose(out);
}

static int set_up(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(root));
	assert_int_equal(chdir(root), 0);
	assert_int_equal(mkdir("shared", 0700), 0);
	assert_int_equal(mkdir("shared/drivers", 0700), 0);
	assert_int_equal(mkdir("outside", 0700), 0);
	put_file("secret", "secret");
	put_file("outside/secret", "secret");
	put_file("shared/plain.sys", "0123456789");
	put_file("shared/drivers/deep.sys", "deep");
	put_file("shared/gr\xc3\xbc\xc3\x9f.sys", "umlauts");
	assert_int_equal(symlink("../secret", "shared/way-out"), 0);
	assert_int_equal(symlink("plain.sys", "shared/inside"), 0);
	assert_int_equal(symlink("../outside", "shared/folder-out"), 0);
	assert_int_equal(symlink("drivers", "shared/folder-inside"), 0);
	assert_int_equal(mkfifo("shared/pipe", 0600), 0);
	return 0;
}

static int tear_down(void **state)
{
	char *command = mem_printf("rm -rf %s", root);
	int rc = system(command);

	(void)state;
	free(command);
	return rc;
}

static void start(uint64_t max_size)
{
	const struct files_config config = { "shared", max_size };
	struct err err = { 0 };

	assert_true(files_init(&files, &config, &err));
}

static int stop(void **state)
{
	(void)state;
	files_close(&files);
	return 0;
}

/* 'name' as UTF-16LE with its NUL: one unit for each byte of it. */
static size_t wide(const char *name, uint8_t *to)
{
	size_t len = strlen(name) + 1;

	for (size_t i = 0; i < len; i++)
		kd_store16(to + 2 * i, (uint8_t)name[i]);
	return 2 * len;
}

static uint32_t create_raw(const uint8_t *name, size_t len)
{
	io = (struct kd_file_io){
		.api = KD_FILE_CREATE,
		.u.create = { .access = 0x120089, .share = 1, .disposition = 1 }
	};
	assert_int_equal(files_serve(&files, &io, (struct kd_span){ name, len },
				     (struct kd_room){ data, sizeof(data) }),
			 0);
	return io.status;
}

static uint32_t create(const char *name)
{
	uint8_t utf16[2048];

	return create_raw(utf16, wide(name, utf16));
}

static uint32_t read_at(uint64_t handle, uint64_t offset, uint32_t len)
{
	io = (struct kd_file_io){ .api = KD_FILE_READ,
				  .u.transfer = { .handle = handle,
						  .offset = offset,
						  .length = len } };
	return files_serve(&files, &io, (struct kd_span){ NULL, 0 },
			   (struct kd_room){ data, sizeof(data) });
}

static uint32_t close_handle(uint64_t handle)
{
	io = (struct kd_file_io){ .api = KD_FILE_CLOSE,
				  .u.close = { .handle = handle } };
	files_serve(&files, &io, (struct kd_span){ NULL, 0 },
		    (struct kd_room){ data, sizeof(data) });
	return io.status;
}

static void test_files__a_file_beneath_is_read(void **state)
{
	static const char *const ways[] = {
		"plain.sys",         "\\plain.sys",       "/plain.sys",
		"\\\\plain.sys",     "drivers\\deep.sys", "\\drivers/deep.sys",
		"drivers//deep.sys",
	};
	uint64_t handle;

	(void)state;
	start(1000);
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		if (create(ways[i]) != KD_STATUS_SUCCESS)
			fail_msg("'%s': 0x%08x", ways[i], io.status);
		handle = io.u.create.handle;
		assert_int_equal(io.u.create.length, i < 4 ? 10 : 4);
		assert_int_equal(read_at(handle, 2, 2), 2);
		assert_memory_equal(data, i < 4 ? "23" : "ep", 2);
		assert_int_equal(io.u.transfer.length, 2);
		assert_int_equal(close_handle(handle), KD_STATUS_SUCCESS);
	}
}

static void test_files__what_is_read_is_bounded(void **state)
{
	uint64_t handle;

	(void)state;
	start(1000);
	assert_int_equal(create("plain.sys"), KD_STATUS_SUCCESS);
	handle = io.u.create.handle;
	assert_int_equal(read_at(handle, 8, UINT32_MAX), 2);
	assert_int_equal(read_at(handle, 10, 1), 0);
	assert_int_equal(io.status, KD_STATUS_END_OF_FILE);
	assert_int_equal(read_at(handle, UINT64_MAX, 1), 0);
	assert_int_equal(io.status, KD_STATUS_END_OF_FILE);
	/* It grows meanwhile: it stays as long as it was. */
	put_file("shared/plain.sys", "0123456789abcdef");
	assert_int_equal(read_at(handle, 0, 100), 10);
	put_file("shared/plain.sys", "0123456789");
	files.max_size = 9;
	assert_int_equal(create("plain.sys"), KD_STATUS_NO_SUCH_FILE);
}

static void test_files__a_handle_is_good_once(void **state)
{
	uint64_t handle;

	(void)state;
	start(1000);
	assert_int_equal(create("plain.sys"), KD_STATUS_SUCCESS);
	handle = io.u.create.handle;
	assert_int_equal(close_handle(handle), KD_STATUS_SUCCESS);
	assert_int_equal(close_handle(handle), KD_STATUS_INVALID_HANDLE);
	assert_int_equal(create("drivers/deep.sys"), KD_STATUS_SUCCESS);
	assert_true(io.u.create.handle != handle);
	assert_int_equal(read_at(handle, 0, 1), 0);
	assert_int_equal(io.status, KD_STATUS_INVALID_HANDLE);
	read_at(0, 0, 1);
	assert_int_equal(io.status, KD_STATUS_INVALID_HANDLE);
}

static void test_files__nothing_leads_out(void **state)
{
	static const char *const ways[] = {
		"../secret",
		"..\\secret",
		"drivers/../../secret",
		"drivers\\..\\..\\secret",
		"..",
		".",
		"./plain.sys",
		"",
		"/",
		"drivers",
		"drivers/",
		"/etc/passwd",
		"C:\\plain.sys",
		"plain.sys:stream",
		"way-out",
		"inside",
		"folder-out/secret",
		"folder-inside/deep.sys",
		"pipe",
		"nothing",
		"plain.sys/x",
		"plain.sys\n",
		"/proc/self/root/etc/passwd",
	};

	(void)state;
	start(1000);
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		if (create(ways[i]) != KD_STATUS_NO_SUCH_FILE)
			fail_msg("'%s': 0x%08x", ways[i], io.status);
	}
}

/* The same without openat2(), as on kernels before 5.6. */
static void test_files__nothing_leads_out_by_hand(void **state)
{
	static const char *const good[] = { "plain.sys", "drivers/deep.sys" };
	static const char *const bad[] = {
		"../secret",
		"drivers/../../secret",
		"drivers/../plain.sys",
		"way-out",
		"inside",
		"folder-out/secret",
		"folder-inside/deep.sys",
		"pipe",
		"drivers",
		"",
		"/etc/passwd",
		"drivers//deep.sys",
		"plain.sys/",
	};
	int dir = open("shared", O_PATH | O_DIRECTORY | O_CLOEXEC);

	(void)state;
	for (int by_hand = 0; by_hand < 2; by_hand++) {
		for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
			int fd = files_open_beneath(dir, good[i], by_hand);

			assert_true(fd >= 0);
			close(fd);
		}
		for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
			int fd = files_open_beneath(dir, bad[i], by_hand);

			/* openat2() takes these two; no name leads to them. */
			if (!by_hand &&
			    (strcmp(bad[i], "drivers//deep.sys") == 0 ||
			     strcmp(bad[i], "drivers/../plain.sys") == 0)) {
				close(fd);
				continue;
			}
			if (fd >= 0)
				fail_msg("'%s' opens", bad[i]);
		}
	}
	close(dir);
}

static void test_files__names_are_utf16(void **state)
{
	static const uint8_t umlauts[] = "g\0r\0\xfc\0\xdf\0.\0s\0y\0s\0\0";
	static const uint8_t clef[] = "\x34\xd8\x1e\xdd\0";
	static const struct {
		const char *bytes;
		size_t len;
	} bad[] = {
		{ "a", 1 },              /* odd */
		{ "a\0\0", 3 },          /* odd, with the NUL */
		{ "a\0", 2 },            /* no NUL */
		{ "", 0 },               /* nothing */
		{ "a\0\0\0b\0\0\0", 8 }, /* more behind the NUL */
		{ "\x34\xd8"
		  "a\0\0\0",
		  6 },                 /* a high surrogate alone */
		{ "\x34\xd8\0\0", 4 }, /* before the NUL */
		{ "\x34\xd8", 2 },     /* at the end */
		{ "\x1e\xdd\0\0", 4 }, /* a low one alone */
	};
	char path[FILES_NAME_MAX];

	(void)state;
	start(1000);
	assert_int_equal(create_raw(umlauts, sizeof(umlauts) - 1 + 1),
			 KD_STATUS_SUCCESS);
	assert_true(files_path((struct kd_span){ clef, 6 }, path));
	assert_string_equal(path, "\xf0\x9d\x84\x9e");
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		const uint8_t *bytes = (const uint8_t *)bad[i].bytes;

		if (files_path((struct kd_span){ bytes, bad[i].len }, path))
			fail_msg("name %zu is taken", i);
	}
}

static void test_files__a_huge_name_is_refused(void **state)
{
	uint8_t name[KD_FILE_DATA_MAX];

	(void)state;
	start(1000);
	for (size_t i = 0; i < sizeof(name); i += 2)
		kd_store16(name + i, 0x20ac); /* three bytes each */
	assert_int_equal(create_raw(name, sizeof(name)),
			 KD_STATUS_NO_SUCH_FILE);
	kd_store16(name + sizeof(name) - 2, 0);
	assert_int_equal(create_raw(name, sizeof(name)),
			 KD_STATUS_NO_SUCH_FILE);
}

static void test_files__handles_run_out(void **state)
{
	uint64_t handles[FILES_HANDLES];

	(void)state;
	start(1000);
	for (unsigned i = 0; i < FILES_HANDLES; i++) {
		assert_int_equal(create("plain.sys"), KD_STATUS_SUCCESS);
		handles[i] = io.u.create.handle;
	}
	assert_int_equal(create("plain.sys"), KD_STATUS_TOO_MANY_OPENED_FILES);
	assert_int_equal(close_handle(handles[3]), KD_STATUS_SUCCESS);
	assert_int_equal(create("plain.sys"), KD_STATUS_SUCCESS);
	assert_true(io.u.create.handle != handles[3]);
}

static uint32_t create_with(uint32_t access, uint32_t disposition)
{
	uint8_t name[64];
	size_t len = wide("plain.sys", name);

	io = (struct kd_file_io){ .api = KD_FILE_CREATE,
				  .u.create = { .access = access,
						.disposition = disposition } };
	files_serve(&files, &io, (struct kd_span){ name, len },
		    (struct kd_room){ data, sizeof(data) });
	return io.status;
}

static void test_files__nothing_is_written(void **state)
{
	(void)state;
	start(1000);
	assert_int_equal(create_with(0x120089, 1), KD_STATUS_SUCCESS);
	assert_int_equal(create_with(0x120089 | 2, 1), KD_STATUS_ACCESS_DENIED);
	assert_int_equal(create_with(0x40000000, 1), KD_STATUS_ACCESS_DENIED);
	assert_int_equal(create_with(0x10000, 1), KD_STATUS_ACCESS_DENIED);
	assert_int_equal(create_with(0x120089, 0), KD_STATUS_ACCESS_DENIED);
	assert_int_equal(create_with(0x120089, 5), KD_STATUS_ACCESS_DENIED);
	io = (struct kd_file_io){ .api = KD_FILE_WRITE };
	files_serve(&files, &io, (struct kd_span){ data, 8 },
		    (struct kd_room){ data, sizeof(data) });
	assert_int_equal(io.status, KD_STATUS_ACCESS_DENIED);
}

static void test_files__without_a_folder_there_is_none(void **state)
{
	const struct files_config nothing = { NULL, 1000 };
	struct err err = { 0 };

	(void)state;
	assert_true(files_init(&files, &nothing, &err));
	assert_int_equal(create("plain.sys"), KD_STATUS_NO_SUCH_FILE);
	assert_int_equal(create("/etc/passwd"), KD_STATUS_NO_SUCH_FILE);
	assert_int_equal(close_handle(1), KD_STATUS_NO_SUCH_FILE);
}

#define TEST(name) cmocka_unit_test_teardown(test_files__##name, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_file_beneath_is_read),
		TEST(what_is_read_is_bounded),
		TEST(a_handle_is_good_once),
		TEST(nothing_leads_out),
		TEST(nothing_leads_out_by_hand),
		TEST(names_are_utf16),
		TEST(a_huge_name_is_refused),
		TEST(handles_run_out),
		TEST(nothing_is_written),
		TEST(without_a_folder_there_is_none),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}

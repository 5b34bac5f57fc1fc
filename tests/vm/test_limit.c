/* SPDX-License-Identifier: MIT */
/* The neighbours on a small region: what they read is right, and they go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/base/hash.h"
#include "bench/base/mem.h"
#include "bench/limit/talk.h"
#include "bench/link/stream.h"
#include "tests/support/vm.h"

#define BYTES (256 * UINT64_C(1024))

static struct vm vm; /* for its settings */
static uint64_t *pattern;
static struct limit_setup setup;

static int start(void **state)
{
	(void)state;
	vm_init(&vm, TRANSPORT_IVSHMEM);
	vm.guest.pattern_size = BYTES;
	vm.guest.scratch_size = BYTES / 4;
	vm.config = (struct launch_config){
		.transport = &vm.transport,
		.host = &vm.host,
		.guest = &vm.guest,
		.qemu = &vm.qemu,
		.target = &vm.target,
		.accel = vm.accel,
		.nonce = vm.nonce,
	};
	pattern = mem_array(BYTES / 8, 8);
	for (uint64_t i = 0; i < BYTES / 8; i++)
		pattern[i] = hash_pattern(vm.nonce, i);
	setup = (struct limit_setup){
		.launch = &vm.config,
		.debugger = &vm.debugger,
		.pattern = (const uint8_t *)pattern,
		.bytes = BYTES,
	};
	return 0;
}

static int stop(void **state)
{
	(void)state;
	free(pattern);
	return 0;
}

static unsigned count_entries(const char *path)
{
	DIR *folder = opendir(path);
	unsigned count = 0;

	assert_non_null(folder);
	while (readdir(folder))
		count++;
	closedir(folder);
	return count;
}

/* Nobody of ours is left, nor a descriptor, nor a file. */
static void assert_nothing_left(unsigned fds)
{
	int status;

	assert_int_equal(waitpid(-1, &status, WNOHANG), -1);
	assert_int_equal(count_entries("/proc/self/fd"), fds);
}

static void test_limit__measures_on_every_rung(void **state)
{
	unsigned fds = count_entries("/proc/self/fd");

	(void)state;
	for (const struct limit_rung *r = limit_rungs; r->name; r++) {
		struct limit_value value = { NAN, NAN };
		struct err err = { 0 };
		char why[LIMIT_WHY_MAX];

		if (r->possible && !r->possible(why)) {
			print_message("%s: %s\n", r->name, why);
			continue;
		}
		if (!r->measure(&setup, &value, &err))
			fail_msg("%s: %s", r->name, err.text);
		assert_true(value.bytes_s > 0);
		assert_nothing_left(fds);
		print_message("%-14s %12.0f B/s %8.1f us\n", r->name,
			      value.bytes_s, value.p50_ns / 1e3);
	}
}

/* What is read is compared: with another pattern, none may pass. */
static void test_limit__notices_wrong_bytes(void **state)
{
	unsigned fds = count_entries("/proc/self/fd");
	struct limit_setup other = setup;
	uint64_t *wrong = mem_array(BYTES / 8, 8);

	(void)state;
	memcpy(wrong, pattern, BYTES);
	wrong[BYTES / 8 - 1] ^= UINT64_C(1) << 60;
	other.pattern = (const uint8_t *)wrong;
	for (const struct limit_rung *r = limit_rungs; r->name; r++) {
		struct limit_value value = { NAN, NAN };
		struct err err = { 0 };
		char why[LIMIT_WHY_MAX];

		/* Without a guest both ends have the same pattern. */
		if (strncmp(r->name, "relay", 5) == 0 ||
		    strcmp(r->name, "socat") == 0 ||
		    (r->possible && !r->possible(why)))
			continue;
		if (r->measure(&other, &value, &err))
			fail_msg("%s does not look", r->name);
		if (!strstr(err.text, "should be"))
			fail_msg("%s: %s", r->name, err.text);
		assert_nothing_left(fds);
	}
	free(wrong);
}

/* Neither does what was relayed pass unseen. */
static void test_limit__notices_wrong_bytes_of_a_relay(void **state)
{
	struct limit_setup other = setup;
	uint64_t *wrong = mem_array(BYTES / 8, 8);
	struct answerer far;
	struct asker near = { .trips = 0 };
	struct err err = { 0 };
	int ends[2];

	(void)state;
	memcpy(wrong, pattern, BYTES);
	wrong[KD_DATA_MAX / 8] ^= 1; /* of the second block */
	other.pattern = (const uint8_t *)wrong;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	assert_true(answerer_start(&far, &other, ends[1], &err));
	assert_true(stream_link_open_deep(&near.link, ends[0], &err));
	assert_true(asker_trip(&near, &setup, &err));
	assert_false(asker_trip(&near, &setup, &err));
	assert_non_null(strstr(err.text, "byte 0xf68 "));
	link_free(near.link);
	answerer_join(&far);
	free(wrong);
}

static void test_limit__fails_without_a_guest(void **state)
{
	unsigned fds = count_entries("/proc/self/fd");
	struct limit_setup other = setup;
	struct launch_config launch = vm.config;
	struct qemu_config qemu = vm.qemu;

	(void)state;
	qemu.extra = "-no-such-option";
	launch.qemu = &qemu;
	other.launch = &launch;
	for (const struct limit_rung *r = limit_rungs; r->name; r++) {
		struct limit_value value = { NAN, NAN };
		struct err err = { 0 };

		if (strncmp(r->name, "relay", 5) == 0 ||
		    strcmp(r->name, "socat") == 0)
			continue;
		assert_false(r->measure(&other, &value, &err));
		assert_true(err.text[0]);
		assert_nothing_left(fds);
	}
}

static void test_limit__says_which_program_is_missing(void **state)
{
	char *path = mem_strdup(getenv("PATH"));
	char why[LIMIT_WHY_MAX] = "";

	(void)state;
	assert_true(limit_program("sh", "dash", why));
	setenv("PATH", "/nonexistent", 1);
	assert_false(limit_program("gdb", "gdb", why));
	assert_non_null(strstr(why, "gdb"));
	unsetenv("PATH");
	assert_true(limit_program("sh", "dash", why));
	setenv("PATH", path, 1);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_limit__measures_on_every_rung),
		cmocka_unit_test(test_limit__notices_wrong_bytes),
		cmocka_unit_test(test_limit__notices_wrong_bytes_of_a_relay),
		cmocka_unit_test(test_limit__fails_without_a_guest),
		cmocka_unit_test(test_limit__says_which_program_is_missing),
	};

	return cmocka_run_group_tests(tests, start, stop);
}

/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "bench/base/clock.h"
#include "bench/explore/pool.h"

#define JOBS 5000

static uint8_t *done; /* shared: how often each job was done */

static int share(void **state)
{
	(void)state;
	done = mmap(NULL, JOBS, PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return done == MAP_FAILED;
}

static int unshare(void **state)
{
	(void)state;
	return munmap(done, JOBS);
}

static bool count(void *env, uint64_t number, struct err *err)
{
	(void)env;
	(void)err;
	done[number]++;
	return true;
}

static bool fail_at(void *env, uint64_t number, struct err *err)
{
	const uint64_t *at = env;

	done[number]++;
	return number != *at ||
	       err_set(err, ERR_HOST, "job %d fails", (int)number);
}

static bool die_at(void *env, uint64_t number, struct err *err)
{
	const uint64_t *at = env;

	(void)err;
	if (number == *at)
		raise(SIGKILL);
	done[number]++;
	return true;
}

static void test_pool__does_each_job_once(void **state)
{
	static const unsigned workers[] = { 1, 2, 5 };
	static const uint64_t counts[] = { 0, 1, 7, JOBS };
	struct err err = { 0 };

	(void)state;
	for (size_t w = 0; w < 3; w++)
		for (size_t c = 0; c < 4; c++) {
			memset(done, 0, JOBS);
			assert_true(pool_run(counts[c], workers[w], count, NULL,
					     NULL, NULL, &err));
			for (uint64_t i = 0; i < JOBS; i++)
				assert_int_equal(done[i], i < counts[c]);
		}
}

static void test_pool__tells_what_failed(void **state)
{
	uint64_t at = 1234;
	struct err err = { 0 };

	(void)state;
	assert_false(pool_run(JOBS, 3, fail_at, &at, NULL, NULL, &err));
	assert_int_equal(err.kind, ERR_HOST);
	assert_string_equal(err.text, "job 1234 fails");
	/* Nobody can be waited for: no worker is left. */
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static void test_pool__notices_the_death_of_a_worker(void **state)
{
	uint64_t at = 100;
	struct err err = { 0 };

	(void)state;
	assert_false(pool_run(JOBS, 2, die_at, &at, NULL, NULL, &err));
	assert_int_equal(err.kind, ERR_HOST);
	assert_non_null(strstr(err.text, "a worker died"));
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static bool wait_for_ever(void *env, uint64_t number, struct err *err)
{
	int *fd = env;

	(void)number;
	(void)err;
	if (write(fd[1], "x", 1) != 1)
		return false;
	for (;;)
		pause();
}

/* Whoever kills the parent has killed its workers. */
static void test_pool__leaves_nobody_behind(void **state)
{
	int fd[2];
	char byte;
	pid_t parent;

	(void)state;
	assert_int_equal(pipe(fd), 0);
	parent = fork();
	if (parent == 0) {
		struct err err = { 0 };

		close(fd[0]);
		(void)pool_run(2, 2, wait_for_ever, fd, NULL, NULL, &err);
		_exit(0);
	}
	close(fd[1]);
	assert_int_equal(read(fd[0], &byte, 1), 1);
	assert_int_equal(read(fd[0], &byte, 1), 1);
	kill(parent, SIGKILL);
	assert_int_equal(waitpid(parent, NULL, 0), parent);
	/* The pipe ends when the last of them has. */
	assert_int_equal(read(fd[0], &byte, 1), 0);
	close(fd[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pool__does_each_job_once),
		cmocka_unit_test(test_pool__tells_what_failed),
		cmocka_unit_test(test_pool__notices_the_death_of_a_worker),
		cmocka_unit_test(test_pool__leaves_nobody_behind),
	};

	return cmocka_run_group_tests(tests, share, unshare);
}

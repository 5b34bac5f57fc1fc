/* SPDX-License-Identifier: MIT */
#include "bench/explore/pool.h"

#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/base/clock.h"
#include "bench/base/mem.h"
#include "bench/run/interrupt.h"

/* Jobs that a worker takes at once. */
#define BLOCK 256
#define LOOK_NS (50 * NS_PER_MS)

/* What all workers see. */
struct board {
	_Atomic uint64_t next; /* first job that nobody has taken */
	_Atomic uint64_t done;
	_Atomic bool failed;
	atomic_flag lock; /* of what follows */
	uint64_t failure; /* number of the job that failed */
	struct err err;
};

unsigned pool_processors(void)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set) != 0)
		return 1;
	return (unsigned)CPU_COUNT(&set);
}

static void tell_failure(struct board *b, uint64_t number,
			 const struct err *err)
{
	while (atomic_flag_test_and_set(&b->lock))
		;
	if (!b->failed || number < b->failure) {
		b->failure = number;
		b->err = *err;
	}
	b->failed = true;
	atomic_flag_clear(&b->lock);
}

static void work(struct board *b, uint64_t count,
		 bool (*job)(void *env, uint64_t number, struct err *err),
		 void *env)
{
	while (!b->failed && !interrupt_seen()) {
		uint64_t from = atomic_fetch_add(&b->next, BLOCK);
		uint64_t to = from + BLOCK < count ? from + BLOCK : count;

		if (from >= count)
			return;
		for (uint64_t i = from; i < to; i++) {
			struct err err = { 0 };

			if (!job(env, i, &err)) {
				tell_failure(b, i, &err);
				return;
			}
		}
		atomic_fetch_add(&b->done, to - from);
	}
}

/* A worker; dies with its parent. */
static pid_t start(struct board *b, uint64_t count,
		   bool (*job)(void *env, uint64_t number, struct err *err),
		   void *env)
{
	pid_t parent = getpid();
	pid_t pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() == parent)
		work(b, count, job, env);
	_exit(0);
}

/* Until all have ended; false: one did not end by itself. */
static bool await(const pid_t *pids, unsigned workers, const struct board *b,
		  uint64_t count, void (*progress)(uint64_t done, uint64_t of))
{
	bool well = true;

	for (unsigned i = 0; i < workers; i++) {
		int status;

		while (waitpid(pids[i], &status, WNOHANG) == 0) {
			if (progress)
				progress(b->done, count);
			clock_sleep_until(clock_now_ns() + LOOK_NS);
		}
		well &= WIFEXITED(status) && WEXITSTATUS(status) == 0;
	}
	if (progress)
		progress(b->done, count);
	return well;
}

static bool fork_all(pid_t *pids, unsigned *started, unsigned workers,
		     struct board *b, uint64_t count,
		     bool (*job)(void *env, uint64_t number, struct err *err),
		     void *env, struct err *err)
{
	for (*started = 0; *started < workers; (*started)++) {
		pids[*started] = start(b, count, job, env);
		if (pids[*started] > 0)
			continue;
		b->failed = true;
		return err_sys(err, ERR_HOST, "cannot start a worker");
	}
	return true;
}

bool pool_run(uint64_t count, unsigned workers,
	      bool (*job)(void *env, uint64_t number, struct err *err),
	      void *env, void (*progress)(uint64_t done, uint64_t of),
	      struct err *err)
{
	struct board *b = mmap(NULL, sizeof(*b), PROT_READ | PROT_WRITE,
			       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t *pids = mem_array(workers, sizeof(*pids));
	unsigned started = 0;
	bool ok;

	if (b == MAP_FAILED) {
		free(pids);
		return err_sys(err, ERR_HOST, "cannot share memory");
	}
	ok = fork_all(pids, &started, workers, b, count, job, env, err);
	if (!await(pids, started, b, count, ok ? progress : NULL) && ok)
		ok = err_set(err, ERR_HOST, "a worker died");
	if (ok && b->failed) {
		*err = b->err;
		ok = false;
	}
	if (ok && interrupt_seen())
		ok = err_set(err, ERR_INTERRUPTED, "interrupted");
	munmap(b, sizeof(*b));
	free(pids);
	return ok;
}

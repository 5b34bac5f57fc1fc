/* SPDX-License-Identifier: MIT */
#include "bench/explore/pool.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/base/clock.h"
#include "bench/base/mem.h"
#include "bench/run/interrupt.h"

/* Jobs that a worker takes at once, at most; and in how many turns at least. */
#define BLOCK 256
#define TURNS UINT64_C(16)
#define LOOK_NS (50 * NS_PER_MS)

/* What all workers see. */
struct board {
	_Atomic uint64_t next; /* first job that nobody has taken */
	_Atomic uint64_t done;
	_Atomic bool stop; /* somebody failed: no new jobs */
	uint64_t block;    /* jobs that a worker takes at once */
	atomic_flag lock;  /* of what follows */
	bool failed;
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
	b->stop = true;
}

static void work(struct board *b, uint64_t count,
		 bool (*job)(void *env, uint64_t number, struct err *err),
		 void *env)
{
	for (;;) {
		uint64_t from = atomic_fetch_add(&b->next, b->block);
		uint64_t to = from + b->block < count ? from + b->block : count;

		if (from >= count)
			return;
		for (uint64_t i = from; i < to; i++) {
			struct err err = { 0 };

			if (b->stop || interrupt_seen())
				return;
			if (!job(env, i, &err)) {
				tell_failure(b, i, &err);
				return;
			}
			b->done++;
		}
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

/* The jobs, and what hears of them. */
struct pool {
	struct board *board;
	uint64_t count;
	bool (*job)(void *env, uint64_t number, struct err *err);
	void *env;
	void (*progress)(void *env, uint64_t done, uint64_t of);
	void *progress_env;
};

/* Has a worker ended? *well: as it should. */
static bool ended(pid_t pid, bool *well)
{
	int status;
	pid_t got = waitpid(pid, &status, WNOHANG);

	if (got == 0 || (got < 0 && errno == EINTR))
		return false;
	*well &= got == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
	return true;
}

/* Until all have ended; false: one did not end by itself. */
static bool await(const struct pool *p, pid_t *pids, unsigned workers)
{
	unsigned left = workers;
	bool well = true;

	while (left) {
		for (unsigned i = 0; i < workers; i++) {
			if (!pids[i] || !ended(pids[i], &well))
				continue;
			pids[i] = 0;
			left--;
		}
		if (!well || interrupt_seen())
			p->board->stop = true;
		if (p->progress)
			p->progress(p->progress_env, p->board->done, p->count);
		if (left)
			clock_sleep_until(clock_now_ns() + LOOK_NS);
	}
	return well;
}

static bool start_all(const struct pool *p, pid_t *pids, unsigned *started,
		      unsigned workers, struct err *err)
{
	for (*started = 0; *started < workers; (*started)++) {
		pids[*started] = start(p->board, p->count, p->job, p->env);
		if (pids[*started] > 0)
			continue;
		p->board->stop = true;
		return err_sys(err, ERR_HOST, "cannot start a worker");
	}
	return true;
}

static bool run_on(const struct pool *p, unsigned workers, struct err *err)
{
	struct board *b = p->board;
	pid_t *pids = mem_array(workers, sizeof(*pids));
	unsigned started;
	bool ok = start_all(p, pids, &started, workers, err);

	if (!await(p, pids, started) && ok && !b->failed)
		ok = err_set(err, ERR_HOST,
			     "a worker died: perhaps there was not enough "
			     "memory for %u of them",
			     workers);
	free(pids);
	if (ok && b->failed) {
		*err = b->err;
		ok = false;
	}
	if (ok && interrupt_seen())
		ok = err_set(err, ERR_INTERRUPTED, "interrupted");
	return ok;
}

bool pool_run(uint64_t count, unsigned workers,
	      bool (*job)(void *env, uint64_t number, struct err *err),
	      void *env,
	      void (*progress)(void *of_env, uint64_t done, uint64_t of),
	      void *of_env, struct err *err)
{
	struct pool p = { .count = count,
			  .job = job,
			  .env = env,
			  .progress = progress,
			  .progress_env = of_env };
	uint64_t block = count / (workers * TURNS);
	bool ok;

	p.board = mmap(NULL, sizeof(*p.board), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (p.board == MAP_FAILED)
		return err_sys(err, ERR_HOST, "cannot share memory");
	p.board->block = block < 1 ? 1 : block > BLOCK ? BLOCK : block;
	ok = run_on(&p, workers, err);
	munmap(p.board, sizeof(*p.board));
	return ok;
}

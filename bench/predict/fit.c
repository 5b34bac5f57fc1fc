/* SPDX-License-Identifier: MIT */
/*
 * The normal equations, scaled so that each column has length one, and the
 * active-set method of Lawson and Hanson (1974): costs join one by one, the one
 * that would help most first; one that would become negative leaves again.
 */
#include "bench/predict/fit.h"

#include <math.h>
#include <string.h>

#define N FIT_COSTS_MAX

/* What is left of a column of length one once others explain all of it. */
#define NOTHING_LEFT 1e-9

/* A gradient or a cost that is none. */
#define TINY 1e-12

/* The method ends by itself; this is for numbers that are not quite numbers. */
#define TURNS_MAX 200

struct problem {
	size_t n;       /* costs */
	double a[N][N]; /* scaled normal equations: a x = b */
	double b[N];
	double scale[N];
	bool usable[N];
};

static bool check(const struct fit_row *row, size_t costs, struct err *err)
{
	bool good = isfinite(row->known) && isfinite(row->time) &&
		    row->time > 0;

	for (size_t i = 0; i < costs; i++)
		good = good && isfinite(row->count[i]) && row->count[i] >= 0;
	return good || err_set(err, ERR_CONFIG,
			       "a measurement has a time or a count that is "
			       "not a number");
}

/* Each row is divided by its time: what is left is relative. */
static void accumulate(struct problem *p, const struct fit_row *rows,
		       size_t count)
{
	for (size_t r = 0; r < count; r++) {
		const struct fit_row *row = &rows[r];
		double y = (row->time - row->known) / row->time;

		for (size_t i = 0; i < p->n; i++) {
			double x = row->count[i] / row->time;

			p->b[i] += x * y;
			for (size_t k = 0; k < p->n; k++)
				p->a[i][k] += x * row->count[k] / row->time;
		}
	}
}

static void normalise(struct problem *p)
{
	for (size_t i = 0; i < p->n; i++)
		p->scale[i] = p->a[i][i] > 0 ? sqrt(p->a[i][i]) : 0;
	for (size_t i = 0; i < p->n; i++) {
		p->usable[i] = p->scale[i] > 0;
		if (!p->usable[i])
			continue;
		p->b[i] /= p->scale[i];
		for (size_t k = 0; k < p->n; k++)
			if (p->scale[k] > 0)
				p->a[i][k] /= p->scale[i] * p->scale[k];
	}
}

/*
 * Solve for the costs in 'in' by Cholesky; *rest, if not NULL, is told what is
 * left of each column after those before it.
 */
static void solve(const struct problem *p, const bool *in, double *x,
		  double *rest)
{
	double l[N][N] = { { 0 } }, y[N] = { 0 };

	for (size_t i = 0; i < p->n; i++) {
		double pivot = p->a[i][i];

		x[i] = 0;
		if (!in[i])
			continue;
		y[i] = p->b[i];
		for (size_t k = 0; k < i; k++) {
			double sum = p->a[i][k];

			if (!in[k] || l[k][k] <= 0)
				continue;
			for (size_t m = 0; m < k; m++)
				sum -= l[i][m] * l[k][m];
			l[i][k] = sum / l[k][k];
			pivot -= l[i][k] * l[i][k];
			y[i] -= l[i][k] * y[k];
		}
		if (rest)
			rest[i] = pivot;
		l[i][i] = pivot > NOTHING_LEFT ? sqrt(pivot) : 0;
		y[i] = l[i][i] > 0 ? y[i] / l[i][i] : 0;
	}
	for (size_t i = p->n; i-- > 0;) {
		if (!in[i] || l[i][i] <= 0)
			continue;
		for (size_t k = i + 1; k < p->n; k++)
			y[i] -= l[k][i] * x[k];
		x[i] = y[i] / l[i][i];
	}
}

/* Which costs can be found at all? Returns how many happened. */
static size_t find_usable(struct problem *p, struct fit *fit)
{
	double x[N], rest[N] = { 0 };
	size_t present = 0;

	solve(p, p->usable, x, rest);
	for (size_t i = 0; i < p->n; i++) {
		fit->absent[i] = !p->usable[i];
		present += p->usable[i];
		fit->merged[i] = p->usable[i] && rest[i] <= NOTHING_LEFT;
		p->usable[i] = p->usable[i] && !fit->merged[i];
	}
	return present;
}

/* The cost whose joining helps most, or n: none does. */
static size_t next_to_join(const struct problem *p, const bool *in,
			   const double *x)
{
	size_t best = p->n;
	double most = TINY;

	for (size_t i = 0; i < p->n; i++) {
		double gradient = p->b[i];

		if (in[i] || !p->usable[i])
			continue;
		for (size_t k = 0; k < p->n; k++)
			gradient -= p->a[i][k] * x[k];
		if (gradient > most) {
			most = gradient;
			best = i;
		}
	}
	return best;
}

/* Go from x towards 'to', as far as nothing becomes negative. True: all the
 * way. */
static bool approach(const struct problem *p, bool *in, double *x,
		     const double *to)
{
	double share = 1;

	for (size_t i = 0; i < p->n; i++)
		if (in[i] && to[i] <= 0 && x[i] / (x[i] - to[i]) < share)
			share = x[i] / (x[i] - to[i]);
	for (size_t i = 0; i < p->n; i++) {
		if (!in[i])
			continue;
		x[i] += share * (to[i] - x[i]);
		if (share < 1 && x[i] <= TINY) {
			x[i] = 0;
			in[i] = false;
		}
	}
	return share >= 1;
}

static void active_set(const struct problem *p, double *x)
{
	bool in[N] = { false };
	double to[N];

	memset(x, 0, N * sizeof(*x));
	for (unsigned turn = 0; turn < TURNS_MAX; turn++) {
		size_t join = next_to_join(p, in, x);

		if (join == p->n)
			return;
		in[join] = true;
		for (unsigned inner = 0; inner <= N; inner++) {
			solve(p, in, to, NULL);
			if (approach(p, in, x, to))
				break;
		}
	}
}

bool fit_solve(struct fit *fit, const struct fit_row *rows, size_t count,
	       size_t costs, struct err *err)
{
	struct problem p = { .n = costs };
	double x[N];
	size_t present;

	memset(fit, 0, sizeof(*fit));
	for (size_t i = 0; i < count; i++)
		if (!check(&rows[i], costs, err))
			return false;
	accumulate(&p, rows, count);
	normalise(&p);
	present = find_usable(&p, fit);
	if (count < present)
		return err_set(err, ERR_CONFIG,
			       "%zu measurements cannot tell %zu costs apart",
			       count, present);
	active_set(&p, x);
	for (size_t i = 0; i < costs; i++)
		if (p.usable[i])
			fit->cost[i] = x[i] / p.scale[i];
	for (size_t i = 0; i < costs; i++)
		if (!isfinite(fit->cost[i]))
			return err_set(err, ERR_CONFIG,
				       "the measurements are too large to be "
				       "fitted");
	return true;
}

/* SPDX-License-Identifier: MIT */
#include "bench/result/odds.h"

/* Halvings of an interval until nothing changes that anybody prints. */
#define HALVINGS 50

/* Half of 5 % on each side. */
#define SIDE 0.025

/*
 * The chance of exactly so many hits. Factors above and below 1 take turns, so
 * that nothing overflows, nor vanishes that counts.
 */
static double exactly(uint64_t hits, uint64_t trials, double odds)
{
	uint64_t misses = trials - hits;
	uint64_t rest = misses;
	double chance = 1;

	for (uint64_t i = 1; i <= hits; i++) {
		chance *= (double)(misses + i) / (double)i * odds;
		for (; chance > 1 && rest; rest--)
			chance *= 1 - odds;
	}
	for (; rest; rest--)
		chance *= 1 - odds;
	return chance;
}

/* The sum from 'hits' upwards, beyond the most likely number. */
static double above(uint64_t hits, uint64_t trials, double odds)
{
	double chance = exactly(hits, trials, odds);
	double sum = 0;

	for (uint64_t i = hits; i <= trials && chance > 0; i++) {
		sum += chance;
		chance *= (double)(trials - i) / (double)(i + 1) * odds /
			  (1 - odds);
	}
	return sum;
}

double odds_at_least(uint64_t hits, uint64_t trials, double odds)
{
	if (hits == 0)
		return 1;
	if (hits > trials)
		return 0;
	if ((double)hits > (double)trials * odds)
		return above(hits, trials, odds);
	/* So many misses at most: not one more of them. */
	return 1 - above(trials - hits + 1, trials, 1 - odds);
}

double odds_of_chance(uint64_t hits, uint64_t trials)
{
	uint64_t most = hits > trials - hits ? hits : trials - hits;

	return most * 2 == trials ? 1 : odds_at_least(most, trials, 0.5);
}

/* The odds with which at least so many hits have the chance SIDE. */
static double lowest(uint64_t hits, uint64_t trials)
{
	double low = 0, high = 1;

	if (hits == 0)
		return 0;
	for (int i = 0; i < HALVINGS; i++) {
		double middle = (low + high) / 2;

		if (odds_at_least(hits, trials, middle) < SIDE)
			low = middle;
		else
			high = middle;
	}
	return low;
}

struct stats_interval odds_interval(uint64_t hits, uint64_t trials)
{
	return (struct stats_interval){
		.low = lowest(hits, trials),
		.high = 1 - lowest(trials - hits, trials),
		.coverage = trials ? 1 - 2 * SIDE : 0,
	};
}

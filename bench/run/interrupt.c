/* SPDX-License-Identifier: MIT */
#include "bench/run/interrupt.h"

#include <signal.h>
#include <string.h>

static volatile sig_atomic_t seen;

static void on_signal(int number)
{
	/* The default action is back (SA_RESETHAND): the next one ends us. */
	(void)number;
	seen = 1;
}

void interrupt_catch(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action;

	memset(&action, 0, sizeof(action));
	action.sa_handler = on_signal;
	action.sa_flags = (int)SA_RESETHAND;
	for (unsigned i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &action, NULL);
	/* A reader that goes away is an error of write(), not our end. */
	signal(SIGPIPE, SIG_IGN);
}

bool interrupt_seen(void)
{
	return seen != 0;
}

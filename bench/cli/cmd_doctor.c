/* SPDX-License-Identifier: MIT */
/* kdbench doctor: can this machine run it, and how to fix what is missing. */
#include <stdio.h>
#include <string.h>

#include "bench/cli/cmd.h"
#include "bench/cli/doctor.h"
#include "bench/plan/config.h"
#include "bench/plan/guests.h"
#include "bench/plan/plan.h"
#include "bench/result/escape.h"

static struct {
	const char *config;
} opts;

static const struct option doctor_options[] = {
	{ "config", 0, OPTION_TEXT, &opts.config, "FILE",
	  "settings of this machine instead of bench.yaml" },
	{ 0 },
};

static const char *const words[] = {
	[DOCTOR_OK] = "OK",
	[DOCTOR_MISSING] = "MISSING",
	[DOCTOR_POOR] = "POOR",
};

static void print_finding(const struct doctor_check *check,
			  const struct doctor_finding *f)
{
	printf("%-8s %-9s ", words[f->state], check->name);
	escape_terminal(stdout, f->text);
	putchar('\n');
	if (f->state != DOCTOR_OK)
		printf("                   %s%s\n",
		       check->necessary ? "" : "optional; ", check->fix);
}

/* Guests of somebody else: what their entries name is there or not. */
static bool print_guests(struct err *err)
{
	struct arena arena = { 0 };
	struct config config;
	bool ok = config_load(&config, opts.config, &arena, err);

	for (size_t i = 0; ok && i < config.guest_count; i++) {
		const char *name = config.guests[i].name;
		const char *absent = guests_absent(&config, name, &arena);

		printf("%-8s %-9s ", words[absent ? DOCTOR_MISSING : DOCTOR_OK],
		       "guests");
		escape_terminal(stdout, absent ? absent : name);
		putchar('\n');
		if (absent)
			printf("                   optional; docs/windows.md "
			       "says what an entry needs\n");
	}
	arena_release(&arena);
	return ok;
}

static bool doctor_run(int argc, char **argv, enum exit_code *code,
		       struct err *err)
{
	struct plan_input input = { .config_path = opts.config };
	struct plan plan;

	(void)argc;
	(void)argv;
	if (!plan_load(&plan, &input, err))
		return false;
	for (const struct doctor_check *c = doctor_checks; c->name; c++) {
		struct doctor_finding f = { 0 };

		c->look(&f, &plan.qemu);
		print_finding(c, &f);
		if (c->necessary && f.state == DOCTOR_MISSING)
			*code = EXIT_MACHINE;
	}
	plan_release(&plan);
	return print_guests(err);
}

const struct cmd doctor_cmd = {
	.name = "doctor",
	.help = "can this machine run it, and how to fix what is missing",
	.options = doctor_options,
	.run = doctor_run,
};

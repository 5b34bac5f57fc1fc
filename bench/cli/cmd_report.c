/* SPDX-License-Identifier: MIT */
/* kdbench report: tables, pictures and a page from results. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/mem.h"
#include "bench/cli/cmd.h"
#include "bench/cli/message.h"
#include "report/exploration.h"
#include "report/file.h"
#include "report/report.h"

static struct {
	const char *output;
	bool no_pictures, quiet;
} opts;

static const struct option report_options[] = {
	{ "output", 'o', OPTION_TEXT, &opts.output, "DIR",
	  "where the report goes (default: report in the run directory)" },
	{ "no-pictures", 0, OPTION_FLAG, &opts.no_pictures, NULL,
	  "do not run gnuplot" },
	{ "quiet", 'q', OPTION_FLAG, &opts.quiet, NULL, "print no tables" },
	{ 0 },
};

static bool check(int argc, struct err *err)
{
	if (argc == 0) {
		err_set(err, ERR_USAGE, "no run directory given");
		return err_hint(err, "type 'kdbench report results/latest'");
	}
	if (argc > 1 && !opts.output) {
		err_set(err, ERR_USAGE,
			"several runs make one report, but it is not said "
			"where");
		return err_hint(err, "add --output DIR");
	}
	return true;
}

/* 'results/x/results.jsonl' is as good a name for a run as its directory. */
static void name_directories(int argc, char **argv)
{
	static const char file[] = "/results.jsonl";

	for (int i = 0; i < argc; i++) {
		size_t len = strlen(argv[i]);

		if (len >= sizeof(file) &&
		    strcmp(argv[i] + len - strlen(file), file) == 0)
			argv[i][len - strlen(file)] = '\0';
	}
}

static bool print_tables(int argc, char **argv, struct err *err)
{
	for (int i = 0; i < argc && !opts.quiet; i++) {
		if (argc > 1) {
			printf("%srun%d: ", i ? "\n" : "", i + 1);
			message_text(stdout, argv[i]);
			printf("\n\n");
		}
		if (!report_table(stdout, argv[i], opts.output, err))
			return false;
	}
	return true;
}

/* Of what 'kdbench explore -o' has written. */
static bool report_exploration(const char *dir, struct err *err)
{
	const char *to = opts.output ? opts.output : dir;
	struct exploration x;
	struct err warning = { 0 };
	bool ok = exploration_read(&x, dir, err) && file_directory(to, err);

	if (ok && !opts.quiet) {
		survival_table(stdout, &x.matrix);
		putchar('\n');
	}
	ok = ok && exploration_write(&x, to, !opts.no_pictures, &warning, err);
	exploration_release(&x);
	if (!ok)
		return false;
	if (warning.kind)
		message_warn("no picture: %s", warning.text);
	fputs("report: ", stdout);
	message_text(stdout, to);
	puts("/index.html");
	return true;
}

static bool report_run(int argc, char **argv, enum exit_code *code,
		       struct err *err)
{
	struct report_options o = { .no_pictures = opts.no_pictures };
	const char *const *dirs = (const char *const *)argv;
	char *page;
	bool ok;

	(void)code;
	if (!check(argc, err))
		return false;
	if (argc == 1 && exploration_is(argv[0]))
		return report_exploration(argv[0], err);
	name_directories(argc, argv);
	if (!print_tables(argc, argv, err))
		return false;
	fflush(stdout);
	if (opts.output)
		ok = report_write_many(dirs, (size_t)argc, opts.output, &o,
				       err);
	else
		ok = report_write(argv[0], &o, err);
	if (!ok)
		return false;
	if (*o.warning)
		message_warn("%s", o.warning);
	page = opts.output ? mem_printf("%s/index.html", opts.output)
			   : mem_printf("%s/report/index.html", argv[0]);
	printf("%sreport: ", opts.quiet ? "" : "\n");
	message_text(stdout, page);
	putchar('\n');
	free(page);
	return true;
}

const struct cmd report_cmd = {
	.name = "report",
	.operands = "RUN...",
	.help = "tables, pictures and an HTML page from run directories",
	.options = report_options,
	.run = report_run,
};

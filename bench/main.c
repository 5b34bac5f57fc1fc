/* SPDX-License-Identifier: MIT */
/* The list of commands: finds one, gives it its options, reports how it went.
 */
#include <stdio.h>
#include <string.h>

#include "bench/base/mem.h"
#include "bench/base/nearest.h"
#include "bench/cli/cmd.h"
#include "bench/cli/message.h"

#ifndef KDBENCH_VERSION
#define KDBENCH_VERSION "unknown"
#endif

static const struct cmd *const commands[] = {
	&run_cmd,    &check_cmd,   &explore_cmd, &phase_cmd,  &replay_cmd,
	&report_cmd, &list_cmd,    &doctor_cmd,  &decode_cmd, &session_cmd,
	&bench_cmd,  &predict_cmd, &bridge_cmd,
};

static void print_usage(FILE *out)
{
	fputs("usage: kdbench COMMAND [OPTION]... [OPERAND]...\n\n"
	      "measures kernel-debug transports, and what is left of a "
	      "session\n"
	      "when the line is damaged\n\n",
	      out);
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		fprintf(out, "  %-8s  %s\n", commands[i]->name,
			commands[i]->help);
	fputs("\n'kdbench COMMAND --help' says more; --version prints the "
	      "version\n"
	      "exit codes: 0 held, 1 not met, 2 wrong command line or file,\n"
	      "3 this machine cannot, 4 inconclusive, 130 interrupted\n",
	      out);
}

static void print_help(const struct cmd *cmd)
{
	printf("usage: kdbench %s [OPTION]...%s%s\n\n%s\n\n", cmd->name,
	       cmd->operands ? " " : "", cmd->operands ? cmd->operands : "",
	       cmd->help);
	options_print(stdout, cmd->options);
}

static const struct cmd *find(const char *name, struct err *err)
{
	struct nearest n = { .word = name };

	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
		nearest_try(&n, commands[i]->name);
	}
	nearest_try(&n, "--help");
	nearest_try(&n, "--version");
	err_set(err, ERR_USAGE, "unknown %s '%s'",
		name[0] == '-' ? "option" : "command", name);
	if (n.best)
		err_hint(err, "did you mean 'kdbench %s'?", n.best);
	else
		err_hint(err, "'kdbench --help' lists the commands");
	return NULL;
}

static bool run(int argc, char **argv, enum exit_code *code, struct err *err)
{
	const struct cmd *cmd = find(argv[0], err);
	bool help = false;

	if (!cmd)
		return false;
	argc--;
	argv++;
	if (!options_parse(cmd->options, &argc, argv, &help, err))
		return false;
	if (help) {
		print_help(cmd);
		return true;
	}
	if (argc > 0 && !cmd->operands) {
		err_set(err, ERR_USAGE, "'%s' takes no operands, not '%s'",
			cmd->name, argv[0]);
		return err_hint(err, "see 'kdbench %s --help'", cmd->name);
	}
	return cmd->run(argc, argv, code, err);
}

/* Results that could not be written must not look like success. */
static void check_stdout(enum exit_code *code)
{
	struct err err = { 0 };

	if (fflush(stdout) == 0 && !ferror(stdout))
		return;
	err_sys(&err, ERR_HOST, "cannot write to standard output");
	message_err(stderr, &err);
	*code = exit_code_worse(*code, EXIT_MACHINE);
}

int main(int argc, char **argv)
{
	enum exit_code code = EXIT_HELD;
	struct err err = { 0 };

	if (argc < 2) {
		print_usage(stderr);
		return EXIT_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
	    strcmp(argv[1], "help") == 0)
		print_usage(stdout);
	else if (strcmp(argv[1], "--version") == 0)
		puts("kdbench " KDBENCH_VERSION);
	else if (!run(argc - 1, argv + 1, &code, &err)) {
		message_err(stderr, &err);
		code = exit_code_worse(code, exit_code_of(&err));
	}
	check_stdout(&code);
	return (int)code;
}

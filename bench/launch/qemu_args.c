/* SPDX-License-Identifier: MIT */
#include "bench/launch/qemu_args.h"

#include <string.h>
#include <unistd.h>

#include "bench/guest/contract.h"

/* Whatever a guest might make of a hole in QEMU, it starts no process. */
#define SANDBOX                                               \
	"on,obsolete=deny,elevateprivileges=deny,spawn=deny," \
	"resourcecontrol=deny"

/*
 * -nodefaults and no user configuration: nothing but what is asked for. Two
 * possible CPUs of which one exists: with one, TCG drops the guest's memory
 * barriers, and rings lose wake-ups. -no-reboot: a triple fault is an end.
 */
static const char *const fixed[] = {
	"-name",       "kdbench,debug-threads=on",
	"-nodefaults", "-no-user-config",
	"-display",    "none",
	"-no-reboot",  "-smp",
	"1,maxcpus=2", "-sandbox",
	SANDBOX,
};

/* Where distributions put the small firmware that starts in 1 ms. */
static const char *const qboot[] = {
	"/usr/share/qemu/qboot.rom",
	"/usr/local/share/qemu/qboot.rom",
	"/usr/share/qemu-kvm/qboot.rom",
};

struct args {
	const char **argv;
	size_t count;
};

/* One argument. The last place is for the NULL. */
static void add(struct args *a, const char *text)
{
	if (a->count < QEMU_ARGV_MAX - 1)
		a->argv[a->count++] = text;
}

static void add_pair(struct args *a, const char *option, const char *value)
{
	add(a, option);
	add(a, value);
}

static const char *firmware(const struct qemu_config *config)
{
	if (config->firmware && *config->firmware)
		return config->firmware;
	for (size_t i = 0; i < ARRAY_SIZE(qboot); i++) {
		if (access(qboot[i], R_OK) == 0)
			return qboot[i];
	}
	return NULL;
}

static void add_machine(struct args *a, struct arena *arena,
			const struct qemu_spec *spec, int memory_fd)
{
	unsigned long long size = spec->memory_size;
	const char *bios = firmware(spec->config);

	add_pair(a, "-machine", "pc,memory-backend=ram");
	add_pair(a, "-m", arena_printf(arena, "%lluB", size));
	add_pair(a, "-object",
		 arena_printf(arena,
			      "memory-backend-file,id=ram,share=on,size=%llu,"
			      "mem-path=/proc/self/fd/%d",
			      size, memory_fd));
	add_pair(a, "-accel", spec->accel == ACCEL_KVM ? "kvm" : "tcg");
	if (spec->cpu)
		add_pair(a, "-cpu", spec->cpu);
	if (bios)
		add_pair(a, "-bios", bios);
}

static void add_guest(struct args *a, struct arena *arena,
		      const struct qemu_spec *spec, const struct qemu_fds *fds)
{
	add_pair(a, "-kernel",
		 arena_printf(arena, "/proc/self/fd/%d", fds->image));
	add_pair(a, "-fw_cfg",
		 arena_printf(arena, "name=%s,string=%s", GUEST_PARAMS_FILE,
			      spec->params));
	add_pair(a, "-device",
		 arena_printf(arena, "isa-debug-exit,iobase=%d,iosize=4",
			      GUEST_EXIT_PORT));
	add_pair(a, "-chardev",
		 arena_printf(arena, "file,id=log,path=/proc/self/fd/%d",
			      fds->log));
	add_pair(a, "-device",
		 arena_printf(arena, "isa-debugcon,iobase=%d,chardev=log",
			      GUEST_LOG_PORT));
	add_pair(a, "-chardev",
		 arena_printf(arena, "socket,id=qmp,fd=%d", fds->qmp));
	add_pair(a, "-mon", "chardev=qmp,mode=control");
}

static void add_words(struct args *a, struct arena *arena, const char *text)
{
	char *rest = arena_strdup(arena, text);
	char *word;

	while ((word = strtok_r(rest, " ", &rest)) != NULL)
		add(a, word);
}

bool qemu_args(const char *argv[QEMU_ARGV_MAX], struct arena *arena,
	       const struct qemu_spec *spec, const struct qemu_fds *fds,
	       struct err *err)
{
	struct args a = { argv, 0 };

	add(&a, spec->config->binary);
	for (size_t i = 0; i < ARRAY_SIZE(fixed); i++)
		add(&a, fixed[i]);
	add_machine(&a, arena, spec, fds->memory);
	add_guest(&a, arena, spec, fds);
	for (size_t i = 0; i < QEMU_ARGS_MAX && spec->device[i]; i++)
		add(&a, spec->device[i]);
	if (spec->config->extra)
		add_words(&a, arena, spec->config->extra);
	if (a.count == QEMU_ARGV_MAX - 1)
		return err_set(err, ERR_CONFIG,
			       "qemu.extra has too many words");
	argv[a.count] = NULL;
	return true;
}

/* SPDX-License-Identifier: MIT */
#include "bench/launch/qemu_args.h"

#include <string.h>
#include <unistd.h>

#include "bench/base/words.h"
#include "bench/guest/contract.h"

/* Whatever a guest might make of a hole in QEMU, it starts no process. */
#define SANDBOX                                               \
	"on,obsolete=deny,elevateprivileges=deny,spawn=deny," \
	"resourcecontrol=deny"
#define SANDBOX_SPAWN "on,obsolete=deny,elevateprivileges=deny"

/*
 * -nodefaults and no user configuration: nothing but what is asked for.
 */
static const char *const fixed[] = {
	"-name",       "kdbench,debug-threads=on",
	"-nodefaults", "-no-user-config",
	"-display",    "none",
};

/*
 * Two possible CPUs of which one exists: with one, TCG drops the guest's memory
 * barriers, and rings lose wake-ups. -no-reboot: a triple fault is an end.
 */
static const char *const fixed_own[] = {
	"-no-reboot", "-smp", "1,maxcpus=2", "-sandbox", SANDBOX,
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
}

static void add_monitor(struct args *a, struct arena *arena, int fd)
{
	add_pair(a, "-chardev", arena_printf(arena, "socket,id=qmp,fd=%d", fd));
	add_pair(a, "-mon", "chardev=qmp,mode=control");
}

/* A value of an option with several: a comma in it is written twice. */
static const char *escaped(struct arena *arena, const char *value)
{
	char *text = arena_alloc(arena, 2 * strlen(value) + 1);
	char *to = text;

	for (; *value; value++) {
		if (*value == ',')
			*to++ = ',';
		*to++ = *value;
	}
	return text;
}

static void add_disk(struct args *a, struct arena *arena,
		     const struct external_config *e)
{
	const char *text =
		arena_printf(arena, "file=%s,media=disk,snapshot=%s",
			     escaped(arena, e->disk),
			     e->disk_writes == EXTERNAL_KEEP ? "off" : "on");

	if (e->disk_format && *e->disk_format)
		text = arena_printf(arena, "%s,format=%s", text,
				    escaped(arena, e->disk_format));
	add_pair(a, "-drive", text);
}

/*
 * The machine of somebody else's guest: what any PC has, and what its entry
 * says. Emulated, it is given all that QEMU can; systems of today want more
 * than the oldest of its models.
 */
static void add_external(struct args *a, struct arena *arena,
			 const struct qemu_spec *spec)
{
	static const char *const sandboxes[] = {
		[EXTERNAL_ON] = SANDBOX,
		[EXTERNAL_SPAWN] = SANDBOX_SPAWN,
		[EXTERNAL_OFF] = "off",
	};
	const struct guest_config *guest = spec->external;
	const struct external_config *e = &guest->external;

	add_pair(a, "-machine", e->machine);
	add_pair(a, "-m",
		 arena_printf(arena, "%lluB",
			      (unsigned long long)guest->memory_size));
	add_pair(
		a, "-smp",
		arena_printf(arena, "%llu", (unsigned long long)e->processors));
	add_pair(a, "-accel", spec->accel == ACCEL_KVM ? "kvm" : "tcg");
	add_pair(a, "-cpu", spec->cpu ? spec->cpu : "max");
	add_pair(a, "-vga", "std");
	add_pair(a, "-sandbox", sandboxes[e->sandbox]);
	if (e->firmware && *e->firmware)
		add_pair(a, "-bios", e->firmware);
	if (e->disk && *e->disk)
		add_disk(a, arena, e);
}

/* The last word is the user's: of what is written twice, QEMU takes that. */
static bool add_arguments(struct args *a, struct arena *arena,
			  const struct guest_config *guest, struct err *err)
{
	const char *text = guest->external.arguments;
	const char *const *words;
	size_t count;

	if (!words_split(text ? text : "", arena, &words, &count, err))
		return false;
	while (*words)
		add(a, *words++);
	return true;
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
	if (spec->external) {
		add_external(&a, arena, spec);
	} else {
		for (size_t i = 0; i < ARRAY_SIZE(fixed_own); i++)
			add(&a, fixed_own[i]);
		add_machine(&a, arena, spec, fds->memory);
		add_guest(&a, arena, spec, fds);
	}
	add_monitor(&a, arena, fds->qmp);
	for (size_t i = 0; i < QEMU_ARGS_MAX && spec->device[i]; i++)
		add(&a, spec->device[i]);
	if (spec->config->extra)
		add_words(&a, arena, spec->config->extra);
	if (spec->external && !add_arguments(&a, arena, spec->external, err))
		return false;
	if (a.count == QEMU_ARGV_MAX - 1)
		return err_set(err, ERR_CONFIG,
			       "QEMU is given too many arguments (qemu.extra, "
			       "guests)");
	argv[a.count] = NULL;
	return true;
}

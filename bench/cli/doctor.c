/* SPDX-License-Identifier: MIT */
#include "bench/cli/doctor.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "bench/base/capture.h"
#include "bench/base/clock.h"
#include "bench/base/mem.h"
#include "bench/base/units.h"

#define ASK_NS (5 * NS_PER_S)
#define MEMORY_MIN_KIB 262144
#define SLACK_MAX_NS 100000

static void say(struct doctor_finding *f, enum doctor_state state,
		const char *text)
{
	f->state = state;
	snprintf(f->text, sizeof(f->text), "%s", text);
}

/* The first line of a file, without its end; "" if there is none. */
static void first_line(const char *path, char *to, int size)
{
	FILE *file = fopen(path, "r");

	to[0] = '\0';
	if (!file)
		return;
	if (!fgets(to, size, file))
		to[0] = '\0';
	to[strcspn(to, "\n")] = '\0';
	fclose(file);
}

/* The first line that '<program> --version' prints. */
static void ask_version(struct doctor_finding *f, const char *program)
{
	const char *const argv[] = { program, "--version", NULL };
	struct err err = { 0 };
	char line[sizeof(f->text)];

	if (!capture_output(argv, ASK_NS, line, sizeof(line), &err)) {
		say(f, DOCTOR_MISSING, err.text);
		return;
	}
	line[strcspn(line, "\r\n")] = '\0';
	say(f, DOCTOR_OK, line);
}

static void look_qemu(struct doctor_finding *f, const struct qemu_config *qemu)
{
	ask_version(f, qemu->binary);
}

static void look_gnuplot(struct doctor_finding *f,
			 const struct qemu_config *qemu)
{
	(void)qemu;
	ask_version(f, "gnuplot");
}

static void look_qboot(struct doctor_finding *f, const struct qemu_config *qemu)
{
	const char *set = qemu->firmware;
	const char *const paths[] = {
		set && *set ? set : "/usr/share/qemu/qboot.rom",
		"/usr/local/share/qemu/qboot.rom",
		"/usr/share/qemu-kvm/qboot.rom",
	};

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		if (access(paths[i], R_OK) == 0) {
			say(f, DOCTOR_OK, paths[i]);
			return;
		}
	}
	say(f, DOCTOR_POOR, "guests boot through SeaBIOS");
}

static void look_kvm(struct doctor_finding *f, const struct qemu_config *qemu)
{
	(void)qemu;
	if (accel_kvm_opens())
		say(f, DOCTOR_OK, "/dev/kvm opens");
	else
		say(f, DOCTOR_MISSING, "/dev/kvm does not open");
}

/* Boots a small guest under each accelerator. */
static void look_guest(struct doctor_finding *f, const struct qemu_config *qemu)
{
	struct err err = { 0 };
	enum accel accel;
	char why[160] = "";

	if (accel_resolve(ACCEL_AUTO, qemu, &accel, why, &err))
		say(f, DOCTOR_OK, why);
	else
		say(f, DOCTOR_MISSING, err.text);
}

static void look_cores(struct doctor_finding *f, const struct qemu_config *qemu)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	(void)qemu;
	snprintf(f->text, sizeof(f->text), "%ld", cores);
	f->state = cores < 2 ? DOCTOR_POOR : DOCTOR_OK;
}

static void look_governor(struct doctor_finding *f,
			  const struct qemu_config *qemu)
{
	char name[64];

	(void)qemu;
	first_line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor",
		   name, sizeof(name));
	if (!*name)
		say(f, DOCTOR_OK, "none: the frequency is not ours to set");
	else
		say(f,
		    strcmp(name, "performance") == 0 ? DOCTOR_OK : DOCTOR_POOR,
		    name);
}

static void look_memory(struct doctor_finding *f,
			const struct qemu_config *qemu)
{
	char line[128], text[UNITS_TEXT_MAX];
	uint64_t kib = 0;
	FILE *file = fopen("/proc/meminfo", "r");

	(void)qemu;
	while (file && fgets(line, sizeof(line), file)) {
		if (strncmp(line, "MemAvailable:", 13) == 0)
			kib = strtoull(line + 13, NULL, 10);
	}
	if (file)
		fclose(file);
	say(f, kib < MEMORY_MIN_KIB ? DOCTOR_POOR : DOCTOR_OK,
	    units_about(UNIT_SIZE, (double)kib * 1024, text));
}

/* A sleeping loop wakes up late by as much. */
static void look_slack(struct doctor_finding *f, const struct qemu_config *qemu)
{
	char text[UNITS_TEXT_MAX];
	int ns = prctl(PR_GET_TIMERSLACK, 0, 0, 0, 0);

	(void)qemu;
	say(f, ns > SLACK_MAX_NS ? DOCTOR_POOR : DOCTOR_OK,
	    ns < 0 ? "unknown"
		   : units_exact(UNIT_DURATION, (uint64_t)ns, text));
}

static void look_clock(struct doctor_finding *f, const struct qemu_config *qemu)
{
	uint64_t ps = clock_cost_ps();

	(void)qemu;
	snprintf(f->text, sizeof(f->text), "a reading costs %.3g ns",
		 (double)ps / 1000);
	f->state = ps > 1000000 ? DOCTOR_POOR : DOCTOR_OK;
}

const struct doctor_check doctor_checks[] = {
	{ "qemu", true, look_qemu,
	  "apt-get install qemu-system-x86, or set qemu.binary in bench.yaml" },
	{ "guest", true, look_guest,
	  "see the message; 'kdbench run scenarios/smoke.yaml' tells more" },
	{ "kvm", false, look_kvm,
	  "load the kvm module, or join the group that owns /dev/kvm" },
	{ "qboot", false, look_qboot,
	  "install qboot.rom with QEMU's data: guests boot faster" },
	{ "gnuplot", false, look_gnuplot,
	  "apt-get install gnuplot-nox: reports have no pictures without it" },
	{ "cores", false, look_cores,
	  "with one core, kdbench and the guest wait for each other" },
	{ "governor", false, look_governor,
	  "cpupower frequency-set -g performance: steadier numbers" },
	{ "memory", false, look_memory,
	  "free some: guests that swap measure the disk" },
	{ "slack", false, look_slack,
	  "start from a process with a timer slack of 50 us" },
	{ "clock", false, look_clock,
	  "the clock is slow to read (clocksource?): short samples suffer" },
	{ 0 },
};

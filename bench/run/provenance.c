/* SPDX-License-Identifier: MIT */
#include "bench/run/provenance.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "bench/base/capture.h"
#include "bench/base/clock.h"
#include "bench/base/hash.h"
#include "bench/launch/guest_image.h"
#include "bench/run/record.h"

#define GOVERNOR "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"
#define VERSION_TIMEOUT (5 * NS_PER_S)

/* The first line of a file, or false. */
static bool first_line(const char *path, char *to, size_t size)
{
	FILE *in = fopen(path, "re");
	bool ok;

	if (!in)
		return false;
	ok = fgets(to, (int)size, in) != NULL;
	fclose(in);
	if (ok)
		to[strcspn(to, "\n")] = '\0';
	return ok;
}

/* A field of /proc/cpuinfo: "model name", "flags". */
static bool cpuinfo(const char *field, char *to, size_t size)
{
	FILE *in = fopen("/proc/cpuinfo", "re");
	char line[4096];
	bool found = false;

	if (!in)
		return false;
	while (!found && fgets(line, sizeof(line), in)) {
		char *colon = strchr(line, ':');

		if (!colon || strncmp(line, field, strlen(field)) != 0)
			continue;
		colon += 1 + (colon[1] == ' ');
		snprintf(to, size, "%s", colon);
		to[strcspn(to, "\n")] = '\0';
		found = true;
	}
	fclose(in);
	return found;
}

static bool virtualised(void)
{
	char flags[4096];

	return cpuinfo("flags", flags, sizeof(flags)) &&
	       strstr(flags, " hypervisor") != NULL;
}

static json_t *text_or_null(const char *text, bool known)
{
	return known ? json_string(text) : json_null();
}

void provenance_host_id(char id[17])
{
	char cpu[256] = "", governor[64] = "";
	struct utsname u;
	uint64_t h;

	uname(&u);
	(void)cpuinfo("model name", cpu, sizeof(cpu));
	(void)first_line(GOVERNOR, governor, sizeof(governor));
	h = hash_bytes(0, cpu, strlen(cpu));
	h = hash_bytes(h, u.release, strlen(u.release));
	h = hash_bytes(h, governor, strlen(governor));
	h = hash_add(h, (uint64_t)sysconf(_SC_NPROCESSORS_ONLN));
	h = hash_add(h, virtualised());
	snprintf(id, 17, "%016" PRIx64, h);
}

static json_t *host(void)
{
	char cpu[256] = "", governor[64] = "", load[64] = "", id[17];
	bool has_cpu = cpuinfo("model name", cpu, sizeof(cpu));
	bool has_governor = first_line(GOVERNOR, governor, sizeof(governor));
	long pages = sysconf(_SC_PHYS_PAGES);
	struct utsname u;
	json_t *o = json_object();

	uname(&u);
	provenance_host_id(id);
	json_object_set_new(o, "id", json_string(id));
	json_object_set_new(o, "name", json_string(u.nodename));
	json_object_set_new(o, "cpu", text_or_null(cpu, has_cpu));
	json_object_set_new(o, "cores",
			    json_integer(sysconf(_SC_NPROCESSORS_ONLN)));
	json_object_set_new(o, "kernel", json_string(u.release));
	json_object_set_new(o, "governor",
			    text_or_null(governor, has_governor));
	json_object_set_new(
		o, "memory_bytes",
		json_integer((json_int_t)pages * sysconf(_SC_PAGESIZE)));
	json_object_set_new(o, "virtualised", json_boolean(virtualised()));
	json_object_set_new(o, "kvm", json_boolean(accel_kvm_opens()));
	json_object_set_new(o, "load1",
			    first_line("/proc/loadavg", load, sizeof(load))
				    ? json_real(strtod(load, NULL))
				    : json_null());
	json_object_set_new(o, "clock_cost_ps",
			    json_integer((json_int_t)clock_cost_ps()));
	json_object_set_new(o, "tsc_hz",
			    json_integer((json_int_t)clock_tsc_hz()));
	return o;
}

/* "QEMU emulator version 7.2.9 (Debian ...)" -> 7.2.9 */
static json_t *qemu_version(const struct qemu_config *qemu)
{
	const char *argv[] = { qemu->binary, "-version", NULL };
	struct err ignored = { 0 };
	char text[256], *at;

	if (!capture_output(argv, VERSION_TIMEOUT, text, sizeof(text),
			    &ignored))
		return json_null();
	text[strcspn(text, "\n")] = '\0';
	at = strstr(text, "version ");
	return json_string(at ? at + strlen("version ") : text);
}

static json_t *guest_image_record(void)
{
	size_t size = guest_image_size();
	char sha[17];

	snprintf(sha, sizeof(sha), "%016" PRIx64,
		 hash_bytes(0, guest_image, size));
	return json_pack("{s:s,s:I}", "sha", sha, "size", (json_int_t)size);
}

static json_t *verdict_list(unsigned verdicts)
{
	json_t *list = json_array();

	for (unsigned v = 0; v < VERDICT_COUNT; v++) {
		if (verdicts & 1u << v)
			json_array_append_new(list,
					      json_string(verdict_names[v]));
	}
	return list;
}

json_t *provenance_cell(const struct cell *c)
{
	json_t *params = record_params(c);
	json_t *sources = json_object();
	json_t *axes = json_array();
	json_t *o;

	for (size_t i = 0; i < c->param_count; i++) {
		const struct param *p = &c->params[i];

		json_object_set_new(sources, p->key, json_string(p->source));
		if (p->axis)
			json_array_append_new(axes, json_string(p->key));
	}
	o = json_pack("{s:s,s:s,s:o,s:o,s:o,s:o}", "cell", c->id, "label",
		      c->label, "params", params, "sources", sources, "axes",
		      axes, "skip",
		      text_or_null(c->skip_reason, c->skip_reason != NULL));
	if (c->case_name)
		json_object_set_new(o, "expect",
				    verdict_list(c->expected_verdicts));
	return o;
}

static json_t *expectations(const struct scenario *s)
{
	json_t *verdicts = verdict_list(s->expected_verdicts);
	json_t *bounds = json_array();

	for (size_t i = 0; i < s->bound_count; i++)
		json_array_append_new(bounds,
				      json_sprintf("%s %s", s->bounds[i].metric,
						   s->bounds[i].written));
	return json_pack("{s:o,s:o}", "verdict", verdicts, "bounds", bounds);
}

/* Above this a 16550 that interrupts for each byte is QEMU's limit, not ours.
 */
#define RECEIVE_LIMIT_BAUD 57600

/* A paced line that is faster than QEMU's UART receives: say so. */
static void note_limits(json_t *notes, const struct scenario *s)
{
	for (size_t i = 0; i < s->cell_count; i++) {
		const struct transport_config *t = &s->cells[i].transport;
		uint64_t baud = t->uart.baud_to_target == UINT64_MAX
					? t->uart.baud
					: t->uart.baud_to_target;

		if (t->kind != TRANSPORT_UART || t->uart.rx_trigger != 0 ||
		    (baud && baud <= RECEIVE_LIMIT_BAUD))
			continue;
		json_array_append_new(
			notes,
			json_string("towards the target the emulation may "
				    "limit the rate, not the line: at "
				    "rx-trigger 1 QEMU takes one byte a turn "
				    "of its main loop, 8 to 40 KB/s; "
				    "line_lost_bytes in the records counts "
				    "byte times in which it took none; at "
				    "transport.rx-trigger 14 it keeps up"));
		return;
	}
}

/* The points of a search follow, each when it is tried. */
static bool is_listed(const struct scenario *s, const struct cell *cell,
		      const char *only)
{
	return !s->search ||
	       (only && strncmp(cell->id, only, strlen(only)) == 0);
}

static json_t *scenario_record(const struct scenario *s, const char *only)
{
	json_t *cells = json_array();
	json_t *notes = json_array();
	json_t *text = json_string(s->text);

	for (size_t i = 0; i < s->cell_count; i++)
		if (is_listed(s, &s->cells[i], only))
			json_array_append_new(cells,
					      provenance_cell(&s->cells[i]));
	for (size_t i = 0; s->notes && s->notes[i]; i++)
		json_array_append_new(notes, json_string(s->notes[i]));
	note_limits(notes, s);
	return json_pack(
		"{s:s,s:s,s:s,s:o,s:{s:I,s:I},s:o,s:o,s:o,s:o}", "name",
		s->name, "path", s->path, "about", s->about ? s->about : "",
		"text", text ? text : json_null(), "trials", "min",
		(json_int_t)s->trials.min, "max", (json_int_t)s->trials.max,
		"cells", cells, "expect", expectations(s), "skip",
		text_or_null(s->skip_reason, s->skip_reason != NULL), "notes",
		notes);
}

json_t *provenance_record(const struct provenance *p)
{
	json_t *scenarios = json_array();
	time_t now = (time_t)clock_wall_s();
	char stamp[32];
	struct tm tm;
	json_t *o = json_object();

	gmtime_r(&now, &tm);
	strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%SZ", &tm);
	for (size_t i = 0; i < p->plan->scenario_count; i++)
		json_array_append_new(
			scenarios,
			scenario_record(&p->plan->scenarios[i], p->only));
	json_object_set_new(o, "type", json_string("run"));
	json_object_set_new(o, "schema", json_integer(1));
	json_object_set_new(o, "run", json_string(p->run_id));
	json_object_set_new(o, "kdbench", json_string(KDBENCH_VERSION));
	json_object_set_new(o, "git", json_null());
	json_object_set_new(o, "started", json_string(stamp));
	json_object_set_new(o, "command", json_string(p->command));
	json_object_set_new(o, "seed", json_sprintf("%" PRIu64, p->seed));
	json_object_set_new(o, "only", text_or_null(p->only, p->only != NULL));
	json_object_set_new(o, "host", host());
	json_object_set_new(
		o, "qemu",
		json_pack("{s:s,s:o,s:s}", "binary", p->plan->qemu.binary,
			  "version", qemu_version(&p->plan->qemu), "firmware",
			  p->plan->qemu.firmware ? p->plan->qemu.firmware
						 : ""));
	json_object_set_new(o, "guest", guest_image_record());
	json_object_set_new(
		o, "accel_why",
		text_or_null(p->plan->accel_why, p->plan->accel_why != NULL));
	json_object_set_new(o, "scenarios", scenarios);
	return o;
}

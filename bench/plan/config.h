/* SPDX-License-Identifier: MIT */
/*
 * bench.yaml: the settings of this machine, and transports by name. The usual
 * transports exist without it.
 */
#ifndef PLAN_CONFIG_H
#define PLAN_CONFIG_H

#include "bench/launch/launch.h"
#include "bench/plan/value.h"
#include "bench/plan/yaml.h"

/* A named transport: a kind, and what differs from the kind's defaults. */
struct transport_def {
	const char *name;
	const char *about;
	enum transport_kind kind;
	struct assignments params; /* keys as in the kind's rows: "baud" */
	bool built_in;
};

/*
 * A guest of somebody else: what QEMU is to start, by the paths of the
 * settings: "guest.disk", "guest.memory", "target.profile".
 */
struct guest_def {
	const char *name;
	const char *about;
	struct assignments params;
};

struct config {
	struct assignments settings;
	struct guest_def *guests;
	size_t guest_count;
	struct transport_def *transports;
	size_t transport_count;
};

/* What there is without any file. */
void config_init(struct config *config, struct arena *arena);

/* Add what a file says; everything lives in the arena. */
bool config_read(struct config *config, const struct yaml_text *text,
		 struct arena *arena, struct err *err);

/* A transport by name, or NULL. */
const struct transport_def *config_transport(const struct config *config,
					     const char *name);

/*
 * bench.yaml as the commands see it: 'path', or bench.yaml in the current
 * directory if that exists and 'path' is NULL.
 */
bool config_load(struct config *config, const char *path, struct arena *arena,
		 struct err *err);

#endif

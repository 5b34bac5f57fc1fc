/* SPDX-License-Identifier: MIT */
#include "bench/cli/plan_args.h"

#include <stdlib.h>
#include <string.h>

#include "bench/base/mem.h"

/* Split KEY=VALUE; both parts live as long as the program. */
static bool split(struct override *to, const char *arg, const char *written,
		  struct err *err)
{
	const char *equals = strchr(arg, '=');

	if (!equals || equals == arg) {
		err_set(err, ERR_USAGE, "'--set %s' is not KEY=VALUE", arg);
		return err_hint(err, "write --set trials=3; 'kdbench list "
				     "settings' shows the keys");
	}
	to->key = mem_printf("%.*s", (int)(equals - arg), arg);
	to->value = equals + 1;
	to->written = written ? written : mem_printf("--set %s", arg);
	return true;
}

/* --attach ADDR is the transport of every cell, and its address. */
static size_t attach(struct override *to, const char *address)
{
	const char *written = mem_printf("--attach %s", address);

	to[0] = (struct override){ "transport", "attach", written };
	to[1] = (struct override){ "transport.address", address, written };
	return 2;
}

bool plan_args_load(struct plan *plan, struct plan_args *args, int argc,
		    char **argv, bool resolve_accel, struct err *err)
{
	struct plan_input input = {
		.config_path = args->config,
		.scenarios = (const char *const *)argv,
		.scenario_count = (size_t)argc,
		.resolve_accel = resolve_accel,
		.attach = args->attach || args->elsewhere,
	};
	struct plan_text text = { "(built-in)", args->scenario, 0 };
	size_t count = 0;

	*plan = (struct plan){ 0 };
	if (argc == 0 && args->scenario) {
		text.len = strlen(args->scenario);
		input.text = &text;
	} else if (argc == 0) {
		err_set(err, ERR_USAGE, "no scenario given");
		return err_hint(err, "name one, such as scenarios/smoke.yaml; "
				     "'kdbench list scenarios' shows more");
	}
	free(args->overrides); /* of an earlier attempt */
	args->overrides =
		mem_array(args->set.count + ARRAY_SIZE(args->extra) + 2,
			  sizeof(*args->overrides));
	for (size_t i = 0; i < args->set.count; i++) {
		if (!split(&args->overrides[count++], args->set.items[i], NULL,
			   err))
			return false;
	}
	for (size_t i = 0; i < ARRAY_SIZE(args->extra); i++) {
		if (args->extra[i].set &&
		    !split(&args->overrides[count++], args->extra[i].set,
			   args->extra[i].written, err))
			return false;
	}
	if (args->attach)
		count += attach(&args->overrides[count], args->attach);
	input.overrides = args->overrides;
	input.override_count = count;
	return plan_load(plan, &input, err);
}

static bool has_sim(const struct plan *plan)
{
	for (size_t i = 0; i < plan->scenario_count; i++)
		for (size_t k = 0; k < plan->scenarios[i].cell_count; k++)
			if (plan->scenarios[i].cells[k].transport.kind ==
			    TRANSPORT_SIM)
				return true;
	return false;
}

bool plan_args_load_sim(struct plan *plan, struct plan_args *args, int argc,
			char **argv, bool *moved, struct err *err)
{
	*moved = false;
	if (!plan_args_load(plan, args, argc, argv, false, err))
		return false;
	if (has_sim(plan))
		return true;
	plan_release(plan);
	*moved = true;
	args->extra[0].set = "transport=sim";
	args->extra[0].written = "transport: sim";
	args->elsewhere = true;
	return plan_args_load(plan, args, argc, argv, false, err);
}

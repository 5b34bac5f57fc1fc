/* SPDX-License-Identifier: MIT */
/* Setting rows of the less simple steps. Private to bench/session. */
#ifndef SESSION_STEP_SETTINGS_H
#define SESSION_STEP_SETTINGS_H

#include "bench/session/step.h"

/* Bytes a second that a step can ask for: SCHEDULE_RATE_MAX. */
#define STEP_RATE_MAX (UINT64_C(1) << 36)

extern const struct setting step_step_settings[], step_dump_settings[],
	step_search_settings[], step_fill_settings[], step_set_settings[],
	step_control_settings[], step_msr_settings[], step_port_settings[],
	step_clear_settings[], step_hardware_settings[], step_switch_settings[],
	step_expect_settings[], step_module_settings[], step_file_settings[],
	step_wild_settings[], step_break_in_settings[], step_sweep_settings[],
	step_attach_settings[], step_conditional_settings[],
	step_stack_settings[], step_reload_settings[], step_process_settings[],
	step_boot_settings[], step_script_settings[], step_reconnect_settings[];

/* reconnect: what broke it, in the order of step.how. */
#define STEP_AFTER_WORDS                                               \
	"nothing|target-reset|target-reset-new-pipe|debugger-restart|" \
	"debugger-restart-new-pipe"

/* How many operations the whole has of which a step does a sample. */
#define STEP_WHOLE_COUNT                                                    \
	{                                                                   \
		"whole", SETTING_COUNT, offsetof(struct step, whole_count), \
			"0",                                                \
			"operations of the whole of which this is a "       \
			"sample; 0: it is the whole",                       \
			NULL, 0, UINT32_MAX                                 \
	}

/* How many bytes, of a step whose operations carry some. */
#define STEP_WHOLE_SIZE                                                        \
	{                                                                      \
		"whole", SETTING_SIZE, offsetof(struct step, whole_size), "0", \
			"bytes of the whole of which this is a "               \
			"sample; 0: it is the whole",                          \
			NULL, 0, UINT64_C(1) << 50                             \
	}

#endif

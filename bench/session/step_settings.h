/* SPDX-License-Identifier: MIT */
/* Setting rows of the less simple steps. Private to bench/session. */
#ifndef SESSION_STEP_SETTINGS_H
#define SESSION_STEP_SETTINGS_H

#include "bench/session/step.h"

/* Bytes a second that a step can ask for: SCHEDULE_RATE_MAX. */
#define STEP_RATE_MAX (UINT64_C(1) << 36)

extern const struct setting step_dump_settings[], step_search_settings[],
	step_fill_settings[], step_set_settings[], step_control_settings[],
	step_msr_settings[], step_port_settings[], step_clear_settings[],
	step_hardware_settings[], step_switch_settings[],
	step_expect_settings[], step_module_settings[], step_file_settings[],
	step_wild_settings[], step_sweep_settings[];

#endif

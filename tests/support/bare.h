/* SPDX-License-Identifier: MIT */
/*
 * Operations of a machine that has nothing but memory and one CPU: no control
 * space, ports or registers, and no way to end. For kd_target_ops of tests.
 */
#ifndef SUPPORT_BARE_H
#define SUPPORT_BARE_H

#include "bench/kd/target.h"

uint32_t bare_read_control(void *env, unsigned cpu, uint64_t selector,
			   uint8_t *to, uint32_t len);
uint32_t bare_write_control(void *env, unsigned cpu, uint64_t selector,
			    const uint8_t *from, uint32_t len);
void bare_io(void *env, bool write, uint16_t port, uint32_t size,
	     uint32_t *value);
bool bare_msr(void *env, bool write, uint32_t number, uint64_t *value);
void bare_select(void *env, unsigned cpu, struct kd_exception *e);
void bare_reboot(void *env);
void bare_bugcheck(void *env, uint32_t code);

#endif

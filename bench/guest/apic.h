/* SPDX-License-Identifier: MIT */
/* The local APIC: takes the device's message, and wakes us at a deadline. */
#ifndef GUEST_APIC_H
#define GUEST_APIC_H

#include <stdint.h>

/* Map it and switch it on; the old PICs are masked. */
void apic_init(void);

/* Interrupt once, TRAP_TIMER, about 'delay_ns' from now (at most 4 s). */
void apic_timer_start(uint64_t delay_ns);
void apic_timer_stop(void);

void apic_end_of_interrupt(void);

/* Where devices write their interrupt messages to. */
uint32_t apic_message_address(void);

#endif

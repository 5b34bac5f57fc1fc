/* SPDX-License-Identifier: MIT */
/* The local APIC: takes the device's message, and wakes us at a deadline. */
#ifndef GUEST_APIC_H
#define GUEST_APIC_H

#include <stdbool.h>
#include <stdint.h>

/* Map it and switch it on; the old PICs are masked. */
void apic_init(void);

/* Interrupt once, TRAP_TIMER, about 'delay_ns' from now (at most 4 s). */
void apic_timer_start(uint64_t delay_ns);
void apic_timer_stop(void);

/*
 * Tick: interrupt every 'period_ns' (0: no more). The timer that somebody
 * starts meanwhile comes first.
 */
void apic_tick(uint64_t period_ns);

/* The timer has come. False: it was no tick; else the next one is on its way.
 */
bool apic_tick_again(void);

/* Switch on the local APIC of the CPU on which it runs. */
void apic_enable(void);

/* Start the second CPU at a page below 1 MiB; interrupt it. */
void apic_start_second(uint32_t page);
void apic_interrupt_second(uint8_t vector);

void apic_end_of_interrupt(void);

/* Where devices write their interrupt messages to. */
uint32_t apic_message_address(void);

#endif

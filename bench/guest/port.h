/* SPDX-License-Identifier: MIT */
/* I/O ports and other single instructions; each access is counted. */
#ifndef GUEST_PORT_H
#define GUEST_PORT_H

#include <stdint.h>

#include "bench/guest/counters.h"

static inline uint8_t port_in8(uint16_t port)
{
	uint8_t value;

	counters[KDBB_PORT_READS]++;
	__asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port) : "memory");
	return value;
}

static inline uint16_t port_in16(uint16_t port)
{
	uint16_t value;

	counters[KDBB_PORT_READS]++;
	__asm__ volatile("inw %1, %0" : "=a"(value) : "Nd"(port) : "memory");
	return value;
}

static inline uint32_t port_in32(uint16_t port)
{
	uint32_t value;

	counters[KDBB_PORT_READS]++;
	__asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port) : "memory");
	return value;
}

static inline void port_out8(uint16_t port, uint8_t value)
{
	counters[KDBB_PORT_WRITES]++;
	__asm__ volatile("outb %0, %1" ::"a"(value), "Nd"(port) : "memory");
}

static inline void port_out16(uint16_t port, uint16_t value)
{
	counters[KDBB_PORT_WRITES]++;
	__asm__ volatile("outw %0, %1" ::"a"(value), "Nd"(port) : "memory");
}

static inline void port_out32(uint16_t port, uint32_t value)
{
	counters[KDBB_PORT_WRITES]++;
	__asm__ volatile("outl %0, %1" ::"a"(value), "Nd"(port) : "memory");
}

/* A device register in memory. */
static inline void mmio_write32(uint64_t address, uint32_t value)
{
	counters[KDBB_MMIO_WRITES]++;
	*(volatile uint32_t *)address = value;
}

static inline uint32_t mmio_read32(uint64_t address)
{
	counters[KDBB_MMIO_READS]++;
	return *(volatile uint32_t *)address;
}

/* The same, of one byte and two. */
static inline void mmio_write8(uint64_t address, uint8_t value)
{
	counters[KDBB_MMIO_WRITES]++;
	*(volatile uint8_t *)address = value;
}

static inline uint8_t mmio_read8(uint64_t address)
{
	counters[KDBB_MMIO_READS]++;
	return *(volatile uint8_t *)address;
}

static inline void mmio_write16(uint64_t address, uint16_t value)
{
	counters[KDBB_MMIO_WRITES]++;
	*(volatile uint16_t *)address = value;
}

static inline uint16_t mmio_read16(uint64_t address)
{
	counters[KDBB_MMIO_READS]++;
	return *(volatile uint16_t *)address;
}

static inline uint64_t msr_read(uint32_t index)
{
	uint32_t low, high;

	__asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(index));
	return low | (uint64_t)high << 32;
}

static inline void msr_write(uint32_t index, uint64_t value)
{
	__asm__ volatile("wrmsr" ::"c"(index), "a"((uint32_t)value),
			 "d"((uint32_t)(value >> 32))
			 : "memory");
}

#endif

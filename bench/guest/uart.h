/* SPDX-License-Identifier: MIT */
/* The 16550 at COM1: its registers, as ports. */
#ifndef GUEST_UART_H
#define GUEST_UART_H

#include <stdbool.h>

#define UART_COM1 0x3f8
#define UART_STATUS (UART_COM1 + 5) /* the line status register */
#define UART_SCRATCH (UART_COM1 + 7)

/* Does one answer? Where there is none a read gives ff, "ready". */
bool uart_present(void);

#endif

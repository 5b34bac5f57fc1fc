/* SPDX-License-Identifier: MIT */
/* The 16550 at COM1, polled as kdcom does it: no interrupts, no flow control.
 */
#include "bench/guest/line.h"

#include "bench/guest/panic.h"
#include "bench/guest/port.h"
#include "bench/guest/ticks.h"
#include "bench/guest/uart.h"

#define DATA (UART_COM1 + 0) /* and the divisor's low byte */
#define IER (UART_COM1 + 1)  /* and its high byte */
#define FCR (UART_COM1 + 2)
#define LCR (UART_COM1 + 3)
#define MCR (UART_COM1 + 4)
#define LSR UART_STATUS

#define LCR_8N1 0x03
#define LCR_DIVISOR 0x80
#define MCR_DTR_RTS_OUT2 0x0b
#define FCR_ENABLE_RESET 0x07
#define FCR_TRIGGER_SHIFT 6
#define LSR_DATA 0x01
#define LSR_ERRORS 0x0e
#define LSR_THR_EMPTY 0x20
#define LSR_IDLE 0x40

#define DIVISOR 1 /* 115200; with a socket behind it QEMU does not care */
#define FIFO 16
#define DRAIN_NS UINT64_C(1000000000)

static uint8_t received[FIFO];
static size_t received_from, received_len;
static uint8_t sending[FIFO];
static size_t burst; /* bytes that may follow one look at THRE */

/*
 * One read of the line status register. Unless it shows one of the bits in
 * 'wanted' it was a read that only waited.
 */
static bool status_shows(uint8_t wanted)
{
	uint8_t status = port_in8(LSR);

	counters[KDBB_RX_ERRORS] += (status & LSR_ERRORS) != 0;
	if (status & wanted)
		return true;
	counters[KDBB_POLLS]++;
	return false;
}

static unsigned peek(struct kd_span in[2])
{
	if (!received_len) {
		received_from = 0;
		while (received_len < FIFO && status_shows(LSR_DATA))
			received[received_len++] = port_in8(DATA);
	}
	in[0] = (struct kd_span){ received + received_from, received_len };
	return received_len ? 1 : 0;
}

static void consume(size_t len)
{
	received_from += len;
	received_len -= len;
	counters[KDBB_BYTES_IN] += len;
}

static unsigned reserve(struct kd_room out[2])
{
	if (!status_shows(LSR_THR_EMPTY))
		return 0;
	out[0] = (struct kd_room){ sending, burst };
	return 1;
}

static void commit(size_t len)
{
	for (size_t i = 0; i < len; i++)
		port_out8(DATA, sending[i]);
	counters[KDBB_BYTES_OUT] += len;
}

static void drain(void)
{
	uint64_t end = ticks_now_ns() + DRAIN_NS;

	while (!status_shows(LSR_IDLE) && ticks_now_ns() < end)
		;
}

bool uart_present(void)
{
	port_out8(UART_SCRATCH, 0x5a);
	if (port_in8(UART_SCRATCH) != 0x5a)
		return false;
	port_out8(UART_SCRATCH, 0xa5);
	return port_in8(UART_SCRATCH) == 0xa5;
}

const struct line *serial_open(const struct params *p)
{
	/* kdcom knows no other way to wait than to look again. */
	static const struct line line = {
		.peek = peek,
		.consume = consume,
		.reserve = reserve,
		.commit = commit,
		.drain = drain,
	};

	if (!uart_present())
		panic("no UART at COM1");
	/* The order of kdcom (ReactOS cport.c). */
	port_out8(LCR, 0);
	port_out8(IER, 0);
	port_out8(MCR, MCR_DTR_RTS_OUT2);
	port_out8(LCR, LCR_DIVISOR);
	port_out8(DATA, DIVISOR & 0xff);
	port_out8(IER, DIVISOR >> 8);
	port_out8(LCR, LCR_8N1);
	port_out8(FCR, (uint8_t)(FCR_ENABLE_RESET |
				 p->rx_trigger << FCR_TRIGGER_SHIFT));
	(void)port_in8(DATA);
	burst = p->tx == TX_BURST ? FIFO : 1;
	return &line;
}

/* SPDX-License-Identifier: MIT */
#include "bench/run/counters.h"

const char *const counter_names[KDBB_COUNTER_COUNT] = {
	[KDBB_PORT_READS] = "port_reads",
	[KDBB_PORT_WRITES] = "port_writes",
	[KDBB_MMIO_WRITES] = "mmio_writes",
	[KDBB_DOORBELLS] = "doorbells",
	[KDBB_POLLS] = "polls",
	[KDBB_HALTS] = "halts",
	[KDBB_WAKEUPS] = "wakeups",
	[KDBB_BYTES_IN] = "bytes_in",
	[KDBB_BYTES_OUT] = "bytes_out",
	[KDBB_PACKETS_IN] = "packets_in",
	[KDBB_PACKETS_OUT] = "packets_out",
	[KDBB_RESENT] = "resent",
	[KDBB_RESENDS_OUT] = "resends_out",
	[KDBB_RESENDS_IN] = "resends_in",
	[KDBB_RESETS_IN] = "resets_in",
	[KDBB_SERVICE_TICKS] = "service_ticks",
	[KDBB_IDLE_LOOPS] = "idle_loops",
	[KDBB_WORK_UNITS] = "work_units",
	[KDBB_PRINTS_SKIPPED] = "prints_skipped",
	[KDBB_RX_ERRORS] = "rx_errors",
	[KDBB_MMIO_READS] = "mmio_reads",
};

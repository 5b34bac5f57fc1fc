/* SPDX-License-Identifier: MIT */
/*
 * A guest in QEMU and a debugger on its line, for tests: launched, synchronised
 * and asked, one blocking call each, none of which waits for ever.
 */
#ifndef SUPPORT_VM_H
#define SUPPORT_VM_H

#include "bench/kd/debugger.h"
#include "bench/kd/kdbb.h"
#include "bench/launch/launch.h"

/* What one call may take. */
#define VM_PATIENCE_NS UINT64_C(20000000000)

struct vm {
	/* Set by vm_init(); a test changes what it is about. */
	struct transport_config transport;
	struct host_config host;
	struct guest_config guest;
	struct qemu_config qemu;
	struct kd_target_profile target;
	struct kd_debugger_profile debugger;
	enum accel accel;
	uint64_t nonce;

	struct launch_config config;
	struct launched *launched;
	struct kd_debugger d;
	struct err err;
	uint64_t first_byte_ns; /* when the guest was first heard */

	/* For tests/support/vm_guest.h. */
	uint8_t block[KDBB_BLOCK_SIZE]; /* as vm_find_kdbb() found it */
	uint64_t sequence;              /* of the last order */
};

/* The defaults: an unpaced UART, TCG, 32 MiB. */
void vm_init(struct vm *vm, enum transport_kind kind);

/* Launch it. False: vm->err. */
bool vm_start(struct vm *vm);

/* Until the debugger reports something other than NOTHING. */
enum kd_debugger_event vm_run(struct vm *vm, uint64_t patience_ns);

/* Move bytes once; what came of it in *event. False: vm->err. */
bool vm_step(struct vm *vm, enum kd_debugger_event *event, bool *moved,
	     uint64_t *next_ns);

/* Launch and synchronise: true once it stopped. */
bool vm_connect(struct vm *vm);

/* Send a request and await its reply, in vm->d.reply: true if it came. */
bool vm_ask(struct vm *vm, const struct kd_manipulate *m, const uint8_t *data,
	    uint32_t len);

/* Read memory in as many requests as it takes; true if all of it came. */
bool vm_read(struct vm *vm, uint64_t address, void *to, uint32_t len);
bool vm_write(struct vm *vm, uint64_t address, const void *from, uint32_t len);

/* Let it run: true once the request was taken. */
bool vm_continue(struct vm *vm, bool trace);

/* Read KDBB, KDBB_BLOCK_SIZE bytes, by way of GetVersion and the list. */
bool vm_find_kdbb(struct vm *vm, uint8_t *block);

void vm_stop(struct vm *vm);

#endif

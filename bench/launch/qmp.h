/* SPDX-License-Identifier: MIT */
/*
 * QEMU's monitor protocol: one JSON object a line. Nothing is negotiated before
 * the first command, so that starting a guest does not wait for it; every
 * command has a time-out.
 */
#ifndef LAUNCH_QMP_H
#define LAUNCH_QMP_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "bench/base/err.h"
#include "bench/launch/exits.h"

struct qmp;

/* Speak over 'fd', a connected stream socket, which the result owns. */
struct qmp *qmp_new(int fd);
void qmp_free(struct qmp *q);

/*
 * Execute a command. 'arguments' may be NULL; the reference is taken. On
 * success *result is what came back under "return", for the caller to
 * json_decref(); 'result' may be NULL. Events that come meanwhile are dropped.
 */
bool qmp_execute(struct qmp *q, const char *command, json_t *arguments,
		 json_t **result, uint64_t timeout_ns, struct err *err);

/*
 * How often the virtual CPUs have left the guest so far, by kind, as KVM counts
 * it: one question. Kinds that it does not count are EXIT_UNKNOWN. A failure
 * with ERR_HOST where nobody counts any, as under TCG: that is never 0.
 */
bool qmp_kvm_exits(struct qmp *q, struct exit_counts *exits,
		   uint64_t timeout_ns, struct err *err);

/*
 * Have QEMU write 'len' bytes of guest-physical memory from 'address' on into
 * the file that 'fd' is open on, from its start (pmemsave). 'fd' stays the
 * caller's, and its position where it is.
 */
bool qmp_save_memory(struct qmp *q, uint64_t address, uint64_t len, int fd,
		     uint64_t timeout_ns, struct err *err);

/*
 * Hand over a copy of 'fd', which stays the caller's; 'path' is the name by
 * which QEMU opens it from then on.
 */
bool qmp_add_fd(struct qmp *q, int fd, char *path, size_t len,
		uint64_t timeout_ns, struct err *err);

/*
 * Reset the machine, and wait until that has happened; with -no-reboot that is
 * what QEMU does only after 'set-action' (qmp_on_reboot).
 */
bool qmp_system_reset(struct qmp *q, uint64_t timeout_ns, struct err *err);

/* What a reboot of the machine is to be: a reset, or QEMU's end. */
bool qmp_on_reboot(struct qmp *q, bool reset, uint64_t timeout_ns,
		   struct err *err);

/*
 * Give the character device 'id' another socket in the place of its own. 'fd'
 * stays the caller's; QEMU has a copy.
 */
bool qmp_change_socket(struct qmp *q, const char *id, int fd,
		       uint64_t timeout_ns, struct err *err);

/* Has QEMU closed its end, that is, is it about to be gone? */
bool qmp_closed(struct qmp *q);

/* Ask QEMU to quit; does not wait for it. */
bool qmp_quit(struct qmp *q, uint64_t timeout_ns, struct err *err);

#endif

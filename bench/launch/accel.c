/* SPDX-License-Identifier: MIT */
#include "bench/launch/accel.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/base/clock.h"
#include "bench/guest/contract.h"
#include "bench/launch/guest_params.h"
#include "bench/launch/qemu.h"

#define KVM_DEVICE "/dev/kvm"
#define MEMORY_SIZE (16 * UINT64_C(0x100000))

/* A guest that has not finished by then is too slow to be wanted. */
#define TRIAL_NS (500 * NS_PER_MS)
/* Asked for by name, an accelerator may take its time. */
#define PATIENT_NS (10 * NS_PER_S)

/*
 * '-cpu host' aborts QEMU where KVM refuses to set the architecture-capability
 * register (nested and software KVMs); without that feature it works there too.
 */
static const char *const kvm_models[] = { "host", "host,-arch-capabilities" };

static const char *kvm_model = "host";

const char *accel_cpu(enum accel accel)
{
	return accel == ACCEL_KVM ? kvm_model : NULL;
}

bool accel_kvm_opens(void)
{
	int fd = open(KVM_DEVICE, O_RDWR | O_CLOEXEC);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* Wait for one byte of the guest's log. */
static bool await_mark(struct qemu *q, char mark, uint64_t end)
{
	struct pollfd p = { .fd = q->log.fd, .events = POLLIN };
	uint64_t now;

	while ((now = clock_now_ns()) < end) {
		if (poll(&p, 1, (int)((end - now) / NS_PER_MS) + 1) <= 0)
			continue;
		qemu_listen(q);
		if (memchr(q->log.text, mark, q->log.len))
			return true;
		if (p.revents & POLLHUP)
			return false;
	}
	return false;
}

/* Time the guest's loop; false if it did not get through it in time. */
static bool time_guest(const struct qemu_spec *spec, uint64_t limit_ns,
		       uint64_t *ns, struct err *err)
{
	struct qemu q;
	uint64_t end;
	int memory_fd;
	bool ok;

	qemu_init(&q);
	ok = qemu_make_memory(&q, spec->memory_size, &memory_fd, err);
	if (ok) {
		ok = qemu_start(&q, spec, memory_fd, err);
		close(memory_fd);
	}
	end = clock_now_ns() + limit_ns;
	if (ok && await_mark(&q, GUEST_CALIBRATE_BEGIN, end)) {
		*ns = clock_now_ns();
		ok = await_mark(&q, GUEST_CALIBRATE_END, end);
		*ns = clock_now_ns() - *ns;
	} else if (ok) {
		ok = false;
	}
	if (!ok && qemu_alive(&q, err))
		err_set(err, ERR_HOST, "the guest was too slow");
	qemu_release(&q);
	return ok;
}

static bool try_accel(enum accel accel, const char *cpu,
		      const struct qemu_config *qemu, uint64_t limit_ns,
		      uint64_t *ns, struct err *err)
{
	struct arena arena = { 0 };
	const struct qemu_spec spec = {
		.config = qemu,
		.memory_size = MEMORY_SIZE,
		.accel = accel,
		.cpu = cpu,
		.params = guest_params_calibrate(&arena, MEMORY_SIZE),
		.device_fd = -1,
	};
	bool ok = time_guest(&spec, limit_ns, ns, err);

	arena_release(&arena);
	return ok;
}

/* The first model that works is kept for accel_cpu(). */
static bool try_kvm(const struct qemu_config *qemu, uint64_t limit_ns,
		    uint64_t *ns, struct err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(kvm_models); i++) {
		struct err tried = { 0 };

		if (try_accel(ACCEL_KVM, kvm_models[i], qemu, limit_ns, ns,
			      &tried)) {
			kvm_model = kvm_models[i];
			return true;
		}
		if (i == ARRAY_SIZE(kvm_models) - 1)
			*err = tried;
	}
	return false;
}

static bool kvm_runs(const struct qemu_config *qemu, struct err *err)
{
	uint64_t ns;

	if (!accel_kvm_opens()) {
		err_sys(err, ERR_HOST, "cannot open '%s'", KVM_DEVICE);
		return err_hint(err, "load the kvm module, or join the group "
				     "that owns it, or use 'accel: tcg'");
	}
	return try_kvm(qemu, PATIENT_NS, &ns, err) ||
	       err_while(err, "KVM does not run our guest");
}

/* Tried once: every cell of a matrix asks. */
static bool choose_kvm(const struct qemu_config *qemu, char why[160],
		       struct err *err)
{
	static bool tried, runs;
	static struct err failure;

	if (!tried)
		runs = kvm_runs(qemu, &failure);
	tried = true;
	if (!runs)
		*err = failure;
	else
		snprintf(why, 160, "kvm, as asked for");
	return runs;
}

static enum accel choose(const struct qemu_config *qemu, char why[160])
{
	struct err ignored = { 0 };
	uint64_t kvm_ns = 0;
	uint64_t tcg_ns = 0;

	if (!accel_kvm_opens()) {
		snprintf(why, 160, "tcg: %s does not open", KVM_DEVICE);
		return ACCEL_TCG;
	}
	if (!try_kvm(qemu, TRIAL_NS, &kvm_ns, &ignored)) {
		snprintf(why, 160, "tcg: under KVM, %.100s", ignored.text);
		return ACCEL_TCG;
	}
	if (!try_accel(ACCEL_TCG, NULL, qemu, TRIAL_NS, &tcg_ns, &ignored) ||
	    kvm_ns <= tcg_ns) {
		snprintf(why, 160,
			 "kvm: it ran our loop in %.1f ms, tcg in "
			 "%.1f ms",
			 (double)kvm_ns / 1e6, (double)tcg_ns / 1e6);
		return ACCEL_KVM;
	}
	snprintf(why, 160,
		 "tcg: this KVM emulates; it ran our loop in %.1f ms, tcg in "
		 "%.1f ms",
		 (double)kvm_ns / 1e6, (double)tcg_ns / 1e6);
	return ACCEL_TCG;
}

bool accel_resolve(enum accel_choice choice, const struct qemu_config *qemu,
		   enum accel *accel, char why[160], struct err *err)
{
	static bool decided;
	static enum accel decision;
	static char reason[160];

	*accel = ACCEL_TCG;
	switch (choice) {
	case ACCEL_CHOICE_TCG: snprintf(why, 160, "tcg, as asked for"); break;
	case ACCEL_CHOICE_KVM:
		*accel = ACCEL_KVM;
		return choose_kvm(qemu, why, err);
	case ACCEL_AUTO:
		if (!decided)
			decision = choose(qemu, reason);
		decided = true;
		*accel = decision;
		memcpy(why, reason, sizeof(reason));
		break;
	}
	return true;
}

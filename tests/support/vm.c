/* SPDX-License-Identifier: MIT */
#include "tests/support/vm.h"

#include <poll.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

#include "bench/base/clock.h"
#include "bench/kd/kdbb.h"

#define MIB UINT64_C(0x100000)
#define BLOCKS_MAX 8

void vm_init(struct vm *vm, enum transport_kind kind)
{
	(void)prctl(PR_SET_TIMERSLACK, 1UL);
	*vm = (struct vm){
		.transport = {
			.name = "test",
			.kind = kind,
			.uart = { .baud = 0,
				  .baud_to_target = UINT64_MAX,
				  .baud_to_debugger = UINT64_MAX,
				  .rx_trigger = 3,
				  .tx = 1 },
			.virtio = { .buffers = 4, .buffer = 4096 },
			.ivshmem = { .size = 65536 },
			.native = { .size = 65536 },
			.sim = { .capacity = 65536 },
		},
		.host = { .wait = LINK_WAIT_ADAPTIVE, .spin_ns = 50000 },
		.guest = { .idle = GUEST_SPIN_HLT,
			   .modules = 3,
			   .processes = 1,
			   .spin_ns = 50000,
			   .memory_size = 32 * MIB,
			   .pattern_size = 4 * MIB,
			   .scratch_size = MIB,
			   .image = "" },
		.qemu = { .binary = "qemu-system-x86_64",
			  .firmware = "",
			  .extra = "" },
		.target = { .byte_timeout_ns = 300 * NS_PER_MS,
			    .retries_first = 5,
			    .retries = 20,
			    .read_max = KD_DATA_MAX },
		.debugger = { .byte_timeout_ns = NS_PER_S,
			      .ack_timeout_ns = NS_PER_S,
			      .retries = 5,
			      .reply_timeout_ns = 5 * NS_PER_S,
			      .repeats = 1,
			      .resends = 10,
			      .reset_timeout_ns = NS_PER_S,
			      .resets = 10 },
		.accel = ACCEL_TCG,
		.nonce = 12345,
	};
}

bool vm_start(struct vm *vm)
{
	vm->config = (struct launch_config){
		.transport = &vm->transport,
		.host = &vm->host,
		.guest = &vm->guest,
		.qemu = &vm->qemu,
		.target = &vm->target,
		.accel = vm->accel,
		.nonce = vm->nonce,
	};
	kd_debugger_init(&vm->d, &vm->debugger);
	return launch_start(&vm->launched, &vm->config, &vm->err);
}

static enum kd_debugger_event take(struct vm *vm, uint64_t now, bool *moved)
{
	struct kd_span in[2];
	enum kd_debugger_event event = KD_DEBUGGER_NOTHING;
	unsigned count = link_peek(vm->launched->link, in);
	size_t used = 0;

	if (!count)
		return event;
	if (!vm->first_byte_ns)
		vm->first_byte_ns = now;
	event = kd_debugger_input(&vm->d, in[0], now, &used);
	link_consume(vm->launched->link, used);
	*moved |= used != 0;
	return event;
}

static void give(struct vm *vm, uint64_t now, bool *moved)
{
	struct kd_room out[2];
	size_t len = 0;

	if (link_reserve(vm->launched->link, out))
		len = kd_debugger_output(&vm->d, out[0], now);
	if (len)
		link_commit(vm->launched->link, len);
	*moved |= len != 0;
}

bool vm_step(struct vm *vm, enum kd_debugger_event *event, bool *moved,
	     uint64_t *next_ns)
{
	uint64_t now = clock_now_ns();
	uint64_t deadline;

	*moved = false;
	if (!link_step(vm->launched->link, now, next_ns, &vm->err))
		return false;
	*event = take(vm, now, moved);
	give(vm, now, moved);
	if (*event == KD_DEBUGGER_NOTHING)
		*event = kd_debugger_time(&vm->d, now);
	deadline = kd_debugger_deadline(&vm->d);
	if (deadline < *next_ns)
		*next_ns = deadline;
	return true;
}

static void sleep_until(struct vm *vm, uint64_t until_ns)
{
	struct pollfd fds[LINK_FDS_MAX];
	uint64_t now = clock_now_ns();
	uint64_t ns = until_ns > now ? until_ns - now : 0;
	struct timespec timeout;

	if (ns > NS_PER_S)
		ns = NS_PER_S;
	timeout.tv_sec = (time_t)(ns / NS_PER_S);
	timeout.tv_nsec = (long)(ns % NS_PER_S);
	if (!link_arm(vm->launched->link))
		(void)ppoll(fds, link_fds(vm->launched->link, fds), &timeout,
			    NULL);
	link_disarm(vm->launched->link);
}

/* The link says that it broke; the launched target may know why. */
static enum kd_debugger_event lost(struct vm *vm)
{
	struct err why = { 0 };

	/* Its line ends a moment before the process does. */
	for (unsigned i = 0; i < 200; i++) {
		if (!vm->launched->ops->alive(vm->launched, &why)) {
			(void)err_while(&vm->err, "%s", why.text);
			break;
		}
		(void)poll(NULL, 0, 5);
	}
	return KD_DEBUGGER_LOST;
}

enum kd_debugger_event vm_run(struct vm *vm, uint64_t patience_ns)
{
	enum kd_debugger_event event;
	uint64_t end = clock_now_ns() + patience_ns;
	uint64_t quiet_since = clock_now_ns();
	uint64_t now, next;
	bool moved;

	while ((now = clock_now_ns()) < end) {
		if (!vm_step(vm, &event, &moved, &next))
			return lost(vm);
		if (event != KD_DEBUGGER_NOTHING)
			return event;
		if (moved)
			quiet_since = now;
		else if (now - quiet_since >= vm->launched->link->spin_ns)
			sleep_until(vm, next < end ? next : end);
	}
	if (vm->launched->ops->alive(vm->launched, &vm->err))
		err_set(&vm->err, ERR_GUEST, "nothing happened");
	return KD_DEBUGGER_NOTHING;
}

bool vm_connect(struct vm *vm)
{
	uint64_t start = clock_now_ns();
	enum kd_debugger_event event;

	if (!vm_start(vm))
		return false;
	while (!vm->first_byte_ns) {
		event = vm_run(vm, NS_PER_MS);
		if (event != KD_DEBUGGER_NOTHING)
			return false;
		if (!vm->first_byte_ns &&
		    clock_now_ns() - start > VM_PATIENCE_NS)
			return false;
		vm->err = (struct err){ 0 };
		if (!vm->launched->ops->alive(vm->launched, &vm->err))
			return false;
	}
	kd_debugger_connect(&vm->d, clock_now_ns());
	return vm_run(vm, VM_PATIENCE_NS) == KD_DEBUGGER_STOP;
}

bool vm_ask(struct vm *vm, const struct kd_manipulate *m, const uint8_t *data,
	    uint32_t len)
{
	kd_debugger_request(&vm->d, m, data, len, clock_now_ns());
	return vm_run(vm, VM_PATIENCE_NS) == KD_DEBUGGER_REPLY;
}

bool vm_read(struct vm *vm, uint64_t address, void *to, uint32_t len)
{
	while (len) {
		uint32_t part = len < KD_DATA_MAX ? len : KD_DATA_MAX;
		const struct kd_manipulate m = {
			.api = KD_API_READ_VIRTUAL,
			.u.memory = { .address = address, .count = part },
		};
		struct kd_span data;

		if (!vm_ask(vm, &m, NULL, 0))
			return false;
		data = kd_debugger_data(&vm->d);
		if (!data.len || data.len > part)
			return false;
		memcpy(to, data.at, data.len);
		to = (uint8_t *)to + data.len;
		address += data.len;
		len -= (uint32_t)data.len;
	}
	return true;
}

bool vm_write(struct vm *vm, uint64_t address, const void *from, uint32_t len)
{
	const struct kd_manipulate m = {
		.api = KD_API_WRITE_VIRTUAL,
		.u.memory = { .address = address, .count = len },
	};

	return vm_ask(vm, &m, from, len) &&
	       vm->d.reply.status == KD_STATUS_SUCCESS &&
	       vm->d.reply.u.memory.actual == len;
}

bool vm_continue(struct vm *vm, bool trace)
{
	const struct kd_manipulate m = {
		.api = KD_API_CONTINUE2,
		.u.resume = { .status = KD_CONTINUE, .trace = trace },
	};

	kd_debugger_request(&vm->d, &m, NULL, 0, clock_now_ns());
	return vm_run(vm, VM_PATIENCE_NS) == KD_DEBUGGER_DONE;
}

bool vm_find_kdbb(struct vm *vm, uint8_t *block)
{
	const struct kd_manipulate m = { .api = KD_API_GET_VERSION };
	uint8_t head[KDBB_HEADER_SIZE];
	uint64_t at;

	if (!vm_ask(vm, &m, NULL, 0) ||
	    !vm_read(vm, vm->d.reply.u.version.data_list, head, 8))
		return false;
	at = kd_load64(head);
	for (unsigned i = 0; i < BLOCKS_MAX; i++) {
		if (!vm_read(vm, at, head, sizeof(head)))
			return false;
		if (kd_load32(head + KDBB_OWNER_TAG) == KDBB_TAG)
			return vm_read(vm, at, block, KDBB_BLOCK_SIZE);
		at = kd_load64(head + KDBB_FLINK);
	}
	return false;
}

void vm_stop(struct vm *vm)
{
	launch_stop(vm->launched);
	vm->launched = NULL;
}

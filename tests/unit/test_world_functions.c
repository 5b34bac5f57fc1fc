/* SPDX-License-Identifier: MIT */
/*
 * The world's functions: the table is as Windows wants it, the codes tell what
 * the code does, and that is found out by running it, here in this process.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

#include "bench/base/mem.h"
#include "bench/kd/image.h"
#include "bench/kd/unwind.h"
#include "bench/kd/windows.h"
#include "bench/kd/world_code.h"

#define IDENTITY_BASE UINT64_C(0x10000)

/* A world, and an identity that it is linked into. */
static struct kd_world w;
static struct kd_identity id;
static uint8_t identity[KD_IDENTITY_SIZE];
static uint8_t *area;
static size_t area_size;

static void build(uint32_t functions, uint64_t layout)
{
	w = (struct kd_world){ .modules = 3,
			       .processes = 1,
			       .functions = functions,
			       .layout = layout };
	area_size = kd_world_size(&w);
	area = mmap(NULL, area_size, PROT_READ | PROT_WRITE | PROT_EXEC,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_true(area != MAP_FAILED);
	w.base = (uint64_t)(uintptr_t)area;
	id = (struct kd_identity){ .base = IDENTITY_BASE,
				   .kern_base = 0x100000,
				   .kern_size = 0x2000,
				   .cpus = 1 };
	kd_identity_build(&id, identity);
	kd_world_build(&w, area, &id, identity);
}

static void drop(void)
{
	munmap(area, area_size);
}

static uint8_t *at(uint64_t address)
{
	return address - IDENTITY_BASE < KD_IDENTITY_SIZE
		       ? identity + (address - IDENTITY_BASE)
		       : area + (address - w.base);
}

/* The entry of the image with functions, by the list, which must be a ring. */
static const uint8_t *find_entry(void)
{
	struct kd_manipulate m;
	const uint8_t *found = NULL;
	uint64_t head, last, next;

	kd_identity_version(&id, &m);
	last = head = m.u.version.module_list;
	for (unsigned i = 0;; i++) {
		next = kd_load64(at(last));
		assert_int_equal(kd_load64(at(next) + 8), last);
		if (next == head)
			break;
		assert_true(i < 4);
		/* The kernel stays the first. */
		if (!i)
			assert_int_equal(kd_load64(at(next) + KD_ENTRY_BASE),
					 id.kern_base);
		if (kd_load64(at(next) + KD_ENTRY_BASE) - w.base < area_size)
			found = at(next);
		last = next;
	}
	assert_non_null(found);
	return found;
}

struct table {
	const uint8_t *image, *at;
	uint32_t size, count;
};

static struct table find_table(void)
{
	const uint8_t *entry = find_entry();
	struct table t = {
		.image = at(kd_load64(entry + KD_ENTRY_BASE)),
		.size = kd_load32(entry + KD_ENTRY_IMAGE_SIZE),
	};
	const uint8_t *pe = t.image + kd_load32(t.image + KD_IMAGE_NEW_HEADER);
	const uint8_t *directory = pe + KD_IMAGE_EXPORTS +
				   8 * KD_DIRECTORY_EXCEPTION;

	assert_int_equal(kd_load32(pe), KD_IMAGE_PE);
	t.at = t.image + kd_load32(directory);
	t.count = kd_load32(directory + 4) / KD_FUNCTION_SIZE;
	return t;
}

static void test_world_functions__tell_of_themselves_in_order(void **state)
{
	(void)state;
	for (uint64_t layout = 0; layout < 20; layout++) {
		uint32_t last = 0;
		struct table t;

		build(300, layout);
		t = find_table();
		assert_int_equal(t.count, 300);
		for (uint32_t i = 0; i < t.count; i++) {
			struct kd_function f;

			kd_function_load(&f, t.at + KD_FUNCTION_SIZE * i);
			assert_true(f.begin >= last && f.begin < f.end &&
				    f.end <= t.size && f.info < t.size);
			last = f.end;
		}
		drop();
	}
}

static void test_world_functions__have_the_size_that_was_foretold(void **state)
{
	struct world_code c;

	(void)state;
	for (uint64_t layout = 0; layout < 5; layout++) {
		w = (struct kd_world){ .functions = 2000, .layout = layout };
		for (uint64_t i = 0; i < w.functions; i++) {
			world_code_make(&c, &w, i, i % 3);
			assert_int_equal(world_code_size(&w, i), c.size);
			assert_true(c.size <= sizeof(c.bytes));
		}
	}
}

/* --- what the prologues do, instruction by instruction ---------------------
 */

/* The stack that a prologue takes, by its code; its end in *len. */
static uint64_t stack_taken(const uint8_t *code, uint32_t *len)
{
	uint64_t taken = 0;
	uint32_t i = 0;

	for (;;) {
		if (memcmp(code + i, "\x48\x89\x5c\x24\x08", 5) == 0) {
			i += 5;
		} else if ((code[i] & 0xf8) == 0x50) {
			taken += 8;
			i += 1;
		} else if (code[i] == 0x41 && (code[i + 1] & 0xf8) == 0x50) {
			taken += 8;
			i += 2;
		} else if (memcmp(code + i, "\x48\x83\xec", 3) == 0) {
			taken += code[i + 3];
			i += 4;
		} else if (memcmp(code + i, "\x48\x81\xec", 3) == 0) {
			taken += kd_load32(code + i + 3);
			i += 7;
		} else if (memcmp(code + i, "\x48\x8d\x6c\x24", 4) == 0) {
			i += 5;
		} else {
			break;
		}
	}
	*len = i;
	return taken;
}

static void test_world_functions__codes_tell_the_size_of_frames(void **state)
{
	unsigned allocs[3] = { 0 }, framed = 0, homed = 0;
	struct table t;

	(void)state;
	build(2550, 9);
	t = find_table();
	for (uint32_t i = 0; i < t.count; i++) {
		struct kd_unwind u = { .registers = { [KD_RSP] = 0x10000 } };
		struct kd_function f;
		const uint8_t *info;
		uint64_t taken;
		uint32_t prologue;

		kd_function_load(&f, t.at + KD_FUNCTION_SIZE * i);
		info = t.image + f.info;
		taken = stack_taken(t.image + f.begin, &prologue);
		assert_int_equal(prologue, info[1]);
		assert_int_equal(taken % 16, 8); /* aligned, once called */
		if (info[3])                     /* of the lea, its last byte */
			u.registers[KD_RBP] = 0x10000 +
					      t.image[f.begin + prologue - 1];
		assert_null(kd_unwind_begin(&u, info, 16, prologue));
		assert_int_equal(u.return_at, 0x10000 + taken);
		assert_int_equal(u.saved_count, 2);
		framed += info[3] != 0;
		homed += (info[5] & 0xf) == KD_UNWIND_SAVE;
		for (uint32_t c = 0; c < info[2]; c++) {
			uint8_t op = info[4 + 2 * c + 1];

			if (info[4 + 2 * c] < info[1] && c)
				continue;
			allocs[0] += (op & 0xf) == KD_UNWIND_ALLOC_SMALL;
			allocs[1] += op == KD_UNWIND_ALLOC;
			allocs[2] += op == (KD_UNWIND_ALLOC | 0x10);
		}
	}
	/* There is some of everything. */
	assert_true(allocs[0] > 100 && allocs[1] > 50 && allocs[2] > 5);
	assert_true(framed > 500 && homed > 500);
	drop();
}

/* --- run -------------------------------------------------------------------
 */

/* What they were when the innermost function stopped. */
static volatile uint64_t stopped_at, stopped[KD_REGISTER_COUNT];
static uint8_t stack_then[1 << 20];
static struct kd_world_dive dive;

/* Up to where the outermost function may write: the room for arguments. */
static uint64_t top(void)
{
	return dive.stack + 32;
}

static void on_int3(int number, siginfo_t *info, void *context)
{
	static const int order[KD_REGISTER_COUNT] = {
		REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP,
		REG_RSI, REG_RDI, REG_R8,  REG_R9,  REG_R10, REG_R11,
		REG_R12, REG_R13, REG_R14, REG_R15
	};
	const ucontext_t *u = context;

	(void)number;
	(void)info;
	for (unsigned i = 0; i < KD_REGISTER_COUNT; i++)
		stopped[i] = (uint64_t)u->uc_mcontext.gregs[order[i]];
	stopped_at = (uint64_t)u->uc_mcontext.gregs[REG_RIP] - 1;
	memcpy(stack_then, (void *)(uintptr_t)stopped[KD_RSP],
	       top() - stopped[KD_RSP]);
}

static uint64_t call(uint64_t *registers, uint64_t *return_to)
{
	uint64_t result = dive.entry;

	/* Those that functions keep, as they are before the call. */
	__asm__ volatile("movq %%rbx, 24(%2)\n\t"
			 "movq %%rbp, 40(%2)\n\t"
			 "movq %%rsi, 48(%2)\n\t"
			 "movq %%rdi, 56(%2)\n\t"
			 "movq %%r12, 96(%2)\n\t"
			 "movq %%r13, 104(%2)\n\t"
			 "movq %%r14, 112(%2)\n\t"
			 "movq %%r15, 120(%2)\n\t"
			 "leaq 1f(%%rip), %%r8\n\t"
			 "movq %%r8, (%3)\n\t"
			 "movq %%rsp, %%r9\n\t"
			 "movq %1, %%rsp\n\t"
			 "call *%%rax\n\t"
			 "1: movq %%r9, %%rsp"
			 : "+&a"(result)
			 : "d"(dive.stack), "c"(registers), "r"(return_to)
			 : "r8", "r9", "memory", "cc");
	return result;
}

/* Two saved registers and the return address of each frame, as they were. */
static void check_slots(uint64_t from, uint64_t count)
{
	for (uint64_t i = 0; i < top() - from; i += 8) {
		uint64_t word = kd_load64((uint8_t *)(uintptr_t)(from + i));

		if (word == UINT64_C(0xeeeeeeeeeeeeeeee))
			continue;
		assert_int_equal(word, kd_load64(stack_then + i));
		count--;
	}
	assert_int_equal(count, 0);
}

/* All of it: registers, stack, and the way back. */
static void check_run(uint64_t depth)
{
	uint64_t registers[KD_REGISTER_COUNT] = { 0 }, return_to = 0;
	uint64_t from, pc;

	assert_true(kd_world_dive(&dive, &w, area, depth));
	assert_int_equal(dive.stack % 16, 0);
	stopped_at = 0;
	assert_int_equal(call(registers, &return_to), depth);
	assert_true(stopped_at - dive.image < dive.image_size);
	assert_int_equal(*(uint8_t *)(uintptr_t)stopped_at, 0xcc);
	from = stopped[KD_RSP];
	assert_true(from > top() - sizeof(stack_then));
	/* The same, as it is laid out where nothing can run. */
	memset((void *)(uintptr_t)from, 0xee, top() - from);
	pc = kd_world_lay_stack(&dive, &w, area, return_to, registers);
	assert_int_equal(pc, stopped_at);
	for (unsigned i = 0; i < KD_REGISTER_COUNT; i++) {
		static const unsigned kept = 0xf0f9; /* rax, rbx, rsp, ... */

		if (kept >> i & 1)
			assert_int_equal(registers[i], stopped[i]);
	}
	check_slots(from, 3 * depth);
}

static void test_world_functions__run_as_they_are_laid_out(void **state)
{
	static uint8_t other_stack[1 << 16];
	const stack_t alternate = { .ss_sp = other_stack,
				    .ss_size = sizeof(other_stack) };
	struct sigaction catch = { .sa_sigaction = on_int3,
				   .sa_flags = SA_SIGINFO | SA_ONSTACK };
	struct sigaction before;

	(void)state;
	assert_int_equal(sigaltstack(&alternate, NULL), 0);
	assert_int_equal(sigaction(SIGTRAP, &catch, &before), 0);
	for (uint64_t layout = 0; layout < 12; layout++) {
		build(1000, layout);
		check_run(1);
		check_run(10);
		check_run(KD_WORLD_DEPTH_MAX);
		drop();
	}
	sigaction(SIGTRAP, &before, NULL);
}

/* --- the seed --------------------------------------------------------------
 */

/* Functions that are called one after the other lie here and there. */
static void test_world_functions__lie_where_the_seed_says(void **state)
{
	uint64_t entries[3], images[3];

	(void)state;
	for (uint64_t layout = 0; layout < 3; layout++) {
		build(2550, layout);
		assert_true(kd_world_dive(&dive, &w, area, 10));
		entries[layout] = dive.entry - dive.image;
		images[layout] = dive.image - w.base;
		drop();
	}
	assert_true(entries[0] != entries[1] && entries[1] != entries[2]);
	assert_true(images[0] != images[1] || images[1] != images[2]);
}

static void test_world_functions__there_may_be_none(void **state)
{
	(void)state;
	w = (struct kd_world){ .modules = 3, .processes = 1 };
	assert_int_equal(kd_world_functions_pages(&w), 0);
	assert_false(kd_world_dive(&dive, &w, NULL, 1));
	build(5, 1);
	assert_false(kd_world_dive(&dive, &w, area, 0));
	assert_false(kd_world_dive(&dive, &w, area, 6));
	drop();
	build(KD_WORLD_FUNCTIONS_MAX, 3);
	assert_false(kd_world_dive(&dive, &w, area, KD_WORLD_DEPTH_MAX + 1));
	assert_int_equal(find_table().count, KD_WORLD_FUNCTIONS_MAX);
	drop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_world_functions__tell_of_themselves_in_order),
		cmocka_unit_test(
			test_world_functions__have_the_size_that_was_foretold),
		cmocka_unit_test(
			test_world_functions__codes_tell_the_size_of_frames),
		cmocka_unit_test(
			test_world_functions__run_as_they_are_laid_out),
		cmocka_unit_test(test_world_functions__lie_where_the_seed_says),
		cmocka_unit_test(test_world_functions__there_may_be_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/*
 * stack-walk: from the program counter to the table of functions, by what the
 * target says: GetVersion tells of the loader's list, an entry of it which
 * image the code is in, the image's header where the exception directory is.
 */
#include "bench/kd/image.h"
#include "bench/kd/windows.h"
#include "bench/session/steps.h"

#define ENTRIES_MAX 4096 /* a longer list does not end */
#define HEADER_MAX 4096  /* the PE header begins before this */
#define FUNCTIONS_MAX (UINT32_C(1) << 20)

static void corrupt(struct session *s, const char *what, uint64_t at)
{
	session_end(s, VERDICT_CORRUPT, "step '%s': %s, at 0x%llx",
		    s->step->name, what, (unsigned long long)at);
}

/*
 * Not where the functions are: a break-in of ours may have come first (F27).
 * Then they have not been called yet.
 */
static void elsewhere(struct session *s, const char *what, uint64_t at)
{
	if (!s->d->breakins_owed) {
		corrupt(s, what, at);
		return;
	}
	s->part = STACK_DIVE;
	session_spurious(s);
}

void stack_find(struct session *s)
{
	s->stack.entries = 0;
	s->part = STACK_VERSION;
	session_ask_api(s, KD_API_GET_VERSION);
}

void stack_on_version(struct session *s)
{
	if (!session_check_reply(s, "GetVersion"))
		return;
	s->stack.head = s->stack.previous = s->d->reply.u.version.module_list;
	stack_ask(s, STACK_HEAD, s->stack.head, 16);
}

static void next_entry(struct session *s, uint64_t address)
{
	struct session_stack *k = &s->stack;

	if (address == k->head) {
		elsewhere(s, "no module of the list holds the code", k->top_pc);
		return;
	}
	if (++k->entries > ENTRIES_MAX) {
		corrupt(s, "the list of modules does not end", address);
		return;
	}
	k->entry = address;
	stack_ask(s, STACK_ENTRY, address, KD_ENTRY_SIZE);
}

void stack_on_head(struct session *s)
{
	const uint8_t *head = stack_answer(s);

	if (head)
		next_entry(s, kd_load64(head + KD_LIST_FLINK));
}

void stack_on_entry(struct session *s)
{
	struct session_stack *k = &s->stack;
	const uint8_t *entry = stack_answer(s);

	if (!entry)
		return;
	if (kd_load64(entry + KD_LIST_BLINK) != k->previous) {
		corrupt(s, "a module that is not linked back", k->entry);
		return;
	}
	k->base = kd_load64(entry + KD_ENTRY_BASE);
	k->size = kd_load32(entry + KD_ENTRY_IMAGE_SIZE);
	k->previous = k->entry;
	if (k->top_pc - k->base < k->size)
		stack_ask(s, STACK_DOS, k->base, KD_IMAGE_DOS_SIZE);
	else
		next_entry(s, kd_load64(entry + KD_LIST_FLINK));
}

void stack_on_dos(struct session *s)
{
	const uint8_t *dos = stack_answer(s);
	uint32_t pe;

	if (!dos)
		return;
	pe = kd_load32(dos + KD_IMAGE_NEW_HEADER);
	if (kd_load16(dos) != KD_IMAGE_MZ || pe > HEADER_MAX)
		corrupt(s, "no image where the list says", s->stack.base);
	else
		stack_ask(s, STACK_PE, s->stack.base + pe,
			  KD_IMAGE_HEADERS_SIZE);
}

/* Is there such a table in the image? Then it is in *k. */
static bool load_table(struct session_stack *k, const uint8_t *pe)
{
	const uint8_t *directory = pe + KD_IMAGE_EXPORTS +
				   8 * KD_DIRECTORY_EXCEPTION;
	uint32_t bytes = kd_load32(directory + 4);

	k->table = kd_load32(directory);
	k->functions = bytes / KD_FUNCTION_SIZE;
	return kd_load32(pe + KD_IMAGE_DIRECTORIES) > KD_DIRECTORY_EXCEPTION &&
	       bytes % KD_FUNCTION_SIZE == 0 && k->functions &&
	       k->functions <= FUNCTIONS_MAX && k->table < k->size &&
	       bytes <= k->size - k->table;
}

void stack_on_pe(struct session *s)
{
	const uint8_t *pe = stack_answer(s);

	if (!pe)
		return;
	if (kd_load32(pe) != KD_IMAGE_PE ||
	    kd_load16(pe + KD_IMAGE_MACHINE) != KD_MACHINE_AMD64 ||
	    kd_load16(pe + KD_IMAGE_OPTIONAL) != KD_IMAGE_PE32_PLUS)
		corrupt(s, "an image without a PE header", s->stack.base);
	else if (!load_table(&s->stack, pe))
		elsewhere(s, "an image without a table of its functions",
			  s->stack.base);
	else
		stack_found(s);
}

/* SPDX-License-Identifier: MIT */
#include "bench/kd/process.h"

#include "bench/base/hash.h"

#define FIRST_ID 0x100
#define ID_STEP 4
#define THREAD_ID_STEP 8

/* User space ends at 2^47; none of it begins below 64 KiB. */
#define PEB_MASK UINT64_C(0x7fffffffe000)
#define IMAGE_MASK UINT64_C(0x7fffffff0000)
#define USER_MIN UINT64_C(0x10000)
#define IMAGE_PAGES 16
#define PAGES_APART 16

static const char pattern[] = "proc0000.exe";
#define DIGIT 4
#define DIGITS 4

static uint64_t hash_of(uint32_t number)
{
	return hash_u64(UINT64_C(0x70726f63657373) + number);
}

uint64_t kd_process_id(uint32_t number)
{
	return FIRST_ID + ID_STEP * (uint64_t)number;
}

uint32_t kd_process_number(uint64_t id)
{
	if (id <= FIRST_ID || id > kd_process_id(KD_PROCESS_NUMBER_MAX) ||
	    (id - FIRST_ID) % ID_STEP)
		return 0;
	return (uint32_t)((id - FIRST_ID) / ID_STEP);
}

uint64_t kd_process_peb_at(uint32_t number)
{
	return USER_MIN | (hash_of(number) & PEB_MASK);
}

uint64_t kd_process_image_at(uint32_t number)
{
	return USER_MIN | (hash_u64(hash_of(number)) & IMAGE_MASK);
}

/*
 * The image's is the root, the PEB's a leaf; the one between them lies above
 * the PEB's, which is on its left.
 */
void kd_process_range(uint32_t number, uint32_t index, uint64_t *first,
		      uint64_t *last)
{
	uint64_t image = kd_process_image_at(number) / KD_PAGE_SIZE;
	uint64_t peb = kd_process_peb_at(number) / KD_PAGE_SIZE;

	switch (index) {
	case 0:
		*first = image;
		*last = image + IMAGE_PAGES - 1;
		break;
	case 1: *first = *last = peb + PAGES_APART; break;
	default: *first = *last = peb; break;
	}
}

void kd_process_build(uint8_t *to, const struct kd_process *p)
{
	uint32_t rest = p->number;

	__builtin_memset(to, 0, KD_PROCESS_SIZE);
	kd_store64(to + KD_PROCESS_CR3, p->cr3);
	kd_store64(to + KD_PROCESS_ID, kd_process_id(p->number));
	kd_store64(to + KD_PROCESS_LINKS + KD_LIST_FLINK, p->flink);
	kd_store64(to + KD_PROCESS_LINKS + KD_LIST_BLINK, p->blink);
	kd_store64(to + KD_PROCESS_PEB, kd_process_peb_at(p->number));
	__builtin_memcpy(to + KD_PROCESS_NAME, pattern, sizeof(pattern));
	for (unsigned i = DIGITS; i-- > 0; rest /= 10)
		to[KD_PROCESS_NAME + DIGIT + i] = (uint8_t)('0' + rest % 10);
	kd_store64(to + KD_PROCESS_THREADS + KD_LIST_FLINK, p->threads[0]);
	kd_store64(to + KD_PROCESS_THREADS + KD_LIST_BLINK, p->threads[1]);
	kd_store64(to + KD_PROCESS_VAD_ROOT, p->vad_root);
}

void kd_process_thread(uint8_t *to, const struct kd_thread *t)
{
	__builtin_memset(to, 0, KD_THREAD_SIZE);
	kd_store64(to + KD_THREAD_PROCESS_ID, kd_process_id(t->number));
	kd_store64(to + KD_THREAD_ID,
		   kd_process_id(KD_PROCESS_NUMBER_MAX) +
			   THREAD_ID_STEP * (uint64_t)t->number +
			   ID_STEP * (1 + t->index));
	kd_store64(to + KD_THREAD_START,
		   kd_process_image_at(t->number) + KD_PAGE_SIZE);
	kd_store64(to + KD_THREAD_LINKS + KD_LIST_FLINK, t->flink);
	kd_store64(to + KD_THREAD_LINKS + KD_LIST_BLINK, t->blink);
}

void kd_process_vad(uint8_t *to, const struct kd_vad *v)
{
	uint64_t first, last;

	kd_process_range(v->number, v->index, &first, &last);
	__builtin_memset(to, 0, KD_VAD_SIZE);
	kd_store64(to + KD_VAD_LEFT, v->left);
	kd_store64(to + KD_VAD_RIGHT, v->right);
	kd_store64(to + KD_VAD_PARENT, v->parent);
	kd_store32(to + KD_VAD_START, (uint32_t)first);
	kd_store32(to + KD_VAD_END, (uint32_t)last);
	to[KD_VAD_START_HIGH] = (uint8_t)(first >> 32);
	to[KD_VAD_END_HIGH] = (uint8_t)(last >> 32);
}

void kd_process_peb(uint8_t *to, uint32_t number)
{
	__builtin_memset(to, 0, KD_PEB_SIZE);
	kd_store64(to + KD_PEB_MUTANT, UINT64_MAX);
	kd_store64(to + KD_PEB_IMAGE_BASE, kd_process_image_at(number));
}

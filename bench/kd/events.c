/* SPDX-License-Identifier: MIT */
#include "bench/kd/events.h"

#include "bench/base/hash.h"
#include "bench/kd/wire.h"

#define DIGITS 8 /* of the event's number, at the start of each text */
#define ALPHABET 26

/* Where Windows has drivers; each event has a place of its own. */
#define MODULE_BASE UINT64_C(0xfffff80300000000)
#define MODULE_SPACING 0x100000
#define MODULE_PLACES 0x1000
#define MODULE_PAGE 0x1000

static const uint32_t longest[KDBB_EVENT_COUNT] = {
	[KDBB_EVENT_PRINT] = KD_PRINT_MAX,
	[KDBB_EVENT_LOAD] = KD_EVENT_TEXT_MAX,
	[KDBB_EVENT_UNLOAD] = KD_EVENT_TEXT_MAX,
	[KDBB_EVENT_FILE_OPEN] = KD_EVENT_TEXT_MAX,
	[KDBB_EVENT_FILE_READ] = KD_FILE_DATA_MAX,
};

bool kd_event_load(struct kd_event *e, const uint8_t *entry)
{
	*e = (struct kd_event){
		.kind = kd_load32(entry + KDBB_EVENT_KIND),
		.length = kd_load32(entry + KDBB_EVENT_LENGTH),
		.value = kd_load64(entry + KDBB_EVENT_VALUE),
	};
	return e->kind < KDBB_EVENT_COUNT && e->length <= longest[e->kind];
}

void kd_event_store(const struct kd_event *e, uint8_t *entry)
{
	kd_store32(entry + KDBB_EVENT_KIND, e->kind);
	kd_store32(entry + KDBB_EVENT_LENGTH, e->length);
	kd_store64(entry + KDBB_EVENT_VALUE, e->value);
}

bool kd_event_shows(uint32_t kind)
{
	return kind != KDBB_EVENT_HAND_OVER && kind != KDBB_EVENT_WORK;
}

/* Not a file that is open: whoever opened it is there (kd-protocol 2.6). */
bool kd_event_may_be_lost(uint32_t kind)
{
	return kind == KDBB_EVENT_PRINT || kind == KDBB_EVENT_LOAD ||
	       kind == KDBB_EVENT_UNLOAD || kind == KDBB_EVENT_FILE_OPEN;
}

/* Character 'at' of what event 'index' says: its number, then letters. */
static uint8_t letter(uint64_t nonce, uint64_t index, uint32_t at)
{
	uint64_t word;

	if (at < DIGITS) {
		for (uint32_t i = at + 1; i < DIGITS; i++)
			index /= 10;
		return (uint8_t)('0' + index % 10);
	}
	word = hash_pattern(nonce ^ hash_u64(index), at / 8);
	return (uint8_t)('a' + (word >> 8 * (at % 8)) % ALPHABET);
}

uint32_t kd_event_print(const struct kd_event *e, uint64_t nonce,
			uint64_t index, uint8_t to[KD_EVENT_TEXT_MAX])
{
	for (uint32_t i = 0; i < e->length; i++)
		to[i] = letter(nonce, index, i);
	if (e->length)
		to[e->length - 1] = '\n';
	return e->length;
}

void kd_event_module(const struct kd_event *e, uint64_t nonce, uint64_t index,
		     struct kd_symbols *s, char path[KD_EVENT_TEXT_MAX])
{
	uint64_t h = hash_pattern(nonce, index);

	for (uint32_t i = 0; i < e->length; i++)
		path[i] = (char)letter(nonce, index, i);
	if (e->length)
		path[e->length - 1] = 0;
	*s = (struct kd_symbols){
		.path_len = e->length,
		.base = MODULE_BASE + index % MODULE_PLACES * MODULE_SPACING,
		.checksum = (uint32_t)(h >> 32),
		.size = (uint32_t)((h % 255 + 1) * MODULE_PAGE),
		.unload = e->kind == KDBB_EVENT_UNLOAD,
	};
}

static uint32_t file_name(const struct kd_event *e, uint64_t nonce,
			  uint64_t index, uint8_t name[KD_EVENT_TEXT_MAX])
{
	uint32_t characters = e->length / 2;

	if (!characters)
		return kdbb_file_name(name);
	for (uint32_t i = 0; i < characters; i++)
		kd_store16(name + 2 * i, letter(nonce, index, i));
	kd_store16(name + 2 * characters - 2, 0);
	return 2 * characters;
}

uint32_t kd_event_file(const struct kd_event *e, uint64_t nonce, uint64_t index,
		       uint64_t handle, struct kd_file_io *f,
		       uint8_t name[KD_EVENT_TEXT_MAX])
{
	if (e->kind == KDBB_EVENT_FILE_OPEN) {
		kdbb_file_open(f, name);
		return file_name(e, nonce, index, name);
	}
	if (e->kind == KDBB_EVENT_FILE_CLOSE)
		*f = (struct kd_file_io){ .api = KD_FILE_CLOSE,
					  .u.close = { handle } };
	else
		*f = (struct kd_file_io){
			.api = KD_FILE_READ,
			.u.transfer = { .handle = handle,
					.offset = e->value,
					.length = e->length },
		};
	return 0;
}

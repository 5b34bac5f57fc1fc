/* SPDX-License-Identifier: MIT */
#include "bench/kd/module.h"

#include "bench/base/hash.h"

#define CHARACTERS (KD_MODULE_NAME_SIZE / 2)
#define BASE_CHARACTERS 11 /* drv0042.sys */
#define DIGIT (CHARACTERS - 8)
#define DIGITS 4

#define FLAGS UINT32_C(0x49104000) /* as Windows has them for a driver */
#define ENTRY_POINT KD_IMAGE_SIZE

static const char pattern[CHARACTERS + 1] =
	"\\SystemRoot\\System32\\drivers\\drv0000.sys";

static uint64_t hash_of(uint32_t number)
{
	return hash_u64(UINT64_C(0x6d6f64756c65) + number);
}

static char character(uint32_t number, unsigned i)
{
	unsigned digit = i - DIGIT;

	if (i < DIGIT || digit >= DIGITS)
		return pattern[i];
	for (; digit + 1 < DIGITS; digit++)
		number /= 10;
	return (char)('0' + number % 10);
}

static struct kd_image image_of(uint32_t number, uint64_t base)
{
	uint64_t h = hash_of(number);
	struct kd_image image = {
		.stamp = (uint32_t)h,
		.checksum = (uint32_t)(h >> 32),
		.base = base,
		.size = KD_MODULE_IMAGE_SIZE,
		.places = hash_u64(h),
	};

	for (unsigned i = 0; i < BASE_CHARACTERS; i++)
		image.name[i] =
			character(number, CHARACTERS - BASE_CHARACTERS + i);
	return image;
}

static void store_string(uint8_t *at, uint64_t buffer, unsigned characters)
{
	kd_store16(at + KD_STRING_LENGTH, (uint16_t)(2 * characters));
	kd_store16(at + KD_STRING_ROOM, (uint16_t)(2 * characters));
	kd_store64(at + KD_STRING_BUFFER, buffer);
}

void kd_module_entry(uint8_t *entry, const struct kd_module *m)
{
	struct kd_image image = image_of(m->number, m->base);
	uint64_t base_name = m->name + KD_MODULE_NAME_SIZE -
			     2 * BASE_CHARACTERS;

	__builtin_memset(entry, 0, KD_ENTRY_SIZE);
	kd_store64(entry + KD_LIST_FLINK, m->flink);
	kd_store64(entry + KD_LIST_BLINK, m->blink);
	kd_store64(entry + KD_ENTRY_BASE, m->base);
	kd_store64(entry + KD_ENTRY_POINT, m->base + ENTRY_POINT);
	kd_store32(entry + KD_ENTRY_IMAGE_SIZE, image.size);
	/* One buffer, as Windows has it: the base name is its end. */
	store_string(entry + KD_ENTRY_FULL_NAME, m->name, CHARACTERS);
	store_string(entry + KD_ENTRY_BASE_NAME, base_name, BASE_CHARACTERS);
	kd_store32(entry + KD_ENTRY_FLAGS, FLAGS);
	kd_store16(entry + KD_ENTRY_LOAD_COUNT, 1);
	kd_store32(entry + KD_ENTRY_CHECKSUM, image.checksum);
	kd_store32(entry + KD_ENTRY_TIME_STAMP, image.stamp);
}

void kd_module_name(uint8_t *name, uint32_t number)
{
	for (unsigned i = 0; i < CHARACTERS; i++)
		kd_store16(name + 2 * i, (uint8_t)character(number, i));
}

void kd_module_image(uint8_t *header, uint32_t number, uint64_t base)
{
	struct kd_image image = image_of(number, base);

	kd_image_build(header, &image);
}

bool kd_module_number(const uint8_t *name, uint32_t len, uint32_t *number)
{
	*number = 0;
	if (len != KD_MODULE_NAME_SIZE)
		return false;
	for (unsigned i = DIGIT; i < DIGIT + DIGITS; i++)
		*number = 10 * *number + ((name[2 * i] - '0') & 15);
	for (unsigned i = 0; i < CHARACTERS; i++) {
		if (kd_load16(name + 2 * i) != (uint8_t)character(*number, i))
			return false;
	}
	return true;
}

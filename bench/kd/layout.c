/* SPDX-License-Identifier: MIT */
#include "bench/kd/layout.h"

#include "bench/kd/wire.h"

static inline uint64_t load(const uint8_t *from, uint8_t size)
{
	switch (size) {
	case 1: return from[0];
	case 2: return kd_load16(from);
	case 4: return kd_load32(from);
	default: return kd_load64(from);
	}
}

static inline void store(uint8_t *to, uint8_t size, uint64_t value)
{
	switch (size) {
	case 1: *to = (uint8_t)value; break;
	case 2: kd_store16(to, (uint16_t)value); break;
	case 4: kd_store32(to, (uint32_t)value); break;
	default: kd_store64(to, value); break;
	}
}

uint64_t kd_field_value(const struct kd_field *field, const uint8_t *from)
{
	return load(from + field->offset, field->size);
}

/* Members are in this machine's order, which is little-endian here. */
void kd_layout_load(const struct kd_layout *layout, void *to,
		    const uint8_t *from)
{
	for (unsigned i = 0; i < layout->count; i++) {
		const struct kd_field *f = &layout->fields[i];

		if (f->member != KD_NO_MEMBER)
			store((uint8_t *)to + f->member, f->member_size,
			      kd_field_value(f, from));
	}
}

void kd_layout_store(const struct kd_layout *layout, const void *from,
		     uint8_t *to)
{
	for (unsigned i = 0; i < layout->count; i++) {
		const struct kd_field *f = &layout->fields[i];

		if (f->member != KD_NO_MEMBER)
			store(to + f->offset, f->size,
			      load((const uint8_t *)from + f->member,
				   f->member_size));
	}
}

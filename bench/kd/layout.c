/* SPDX-License-Identifier: MIT */
#include "bench/kd/layout.h"

#include "bench/kd/wire.h"

uint64_t kd_field_value(const struct kd_field *field, const uint8_t *from)
{
	from += field->offset;
	switch (field->size) {
	case 1: return from[0];
	case 2: return kd_load16(from);
	case 4: return kd_load32(from);
	default: return kd_load64(from);
	}
}

/* Members are in this machine's order, which is little-endian here. */
void kd_layout_load(const struct kd_layout *layout, void *to,
		    const uint8_t *from)
{
	for (unsigned i = 0; i < layout->count; i++) {
		const struct kd_field *f = &layout->fields[i];
		uint64_t value = kd_field_value(f, from);

		if (f->member != KD_NO_MEMBER)
			__builtin_memcpy((uint8_t *)to + f->member, &value,
					 f->member_size);
	}
}

void kd_layout_store(const struct kd_layout *layout, const void *from,
		     uint8_t *to)
{
	for (unsigned i = 0; i < layout->count; i++) {
		const struct kd_field *f = &layout->fields[i];
		uint64_t value = 0;

		if (f->member == KD_NO_MEMBER)
			continue;
		__builtin_memcpy(&value, (const uint8_t *)from + f->member,
				 f->member_size);
		for (unsigned k = 0; k < f->size; k++)
			to[f->offset + k] = (uint8_t)(value >> 8 * k);
	}
}

/* SPDX-License-Identifier: MIT */
#include "bench/kd/message.h"

#define M(field) struct kd_manipulate, field

static const struct kd_field common_fields[] = {
	KD_FIELD("ApiNumber", 0x00, 4, KD_NAME, M(api)),
	KD_FIELD("ProcessorLevel", 0x04, 2, KD_HEX, M(level)),
	KD_FIELD("Processor", 0x06, 2, KD_HEX, M(processor)),
	KD_FIELD("ReturnStatus", 0x08, 4, KD_STATUS, M(status)),
};
const struct kd_layout kd_manipulate_layout = KD_LAYOUT(common_fields);

void kd_manipulate_load_as(struct kd_manipulate *m, enum kd_arch arch,
			   const uint8_t *payload)
{
	const struct kd_api_info *info;

	*m = (struct kd_manipulate){ .api = kd_load32(payload) };
	kd_layout_load(&kd_manipulate_layout, m, payload);
	info = kd_api_find(m->api, arch);
	if (info)
		kd_layout_load(&info->fields, m, payload);
}

void kd_manipulate_store_as(const struct kd_manipulate *m, enum kd_arch arch,
			    uint8_t *payload)
{
	const struct kd_api_info *info = kd_api_find(m->api, arch);

	kd_layout_store(&kd_manipulate_layout, m, payload);
	if (info)
		kd_layout_store(&info->fields, m, payload);
}

void kd_manipulate_load(struct kd_manipulate *m, const uint8_t *payload)
{
	kd_manipulate_load_as(m, KD_AMD64, payload);
}

void kd_manipulate_store(const struct kd_manipulate *m, uint8_t *payload)
{
	kd_manipulate_store_as(m, KD_AMD64, payload);
}

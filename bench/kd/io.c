/* SPDX-License-Identifier: MIT */
/* Offsets are those of kd-protocol 5. */
#include "bench/kd/io.h"

#include "bench/kd/wire.h"

#define D(field) struct kd_debug_io, field
#define F(field) struct kd_file_io, field
#define T(field) struct kd_trace_io, field
#define C(field) struct kd_control_request, field

static const struct kd_field print_fields[] = {
	KD_FIELD("ApiNumber", 0x00, 4, KD_NAME, D(api)),
	KD_FIELD("ProcessorLevel", 0x04, 2, KD_HEX, D(level)),
	KD_FIELD("Processor", 0x06, 2, KD_DEC, D(processor)),
	KD_FIELD("LengthOfString", 0x08, 4, KD_DEC, D(len)),
};
const struct kd_layout kd_print_layout = KD_LAYOUT(print_fields);

static const struct kd_field prompt_fields[] = {
	KD_FIELD("ApiNumber", 0x00, 4, KD_NAME, D(api)),
	KD_FIELD("ProcessorLevel", 0x04, 2, KD_HEX, D(level)),
	KD_FIELD("Processor", 0x06, 2, KD_DEC, D(processor)),
	KD_FIELD("LengthOfPromptString", 0x08, 4, KD_DEC, D(len)),
	KD_FIELD("LengthOfStringRead", 0x0c, 4, KD_DEC, D(max)),
};
const struct kd_layout kd_prompt_layout = KD_LAYOUT(prompt_fields);

static const struct kd_field file_fields[] = {
	KD_FIELD("ApiNumber", 0x00, 4, KD_NAME, F(api)),
	KD_FIELD("Status", 0x04, 4, KD_STATUS, F(status)),
};
const struct kd_layout kd_file_io_layout = KD_LAYOUT(file_fields);

static const struct kd_field create_fields[] = {
	KD_FIELD("DesiredAccess", 0x08, 4, KD_HEX, F(u.create.access)),
	KD_FIELD("FileAttributes", 0x0c, 4, KD_HEX, F(u.create.attributes)),
	KD_FIELD("ShareAccess", 0x10, 4, KD_HEX, F(u.create.share)),
	KD_FIELD("CreateDisposition", 0x14, 4, KD_DEC, F(u.create.disposition)),
	KD_FIELD("CreateOptions", 0x18, 4, KD_HEX, F(u.create.options)),
	KD_FIELD("Handle", 0x20, 8, KD_HEX, F(u.create.handle)),
	KD_FIELD("Length", 0x28, 8, KD_DEC, F(u.create.length)),
};

static const struct kd_field transfer_fields[] = {
	KD_FIELD("Handle", 0x08, 8, KD_HEX, F(u.transfer.handle)),
	KD_FIELD("Offset", 0x10, 8, KD_HEX, F(u.transfer.offset)),
	KD_FIELD("Length", 0x18, 4, KD_DEC, F(u.transfer.length)),
};

static const struct kd_field close_fields[] = {
	KD_FIELD("Handle", 0x08, 8, KD_HEX, F(u.close.handle)),
};

static const struct kd_layout file_layouts[] = {
	[KD_FILE_CREATE - KD_FILE_CREATE] = KD_LAYOUT(create_fields),
	[KD_FILE_READ - KD_FILE_CREATE] = KD_LAYOUT(transfer_fields),
	[KD_FILE_WRITE - KD_FILE_CREATE] = KD_LAYOUT(transfer_fields),
	[KD_FILE_CLOSE - KD_FILE_CREATE] = KD_LAYOUT(close_fields),
};

static const struct kd_field trace_fields[] = {
	KD_FIELD("ApiNumber", 0x00, 4, KD_NAME, T(api)),
	KD_FIELD("ProcessorLevel", 0x04, 2, KD_HEX, T(level)),
	KD_FIELD("Processor", 0x06, 2, KD_DEC, T(processor)),
	KD_FIELD("LengthOfData", 0x08, 4, KD_DEC, T(len)),
};
const struct kd_layout kd_trace_io_layout = KD_LAYOUT(trace_fields);

static const struct kd_field control_fields[] = {
	KD_FIELD("ApiNumber", 0x00, 4, KD_NAME, C(api)),
	KD_FIELD("Number", 0x04, 4, KD_DEC, C(number)),
	KD_FIELD("Available", 0x08, 4, KD_DEC, C(available)),
};
const struct kd_layout kd_control_request_layout = KD_LAYOUT(control_fields);

const struct kd_layout *kd_file_layout(uint32_t api)
{
	uint32_t index = api - KD_FILE_CREATE;

	if (index >= sizeof(file_layouts) / sizeof(file_layouts[0]))
		return NULL;
	return &file_layouts[index];
}

void kd_print_store(uint8_t *payload, uint16_t processor, uint32_t len)
{
	const struct kd_debug_io d = { .api = KD_PRINT_STRING,
				       .processor = processor,
				       .len = len };

	kd_debug_io_store(&d, payload);
}

void kd_debug_io_load(struct kd_debug_io *d, const uint8_t *payload)
{
	*d = (struct kd_debug_io){ 0 };
	kd_layout_load(&kd_prompt_layout, d, payload);
}

void kd_debug_io_store(const struct kd_debug_io *d, uint8_t *payload)
{
	kd_layout_store(&kd_prompt_layout, d, payload);
}

void kd_file_io_load(struct kd_file_io *f, const uint8_t *payload)
{
	const struct kd_layout *of_api;

	*f = (struct kd_file_io){ 0 };
	kd_layout_load(&kd_file_io_layout, f, payload);
	of_api = kd_file_layout(f->api);
	if (of_api)
		kd_layout_load(of_api, f, payload);
}

void kd_file_io_store(const struct kd_file_io *f, uint8_t *payload)
{
	const struct kd_layout *of_api = kd_file_layout(f->api);

	kd_layout_store(&kd_file_io_layout, f, payload);
	if (of_api)
		kd_layout_store(of_api, f, payload);
}

void kd_trace_io_load(struct kd_trace_io *t, const uint8_t *payload)
{
	*t = (struct kd_trace_io){ 0 };
	kd_layout_load(&kd_trace_io_layout, t, payload);
}

void kd_trace_io_store(const struct kd_trace_io *t, uint8_t *payload)
{
	kd_layout_store(&kd_trace_io_layout, t, payload);
}

void kd_control_request_load(struct kd_control_request *c,
			     const uint8_t *payload)
{
	*c = (struct kd_control_request){ 0 };
	kd_layout_load(&kd_control_request_layout, c, payload);
}

void kd_control_request_store(const struct kd_control_request *c,
			      uint8_t *payload)
{
	kd_layout_store(&kd_control_request_layout, c, payload);
}

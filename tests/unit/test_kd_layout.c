/* SPDX-License-Identifier: MIT */
/* Every message table: encode and decode agree, for any bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "bench/base/hash.h"
#include "bench/base/mem.h"
#include "bench/kd/message.h"

static void random_bytes(uint64_t seed, uint8_t *to, size_t len)
{
	for (size_t i = 0; i < len; i++)
		to[i] = (uint8_t)hash_pattern(seed, i);
}

/* Which numbers are APIs: 3130 to 3149, then 3150 to 3160. */
static bool is_api(uint32_t api)
{
	return (api >= 0x3130 && api <= 0x3149) ||
	       (api >= 0x3150 && api <= 0x3160);
}

static void test_kd_api__knows_exactly_the_numbers_that_exist(void **state)
{
	(void)state;
	for (uint32_t api = 0x3100; api < 0x3200; api++)
		assert_int_equal(kd_api_find(api, KD_AMD64) != NULL,
				 is_api(api));
	assert_null(kd_api_find(UINT32_MAX, KD_I386));
	assert_true(kd_api_has_reply(0x31ff));
}

static void test_kd_api__six_requests_and_continues_have_no_reply(void **state)
{
	static const uint32_t silent[] = { 0x3136, 0x313b, 0x313c,
					   0x3149, 0x3150, 0x315a };
	size_t found = 0;

	(void)state;
	for (uint32_t api = 0x3130; api <= 0x3160; api++)
		found += !kd_api_has_reply(api);
	assert_int_equal(found, ARRAY_SIZE(silent));
	for (size_t i = 0; i < ARRAY_SIZE(silent); i++)
		assert_false(kd_api_has_reply(silent[i]));
}

static void check_layout(const struct kd_layout *layout, size_t size)
{
	uint8_t claimed[KD_CONTEXT_SIZE] = { 0 };

	for (unsigned i = 0; i < layout->count; i++) {
		const struct kd_field *f = &layout->fields[i];

		assert_true(f->offset + f->size <= size);
		assert_true(f->member == KD_NO_MEMBER ||
			    f->member_size >= f->size);
		for (unsigned k = 0; k < f->size; k++) {
			if (claimed[f->offset + k]++)
				fail_msg("%s overlaps", f->name);
		}
	}
}

static void test_kd_layout__fields_lie_inside_and_apart(void **state)
{
	(void)state;
	for (uint32_t api = 0x3130; api <= 0x3160; api++) {
		if (is_api(api)) {
			check_layout(&kd_api_find(api, KD_AMD64)->fields, 56);
			check_layout(&kd_api_find(api, KD_I386)->fields, 56);
		}
	}
	check_layout(&kd_manipulate_layout, 16);
	check_layout(&kd_state_layout, 0x20);
	check_layout(&kd_exception_layout, 0xc0);
	check_layout(&kd_symbols_layout, 0xc0);
	for (unsigned arch = 0; arch < 2; arch++) {
		check_layout(&kd_report_layouts[arch], KD_STATE_SIZE);
		check_layout(&kd_context_layouts[arch], kd_context_sizes[arch]);
		check_layout(&kd_special_layouts[arch], kd_special_sizes[arch]);
	}
}

/* What is decoded and encoded again over the same bytes changes none. */
static void test_kd_manipulate__survives_a_round_trip(void **state)
{
	(void)state;
	for (uint32_t api = 0x3130; api <= 0x3160; api++) {
		for (unsigned arch = 0; arch < 2 && is_api(api); arch++) {
			uint8_t wire[KD_MANIPULATE_SIZE], again[sizeof(wire)];
			struct kd_manipulate m;

			random_bytes(api, wire, sizeof(wire));
			kd_store32(wire, api);
			kd_manipulate_load_as(&m, (enum kd_arch)arch, wire);
			memcpy(again, wire, sizeof(wire));
			kd_manipulate_store_as(&m, (enum kd_arch)arch, again);
			assert_memory_equal(wire, again, sizeof(wire));
		}
	}
}

/* Every field that is encoded comes back, whatever lay there before. */
static void test_kd_manipulate__encodes_every_field_it_decodes(void **state)
{
	(void)state;
	for (uint32_t api = 0x3130; api <= 0x3160; api++) {
		const struct kd_api_info *info = kd_api_find(api, KD_AMD64);
		uint8_t wire[KD_MANIPULATE_SIZE];
		uint8_t zero[KD_MANIPULATE_SIZE] = { 0 };
		struct kd_manipulate m;

		if (!info)
			continue;
		random_bytes(~api, wire, sizeof(wire));
		kd_store32(wire, api);
		kd_manipulate_load(&m, wire);
		kd_manipulate_store(&m, zero);
		for (unsigned i = 0; i < info->fields.count; i++) {
			const struct kd_field *f = &info->fields.fields[i];

			assert_memory_equal(wire + f->offset, zero + f->offset,
					    f->size);
		}
	}
}

static void test_kd_manipulate__i386_control_set_is_narrow(void **state)
{
	struct kd_manipulate m = { .api = KD_API_CONTINUE2 };
	uint8_t wire[KD_MANIPULATE_SIZE] = { 0 };

	(void)state;
	m.u.resume.status = KD_CONTINUE;
	m.u.resume.dr7 = 0x400;
	m.u.resume.symbol_start = 1;
	m.u.resume.symbol_end = 0x80001000;
	kd_manipulate_store_as(&m, KD_I386, wire);
	assert_int_equal(kd_load32(wire + 0x10), 0x10002);
	assert_int_equal(kd_load32(wire + 0x18), 0x400);
	assert_int_equal(kd_load32(wire + 0x1c), 1);
	assert_int_equal(kd_load32(wire + 0x20), 0x80001000);
	assert_int_equal(kd_load32(wire + 0x24), 0);
}

static void test_kd_manipulate__an_unknown_api_keeps_its_bytes(void **state)
{
	uint8_t wire[KD_MANIPULATE_SIZE], again[sizeof(wire)];
	struct kd_manipulate m;

	(void)state;
	random_bytes(7, wire, sizeof(wire));
	kd_store32(wire, 0x3199);
	kd_manipulate_load(&m, wire);
	memcpy(again, wire, sizeof(wire));
	kd_manipulate_store(&m, again);
	assert_memory_equal(wire, again, sizeof(wire));
}

static void test_kd_symbols__survive_the_wire(void **state)
{
	const struct kd_symbols s = { .path_len = 12,
				      .base = UINT64_C(0xfffff80000100000),
				      .process = 4,
				      .checksum = 0x1234,
				      .size = 0x56000,
				      .unload = true };
	const struct kd_exception at = { .processors = 2, .pc = 0x1000 };
	uint8_t wire[KD_STATE_SIZE];
	struct kd_exception e;
	struct kd_symbols got;

	(void)state;
	kd_symbols_store(&s, &at, wire);
	assert_int_equal(kd_state_load(&e, wire), KD_STATE_LOAD_SYMBOLS);
	assert_int_equal(e.pc, 0x1000);
	assert_int_equal(e.processors, 2);
	assert_int_equal(e.code, 0);
	kd_symbols_load(&got, wire);
	assert_int_equal(got.path_len, 12);
	assert_int_equal(got.base, s.base);
	assert_int_equal(got.process, 4);
	assert_int_equal(got.checksum, 0x1234);
	assert_int_equal(got.size, 0x56000);
	assert_true(got.unload);
}

static void test_kd_state__an_i386_report_is_read_as_one(void **state)
{
	uint8_t wire[KD_STATE_SIZE] = { 0 };
	struct kd_exception e;

	(void)state;
	kd_store32(wire, KD_STATE_EXCEPTION | KD_STATE_ALTERNATE);
	kd_store32(wire + 0xc4, 0x400);
	kd_store16(wire + 0xc8, 200); /* more than the stream holds */
	wire[0xcc] = 0xcc;
	kd_store16(wire + 0xdc, 8);
	kd_store32(wire + 0xe4, 0x202);
	assert_int_equal(kd_state_load_as(&e, KD_I386, wire),
			 KD_STATE_EXCEPTION);
	assert_int_equal(e.dr7, 0x400);
	assert_int_equal(e.code_count, 16);
	assert_int_equal(e.code_bytes[0], 0xcc);
	assert_int_equal(e.cs, 8);
	assert_int_equal(e.eflags, 0x202);
}

static void test_kd_file_io__every_request_survives_the_wire(void **state)
{
	(void)state;
	for (uint32_t api = 0x3430; api < 0x3434; api++) {
		uint8_t wire[KD_FILE_IO_SIZE], again[sizeof(wire)];
		struct kd_file_io f;

		random_bytes(api, wire, sizeof(wire));
		kd_store32(wire, api);
		kd_file_io_load(&f, wire);
		memcpy(again, wire, sizeof(wire));
		memset(again + 8, 0, 8);
		kd_file_io_store(&f, again);
		assert_memory_equal(wire, again, sizeof(wire));
	}
	assert_null(kd_file_layout(0x3434));
	assert_null(kd_file_layout(0x342f));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_kd_api__knows_exactly_the_numbers_that_exist),
		cmocka_unit_test(
			test_kd_api__six_requests_and_continues_have_no_reply),
		cmocka_unit_test(test_kd_layout__fields_lie_inside_and_apart),
		cmocka_unit_test(test_kd_manipulate__survives_a_round_trip),
		cmocka_unit_test(
			test_kd_manipulate__encodes_every_field_it_decodes),
		cmocka_unit_test(
			test_kd_manipulate__i386_control_set_is_narrow),
		cmocka_unit_test(
			test_kd_manipulate__an_unknown_api_keeps_its_bytes),
		cmocka_unit_test(test_kd_symbols__survive_the_wire),
		cmocka_unit_test(test_kd_state__an_i386_report_is_read_as_one),
		cmocka_unit_test(
			test_kd_file_io__every_request_survives_the_wire),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

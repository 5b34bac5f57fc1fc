/* SPDX-License-Identifier: MIT */
#include "tests/support/windbg.h"

#include "bench/base/mem.h"
#include "bench/kd/message.h"

#define READ(bytes, times)                                         \
	{                                                          \
		KD_API_READ_VIRTUAL, bytes, 0, bytes, times, false \
	}

/* GetContextEx is refused; GetContext, the special registers. */
#define GET_REGISTERS                                          \
	{ KD_API_GET_CONTEXT_EX, 0x4d0, 0, 0, 1, true },       \
		{ KD_API_GET_CONTEXT, 0, 0, 0x4d0, 1, false }, \
	{                                                      \
		KD_API_READ_CONTROL, 224, 0, 224, 1, false     \
	}

#define SET_REGISTERS                                       \
	{ KD_API_SET_CONTEXT, 0, 0x4d0, 0, 1, false },      \
	{                                                   \
		KD_API_WRITE_CONTROL, 224, 224, 0, 1, false \
	}

#define GO                                          \
	{                                           \
		KD_API_CONTINUE2, 0, 0, 0, 1, false \
	}

size_t assert_attach(const struct mix *m, size_t from)
{
	static const struct mix_want want[] = {
		{ KD_API_GET_VERSION, 0, 0, 0, 1, false },
		READ(16, 1),
		READ(136, 1),
		READ(58, 1),
		READ(64, 1),
		READ(128, 3),
		READ(240, 1),
		READ(128, 3),
		{ KD_API_RESTORE_BREAKPOINT, 0, 0, 0, 32, true },
		{ KD_API_READ_VIRTUAL, 816, 0, 0, 1, true },
		GET_REGISTERS,
		READ(128, 1),
		SET_REGISTERS,
		GET_REGISTERS,
		GO,
	};

	return assert_mix(m, from, want, ARRAY_SIZE(want));
}

size_t assert_windbg_step(const struct mix *m, size_t from)
{
	static const struct mix_want want[] = {
		SET_REGISTERS, GO, GET_REGISTERS, READ(8, 1), READ(128, 2),
	};

	return assert_mix(m, from, want, ARRAY_SIZE(want));
}

size_t assert_windbg_hit(const struct mix *m, size_t from)
{
	static const struct mix_want want[] = {
		{ KD_API_RESTORE_BREAKPOINT, 0, 0, 0, 1, false },
		SET_REGISTERS,
		GO,
		GET_REGISTERS,
		{ KD_API_WRITE_BREAKPOINT, 0, 0, 0, 1, false },
		SET_REGISTERS,
		GO,
		GET_REGISTERS,
		READ(8, 1),
		READ(128, 2),
		READ(8, 3),
	};

	return assert_mix(m, from, want, ARRAY_SIZE(want));
}

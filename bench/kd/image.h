/* SPDX-License-Identifier: MIT */
/*
 * Where things stand in what a debugger reads of a loaded image, amd64: an
 * entry of the loader's list (kd-protocol 8.2) and the header of a PE32+ file
 * (Microsoft's "PE Format"). Freestanding.
 */
#ifndef KD_IMAGE_H
#define KD_IMAGE_H

/* KLDR_DATA_TABLE_ENTRY; it begins with its links. */
enum {
	KD_ENTRY_FLINK = 0x00,
	KD_ENTRY_BLINK = 0x08,
	KD_ENTRY_BASE = 0x30,
	KD_ENTRY_POINT = 0x38,
	KD_ENTRY_IMAGE_SIZE = 0x40, /* u32 */
	KD_ENTRY_FULL_NAME = 0x48,  /* UNICODE_STRING */
	KD_ENTRY_BASE_NAME = 0x58,
	KD_ENTRY_LOAD_COUNT = 0x6c, /* u16 */
	KD_ENTRY_TIME_STAMP = 0x7c, /* u32 */
	KD_ENTRY_SIZE = 0x88,       /* as much of it as WinDbg reads */
};

/* IMAGE_DOS_HEADER, and IMAGE_NT_HEADERS64 up to its data directories. */
enum {
	KD_DOS_MAGIC = 0x00, /* u16 */
	KD_DOS_PE = 0x3c,    /* u32, where the other one is */
	KD_DOS_SIZE = 0x40,
	KD_PE_MAGIC = 0x00,       /* u32 */
	KD_PE_MACHINE = 0x04,     /* u16 */
	KD_PE_OPTIONAL = 0x18,    /* u16, KD_PE32_PLUS */
	KD_PE_DIRECTORIES = 0x84, /* u32, how many there are */
	KD_PE_DIRECTORY = 0x88,   /* the first: u32 RVA, u32 bytes */
	KD_PE_SIZE = 0x108,       /* with 16 of them */
};

#define KD_MAGIC_DOS 0x5a4d /* the bytes 'M' 'Z' */
#define KD_MAGIC_PE UINT32_C(0x4550)
#define KD_PE32_PLUS 0x20b
#define KD_DIRECTORY_EXCEPTION 3 /* the table of functions, kd/unwind.h */

#endif

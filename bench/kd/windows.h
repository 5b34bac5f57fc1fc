/* SPDX-License-Identifier: MIT */
/*
 * Where Windows 10, build 18362, amd64 keeps what debuggers walk (kd-protocol
 * 7.3, 7.4, 8.2): the offsets that those who lay it out and those who walk it
 * share. Freestanding.
 */
#ifndef KD_WINDOWS_H
#define KD_WINDOWS_H

/* LIST_ENTRY */
enum { KD_LIST_FLINK = 0x00, KD_LIST_BLINK = 0x08, KD_LIST_SIZE = 0x10 };

/* UNICODE_STRING */
enum {
	KD_STRING_LENGTH = 0x00, /* u16, bytes */
	KD_STRING_ROOM = 0x02,   /* u16, MaximumLength */
	KD_STRING_BUFFER = 0x08,
};

/* KDDEBUGGER_DATA64: the 'KDBG' block. */
enum {
	KD_KDBG_SIZE = 0x368,
	KD_KDBG_KERN_BASE = 0x18,
	KD_KDBG_PAE_ENABLED = 0x36,
	KD_KDBG_MODULES = 0x48,   /* PsLoadedModuleList */
	KD_KDBG_PROCESSES = 0x50, /* PsActiveProcessHead */
	KD_KDBG_PAGE_SIZE = 0x138,
	KD_KDBG_BUILD_LAB = 0x208,
	KD_KDBG_PROCESSOR_BLOCK = 0x218,
	KD_KDBG_CSD_VERSION = 0x268,
	KD_KDBG_SIZE_EPROCESS = 0x2a8,
	KD_KDBG_EPROCESS_PEB = 0x2aa,
	KD_KDBG_EPROCESS_CR3 = 0x2ae,
	KD_KDBG_SIZE_PRCB = 0x2b0,
	KD_KDBG_PRCB_THREAD = 0x2b4,
	KD_KDBG_PRCB_NUMBER = 0x2be,
	KD_KDBG_SIZE_ETHREAD = 0x2c0,
	KD_KDBG_SIZE_PCR = 0x2e0,
	KD_KDBG_PCR_SELF = 0x2e2,
	KD_KDBG_PCR_PRCB = 0x2e4,
	KD_KDBG_PCR_CONTAINED_PRCB = 0x2e6,
	KD_KDBG_GDT_CODE = 0x2f4,
	KD_KDBG_GDT_DATA = 0x2f6,
	KD_KDBG_GDT_TSS = 0x302,
};
#define KD_KDBG_TAG UINT32_C(0x4742444b) /* the bytes 'K' 'D' 'B' 'G' */

/* KLDR_DATA_TABLE_ENTRY; as much of it as WinDbg reads. */
enum {
	KD_ENTRY_BASE = 0x30,
	KD_ENTRY_POINT = 0x38,
	KD_ENTRY_IMAGE_SIZE = 0x40, /* u32 */
	KD_ENTRY_FULL_NAME = 0x48,
	KD_ENTRY_BASE_NAME = 0x58,
	KD_ENTRY_FLAGS = 0x68,      /* u32 */
	KD_ENTRY_LOAD_COUNT = 0x6c, /* u16 */
	KD_ENTRY_CHECKSUM = 0x78,   /* u32 */
	KD_ENTRY_TIME_STAMP = 0x7c, /* u32 */
	KD_ENTRY_SIZE = 0x88,
};

/* EPROCESS */
enum {
	KD_PROCESS_CR3 = 0x28, /* DirectoryTableBase */
	KD_PROCESS_ID = 0x2e8,
	KD_PROCESS_LINKS = 0x2f0, /* ActiveProcessLinks */
	KD_PROCESS_PEB = 0x3f8,
	KD_PROCESS_NAME = 0x450, /* ImageFileName, 15 characters */
	KD_PROCESS_NAME_SIZE = 15,
	KD_PROCESS_THREADS = 0x488,  /* ThreadListHead */
	KD_PROCESS_VAD_ROOT = 0x658, /* RTL_AVL_TREE */
	KD_PROCESS_SIZE = 0x880,
};

/* ETHREAD */
enum {
	KD_THREAD_PROCESS_ID = 0x648, /* Cid */
	KD_THREAD_ID = 0x650,
	KD_THREAD_START = 0x6a0, /* Win32StartAddress */
	KD_THREAD_LINKS = 0x6b8, /* ThreadListEntry */
	KD_THREAD_SIZE = 0x820,
};

/* MMVAD, a node of the tree of a process' address ranges */
enum {
	KD_VAD_LEFT = 0x00,
	KD_VAD_RIGHT = 0x08,
	KD_VAD_PARENT = 0x10,     /* low bits: its balance */
	KD_VAD_START = 0x18,      /* u32, page number */
	KD_VAD_END = 0x1c,        /* u32, of the last page */
	KD_VAD_START_HIGH = 0x20, /* u8 */
	KD_VAD_END_HIGH = 0x21,   /* u8 */
	KD_VAD_SIZE = 0x80,
};

/* PEB */
enum {
	KD_PEB_MUTANT = 0x08, /* -1 */
	KD_PEB_IMAGE_BASE = 0x10,
};

/* KPCR with its KPRCB */
enum {
	KD_PCR_SELF = 0x18,
	KD_PCR_PRCB = 0x20,
	KD_PCR_OWN_PRCB = 0x180,
	KD_PRCB_THREAD = 0x08,
	KD_PRCB_NUMBER = 0x24,
	KD_PRCB_SIZE = 0x700,
};

/* Page tables of long mode, and their entries. */
#define KD_PAGE_SIZE 0x1000
#define KD_PAGE_PRESENT 0x01
#define KD_PAGE_WRITABLE 0x02
#define KD_PAGE_USER 0x04
#define KD_PAGE_LARGE 0x80
#define KD_PAGE_ADDRESS UINT64_C(0x000ffffffffff000)

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The header page of a PE32+ image, as far as a debugger reads it: MZ, PE,
 * COFF, the optional header, nine sections, an export directory with the name,
 * and a debug directory with the CodeView record by which symbols are found.
 * Offsets are those of Microsoft's "PE Format". What an image holds depends on
 * its name only, so that who has read a name knows what the rest must be.
 * Freestanding.
 */
#ifndef KD_IMAGE_H
#define KD_IMAGE_H

#include "bench/kd/wire.h"

/* Bytes of a header as kd_image_build() makes it. */
#define KD_IMAGE_SIZE 0x700

#define KD_IMAGE_NAME_MAX 15 /* characters */

/* Offsets in the image, behind which the next read begins. */
enum {
	KD_IMAGE_NEW_HEADER = 0x3c, /* u32: where 'PE' is */
	KD_IMAGE_DOS_SIZE = 0x40,
	/* From 'PE' on. */
	KD_IMAGE_MACHINE = 0x04,       /* u16 */
	KD_IMAGE_SECTIONS = 0x06,      /* u16 */
	KD_IMAGE_STAMP = 0x08,         /* u32 */
	KD_IMAGE_OPTIONAL_SIZE = 0x14, /* u16 */
	KD_IMAGE_OPTIONAL = 0x18,
	KD_IMAGE_BASE = 0x30,        /* u64 */
	KD_IMAGE_WHOLE_SIZE = 0x50,  /* u32, SizeOfImage */
	KD_IMAGE_CHECKSUM = 0x58,    /* u32 */
	KD_IMAGE_DIRECTORIES = 0x84, /* u32, how many there are */
	KD_IMAGE_EXPORTS = 0x88,     /* the first: u32 RVA, u32 bytes */
	KD_IMAGE_DEBUG = 0xb8,       /* the same */
	KD_IMAGE_HEADERS_SIZE = 0x108,
	KD_IMAGE_SECTION_SIZE = 0x28,
	/* IMAGE_EXPORT_DIRECTORY. */
	KD_EXPORTS_STAMP = 0x04, /* u32 */
	KD_EXPORTS_NAME = 0x0c,  /* u32 address in the image */
	KD_EXPORTS_SIZE = 0x28,
	/* IMAGE_DEBUG_DIRECTORY. */
	KD_DEBUG_STAMP = 0x04,   /* u32 */
	KD_DEBUG_TYPE = 0x0c,    /* u32 */
	KD_DEBUG_LENGTH = 0x10,  /* u32 */
	KD_DEBUG_ADDRESS = 0x14, /* u32 address in the image */
	KD_DEBUG_SIZE = 0x1c,
	/* The CodeView record: 'RSDS', GUID, age, name of the pdb. */
	KD_CODEVIEW_GUID = 0x04,
	KD_CODEVIEW_AGE = 0x14,
	KD_CODEVIEW_NAME = 0x18,
};
#define KD_IMAGE_MZ 0x5a4d
#define KD_IMAGE_PE 0x4550
#define KD_IMAGE_PE32_PLUS 0x20b
#define KD_DIRECTORY_EXCEPTION 3 /* the table of functions, kd/unwind.h */
#define KD_DEBUG_CODEVIEW 2
#define KD_CODEVIEW_TAG UINT32_C(0x53445352) /* the bytes 'R' 'S' 'D' 'S' */

struct kd_image {
	char name[KD_IMAGE_NAME_MAX + 1]; /* drv0042.sys */
	uint32_t stamp;                   /* TimeDateStamp */
	uint64_t base;                    /* address of its header */
	uint32_t size;                    /* of all of it, a multiple of 4096 */
	uint32_t checksum;                /* as the loader's list has it too */
	/* 0: at the usual places; else the header's parts lie elsewhere. */
	uint64_t places;
};

/* Build its header: KD_IMAGE_SIZE bytes that will be seen at image->base. */
void kd_image_build(uint8_t *header, const struct kd_image *image);

/* The GUID of the pdb of an image of this name and stamp: 16 bytes. */
void kd_image_guid(uint8_t *guid, const char *name, uint32_t stamp);

#endif

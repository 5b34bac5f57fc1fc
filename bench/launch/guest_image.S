/* SPDX-License-Identifier: MIT */
/* The guest's ELF file as data. */
	.section .rodata
	.balign 16
	.globl guest_image, guest_image_end
guest_image:
	.incbin GUEST_IMAGE
guest_image_end:

	.section .note.GNU-stack, "", @progbits

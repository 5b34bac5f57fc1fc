/* SPDX-License-Identifier: MIT */
/* scenarios/long/catalogue.yaml as data, with a NUL behind it. */
	.section .rodata
	.globl catalogue_text, catalogue_text_end
catalogue_text:
	.incbin "scenarios/long/catalogue.yaml"
catalogue_text_end:
	.byte 0

	.section .note.GNU-stack, "", @progbits

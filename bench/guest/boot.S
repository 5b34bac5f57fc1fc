/* SPDX-License-Identifier: MIT */
/*
 * From QEMU's PVH entry (32-bit protected mode, flat segments, paging off) to
 * C in long mode. The first 2 MiB are mapped here; paging.c adds the rest.
 */

/*
 * "Start me here": XEN_ELFNOTE_PHYS32_ENTRY. The descriptor of an ELF64 file
 * must have 8 bytes, and its program header an alignment of 4.
 */
	.section .note.pvh, "a", @note
	.balign 4
	.long 4, 8, 18			/* sizes of name and value, type */
	.asciz "Xen"
	.quad boot_start

	.text
	.code32
	.globl boot_start
boot_start:
	cli
	cld
	movl $boot_stack_top, %esp

	/* pml4[0] -> pdpt; pdpt[0..3] -> four directories; first page: P RW PS */
	movl $paging_pdpt + 3, paging_pml4
	movl $paging_directories + 3, %eax
	movl $paging_pdpt, %edi
	movl $4, %ecx
1:	movl %eax, (%edi)
	addl $4096, %eax
	addl $8, %edi
	loop 1b
	movl $0x83, paging_directories

	movl $paging_pml4, %eax
	movl %eax, %cr3
	movl %cr4, %eax
	orl $0x20, %eax			/* PAE */
	movl %eax, %cr4
	movl $0xc0000080, %ecx		/* EFER.LME */
	rdmsr
	orl $0x100, %eax
	wrmsr
	movl %cr0, %eax
	orl $0x80000001, %eax		/* PG, PE */
	movl %eax, %cr0
	lgdt boot_gdt_pointer
	ljmp $8, $1f

	.code64
1:	movl $16, %eax
	movl %eax, %ds
	movl %eax, %es
	movl %eax, %ss
	movl %eax, %fs
	movl %eax, %gs
	movq $boot_stack_top, %rsp
	call guest_main			/* does not return */
	ud2

/*
 * The second CPU starts in real mode at a page below 1 MiB, to which cpu.c
 * copies this piece. It takes the way of the first one, whose tables it shares.
 */
	.code16
	.globl boot_second, boot_second_size
boot_second:
	cli
	movw %cs, %ax
	movw %ax, %ds
	lgdtl boot_second_gdt - boot_second
	movl %cr0, %eax
	orl $1, %eax
	movl %eax, %cr0
	ljmpl $0x38, $second_protected
boot_second_gdt:
	.word boot_gdt_end - boot_gdt - 1
	.long boot_gdt
boot_second_end:

	.code32
second_protected:
	movl $16, %eax
	movl %eax, %ds
	movl $paging_pml4, %eax
	movl %eax, %cr3
	movl %cr4, %eax
	orl $0x20, %eax
	movl %eax, %cr4
	movl $0xc0000080, %ecx
	rdmsr
	orl $0x100, %eax
	wrmsr
	movl %cr0, %eax
	orl $0x80000001, %eax
	movl %eax, %cr0
	ljmp $8, $1f

	.code64
1:	movl $16, %eax
	movl %eax, %es
	movl %eax, %ss
	movl %eax, %fs
	movl %eax, %gs
	movq $second_stack_top, %rsp
	call cpu_second_main		/* does not return */
	ud2

/*
 * Null, 64-bit code, data, room for the task-state segments of both CPUs, and
 * 32-bit code for the way into long mode.
 */
	.data
	.balign 16
boot_second_size:
	.long boot_second_end - boot_second
	.balign 16
	.globl boot_gdt
boot_gdt:
	.quad 0, 0x00af9b000000ffff, 0x00cf93000000ffff, 0, 0, 0, 0
	.quad 0x00cf9b000000ffff
	/* Debuggers read 128 bytes from the code segment's descriptor on. */
	.quad 0, 0, 0, 0, 0, 0, 0, 0, 0
boot_gdt_end:
boot_gdt_pointer:
	.word . - boot_gdt - 1
	.quad boot_gdt

	.bss
	.balign 4096
	.globl paging_pml4, paging_pdpt, paging_directories
paging_pml4:
	.skip 4096
paging_pdpt:
	.skip 4096
paging_directories:
	.skip 4 * 4096
	.skip 16384
boot_stack_top:
	.skip 4096
second_stack_top:

	.section .note.GNU-stack, "", @progbits

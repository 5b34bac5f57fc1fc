/* SPDX-License-Identifier: MIT */
/*
 * Where exceptions and interrupts enter. All of them arrive on one small stack
 * of their own (IST 1), so that a wild RSP of the stopped code does no harm.
 * There trap_decide() either mends the frame, and we return, or moves it to
 * trap_stopped; then the stopped loop runs on a third stack, where it may take
 * exceptions (memory that is not there) itself.
 */

#define VECTOR_SIZE 16	/* trap.c computes the addresses */

	.text
	.code64

	.globl trap_code, trap_code_end
trap_code:
	.balign VECTOR_SIZE
	.globl trap_vectors
trap_vectors:
	/* 32 exceptions, and the interrupts of trap.h */
	.set number, 0
	.rept 36
	.balign VECTOR_SIZE
	.if !(number == 8 || (number >= 10 && number <= 14) || number == 17)
	pushq $0			/* the CPU pushed no error code */
	.endif
	pushq $number
	jmp common
	.set number, number + 1
	.endr

common:
	pushq %rax
	pushq %rcx
	pushq %rdx
	pushq %rbx
	pushq %rbp
	pushq %rsi
	pushq %rdi
	pushq %r8
	pushq %r9
	pushq %r10
	pushq %r11
	pushq %r12
	pushq %r13
	pushq %r14
	pushq %r15
	cld
	movq %rsp, %rdi
	call trap_decide
	testb %al, %al
	jz return
	movq $stop_stack_top, %rsp
	call trap_stop
	movq $trap_stopped, %rsp
return:
	popq %r15
	popq %r14
	popq %r13
	popq %r12
	popq %r11
	popq %r10
	popq %r9
	popq %r8
	popq %rdi
	popq %rsi
	popq %rbp
	popq %rbx
	popq %rdx
	popq %rcx
	popq %rax
	addq $16, %rsp			/* vector and error code */
	iretq

/*
 * An INT3 of our own, entered by a call from right before it: the software KVMs
 * that emulate a guest do not know the instruction. Builds what the CPU would
 * have pushed, all registers unchanged.
 */
	.globl trap_break
trap_break:
	pushfq
	cli				/* as an interrupt gate would */
	pushq %rax
	leaq 24(%rsp), %rax		/* RSP before the call */
	pushq $0x10			/* SS */
	pushq %rax
	pushq 24(%rsp)			/* flags */
	pushq $0x08			/* CS */
	pushq 48(%rsp)			/* where we would return to: the INT3 */
	incq (%rsp)			/* the CPU would be behind it */
	movq 40(%rsp), %rax
	pushq $0
	pushq $3
	jmp common
trap_code_end:

/*
 * Where code seems to stand that the timer interrupted for a break-in: an INT3
 * as after a call, so that going on from behind it leads back.
 */
	.globl trap_interrupted
trap_interrupted:
	int3
	ret

/*
 * bool trap_copy_sum(uint8_t *to, const uint8_t *from, size_t len,
 *		      uint32_t *sum);
 * bool trap_copy(uint8_t *to, const uint8_t *from, size_t len);
 *
 * kd_copy_sum() and trap_copy_words() that may fault: trap_decide() then continues at
 * trap_copy_fault instead, which unwinds to the caller.
 */
	.globl trap_copy_sum, trap_copy, trap_copy_fault, trap_msr
/*
 * bool trap_msr(uint64_t *value, uint32_t number, bool write);
 */
trap_msr:
	pushq %rbx
	pushq %rbp
	pushq %r12
	pushq %r13
	pushq %r14
	pushq %r15
	pushq %rcx
	movq %rsp, trap_guard
	movl %esi, %ecx
	testb %dl, %dl
	jnz 1f
	rdmsr
	movl %eax, (%rdi)
	movl %edx, 4(%rdi)
	jmp 2f
1:	movl (%rdi), %eax
	movl 4(%rdi), %edx
	wrmsr
2:	movq $0, trap_guard
	popq %rcx
	movl $1, %eax
	jmp unwind

trap_copy:
	movq $trap_copy_words, %rax
	xorl %ecx, %ecx			/* nobody wants a sum */
	jmp guarded
trap_copy_sum:
	movq $kd_copy_sum, %rax
guarded:
	pushq %rbx
	pushq %rbp
	pushq %r12
	pushq %r13
	pushq %r14
	pushq %r15
	pushq %rcx
	movq %rsp, trap_guard
	call *%rax
	movq $0, trap_guard
	popq %rcx
	testq %rcx, %rcx
	jz 1f
	movl %eax, (%rcx)
1:	movl $1, %eax
	jmp unwind
trap_copy_fault:
	movq trap_guard, %rsp
	movq $0, trap_guard
	popq %rcx
	xorl %eax, %eax
unwind:
	popq %r15
	popq %r14
	popq %r13
	popq %r12
	popq %rbp
	popq %rbx
	ret

	.bss
	.balign 16
	.skip 4096
	.globl trap_stack_top, trap_second_stack_top
trap_stack_top:
	.skip 4096
trap_second_stack_top:
	.skip 16384
stop_stack_top:

	.section .note.GNU-stack, "", @progbits

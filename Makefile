# make            build the program (the guest is embedded in it)
# make demo       set up, build, run the main job, write the report
# make test       set up, build, run every test of the ten-minute tier
# make test-long  the tests that take longer
# make bench      how fast it is, as 'name value target ok|short n spread'
# make tidy       formatting, file and function sizes, include directions,
#                 clang-tidy, cppcheck
# make fuzz       build the fuzzers (needs clang)
# make setup      install what is missing on a Debian machine, or say what is
# make install    to $(DESTDIR)$(PREFIX)
#
# V=1 shows commands. CC, CFLAGS, LDFLAGS, PREFIX and QEMU may be overridden.

CC      ?= gcc
CLANG   ?= clang
CFLAGS  ?= -O2 -g
PREFIX  ?= /usr/local
B       ?= build
V       ?= 0

ifeq ($(V),0)
Q   := @
say  = @printf '  %-7s %s\n' '$(1)' '$(patsubst $(B)/%,%,$@)'
endif

.PHONY: all demo test test-long tests bench tidy fuzz setup install clean
all: kdbench

# --- what is built from what --------------------------------------------------

version := 0.1.0
kd      := $(wildcard bench/kd/*.c)
guest_s := $(wildcard bench/guest/*.c) $(wildcard bench/guest/*.S)
host    := $(kd) $(wildcard bench/base/*.c bench/ring/*.c bench/link/*.c \
	     bench/launch/*.c bench/bridge/*.c bench/limit/*.c bench/session/*.c \
	     bench/plan/*.c bench/run/*.c bench/result/*.c \
	     bench/decode/*.c bench/import/*.c bench/explore/*.c bench/predict/*.c bench/cli/*.c inject/*.c report/*.c)
support := $(wildcard tests/support/*.c)
tests   := $(wildcard tests/unit/*.c tests/sim/*.c tests/vm/*.c tests/tools/*.c)
fuzzers := $(wildcard tests/fuzz/fuzz_*.c)

# --- ways to compile the same source -------------------------------------------

warn    := -std=gnu11 -Wall -Wextra -Werror -Wshadow -Wundef -Wvla \
	   -Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings \
	   -Wno-format-truncation
pkgs    := yaml-0.1 jansson
pkg_c   := $(shell pkg-config --cflags $(pkgs) 2>/dev/null)
pkg_l   := $(shell pkg-config --libs $(pkgs) 2>/dev/null || echo -lyaml -ljansson)
common  := $(warn) -D_GNU_SOURCE -DKDBENCH_VERSION='"$(version)"' -I. $(pkg_c) -MMD -MP
host_c  := $(common) -Wconversion $(CFLAGS)
sane    := -fsanitize=address,undefined -fno-sanitize-recover=all
asan_c  := $(common) -O1 -g1 -fno-omit-frame-pointer $(sane)
guest_c := $(warn) -Wconversion -m64 -O2 -g -I. -MMD -MP -ffreestanding -fno-pic -fno-pie \
	   -fno-stack-protector -fno-asynchronous-unwind-tables \
	   -fcf-protection=none -mno-red-zone -mgeneral-regs-only -mcmodel=small \
	   -fno-jump-tables -flto
tsan_c  := $(common) -O1 -g1 -fsanitize=thread
fuzz_c  := -Wno-unknown-warning-option -O1 -g1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
libs    := $(pkg_l) -lm -lpthread

images  := $(B)/guest_image.o $(B)/catalogue.o
host_o  := $(host:%.c=$(B)/host/%.o) $(images)
asan_o  := $(host:%.c=$(B)/asan/%.o) $(images)
guest_o := $(patsubst %,$(B)/guest/%.o,$(basename $(kd) $(wildcard bench/ring/*.c) $(guest_s)))
support_asan_o := $(support:%.c=$(B)/asan/%.o)
test_asan_bin  := $(tests:tests/%.c=$(B)/tests-asan/%)
# What two threads share, once more under the thread sanitizer, if there is one.
tsan_o         := $(patsubst %.c,$(B)/tsan/%.o,$(wildcard bench/base/*.c bench/ring/*.c) \
		    bench/link/ring.c bench/link/ivshmem.c tests/support/ring_pair.c tests/support/ring_guest.c)
test_tsan_bin  := $(patsubst %,$(B)/tests-tsan/unit/%,test_ring_threads test_ring_wakeup)
fuzz_bin       := $(fuzzers:tests/fuzz/%.c=$(B)/fuzz/%)
fuzz_o         := $(patsubst %.c,$(B)/fuzz-obj/%.o,$(filter-out report/% bench/cli/% \
		    bench/explore/% bench/predict/% bench/bridge/% bench/limit/%,$(host)))

# --- rules ---------------------------------------------------------------------

.DELETE_ON_ERROR:
.SECONDARY:

kdbench: $(B)/host/bench/main.o $(host_o)
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(libs)

$(B)/kdbench-asan: $(B)/asan/bench/main.o $(asan_o)
	$(call say,LD)
	$(Q)$(CC) $(LDFLAGS) $(sane) -o $@ $^ $(libs)

$(B)/host/%.o: %.c
	$(call say,CC)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(host_c) -c -o $@ $<

$(B)/asan/%.o: %.c
	$(call say,CC)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(asan_c) -c -o $@ $<

# They carry these files in them.
$(B)/host/report/templates.o $(B)/asan/report/templates.o: \
	report/page.css $(wildcard report/plots/*.gp)

$(B)/guest/%.o: %.c
	$(call say,CC)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(guest_c) -c -o $@ $<

# What a compiler may call by itself stays what it is.
$(B)/guest/bench/guest/string.o: guest_c += -fno-lto

$(B)/guest/%.o: %.S
	$(call say,AS)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(guest_c) -c -o $@ $<

$(B)/guest.elf: $(guest_o) bench/guest/guest.ld
	$(call say,LD)
	$(Q)$(CC) $(guest_c) -nostdlib -static -no-pie -Wl,--build-id=none -Wl,-z,noexecstack \
		-T bench/guest/guest.ld -o $@ $(guest_o)

# The guest image as data: symbols guest_image and guest_image_end.
$(B)/guest_image.o: bench/launch/guest_image.S $(B)/guest.elf
	$(call say,AS)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -c -DGUEST_IMAGE='"$(B)/guest.elf"' -o $@ $<

# The catalogue of faults as data: what 'kdbench list faults' reads.
$(B)/catalogue.o: bench/plan/catalogue.S scenarios/long/catalogue.yaml
	$(call say,AS)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -c -o $@ $<

# Tests take from an archive what they need.
$(B)/asan/all.a: $(asan_o) $(support_asan_o)
	$(call say,AR)
	$(Q)rm -f $@ && $(AR) crs $@ $^

$(B)/tests-asan/%: $(B)/asan/tests/%.o $(B)/asan/all.a
	$(call say,LD)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS) $(sane) -o $@ $^ $(libs) -lcmocka

$(B)/tsan/%.o: %.c
	$(call say,CC)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(tsan_c) -c -o $@ $<

$(B)/tests-tsan/%: $(B)/tsan/tests/%.o $(tsan_o)
	$(call say,LD)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS) -fsanitize=thread -o $@ $^ $(libs) -lcmocka

$(B)/fuzz-obj/%.o: %.c
	$(call say,CLANG)
	$(Q)mkdir -p $(@D)
	$(Q)$(CLANG) $(common) $(fuzz_c) -c -o $@ $<

$(B)/fuzz/all.a: $(fuzz_o) $(images)
	$(call say,AR)
	$(Q)mkdir -p $(@D)
	$(Q)rm -f $@ && $(AR) crs $@ $^

$(B)/fuzz/%: $(B)/fuzz-obj/tests/fuzz/%.o $(B)/fuzz/all.a
	$(call say,LD)
	$(Q)$(CLANG) -fsanitize=fuzzer,address,undefined -o $@ $^ $(libs)

fuzz: $(fuzz_bin)

setup:
	$(Q)tests/setup.sh test

demo := scenarios/smoke.yaml scenarios/transports.yaml $(wildcard scenarios/windbg-*.yaml)
demo:
	$(Q)tests/setup.sh demo
	$(Q)$(MAKE) --no-print-directory -j2 kdbench
	$(Q)./kdbench run $(demo) || [ $$? -eq 4 ] # 4: a busy machine

test test-long: setup
	$(Q)$(MAKE) --no-print-directory -j2 $(if $(filter test-long,$@),kdbench) $(B)/kdbench-asan tests fuzz
	$(Q)tests/run.sh $(if $(filter test-long,$@),long,quick)

tests: $(test_asan_bin)
	$(Q)if echo 'int main(void) { return 0; }' | \
		$(CC) -fsanitize=thread -x c -o /dev/null - 2>/dev/null; \
		then $(MAKE) --no-print-directory $(test_tsan_bin); fi

bench:
	$(Q)tests/setup.sh bench
	$(Q)$(MAKE) --no-print-directory -j2 kdbench
	$(Q)./kdbench bench

tidy:
	$(Q)tests/tidy.sh

install: kdbench
	install -D -m 755 kdbench $(DESTDIR)$(PREFIX)/bin/kdbench
	install -D -m 644 docs/kdbench.1 $(DESTDIR)$(PREFIX)/share/man/man1/kdbench.1

clean:
	$(Q)rm -rf $(B) kdbench

-include $(shell find $(B) -name '*.d' 2>/dev/null)

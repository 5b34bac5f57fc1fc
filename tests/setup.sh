#!/bin/sh
# SPDX-License-Identifier: MIT
# Install what is missing on a Debian machine, or say exactly what to install.
# What is only wanted is installed if that is easy, and left out if not.
# usage: tests/setup.sh [demo|bench|test]
set -eu

need=${1:-test}

# command-or-header:package
wanted="gcc:gcc make:make pkg-config:pkg-config
qemu-system-x86_64:qemu-system-x86 gnuplot:gnuplot-nox
/usr/include/yaml.h:libyaml-dev /usr/include/jansson.h:libjansson-dev"
if [ "$need" = test ]; then
	wanted="$wanted
/usr/include/cmocka.h:libcmocka-dev clang:clang clang-format:clang-format
clang-tidy:clang-tidy cppcheck:cppcheck python3:python3
fuzzer:libclang-rt-dev"
fi

present() {
	case $1 in
	/*) [ -e "$1" ] ;;
	fuzzer) ls /usr/lib/llvm-*/lib/clang/*/lib/linux/libclang_rt.fuzzer-*.a \
		>/dev/null 2>&1 ;;
	*) command -v "$1" >/dev/null 2>&1 ;;
	esac
}

# The neighbours of 'kdbench bench': without them their lines are empty.
easily() {
	[ "$need" != demo ] || return 0
	extra=
	for name in gdb socat; do
		present "$name" || extra="$extra $name"
	done
	[ -n "$extra" ] && [ "$(id -u)" -eq 0 ] &&
		command -v apt-get >/dev/null 2>&1 || return 0
	echo "setup: wanted, not needed:$extra"
	# shellcheck disable=SC2086 # the list is one of package names
	timeout 120 apt-get install -y --no-install-recommends $extra \
		>/dev/null 2>&1 || echo "setup: going on without"
}

missing=
for row in $wanted; do
	present "${row%%:*}" || missing="$missing ${row##*:}"
done
if [ -z "$missing" ]; then
	easily
	exit 0
fi

if ! command -v apt-get >/dev/null 2>&1; then
	echo "setup: this machine has no apt-get; install what these Debian" \
		"packages hold:$missing" >&2
	exit 3
fi
if [ "$(id -u)" -ne 0 ]; then
	echo "setup: packages are missing; as root, run:" >&2
	echo "  apt-get update && apt-get install --no-install-recommends$missing" >&2
	exit 3
fi
echo "setup: installing$missing"
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# shellcheck disable=SC2086 # the list is one of package names
if ! { apt-get update && apt-get install -y --no-install-recommends $missing; } \
	>"$log" 2>&1; then
	tail -n 20 "$log" >&2
	echo "setup: apt-get failed; is there a network?" >&2
	exit 3
fi
easily

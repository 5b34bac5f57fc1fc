#!/bin/sh
# SPDX-License-Identifier: MIT
# Install what is missing on a Debian machine, or say exactly what to install.
# usage: tests/setup.sh [demo|test]
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

missing=
for row in $wanted; do
	present "${row%%:*}" || missing="$missing ${row##*:}"
done
[ -n "$missing" ] || exit 0

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

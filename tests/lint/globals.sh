#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The engine keeps no state outside its handles: libvm.a has no writable data. Constant tables that hold
# pointers stand in .data.rel.ro, which the loader makes read-only.
#   tests/lint/globals.sh LIBVM.A     (a build without sanitizers, which add words of their own)
set -euo pipefail
library=${1:?usage: globals.sh LIBVM.A}

found=$(objdump -t "$library" | awk '
    /file format/ { object = $1 }
    $NF !~ /^\./ && / (\.data|\.bss|\.tdata|\.tbss|\.data\.[^r][^ ]*|\.bss\.[^ ]*|\*COM\*)\t/ {
        print object " " $NF
    }')
if [ -n "$found" ]; then
    echo "The engine has writable globals:"
    printf '%s\n' "$found" | sed 's/^/  /'
    exit 1
fi

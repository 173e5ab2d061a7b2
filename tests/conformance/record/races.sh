#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Writes what ThreadSanitizer (gcc -fsanitize=thread) says of each program in races/: `name no`, or `name yes`
# and the pairs of accesses that it named, by their marks. Each program runs several times, for a race shows
# only when both accesses happen.
set -u
cd "$(dirname "$0")/../races"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mark() { sed -n "$2p" "$1" | grep -o '@[a-z0-9]*' | head -1; }
echo "# $(gcc --version | head -1), $(ls *.c | wc -l) programs; tests/conformance/record/races.sh"
for program in *.c; do
    name=${program%.c}
    gcc -g -O0 -fsanitize=thread -pthread "$program" -o "$work/$name"
    for i in 1 2 3 4 5 6 7 8; do
        setarch -R "$work/$name" >>"$work/$name.log" 2>&1 || true
    done
    pairs=$( (grep -E '^ +#0 .*/'"$program:[0-9]+|^ +#0 .* $program:[0-9]+" "$work/$name.log" || true) |
        grep -v pthread_create | sed -E 's/.*\.c:([0-9]+).*/\1/' | paste -d' ' - - | sort -u |
        while read -r a b; do echo "$(mark "$program" "$a")$(mark "$program" "$b")"; done | sort -u | tr '\n' ' ')
    if grep -q 'WARNING: ThreadSanitizer: data race' "$work/$name.log"; then
        echo "$name yes $pairs" | sed 's/ *$//'
    else
        echo "$name no"
    fi
done

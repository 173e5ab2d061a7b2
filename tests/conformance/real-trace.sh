#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Records a real program under Valgrind and holds `vmscope replay` against a FIFO in awk that reads the
# text its own way. usage: real-trace.sh VMSCOPE TRACE; exit 77: no valgrind here, skipped.
set -euo pipefail
vmscope=$(realpath "$1") trace=$(realpath -m "$2") frames=40
command -v valgrind >/dev/null || exit 77
"$(dirname "${BASH_SOURCE[0]}")/../../script/record-trace" "$trace" 1100000 >/dev/null

want=$(awk -v frames="$frames" '
    function hex(text, i, sum) {
        sum = 0
        for (i = 1; i <= length(text); i++) sum = sum * 16 + index("0123456789abcdef", substr(text, i, 1)) - 1
        return sum
    }
    function touch(page, writes) {
        references++
        if (!(page in held)) {
            faults++
            if (faults > frames) {
                out = queue[faults - frames]
                evictions++
                writebacks += held[out] == 2
                delete held[out]
            }
            queue[faults] = page
            held[page] = 1
        }
        if (writes) held[page] = 2
    }
    /^(I | L| S| M) [0-9a-f]+,[0-9]+$/ {
        kind = substr($0, 1, 1) == "I" ? "I" : substr($0, 2, 1)
        split($2, part, ",")
        page = hex(substr(part[1], 1, length(part[1]) - 3))
        last = hex(substr(part[1], length(part[1]) - 2)) + part[2] - 1
        for (over = 0; over * 4096 <= last; over++) touch(page + over, kind == "S" || kind == "M")
    }
    END { printf "%d %d %d %d", references, faults, evictions, writebacks }' "$trace")

answer=$("$vmscope" replay "$trace" --format lackey --policy fifo --frames "$frames" --json)
got=$(sed -E 's/.*"references": ([0-9]+),.*"faults": ([0-9]+), "evictions": ([0-9]+), "writebacks": ([0-9]+),.*/\1 \2 \3 \4/' <<<"$answer")
[ "$got" = "$want" ] || {
    echo "references, faults, evictions, write-backs: replay has $got, awk $want" >&2
    exit 1
}
[ "${got%% *}" -ge 1000000 ] || {
    echo "only ${got%% *} references were recorded" >&2
    exit 1
}
# The other policies run on it too, and none does better than OPT.
opt=
for policy in opt lru clock fifo; do
    answer=$("$vmscope" replay "$trace" --format lackey --policy "$policy" --frames "$frames" --json)
    faults=$(sed -E 's/.*"faults": ([0-9]+),.*/\1/' <<<"$answer")
    opt=${opt:-$faults}
    [ "$faults" -ge "$opt" ] || {
        echo "$policy has $faults faults, fewer than OPT's $opt" >&2
        exit 1
    }
done
echo "$got"

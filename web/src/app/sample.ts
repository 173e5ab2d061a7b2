// SPDX-License-Identifier: MIT
// What a new scenario begins with.
export const SAMPLE = `vmscope 1
title "My scenario"
machine x86-64 { frames 64  swap 16  tlb 8  policy clock }

A = start empty
A: heap = mmap(4 pages, rw, private)
note "Nothing is in memory yet: the first store to each page faults."
A: store(heap, 2 pages)
expect frames(heap) = 2
`;

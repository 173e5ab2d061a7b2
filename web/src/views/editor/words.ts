// SPDX-License-Identifier: MIT
export const words = {
  text: 'Scenario text',
  failed: 'The editor could not be loaded. Please reload the page.',
  fresh: 'New scenario',
  save: 'Save',
  saveCopy: 'Save a copy',
  saved: 'Saved',
  unsaved: 'Not saved',
  format: 'Format',
  run: 'Run in the Lab',
  fine: 'No problems.',
  checking: 'Checking…',
  problems: 'Problems',
  expectations: 'Expectations',
  held: 'held',
  edit: 'Edit',
  close: 'Close the text',
  shipped: 'From the library: saving makes your own copy.',
  foreign: 'Saved by someone else: saving makes your own copy.',
  sample: `vmscope 1
title "My scenario"
machine x86-64 { frames 64  swap 16  tlb 8  policy clock }

A = start empty
A: heap = mmap(4 pages, rw, private)
note "Nothing is in memory yet: the first store to each page faults."
A: store(heap, 2 pages)
expect frames(heap) = 2
`,
} as const;

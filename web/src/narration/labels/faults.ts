// SPDX-License-Identifier: MIT
// Where a page comes from: zeros, the cache, a file, swap, a copy, a huge page.
import type { Labels } from './label.ts';

export const faults = {
  frame_taken: 'take frame',
  zero_fill: 'fill with 0',
  zero_page: 'zero page',
  cache_hit: 'in cache',
  file_read: 'read file',
  swap_hit: 'in memory',
  swap_read: 'read swap',
  cow_copy: 'copy page',
  cow_reuse: 'last owner',
  fault_around: 'map around',
  read_ahead: 'read ahead',
  swap_read_ahead: 'read ahead',
  advised: 'advise',
  swap_cached: 'keep in cache',
  write_protected: 'protect',
  write_noted: 'note write',
  shmem_freed: 'free shared',
  shmem_zeroed: 'new page',
  warmed: 'cached',
  caches_dropped: 'drop cache',
  huge_taken: 'take frames',
  table_deposited: 'spare table',
  huge_mapped: 'huge page',
  huge_zero_page: 'zero page',
  huge_fallback: 'no run',
  huge_shared: 'share page',
  huge_reused: 'last owner',
  huge_split: 'split',
} as const satisfies Labels;

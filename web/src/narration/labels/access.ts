// SPDX-License-Identifier: MIT
// An access on its way: the TLB, the walk, the trap, the entry, and what other processors have to learn.
import type { Labels } from './label.ts';

export const access = {
  reference_hit: 'hit',
  tlb_hit: 'TLB hit',
  tlb_miss: 'TLB miss',
  walk_level: 'walk',
  tlb_fill: 'TLB fill',
  dirty_set: 'set dirty',
  access_done: 'done',
  trap: 'fault',
  vma_found: 'allowed?',
  stack_grown: 'grow stack',
  fault: 'which kind?',
  general_protection: 'exception',
  kernel_shared: 'kernel’s half',
  kernel_access: 'kernel',
  trap_in_kernel: 'trap',
  table_made: 'new table',
  entry_set: 'set entry',
  tlb_drop: 'drop from TLB',
  tlb_flush: 'flush TLB',
  fault_return: 'return',
  shootdown: 'shootdown',
  tlb_drop_absent: 'drop from TLB',
  tlb_flush_absent: 'flush TLB',
  spurious_fault: 'for nothing',
} as const satisfies Labels;

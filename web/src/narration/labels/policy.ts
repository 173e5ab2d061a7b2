// SPDX-License-Identifier: MIT
// What a replacement policy looks at and remembers.
import type { Labels } from './label.ts';

export const policy = {
  look: 'look',
  working_set_left: 'out of WS',
  generation_aged: 'aging',
  inactive_low: 'few inactive',
  generation_empty: 'next oldest',
  fault_seldom: 'shrink',
  fault_often: 'grow',
  policy_set: 'set policy',
  policy_tick: 'policy’s timer',
  ghost_hit: 'remembered',
  page_ranked: 'ranked',
  stack_pruned: 'pruned',
  test_ended: 'test over',
  target_moved: 'new target',
} as const satisfies Labels;

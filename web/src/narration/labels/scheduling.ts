// SPDX-License-Identifier: MIT
// Who runs: switches, priorities, interrupts.
import type { Labels } from './label.ts';

export const scheduling = {
  switched: 'switch',
  preempted: 'give way',
  registers_saved: 'save registers',
  space_kept: 'same memory',
  space_loaded: 'load base',
  space_flushed: 'load base',
  yielded: 'yield',
  yield_alone: 'alone',
  priority_set: 'priority',
  affinity_set: 'processors',
  migrated: 'move away',
  interrupt: 'interrupt',
  interrupt_idle: 'interrupt',
  interrupt_return: 'return',
  ipi_sent: 'interrupt CPU',
} as const satisfies Labels;

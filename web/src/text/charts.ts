// SPDX-License-Identifier: MIT
// The charts of a run: titles, what their lines are, how a point is read aloud.
import { countText } from '../model/names.ts';
import { texts } from './texts.ts';

export const words = texts({
  title: 'Charts',
  whole: 'whole run',
  near: 'around here',
  range: 'How much of the run',
  picture: 'Show as charts',
  table: 'Show as a table',
  none: 'Nothing has run yet.',
  reading: 'Reading the figures…',
  axis: 'operations',
  operation: 'operation',
  hint: 'Click, or arrows and Enter, to go there.',
  plots: {
    faults: 'Page faults',
    tlb: 'TLB hit rate',
    resident: 'Resident pages',
    working: 'Working set',
    frames: 'Frames in use',
    traffic: 'Evictions and disk',
    time: 'Time',
  },
  lines: {
    together: 'together',
    minor: 'minor',
    major: 'major',
    cow: 'copy on write',
    tlb: 'hits',
    used: 'used',
    swapped: 'in swap',
    dirty: 'dirty file pages',
    evictions: 'evicted',
    reads: 'read from disk',
    writes: 'written to disk',
    clock: 'since the start',
  },
  processes: 'Processes',
  /** Of what is selected: where something happened to it. */
  changedAt: (ops: readonly number[]) =>
    ops.length === 0
      ? 'nothing changed here'
      : `changed in ${countText(ops.length)} ${ops.length === 1 ? 'operation' : 'operations'} here`,
  range0: (most: string) => `0–${most}`,
  total: (frames: number) => `of ${countText(frames)}`,
  over: (points: number) => `over ${points} points`,
  /** What a working set looks at, and how many frames there are for it. */
  window: (tau: number, frames: number) =>
    `in its last ${countText(tau)} references · ${countText(frames)} frames`,
  /** What a bar stands for, when it is more than one operation. */
  each: (operations: number) => `a bar: ${countText(operations)} operations`,
  one: 'a bar: one operation',
  at: (operation: string, values: string) => `operation ${operation}: ${values}`,
  noAccess: '–',
});

// SPDX-License-Identifier: MIT
// The machine in Linux's own columns. Names of columns and fields are Linux's in every language.
import { countText } from '../model/names.ts';
import { texts } from './texts.ts';

export const words = texts({
  title: 'vmstat and /proc',
  which: 'What is printed',
  whose: 'Whose mappings',
  every: 'A row for',
  operations: (n: number) => (n === 1 ? 'each operation' : `${countText(n)} operations`),
  reading: 'Reading the figures…',
  none: 'Nothing has run yet.',
  nobody: 'There is no process.',
  unit: (unit: string) => `in ${unit}; what happened counts from the row before`,
  leftOut:
    'Of vmstat’s columns, buff and cache are left out (for this moment meminfo has Cached; nothing is kept in buffers), and cpu: the clock adds up what each step costs, one after the other, and does not say who would have been idle meanwhile.',
  sizes: (unit: string) => `in ${unit}`,
  pages: 'pages',
  kib: 'KiB',
  smapsPath: (pid: number) => `/proc/${pid}/smaps`,
  total: 'total',
  step: 'op',
  go: (op: string) => `go to operation ${op}`,
  /** What each column of vmstat means, after man 8 vmstat. */
  columns: {
    r: 'threads that run or could run',
    b: 'threads that wait for something',
    swpd: 'in swap',
    free: 'free memory',
    dirty: 'file pages that differ from the disk',
    si: 'read in from swap',
    so: 'written out to swap',
    bi: 'read from files',
    bo: 'written to files',
    in: 'interrupts',
    cs: 'context switches',
    pgfault: 'page faults, minor and major',
    pgmajfault: 'major page faults',
    pgsteal: 'pages taken back',
    time: 'simulated time',
  },
  groups: {
    procs: 'procs',
    memory: 'memory',
    swap: 'swap',
    io: 'io',
    system: 'system',
    vm: '/proc/vmstat',
    clock: 'clock',
  },
});

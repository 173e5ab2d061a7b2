// SPDX-License-Identifier: MIT
// What a person reads in the translation panel.
import { bytesText, countText } from '../model/index.ts';
import { texts } from './texts.ts';

export const words = texts({
  title: 'Translation',
  cpu: (n: number) => `CPU ${n}`,
  userMode: 'user mode',
  kernelMode: 'kernel mode',
  none: 'No address is translated in this step.',
  noneYet: 'Nothing has run yet.',
  trees: 'The page tables as they are now',
  treeOf: (letter: string, tables: number) =>
    `${letter}: ${countText(tables)} page ${tables === 1 ? 'table' : 'tables'}, the root first`,
  used: (used: number, size: number) => `${countText(used)} of ${countText(size)} used`,
  fresh: 'new',
  moreTables: (n: number) => `and ${countText(n)} more ${n === 1 ? 'table' : 'tables'}`,
  steps: 'Micro-steps of this operation',
  retry: 'retry',
  /** Grounds of the strip that are too narrow for the long name. */
  short: ['program', 'MMU', 'kernel', 'disk'],
  virtual: 'Virtual address',
  split: 'page number, then offset in the page',
  selected: 'the page you selected; the next step leaves it',
  tlb: 'TLB',
  tlbOf: (cpu: number) => `TLB of CPU ${cpu}`,
  tlbSize: (used: number, all: number, tagged: boolean) =>
    `${used} of ${all} entries${tagged ? ', tagged by process' : ''}`,
  noTlb: 'this machine has none',
  hit: (page: string) => `hit: ${page} is there`,
  miss: (page: string) => `miss: no entry for ${page}`,
  notAsked: 'not asked yet',
  more: (n: number) => `and ${countText(n)} more`,
  level: (n: number) => `level ${n}`,
  offset: 'offset in the page',
  noTable: 'no table yet',
  hugeBelow: 'none: a huge page',
  tableNames: {
    x86_64: ['PT', 'PD', 'PDPT', 'PML4', 'PML5'],
    x86_32: ['PT', 'PD'],
    other: [] as readonly string[],
  },
  tableName: (level: number) => `level ${level}`,
  /** One that lies in no frame. */
  table: (id: number) => `#${id}`,
  reads: (n: number) => `${n} memory ${n === 1 ? 'read' : 'reads'}.`,
  sizes: (tables: number, bytes: number, flat: number) =>
    `’s ${countText(tables)} ${tables === 1 ? 'table takes' : 'tables take'} ${bytesText(bytes)}; ` +
    `one flat table would take ${bytesText(flat)}.`,
  entry: 'Page-table entry',
  entryOf: (index: number, frame: string | undefined) =>
    `entry ${index} in the last table${frame === undefined ? '' : `, frame ${frame}`}`,
  entryHuge: (index: number, table: string) => `entry ${index} of ${table}: one for a huge page`,
  entryNone: 'no table holds it yet',
  before: 'before',
  after: 'after',
  now: 'now',
  next: 'next',
  frame: 'frame',
  hardware: 'hardware',
  nonCanonical: (from: number) =>
    `Bits 63 to ${from} must be alike, and they are not: the CPU refuses before it reads any table.`,
  highBits: (from: number) => `bits 63 to ${from}`,
  otherBits: 'the rest',
  untilWrite: (letter: string) => `read-only until ${letter} writes`,
  walkStep: (table: string, index: number, target: string) =>
    `${table}, entry ${index}, leads to ${target}`,
  tlbEntry: (place: number, letter: string, page: string, frame: string, rights: string) =>
    `TLB entry ${place}: page ${page} of ${letter} lies in frame ${frame}, ${rights}`,
  /** What a bit means, for who points at it. */
  bits: {
    present: 'P, present: 1 means that the entry leads to a frame. At 0 every access faults.',
    writable:
      'W, writable: at 0 a store faults. After fork both entries have 0, so that a write is noticed.',
    user: 'U, user: at 0 only the kernel may use the page.',
    accessed:
      'A, accessed: the hardware sets it when the page is used. Replacement reads and clears it.',
    dirty:
      'D, dirty: the hardware sets it on a store. A dirty page must be written out before its frame is reused.',
    global: 'G, global: stays in the TLB when another process runs. The kernel’s pages have it.',
    no_execute: 'NX, no execute: at 1 no instruction may be fetched from the page.',
    cow: 'COW is the kernel’s own note, which the hardware does not know: the page is copied when it is written.',
  },
  bitsHint: 'Point at a bit to read what it means.',
  empty: 'no entry',
  slot: (n: string) => `swap slot ${n}`,
  notPresent: 'not present',
  writable: 'writable',
  readOnly: 'read-only',
  shared: 'shared',
  own: 'its own',
  zeroPage: 'the zero page',
  kernelPage: 'the kernel’s',
  device: 'a device',
  filePage: 'the file’s',
  sharedMemory: 'shared memory',
  physical: 'Physical address',
  notInMemory: 'not in memory yet',
  noPhysical: 'none: the page is not in memory',
  same: 'the offset stays the same',
  outside: 'outside of memory: a device answers',
  clockName: 'clock',
  clock: 'Clock of the run, and of this operation so far: what is counted, times what it costs',
  references: 'Reference string',
  faultsSoFar: (faults: number, all: number) =>
    `${countText(faults)} ${faults === 1 ? 'fault' : 'faults'} in ${countText(all)} ${all === 1 ? 'reference' : 'references'}`,
  historyFrame: (n: number) => `frame ${n}`,
  fault: 'fault',
  reference: 'page',
  isFault: 'fault',
});

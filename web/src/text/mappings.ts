// SPDX-License-Identifier: MIT
// What a person reads in the panel of mappings.
import { countText } from '../model/index.ts';
import { texts } from './texts.ts';

export const words = texts({
  title: 'Mappings',
  none: 'No process yet.',
  whose: 'Whose mappings',
  against: 'Addresses against memory',
  sums: {
    space: 'addresses',
    mapped: 'mapped',
    resident: 'in memory',
    swapped: 'in swap',
    tables: 'page tables',
    memory: 'memory there is',
    swap: 'swap there is',
    promised: 'promised to all',
  },
  empty: (share: string) => `${share} of the addresses are empty`,
  overcommit: (rule: string) => `Overcommit: ${rule}.`,
  states: 'The states of its pages',
  columns: {
    state: 'State',
    pages: 'Pages',
    ostep: 'OSTEP',
    csapp: 'CS:APP',
    mapping: 'Mapping',
    range: 'Start, end',
    rights: 'Rights',
    backing: 'Backing',
  },
  ostep: { invalid: 'invalid', absent: 'valid, not present', present: 'valid, present' },
  csapp: { unallocated: 'unallocated', uncached: 'uncached', cached: 'cached' },
  backing: {
    anonymous: 'no file: begins as zeros',
    bss: 'no place in the file: begins as zeros',
    guard: 'nothing: no rights',
    file: (name: string, offset: string) => `${name} from byte ${offset}`,
    shmem: (name: string) => `shared memory ${name}`,
    device: (name: string) => `device ${name}: no memory`,
    kernel: 'pages of the kernel',
  },
  of: (n: number, state: string) => `${countText(n)} ${state}`,
  answered: 'answered by the device',
  shared: 'shared',
  private: 'private',
});

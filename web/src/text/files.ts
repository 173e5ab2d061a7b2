// SPDX-License-Identifier: MIT
// What a person reads about files and swap.
import { countText, hex } from '../model/index.ts';
import { texts } from './texts.ts';

const pages = (n: number) => `${countText(n)} ${n === 1 ? 'page' : 'pages'}`;

export const words = texts({
  title: 'Files and swap',
  cache: 'Page cache',
  shmem: 'Shared memory',
  swap: 'Swap',
  disk: 'Disk',
  idle: 'idle',
  none: 'No file is mapped or in memory.',
  others: (n: number) =>
    `${countText(n)} more ${n === 1 ? 'file has' : 'files have'} no page in memory and no mapping.`,
  inMemory: (held: number, all: number) => `${countText(held)} of ${pages(all)} in memory`,
  dirty: (n: number) => `${countText(n)} not yet written`,
  written: 'all as on disk',
  firstPages: (n: number) => `the first ${pages(n)} are drawn`,
  pageOf: (page: number, file: string) => `page ${countText(page)} of ${file}`,
  onlyOnDisk: 'only on disk',
  notYet: 'not used yet',
  memoryOnly: 'in memory only',
  newer: 'newer in memory than on disk',
  same: 'the same in memory and on disk',
  aheadMark: 'using it starts the next read-ahead',
  readAhead: (n: number, file: string) => `reads ${pages(n)} of ${file} ahead`,
  swapAhead: (n: number) => `reads ${countText(n)} neighbouring slots ahead`,
  fromSwap: (slot: number, frame: string) => `reads slot ${hex(slot)} into frame ${frame}`,
  toSwap: (slot: number, frame: string) => `writes frame ${frame} to slot ${hex(slot)}`,
  fromFile: (file: string, frame: string) => `reads ${file} into frame ${frame}`,
  toFile: (file: string, frame: string) => `writes frame ${frame} back to ${file}`,
  swapCached: (n: number) => `${countText(n)} in memory too (swap cache)`,
  descriptors: 'Descriptors',
  descriptorsHint: 'number → open file → what it is',
  mode: (rights: string, uid: number, gid: number) => `${rights}, of ${uid}:${gid}`,
  modeLong: 'the file’s mode and owner: they decide open and execve',
  position: (bytes: number) => `at byte ${countText(bytes)}`,
  copies: (n: number) => `${countText(n)} descriptors share it`,
  opened: (n: number) => `open file ${n}`,
  moreOpen: (n: number) => `${countText(n)} more`,
  shows: (name: string) => `${name} shows`,
  table: 'As a table',
  picture: 'As a picture',
  columns: {
    file: 'File',
    page: 'Page',
    frame: 'Frame',
    state: 'On disk',
    mapped: 'Mapped by',
  },
  clean: 'the same',
  unwritten: 'older',
  slot: (n: number) => `slot ${hex(n)}`,
  legend: {
    cached: 'in memory',
    mapped: 'mapped',
    dirty: 'not yet written',
    disk: 'on disk only',
  },
});

// SPDX-License-Identifier: MIT
// A page-table entry's parts. The low sixteen bits are flags, the rest a frame, a table or a slot; the
// number can pass 2^32, so it is divided, never shifted.
import { PteBits } from '../wire/generated.ts';

const FLAGS = 2 ** 16; // VM_PTE_SHIFT of the engine

export type PteFlag = keyof typeof PteBits;

export const hasFlag = (entry: number, flag: PteFlag): boolean =>
  ((entry % FLAGS) & PteBits[flag]) !== 0;

/** The number above the flags: frame (present leaf), table (present, no leaf) or slot (swapped). */
export const entryNumber = (entry: number): number => Math.floor(entry / FLAGS);

/** The frame that a leaf entry maps, or undefined. */
export const frameOf = (entry: number): number | undefined =>
  hasFlag(entry, 'present') && hasFlag(entry, 'leaf') ? entryNumber(entry) : undefined;

/** Of a huge entry: the entry of one of its pages. The huge zero page is one frame for all of them. */
export const partOf = (entry: number, index: number): number =>
  hasFlag(entry, 'special') ? entry : entry + index * FLAGS;

export const slotOf = (entry: number): number | undefined =>
  !hasFlag(entry, 'present') && hasFlag(entry, 'swapped') ? entryNumber(entry) : undefined;

export const tableOf = (entry: number): number | undefined =>
  hasFlag(entry, 'present') && !hasFlag(entry, 'leaf') ? entryNumber(entry) : undefined;

/** `frame_opt` and `slot_opt` hold the number plus one, 0 for none. */
export const optional = (value: number): number | undefined => (value ? value - 1 : undefined);

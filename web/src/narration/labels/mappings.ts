// SPDX-License-Identifier: MIT
// Mappings made, moved, changed.
import type { Labels } from './label.ts';

export const mappings = {
  mapped: 'map',
  unmapped: 'unmap',
  moved: 'move',
  locked: 'lock',
  vma_merged: 'merge',
  vma_split: 'split',
  protected: 'protect',
  brk_moved: 'move brk',
} as const satisfies Labels;

// SPDX-License-Identifier: MIT
// The way of a copy's arrow from one cell of the grid to another. Pure.
import type { CellLayout } from '../../lib/draw/detail.ts';
import { placeOf } from '../../lib/draw/detail.ts';

export interface Flight {
  /** The path, as SVG writes it. */
  readonly d: string;
  /** The corner of the cell where it ends. */
  readonly to: { readonly x: number; readonly y: number };
}

/** Between places in the grid, the first of them 0. */
export function flightBetween(layout: CellLayout, from: number, to: number): Flight {
  const [a, b] = [placeOf(layout, from), placeOf(layout, to)];
  const s = layout.size;
  if (a.y === b.y) {
    // Along a row it dips below the frames between.
    const [x1, x2, bottom] = [a.x + s / 2, b.x + s / 2, a.y + s + 4];
    const d = `M${x1} ${bottom}C${x1} ${bottom + 20},${x2} ${bottom + 20},${x2} ${bottom + 1}`;
    return { d, to: b };
  }
  const [x1, y1] = [a.x + s / 2, b.y > a.y ? a.y + s + 4 : a.y - 4];
  const right = b.x + s / 2 < x1;
  const [x2, y2] = [b.x + (right ? s + 5 : -5), b.y + s / 2];
  const bend = Math.max(24, Math.abs(x2 - x1) * 0.45);
  const drop = (y2 - y1) * 0.75;
  const d = `M${x1} ${y1}C${x1} ${y1 + drop},${x2 + (right ? bend : -bend)} ${y2},${x2} ${y2}`;
  return { d, to: b };
}

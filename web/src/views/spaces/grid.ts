// SPDX-License-Identifier: MIT
// A range of pages as rows of cells: each row holds a power of two of pages, so that columns keep their
// meaning, and rows follow the addresses. Pure. Coordinates are sixteenths of a rem.
import type { CellLayout } from '../../lib/draw/detail.ts';
import type { Range } from './viewpoint.ts';

export interface PageGrid {
  /** The first page of the lowest row. */
  readonly first: number;
  readonly layout: CellLayout;
  /** Row 0 of the picture holds the lowest addresses. */
  readonly zeroOnTop: boolean;
}

/** More pages than these are drawn as shares. */
const GRID_MOST = 16384;
const LARGEST = 36;
const NARROWEST = 4;

const gapOf = (pitch: number): number => (pitch >= 20 ? 2 : pitch >= 10 ? 3 : pitch >= 5 ? 1 : 0);

/** Undefined when a page would be smaller than a pixel. */
export function gridOf(
  { from, span }: Range,
  width: number,
  height: number,
  zeroOnTop: boolean,
): PageGrid | undefined {
  if (span > GRID_MOST) return undefined;
  for (let pitch = LARGEST; pitch >= 1; pitch--) {
    const widest = 2 ** Math.floor(Math.log2(Math.max(1, (width + gapOf(pitch)) / pitch)));
    const rowsOf = (columns: number) => {
      const first = Math.floor(from / columns) * columns;
      return Math.max(1, Math.ceil((from + span - first) / columns));
    };
    const fits = (columns: number) => rowsOf(columns) * pitch - gapOf(pitch) <= height;
    if (!fits(widest)) continue;
    // High rather than wide: names stand beside it.
    let columns = widest;
    while (columns > NARROWEST && fits(columns / 2)) columns /= 2;
    const first = Math.floor(from / columns) * columns;
    const rows = rowsOf(columns);
    const detail = pitch >= 10 ? 'marks' : pitch >= 4 ? 'sprite' : 'pixel';
    return {
      first,
      zeroOnTop,
      layout: { detail, pitch, size: pitch - gapOf(pitch), columns, rows, per: 1 },
    };
  }
  return undefined;
}

/** Both ways: from a place in the picture to the page's number after `first`, and back. */
export function turned({ layout, zeroOnTop }: PageGrid, index: number): number {
  const row = Math.floor(index / layout.columns);
  const shown = zeroOnTop ? row : layout.rows - 1 - row;
  return shown * layout.columns + (index % layout.columns);
}

export const pageAt = (grid: PageGrid, index: number): number => grid.first + turned(grid, index);

/** Where a page stands, or undefined outside. */
export function indexOf(grid: PageGrid, vpn: number): number | undefined {
  const offset = vpn - grid.first;
  if (offset < 0 || offset >= grid.layout.rows * grid.layout.columns) return undefined;
  return turned(grid, offset);
}

/** The cells of a run of pages as one outline, cut to the picture. */
export function outline(grid: PageGrid, start: number, end: number): string {
  const { columns, rows, pitch, size } = grid.layout;
  const a = Math.max(0, start - grid.first);
  const b = Math.min(columns * rows, end - grid.first);
  if (b <= a) return '';
  const out = pitch - size > 1 ? 1.5 : 0.5;
  const x = (column: number, right: boolean) =>
    right ? (column - 1) * pitch + size + out : column * pitch - out;
  const y = (row: number, low: boolean) => {
    // Row numbers count from the lowest addresses; `low`: the edge towards low addresses.
    const shown = grid.zeroOnTop ? row : rows - 1 - row;
    return low === grid.zeroOnTop ? shown * pitch - out : shown * pitch + size + out;
  };
  const [r0, r1] = [Math.floor(a / columns), Math.floor((b - 1) / columns)];
  const [c0, c1] = [a % columns, ((b - 1) % columns) + 1];
  const n = (value: number) => String(Math.round(value * 10) / 10);
  const path = (points: readonly (readonly [number, number])[]) =>
    `M${points.map(([px, py]) => `${n(px)} ${n(py)}`).join('L')}z`;
  if (r0 === r1)
    return path([
      [x(c0, false), y(r0, true)],
      [x(c1, true), y(r0, true)],
      [x(c1, true), y(r0, false)],
      [x(c0, false), y(r0, false)],
    ]);
  // Two rows without a page above each other are two pieces.
  if (r1 === r0 + 1 && c1 <= c0)
    return (
      outline(grid, start, grid.first + r1 * columns) +
      outline(grid, grid.first + r1 * columns, end)
    );
  const points: [number, number][] = [[x(c0, false), y(r0, true)]];
  points.push([x(columns, true), y(r0, true)]);
  const full = c1 === columns;
  points.push([x(columns, true), y(full ? r1 : r1 - 1, false)]);
  if (!full) points.push([x(c1, true), y(r1 - 1, false)], [x(c1, true), y(r1, false)]);
  points.push([x(0, false), y(r1, false)]);
  if (c0 > 0) points.push([x(0, false), y(r0 + 1, true)], [x(c0, false), y(r0 + 1, true)]);
  return path(points);
}

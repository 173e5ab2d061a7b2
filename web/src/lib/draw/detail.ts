// SPDX-License-Identifier: MIT
// How large a cell can be so that all fit, and so by which technique they are drawn. Pure.

/**
 * `marks`: all marks, drawn as shapes; `sprite`: small pictures without gaps below 6 px; `pixel`: one
 * pixel a cell, enlarged; `density`: several cells share a pixel.
 */
export type Detail = 'marks' | 'sprite' | 'pixel' | 'density';

export interface CellLayout {
  readonly detail: Detail;
  /** From one cell to the next, in sixteenths of a rem (a CSS pixel at the usual size of text). */
  readonly pitch: number;
  /** Side of a cell without the gap. */
  readonly size: number;
  readonly columns: number;
  readonly rows: number;
  /** Cells of one pixel: 1 but for density. */
  readonly per: number;
}

/** The largest cells of at most `most` px with which `count` fit in width × height. */
export function fitCells(count: number, width: number, height: number, most: number): CellLayout {
  const gapOf = (pitch: number) => (pitch >= 20 ? 2 : pitch >= 10 ? 3 : pitch >= 5 ? 1 : 0);
  for (let pitch = Math.floor(most); pitch >= 1; pitch--) {
    const columns = Math.floor((width + gapOf(pitch)) / pitch);
    if (columns < 1) continue;
    const rows = Math.ceil(count / columns);
    if (rows * pitch - gapOf(pitch) > height && rows > 1) continue;
    const detail = pitch >= 10 ? 'marks' : pitch >= 4 ? 'sprite' : 'pixel';
    return { detail, pitch, size: pitch - gapOf(pitch), columns, rows, per: 1 };
  }
  const columns = Math.max(1, Math.floor(width));
  const room = columns * Math.max(1, Math.floor(height));
  const per = Math.ceil(count / room);
  const rows = Math.ceil(Math.ceil(count / per) / columns);
  return { detail: 'density', pitch: 1, size: 1, columns, rows, per };
}

/** The cell at a point of the picture, or undefined outside. */
export function cellAt(
  layout: CellLayout,
  count: number,
  x: number,
  y: number,
): number | undefined {
  const column = Math.floor(x / layout.pitch);
  const row = Math.floor(y / layout.pitch);
  if (column < 0 || column >= layout.columns || row < 0) return undefined;
  const index = (row * layout.columns + column) * layout.per;
  return index < count ? index : undefined;
}

/** Where a cell's corner lies. */
export function placeOf(layout: CellLayout, index: number): { x: number; y: number } {
  const place = Math.floor(index / layout.per);
  return {
    x: (place % layout.columns) * layout.pitch,
    y: Math.floor(place / layout.columns) * layout.pitch,
  };
}

/** Where the keys lead a cursor over cells; undefined: not a key of ours. */
export function moveCursor(
  key: string,
  index: number,
  count: number,
  columns: number,
): number | undefined {
  const clamp = (i: number) => Math.min(Math.max(i, 0), count - 1);
  switch (key) {
    case 'ArrowRight':
      return clamp(index + 1);
    case 'ArrowLeft':
      return clamp(index - 1);
    case 'ArrowDown':
      return index + columns < count ? index + columns : index;
    case 'ArrowUp':
      return index - columns >= 0 ? index - columns : index;
    case 'Home':
      return 0;
    case 'End':
      return clamp(count - 1);
    case 'PageDown':
      return clamp(index + columns * 8);
    case 'PageUp':
      return clamp(index - columns * 8);
    default:
      return undefined;
  }
}

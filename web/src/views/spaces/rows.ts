// SPDX-License-Identifier: MIT
// Which segments of several processes stand side by side, and the gaps between them. Pure.
// Rows run from high addresses to low. A process's own segments never change their order.

/** What this file needs to know of a mapping. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface SegmentRow<T extends Span> {
  readonly kind: 'segments';
  readonly key: string;
  /** One place a process; undefined where it has no such segment. */
  readonly cells: readonly (T | undefined)[];
}
export interface GapRow {
  readonly kind: 'gap';
  readonly key: string;
  /** The smallest gap of any process, in pages. */
  readonly pages: number;
  /** All processes have the same gap here. */
  readonly exact: boolean;
}
export type Row<T extends Span> = SegmentRow<T> | GapRow;

interface Line<T extends Span> {
  readonly role: string;
  readonly cells: (T | undefined)[];
  /** The address it is placed by: the lowest start in it. */
  start: number;
}

/** The longest common run of roles (in order, not adjacent), as pairs of indexes. */
function match<T extends Span>(lines: readonly Line<T>[], roles: readonly string[]): number[] {
  const [rows, columns] = [lines.length, roles.length];
  const best: number[][] = Array.from({ length: rows + 1 }, () =>
    new Array<number>(columns + 1).fill(0),
  );
  const at = (i: number, j: number) => best[i]?.[j] ?? 0;
  for (let i = rows - 1; i >= 0; i--) {
    for (let j = columns - 1; j >= 0; j--) {
      const row = best[i];
      if (!row) continue;
      row[j] =
        lines[i]?.role === roles[j] ? 1 + at(i + 1, j + 1) : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const found = new Array<number>(columns).fill(-1);
  let [i, j] = [0, 0];
  while (i < rows && j < columns) {
    if (lines[i]?.role === roles[j]) found[j++] = i++;
    else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return found;
}

function place<T extends Span>(
  lines: Line<T>[],
  segments: readonly T[],
  roleOf: (segment: T) => string,
  column: number,
  columns: number,
): Line<T>[] {
  const found = match(lines, segments.map(roleOf));
  const result: Line<T>[] = [];
  let taken = 0;
  segments.forEach((segment, j) => {
    const line = lines[found[j] ?? -1];
    if (line) {
      while (taken < lines.length && lines[taken] !== line) result.push(lines[taken++] as Line<T>);
      line.cells[column] = segment;
      line.start = Math.min(line.start, segment.start);
      result.push(line);
      taken++;
      return;
    }
    // Not shared with an earlier process: before the first line that lies lower, but never past the
    // line that this process's next common segment stands in.
    const next = found.slice(j + 1).find((f) => f >= 0) ?? lines.length;
    while (taken < next && (lines[taken]?.start ?? 0) > segment.start) {
      result.push(lines[taken++] as Line<T>);
    }
    const cells = new Array<T | undefined>(columns).fill(undefined);
    cells[column] = segment;
    result.push({ role: roleOf(segment), cells, start: segment.start });
  });
  return [...result, ...lines.slice(taken)];
}

/** `processes`: the segments of each, in any order. `least`: smaller gaps (in pages) are not shown. */
export function alignSegments<T extends Span>(
  processes: readonly (readonly T[])[],
  roleOf: (segment: T) => string,
  least: number,
): Row<T>[] {
  let lines: Line<T>[] = [];
  processes.forEach((segments, column) => {
    const order = [...segments].sort((a, b) => b.start - a.start);
    lines = place(lines, order, roleOf, column, processes.length);
  });
  const seen = new Map<string, number>();
  const rows: Row<T>[] = [];
  lines.forEach((line, i) => {
    const times = (seen.get(line.role) ?? 0) + 1;
    seen.set(line.role, times);
    const gap = i > 0 ? gapAbove(lines, i, processes.length) : undefined;
    const key = `${line.role}#${times}`;
    if (gap && gap.pages >= least) rows.push({ kind: 'gap', key: `gap ${key}`, ...gap });
    rows.push({ kind: 'segments', key, cells: line.cells });
  });
  return rows;
}

/** The gap above line i, for every process that has a segment in it and one higher up. */
function gapAbove<T extends Span>(lines: readonly Line<T>[], i: number, columns: number) {
  const gaps: number[] = [];
  for (let column = 0; column < columns; column++) {
    const below = lines[i]?.cells[column];
    if (!below) continue;
    for (let above = i - 1; above >= 0; above--) {
      const segment = lines[above]?.cells[column];
      if (!segment) continue;
      gaps.push(segment.start - below.end);
      break;
    }
  }
  if (gaps.length === 0) return undefined;
  const pages = Math.min(...gaps);
  return { pages, exact: gaps.every((gap) => gap === pages) };
}

/** Above all: only gaps that a person would call empty, 1/4096 of the space or more. */
export const leastGap = (vaBits: number, pageShift: number): number =>
  Math.max(1, 2 ** (vaBits - pageShift - 12));

// SPDX-License-Identifier: MIT
// Lines of a chart as sorted points, and what is asked of them. Pure.
export interface Series {
  readonly id: string;
  readonly title: string;
  /** Its colour and dashes: the same for the same thing on every page. */
  readonly style: number;
  /** Rising. */
  readonly xs: readonly number[];
  readonly ys: readonly number[];
}
export interface Chosen {
  readonly series: string;
  readonly index: number;
}

/** A stretch of the axis across; every other one is shaded. */
export interface Band {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

const COLOURS = 8;
const dashes = ['', '7 3', '2 3', '9 3 2 3'] as const;
export const paintOfStyle = (style: number): string => `series-${style % COLOURS}`;
export const colourOfStyle = (style: number): string => `var(--${paintOfStyle(style)})`;
export const dashOfStyle = (style: number): string =>
  dashes[Math.floor(style / COLOURS) % dashes.length] ?? '';

/** Sorts points by x; of two at one x the later one counts. */
export function seriesOf(
  head: Pick<Series, 'id' | 'title' | 'style'>,
  points: readonly (readonly [number, number])[],
): Series {
  const last = new Map(points);
  const sorted = [...last].sort((a, b) => a[0] - b[0]);
  return { ...head, xs: sorted.map((p) => p[0]), ys: sorted.map((p) => p[1]) };
}

/** The index of the x nearest to `x`; -1 when there is none. */
export function nearest(xs: readonly number[], x: number): number {
  let [low, high] = [0, xs.length - 1];
  if (high < 0) return -1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((xs[middle] as number) < x) low = middle + 1;
    else high = middle;
  }
  const before = low - 1;
  return before >= 0 && x - (xs[before] as number) <= (xs[low] as number) - x ? before : low;
}

export interface Extent {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  /** The least y above 0: where a logarithmic axis may begin. */
  readonly positive: number;
  /** No value between whole numbers. */
  readonly whole: { readonly x: boolean; readonly y: boolean };
}

export function extentOf(all: readonly Series[]): Extent | undefined {
  let [x0, x1, y0, y1, positive] = [Infinity, -Infinity, Infinity, -Infinity, Infinity];
  const whole = { x: true, y: true };
  for (const { xs, ys } of all) {
    if (xs.length === 0) continue;
    whole.x &&= xs.every(Number.isInteger);
    whole.y &&= ys.every(Number.isInteger);
    x0 = Math.min(x0, xs[0] as number);
    x1 = Math.max(x1, xs[xs.length - 1] as number);
    for (const y of ys) {
      if (y < y0) y0 = y;
      if (y > y1) y1 = y;
      if (y > 0 && y < positive) positive = y;
    }
  }
  if (x1 < x0) return undefined;
  return { x: [x0, x1], y: [y0, y1], positive: positive === Infinity ? 1 : positive, whole };
}

/**
 * The points of a line in pixels, no more than four a column: what enters, the extremes, what leaves.
 * So a curve of a million points looks the same and costs as much as one of a thousand.
 */
export function thinned(
  series: Series,
  px: (x: number) => number,
  py: (y: number) => number,
): [number, number][] {
  const out: [number, number][] = [];
  const { xs, ys } = series;
  for (let i = 0; i < xs.length;) {
    const column = Math.round(px(xs[i] as number));
    let j = i;
    let [least, most] = [i, i];
    while (j + 1 < xs.length && Math.round(px(xs[j + 1] as number)) === column) {
      j++;
      if ((ys[j] as number) < (ys[least] as number)) least = j;
      if ((ys[j] as number) > (ys[most] as number)) most = j;
    }
    for (const k of [...new Set([i, least, most, j].sort((a, b) => a - b))]) {
      out.push([px(xs[k] as number), py(ys[k] as number)]);
    }
    i = j + 1;
  }
  return out;
}

// SPDX-License-Identifier: MIT
// Small charts as paths and rectangles in pixels. Pure.
import type { Plot } from './plots.ts';

export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly from: number;
  readonly to: number;
  /** Operations after it are not drawn. */
  readonly last: number;
}
export interface Bar {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly paint: string;
}

export const placeOf = ({ from, to, width }: Frame, op: number): number =>
  to > from ? (Math.min(to, Math.max(from, op)) - from) * (width / (to - from)) : 0;

/** The operation under a place. */
export function opAt({ from, to, width }: Frame, x: number): number {
  const part = width > 0 ? Math.min(1, Math.max(0, x / width)) : 0;
  return Math.round(from + part * (to - from));
}

const fixed = (n: number) => Number(n.toFixed(2));

/** What holds from a point on, as stairs; a gap where nothing was measured. */
export function stairs(
  plot: Plot,
  values: Plot['lines'][number]['values'],
  at: readonly number[],
  frame: Frame,
): string {
  const y = (value: number) => fixed(frame.height - (value / plot.most) * (frame.height - 3) - 1);
  let path = '';
  let [pen, height] = [false, 0];
  at.forEach((op, i) => {
    const value = values[i];
    if (op > frame.last || (at[i + 1] ?? op + 1) < frame.from) return;
    const x = fixed(placeOf(frame, op));
    if (value === undefined) {
      if (pen) path += `H${x}`;
      pen = false;
      return;
    }
    const now = y(value);
    if (!pen) path += `M${x} ${now}`;
    else if (now !== height) path += `H${x}V${now}`;
    [pen, height] = [true, now];
  });
  return pen ? `${path}H${fixed(placeOf(frame, Math.min(frame.last, frame.to)))}` : path;
}

/** Between the points before and at `op`; at least a pixel wide, with a gap while there is room. */
export function barsOf(plot: Plot, at: readonly number[], frame: Frame): Bar[] {
  const bars: Bar[] = [];
  at.forEach((op, i) => {
    const before = at[i - 1];
    if (before === undefined || op > frame.last || op < frame.from) return;
    const [left, right] = [placeOf(frame, before), placeOf(frame, op)];
    const gap = right - left > 4 ? 1 : 0;
    let base = frame.height;
    for (const line of plot.lines) {
      const value = line.values[i] ?? 0;
      if (value <= 0) continue;
      const height = Math.max(1.5, (value / plot.most) * (frame.height - 3));
      base -= height;
      bars.push({
        x: fixed(left + gap),
        y: fixed(base),
        width: fixed(Math.max(1, right - left - gap)),
        height: fixed(height),
        paint: line.paint,
      });
    }
  });
  return bars;
}

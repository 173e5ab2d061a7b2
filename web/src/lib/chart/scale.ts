// SPDX-License-Identifier: MIT
// Axes: from values to places and back, and where the ticks are. Pure.
import { countText } from '../../model/names.ts';

export interface Scale {
  readonly log: boolean;
  readonly from: number;
  readonly to: number;
  /** A value as a part of the axis: 0 at its beginning, 1 at its end. */
  at(value: number): number;
  back(part: number): number;
  readonly ticks: readonly number[];
}

/** 1, 2 or 5 times a power of ten, at least `least`. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((n) => n * power).find((n) => n >= least * 0.9999) ?? least;
}

function linear(from: number, to: number, count: number, whole: boolean): Scale {
  const end = to > from ? to : from + 1;
  const wanted = niceStep((end - from) / Math.max(1, count));
  const step = whole ? Math.max(1, wanted) : wanted;
  const ticks: number[] = [];
  const first = Math.ceil(from / step - 1e-9) + 0;
  for (let i = first; i * step <= end + step * 1e-9; i++) ticks.push(i * step);
  return {
    log: false,
    from,
    to: end,
    at: (value) => (value - from) / (end - from),
    back: (part) => from + part * (end - from),
    ticks,
  };
}

function logarithmic(from: number, to: number, count: number): Scale {
  const low = from > 0 ? from : Math.min(1, to > 0 ? to / 1000 : 1);
  const high = to > low ? to : low * 10;
  const [a, b] = [Math.log10(low), Math.log10(high)];
  const decades = b - a;
  // All of 1, 2, 5 while there is room, then powers of ten, then every few of them.
  const steps = decades * 3 <= count * 1.5 ? [1, 2, 5] : [1];
  const every = Math.max(1, Math.ceil(decades / Math.max(1, count)));
  const ticks: number[] = [];
  for (let power = Math.floor(a); power <= Math.ceil(b); power++) {
    if (steps.length === 1 && power % every !== 0) continue;
    for (const step of steps) {
      const tick = step * 10 ** power;
      if (tick >= low * 0.9999 && tick <= high * 1.0001) ticks.push(tick);
    }
  }
  return {
    log: true,
    from: low,
    to: high,
    at: (value) => (Math.log10(Math.max(value, low)) - a) / (b - a),
    back: (part) => 10 ** (a + part * (b - a)),
    ticks,
  };
}

/** `count`: about how many ticks there is room for; `whole`: none between whole numbers. */
export const scaleOf = (
  from: number,
  to: number,
  log: boolean,
  count: number,
  whole = false,
): Scale => (log ? logarithmic(from, to, count) : linear(from, to, count, whole));

/** 1200 → "1,200", 3400000 → "3.4 M", 0.0012 → "0.0012". */
export function shortNumber(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0';
  for (const [unit, letter] of [
    [1e12, 'T'],
    [1e9, 'G'],
    [1e6, 'M'],
    [1e4, 'k'],
  ] as const) {
    if (size < unit) continue;
    const scaled = value / (letter === 'k' ? 1000 : unit);
    return `${Number(scaled.toPrecision(3))} ${letter}`;
  }
  if (Number.isInteger(value)) return countText(value);
  return String(Number(value.toPrecision(3)));
}

/** With all its digits, when it is whole. */
export const exactNumber = (value: number): string =>
  Number.isInteger(value) ? countText(value) : String(Number(value.toPrecision(5)));

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

/** 1, 2 or 5 times a power of ten, at least `least`; or a power of two. */
function niceStep(least: number, base: 2 | 10): number {
  if (base === 2) return 2 ** Math.ceil(Math.log2(least) - 1e-9);
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((n) => n * power).find((n) => n >= least * 0.9999) ?? least;
}

function linear(
  from: number,
  to: number,
  count: number,
  { whole, base }: Required<ScaleOptions>,
): Scale {
  const end = to > from ? to : from + 1;
  const wanted = niceStep((end - from) / Math.max(1, count), base);
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

/** What 0 takes of a logarithmic axis that begins with it. */
const ZERO = 0.05;

function logarithmic(from: number, to: number, count: number, base: 2 | 10): Scale {
  const zero = from === 0 && to > 0;
  const low = from > 0 ? from : zero && to > 1 ? 1 : Math.min(1, to > 0 ? to / 1000 : 1);
  const high = to > low ? to : low * base;
  const log = base === 2 ? Math.log2 : Math.log10;
  const [a, b] = [log(low), log(high)];
  // All of 1, 2, 5 while there is room, then powers of ten, then every few of them.
  const steps = base === 10 && (b - a) * 3 <= count * 1.5 ? [1, 2, 5] : [1];
  const every = Math.max(1, Math.ceil((b - a) / Math.max(1, count)));
  const ticks = zero ? [0] : [];
  for (let power = Math.floor(a); power <= Math.ceil(b); power++) {
    if (zero && power < 0) continue;
    if (steps.length === 1 && power % every !== 0) continue;
    for (const step of steps) {
      const tick = step * base ** power;
      if (tick >= low * 0.9999 && tick <= high * 1.0001) ticks.push(tick);
    }
  }
  const gap = zero ? ZERO : 0;
  return {
    log: true,
    from: zero ? 0 : low,
    to: high,
    at: (value) =>
      zero && value <= 0 ? 0 : gap + ((1 - gap) * (log(Math.max(value, low)) - a)) / (b - a),
    back: (part) => (part < gap / 2 ? 0 : base ** (a + ((part - gap) / (1 - gap)) * (b - a))),
    ticks,
  };
}

export interface ScaleOptions {
  /** No ticks between whole numbers. */
  readonly whole?: boolean;
  readonly base?: 2 | 10;
}

/** `count`: about how many ticks there is room for. */
export function scaleOf(
  from: number,
  to: number,
  log: boolean,
  count: number,
  { whole = false, base = 10 }: ScaleOptions = {},
): Scale {
  return log ? logarithmic(from, to, count, base) : linear(from, to, count, { whole, base });
}

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

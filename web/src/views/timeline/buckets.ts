// SPDX-License-Identifier: MIT
// From counts a bucket to what one lane draws. Few operations: one mark each, where it happened.
// Many: heat, the share of a bucket's operations to which it happened. Pure, so that it can be tested.
import type { Lanes } from '../../wire/messages.ts';

/** Operations (from, to] on screen. */
export interface Range {
  readonly from: number;
  readonly to: number;
}
export interface Mark {
  /** The operation in the middle of the bucket, 1-based. */
  readonly op: number;
  readonly count: number;
}
export interface Band {
  readonly pid: number;
  readonly tid: number;
  /** Operations (from, to]. */
  readonly from: number;
  readonly to: number;
}

/** Marks closer than this many pixels would cover each other. */
const MARK_PX = 9;
const HEAT_PX = 2;

/** As many buckets as can be told apart, and never more than one an operation. */
export function bucketsFor(range: Range, width: number): number {
  const length = Math.max(1, range.to - range.from);
  return Math.max(1, Math.min(length, Math.floor(width / HEAT_PX), 4096));
}

/** True when single marks fit: fewer buckets than there is room for shapes. */
export const showsMarks = (range: Range, width: number): boolean =>
  (range.to - range.from) * (MARK_PX / 3) <= width;

const opsPerBucket = (lanes: Lanes): number =>
  (lanes.to - lanes.from) / Math.max(1, lanes.buckets || lanes.pid.length);

export function marksOf(lanes: Lanes, counts: readonly number[]): Mark[] {
  const each = opsPerBucket(lanes);
  const marks: Mark[] = [];
  counts.forEach((count, i) => {
    if (count > 0) marks.push({ op: lanes.from + Math.ceil((i + 0.5) * each), count });
  });
  return marks;
}

/** 0 … 1 for each bucket; a single event in a huge bucket stays visible. */
export function heatOf(lanes: Lanes, counts: readonly number[]): number[] {
  const each = Math.max(1, opsPerBucket(lanes));
  return counts.map((count) =>
    count === 0 ? 0 : Math.max(0.25, Math.min(1, Math.sqrt(count / each))),
  );
}

/** Runs of buckets in which the same process ran most, and the same thread of it. */
export function bandsOf(lanes: Lanes, ran: Pick<Lanes, 'pid' | 'tid'> = lanes): Band[] {
  const each = opsPerBucket(lanes);
  const bands: Band[] = [];
  ran.pid.forEach((pid, i) => {
    const from = lanes.from + i * each;
    const last = bands.at(-1);
    const tid = ran.tid[i] ?? 0;
    if (last?.pid === pid && last.tid === tid && Math.abs(last.to - from) < 0.001) {
      bands[bands.length - 1] = { ...last, to: from + each };
    } else if (pid > 0) {
      bands.push({ pid, tid, from, to: from + each });
    }
  });
  return bands;
}

/** Round numbers for the axis, at least `gap` pixels apart. */
export function ticksOf(range: Range, width: number, gap = 80): number[] {
  const length = range.to - range.from;
  if (length <= 0 || width <= 0) return [];
  const rough = (length * gap) / width;
  const power = 10 ** Math.floor(Math.log10(Math.max(rough, 1)));
  const step = Math.max(
    1,
    [1, 2, 5, 10].map((f) => f * power).find((s) => s >= rough) ?? power * 10,
  );
  const ticks: number[] = [];
  for (let t = Math.ceil(range.from / step) * step; t <= range.to; t += step) ticks.push(t);
  return ticks;
}

/** 1500 → 1,500; 250000 → 250k; 1000000 → 1M. */
export function tickText(n: number): string {
  if (n >= 1e6 && n % 1e5 === 0) return `${n / 1e6}M`;
  if (n >= 1e4 && n % 100 === 0) return `${n / 1e3}k`;
  return n.toString();
}

/** Zooms around `centre`, within the run and never closer than ten operations. */
export function zoomed(range: Range, centre: number, factor: number, length: number): Range {
  const span = Math.min(length, Math.max(Math.min(10, length), (range.to - range.from) * factor));
  const share = (centre - range.from) / Math.max(1e-9, range.to - range.from);
  const from = Math.max(0, Math.min(length - span, centre - share * span));
  return { from: Math.floor(from), to: Math.min(length, Math.ceil(from + span)) };
}

/** Moved by so many operations, within the run. */
export function panned(range: Range, by: number, length: number): Range {
  const span = range.to - range.from;
  const from = Math.round(Math.max(0, Math.min(length - span, range.from + by)));
  return { from, to: from + span };
}

/** 0 … 1 in each of so many stripes: where anything at all happened. */
export function allHeat(lanes: Lanes, stripes: number): number[] {
  const { minor, major, cow, evict, signal } = lanes;
  const each = Math.max(1, opsPerBucket(lanes));
  const heat = Array<number>(stripes).fill(0);
  minor.forEach((n, i) => {
    const all = n + (major[i] ?? 0) + (cow[i] ?? 0) + (evict[i] ?? 0) + (signal[i] ?? 0);
    const stripe = Math.min(stripes - 1, Math.floor((i * stripes) / minor.length));
    const share = all === 0 ? 0 : Math.max(0.25, Math.min(1, Math.sqrt(all / each)));
    heat[stripe] = Math.max(heat[stripe] ?? 0, share);
  });
  return heat;
}

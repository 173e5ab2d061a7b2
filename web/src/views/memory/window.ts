// SPDX-License-Identifier: MIT
// Which frames the grid shows: all, or so many from one on, where one went nearer. Pure.
export interface Window {
  readonly from: number;
  /** Infinity: all there are. */
  readonly count: number;
}
export const WHOLE: Window = { from: 0, count: Infinity };
/** From so many frames on one can go nearer. */
export const MANY = 1024;

/** How many frames there are to be seen at once: all, 4,096 of them, 256. */
export const nearnessOf = (frames: number): readonly number[] => [
  frames,
  ...[4096, 256].filter((n) => n < frames),
];

/** What can be shown of it: a machine may have fewer frames than the one before. */
export function within(frames: number, { from, count }: Window): Window {
  const shown = Math.min(count, frames);
  return { from: Math.min(from, frames - shown), count: shown };
}

/** One step nearer (1) to a frame, or further (-1); none where there is no more. */
export function zoomed(
  frames: number,
  shown: Window,
  by: 1 | -1,
  frame: number,
): Window | undefined {
  const nearer = nearnessOf(frames);
  const count = nearer[nearer.indexOf(shown.count) + by];
  if (count === undefined) return undefined;
  if (count === frames) return WHOLE;
  return { from: Math.min(Math.floor(frame / count) * count, frames - count), count };
}

// SPDX-License-Identifier: MIT
// Where the axes of a chart stand in its rectangle. Pure.
export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}
export interface Tick {
  readonly at: number;
  readonly text: string;
}

/** `widest`: characters of the longest text at the upright axis. */
export const boxOf = (width: number, height: number, rem: number, widest = 5): Box => ({
  left: (1.5 + 0.45 * Math.max(4, widest)) * rem,
  right: width - rem,
  top: 0.75 * rem,
  bottom: height - 2.75 * rem,
});

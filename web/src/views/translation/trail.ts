// SPDX-License-Identifier: MIT
// The way of the walk's line over the panels. Pure.
import type { Point } from '../../lib/draw/path.ts';

/** From a page down past its segment, to the gutter between the panels, and across to the address. */
export function pageToAddress(page: Point, below: number, gutter: number, address: Point): Point[] {
  return [
    page,
    { x: page.x, y: below },
    { x: gutter, y: below },
    { x: gutter, y: address.y },
    address,
  ];
}

interface Target {
  readonly l: number;
  readonly t: number;
  readonly x: number;
  readonly y: number;
}

/** Down a margin and along above a row of boxes, into one of them from above. */
export function overTo(margin: number, from: number, to: Target): Point[] {
  const above = to.t - 4;
  return [
    { x: margin, y: from },
    { x: margin, y: above },
    { x: to.x, y: above },
    { x: to.x, y: to.t + 3 },
  ];
}

/** Down one margin, along above a row to the other margin, and to where the row begins. */
export function backUnder(far: number, from: number, to: Target, margin: number): Point[] {
  const above = to.t - 5;
  return [
    { x: far, y: from },
    { x: far, y: above },
    { x: margin, y: above },
    { x: margin, y: to.y },
    { x: to.l - 2, y: to.y },
  ];
}

/** The same line as it is seen in a mirror that is as wide as the window. */
export const mirror = (points: readonly Point[], width: number): Point[] =>
  points.map(({ x, y }) => ({ x: width - x, y }));

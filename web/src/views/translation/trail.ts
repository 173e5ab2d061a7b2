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

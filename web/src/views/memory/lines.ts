// SPDX-License-Identifier: MIT
// The way of a line from a frame to a page that maps it: through the gutters between the panels, so that
// it crosses no text of a third one. Pure.
import type { Point } from '../../lib/draw/path.ts';

export interface Rect {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}
export interface At {
  readonly box: Rect;
  readonly panel: Rect;
}

/** From the middle of a panel's edge to the middle of the gutter beside it. */
const HALF_GUTTER = 4;

/** `lane` shifts it in the gutters, so that lines of several processes run side by side. */
export function wayBetween(from: At, to: At, lane = 0): Point[] {
  const start = { x: (from.box.left + from.box.right) / 2, y: from.box.bottom };
  const end = { x: (to.box.left + to.box.right) / 2, y: to.box.bottom };
  const [below, above] = [from.box.bottom + 1.5, to.box.bottom + 1.5];
  // Mirrored where text runs from right to left.
  const leftwards = to.panel.left <= from.panel.left;
  const near = (leftwards ? from.panel.left - HALF_GUTTER : from.panel.right + HALF_GUTTER) + lane;
  const far = (leftwards ? to.panel.right + HALF_GUTTER : to.panel.left - HALF_GUTTER) + lane;
  const apart = leftwards ? near - far : far - near;
  if (from.panel.left === to.panel.left) {
    const side = from.panel.left + HALF_GUTTER;
    return [start, { x: start.x, y: below }, { x: side, y: below }, { x: side, y: above }, end];
  }
  const way = [start, { x: start.x, y: below }, { x: near, y: below }];
  if (apart > 2 * HALF_GUTTER) {
    const under = Math.max(from.panel.bottom, to.panel.bottom) + HALF_GUTTER + lane;
    way.push({ x: near, y: under }, { x: far, y: under });
  }
  return [
    ...way,
    { x: apart > 2 * HALF_GUTTER ? far : near, y: above },
    { x: end.x, y: above },
    end,
  ];
}

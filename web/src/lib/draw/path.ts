// SPDX-License-Identifier: MIT
// Lines with round corners through points of the screen. Pure.
export interface Point {
  readonly x: number;
  readonly y: number;
}

const n = (x: number) => Math.round(x * 10) / 10;

/** A path through the points; corners are rounded by at most `radius`. */
export function roundedPath(points: readonly Point[], radius = 7): string {
  const [first, ...rest] = points;
  const end = rest.at(-1);
  if (!first || !end) return '';
  let d = `M${n(first.x)} ${n(first.y)}`;
  for (let i = 1; i < points.length - 1; i++) {
    const [a, b, c] = [points[i - 1], points[i], points[i + 1]];
    if (!a || !b || !c) continue;
    const before = Math.hypot(b.x - a.x, b.y - a.y);
    const after = Math.hypot(c.x - b.x, c.y - b.y);
    const k = Math.min(radius, before / 2, after / 2);
    if (k < 0.5) {
      d += `L${n(b.x)} ${n(b.y)}`;
      continue;
    }
    const from = { x: b.x - ((b.x - a.x) / before) * k, y: b.y - ((b.y - a.y) / before) * k };
    const to = { x: b.x + ((c.x - b.x) / after) * k, y: b.y + ((c.y - b.y) / after) * k };
    d += `L${n(from.x)} ${n(from.y)}Q${n(b.x)} ${n(b.y)} ${n(to.x)} ${n(to.y)}`;
  }
  return `${d}L${n(end.x)} ${n(end.y)}`;
}

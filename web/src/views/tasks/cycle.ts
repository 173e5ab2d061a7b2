// SPDX-License-Identifier: MIT
// Who waits for whom in a circle, and where the circle is drawn. Pure.
import type { Waiting } from './tasks.ts';

/** One who waits, for what, and who holds it. */
export interface Edge {
  readonly waits: number;
  readonly what: string;
  readonly holds: number;
}
/** A thread's place, the arrow that leaves it, and where the arrow's words stand. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly path: string;
  readonly labelX: number;
  readonly labelY: number;
  readonly anchor: 'start' | 'middle' | 'end';
}

/** The first circle among those who wait; empty when there is none. */
export function cycleOf(waiting: readonly Waiting[]): Edge[] {
  const next = new Map<number, Edge>();
  for (const w of waiting) {
    const holds = w.holder || w.tid;
    if (holds) next.set(w.task.tid, { waits: w.task.tid, what: w.what, holds });
  }
  for (const start of next.keys()) {
    const path: Edge[] = [];
    for (let edge = next.get(start); edge; edge = next.get(edge.holds)) {
      path.push(edge);
      if (edge.holds === start) return path;
      if (path.length > next.size) break;
    }
  }
  return [];
}

/** Places on an ellipse, the first on top; each arrow goes on to the next place. */
export function ringOf(count: number, width: number, height: number): Place[] {
  const [rx, ry] = [width / 2 - 150, height / 2 - 22];
  const [cx, cy] = [width / 2, height / 2];
  const at = (turn: number) => {
    const angle = (2 * Math.PI * turn) / count - Math.PI / 2;
    return { x: cx + rx * Math.cos(angle), y: cy + ry * Math.sin(angle) };
  };
  return Array.from({ length: count }, (_, i) => {
    const { x, y } = at(i);
    const from = at(i + (count === 1 ? 0.1 : 0.26));
    const to = at(i + (count === 1 ? 0.9 : 0.74));
    const middle = at(i + 0.5);
    const far = count === 1 ? 1 : 0;
    const path = `M${from.x.toFixed(1)} ${from.y.toFixed(1)}A${rx} ${ry} 0 ${far} 1 ${to.x.toFixed(1)} ${to.y.toFixed(1)}`;
    const side = middle.x - cx;
    const anchor = side > 20 ? 'start' : side < -20 ? 'end' : 'middle';
    const out = anchor === 'middle' ? 0 : side > 0 ? 10 : -10;
    const drop = anchor === 'middle' ? (middle.y > cy ? -8 : 16) : 4 + (12 * (middle.y - cy)) / ry;
    return { x, y, path, labelX: middle.x + out, labelY: middle.y + drop, anchor };
  });
}

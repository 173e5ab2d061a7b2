// SPDX-License-Identifier: MIT
// What a chart draws inside its axes, as shapes in pixels: painted on a canvas while one looks, written as SVG
// when it becomes a file. Both draw the same shapes in the same order.
import type { Paint } from '../draw/cell.ts';
import { colour } from '../draw/paint.ts';

type Point = readonly [number, number];
interface Common {
  /** A token of the theme. */
  readonly paint: string;
  readonly opacity: number;
}
export type Mark =
  | (Common & {
      readonly kind: 'line';
      readonly points: readonly Point[];
      /** Lengths of strokes and gaps, as SVG writes them; empty: none. */
      readonly dash: string;
      readonly width: number;
    })
  | (Common & { readonly kind: 'dots'; readonly points: readonly Point[]; readonly radius: number })
  | (Common & {
      readonly kind: 'boxes';
      /** x, y, width, height. */
      readonly boxes: readonly (readonly [number, number, number, number])[];
    });

/** Fills the canvas, whatever it held. Its size is in pixels of the page. */
export function paint(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
  marks: readonly Mark[],
): void {
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext('2d');
  if (!context) return;
  context.scale(ratio, ratio);
  for (const mark of marks) {
    context.globalAlpha = mark.opacity;
    const ink = colour(mark.paint as Paint);
    if (mark.kind === 'line') {
      context.strokeStyle = ink;
      context.lineWidth = mark.width;
      context.lineJoin = 'round';
      context.setLineDash(mark.dash ? mark.dash.split(' ').map(Number) : []);
      context.beginPath();
      for (const [x, y] of mark.points) context.lineTo(x, y);
      context.stroke();
    } else if (mark.kind === 'dots') {
      context.fillStyle = ink;
      context.beginPath();
      for (const [x, y] of mark.points) {
        context.moveTo(x + mark.radius, y);
        context.arc(x, y, mark.radius, 0, 2 * Math.PI);
      }
      context.fill();
    } else {
      context.fillStyle = ink;
      for (const [x, y, w, h] of mark.boxes) context.fillRect(x, y, w, h);
    }
  }
}

const short = (n: number): string => String(Math.round(n * 10) / 10);

/** The same as elements, with colours instead of tokens. */
export function marksSvg(
  marks: readonly Mark[],
  element: (name: string, attributes: Record<string, string | number>) => Element,
): Element {
  const all = element('g', {});
  for (const mark of marks) {
    const ink = colour(mark.paint as Paint);
    const { opacity } = mark;
    if (mark.kind === 'line') {
      const d = mark.points.map(([x, y], i) => `${i ? 'L' : 'M'}${short(x)} ${short(y)}`).join('');
      all.append(
        element('path', {
          d,
          opacity,
          fill: 'none',
          stroke: ink,
          'stroke-width': mark.width,
          'stroke-linejoin': 'round',
          'stroke-dasharray': mark.dash || 'none',
        }),
      );
    } else if (mark.kind === 'dots') {
      const r = short(mark.radius);
      const dot = ([x, y]: Point) =>
        `M${short(x - mark.radius)} ${short(y)}a${r} ${r} 0 1 0 ${short(mark.radius * 2)} 0a${r} ${r} 0 1 0 ${short(-mark.radius * 2)} 0`;
      all.append(element('path', { d: mark.points.map(dot).join(''), fill: ink, opacity }));
    } else {
      const box = ([x, y, w, h]: readonly [number, number, number, number]) =>
        `M${short(x)} ${short(y)}h${short(w)}v${short(h)}h${short(-w)}z`;
      all.append(element('path', { d: mark.boxes.map(box).join(''), fill: ink, opacity }));
    }
  }
  return all;
}

/** What a chart hands out to become a file. */
export interface Drawing {
  /** Axes and titles. */
  readonly svg: SVGSVGElement;
  readonly marks: () => readonly Mark[];
}

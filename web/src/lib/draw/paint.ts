// SPDX-License-Identifier: MIT
// Colour tokens as canvas colours. Reads the theme once and again when it changes.
import type { Paint } from './cell.ts';

let known = new Map<Paint, string>();
let pixels = new Map<Paint, number>();
let watcher: MutationObserver | undefined;
const listeners = new Set<() => void>();

function forget(): void {
  known = new Map();
  pixels = new Map();
  for (const listener of listeners) listener();
}

/** Calls back when the colours are others. Returns the way to stop. */
export function onTheme(listener: () => void): () => void {
  if (!watcher) {
    watcher = new MutationObserver(forget);
    watcher.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    matchMedia('(forced-colors: active)').addEventListener('change', forget);
  }
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function colour(paint: Paint): string {
  let value = known.get(paint);
  if (value === undefined) {
    value = getComputedStyle(document.documentElement).getPropertyValue(`--${paint}`).trim();
    known.set(paint, value);
  }
  return value;
}

/** #rrggbb of any colour: forced colours are names of the system's. */
function hex(name: string): string {
  if (name.startsWith('#')) return name;
  const context = document.createElement('canvas').getContext('2d');
  if (!context) return name;
  context.fillStyle = name;
  return String(context.fillStyle);
}

/** As the little-endian word of ImageData: 0xAABBGGRR. */
export function pixel(paint: Paint): number {
  let value = pixels.get(paint);
  if (value === undefined) {
    const rgb = Number.parseInt(hex(colour(paint)).slice(1), 16) || 0;
    value = (0xff000000 | ((rgb & 0xff) << 16) | (rgb & 0xff00) | (rgb >> 16)) >>> 0;
    pixels.set(paint, value);
  }
  return value;
}

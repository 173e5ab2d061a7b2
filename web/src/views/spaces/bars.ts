// SPDX-License-Identifier: MIT
// A wide range as bars, one a process: mappings to scale (with a least height), the shares of their pages
// that are in memory, dirty or in swap, and their names beside, moved apart where they would touch. Pure.
import type { Share } from './density.ts';
import type { Range } from './viewpoint.ts';

export interface Placed<T> {
  readonly of: T;
  readonly top: number;
  readonly height: number;
  /** The middle of its name. */
  readonly label: number;
}

/** From an address to the picture: distance from its top. */
export const heightOf =
  ({ from, span }: Range, height: number, zeroOnTop: boolean) =>
  (vpn: number): number => {
    const share = (vpn - from) / span;
    return (zeroOnTop ? share : 1 - share) * height;
  };

const LEAST = 2;

/**
 * `apart`: between the middles of two names. Where not all names have room, those of the largest mappings
 * stay; the others have `label` NaN.
 */
export function placeBars<T extends { readonly start: number; readonly end: number }>(
  mappings: readonly T[],
  range: Range,
  height: number,
  zeroOnTop: boolean,
  apart: number,
): Placed<T>[] {
  const y = heightOf(range, height, zeroOnTop);
  const seen = mappings.filter((m) => m.end > range.from && m.start < range.from + range.span);
  const room = Math.max(1, Math.floor(height / apart));
  const named = new Set(
    [...seen].sort((a, b) => b.end - b.start - (a.end - a.start)).slice(0, room),
  );
  const bars = seen
    .map((of) => {
      const [a, b] = [y(of.start), y(of.end)];
      const top = Math.max(0, Math.min(a, b));
      const bottom = Math.min(height, Math.max(a, b));
      return { of, top, height: Math.max(LEAST, bottom - top) };
    })
    .sort((a, b) => a.top - b.top);
  const labels = spread(
    bars.filter((b) => named.has(b.of)).map((b) => b.top + b.height / 2),
    apart,
    height,
  );
  let next = 0;
  return bars.map((bar) => ({ ...bar, label: named.has(bar.of) ? (labels[next++] ?? NaN) : NaN }));
}

/** Places near the wanted ones (in order), at least `apart`, within the height. */
export function spread(wanted: readonly number[], apart: number, height: number): number[] {
  const half = apart / 2;
  const places: number[] = [];
  let free = half;
  for (const at of wanted) {
    const place = Math.max(at, free);
    places.push(place);
    free = place + apart;
  }
  let limit = height - half;
  for (let i = places.length - 1; i >= 0; i--) {
    places[i] = Math.max(half, Math.min(places[i] ?? 0, limit));
    limit = (places[i] ?? 0) - apart;
  }
  return places;
}

/** Runs of equal-looking pixel rows as one path for each kind: how much of a row's pages it is. */
export function sharePaths(
  slices: readonly Share[],
  pagesEach: number,
  width: number,
  zeroOnTop: boolean,
): { clean: string; dirty: string; swapped: string } {
  const paths = { clean: '', dirty: '', swapped: '' };
  slices.forEach((slice, i) => {
    const y = zeroOnTop ? i : slices.length - 1 - i;
    let x = 0;
    for (const kind of ['clean', 'dirty', 'swapped'] as const) {
      if (slice[kind] <= 0) continue;
      // What is there is seen: two pixels at least, whatever its share.
      const wide = Math.min(width - x, Math.max(2, (slice[kind] / pagesEach) * width));
      if (wide <= 0) continue;
      paths[kind] += `M${round(x)} ${y}h${round(wide)}v1h${round(-wide)}z`;
      x += wide;
    }
  });
  return paths;
}

const round = (value: number): string => String(Math.round(value * 10) / 10);

/**
 * What a pointer near a mapping means: on a wide range a mapping is a hair, and the space beside it is
 * larger than what it is aimed at. The page of `mappings` nearest to `vpn`, if within `reach` pages.
 */
export function nearestPage(
  mappings: readonly { readonly start: number; readonly end: number }[],
  vpn: number,
  reach: number,
): number | undefined {
  let best: number | undefined;
  for (const { start, end } of mappings) {
    const at = Math.min(Math.max(vpn, start), end - 1);
    if (Math.abs(at - vpn) > reach) continue;
    if (best === undefined || Math.abs(at - vpn) < Math.abs(best - vpn)) best = at;
  }
  return best;
}

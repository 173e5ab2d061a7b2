// SPDX-License-Identifier: MIT
// Where the zoom stands: a range of the address space, one page of one process, or its entry. Pure. A range
// is in pages, [from, from + span); both may be fractions while it moves.
import type { Config } from '../../model/index.ts';
import { kernelPart } from '../../narration/segment.ts';

export interface Range {
  readonly from: number;
  readonly span: number;
}
/** A page of a process. */
export interface Aim {
  readonly pid: number;
  readonly vpn: number;
}
export type Spot =
  | ({ readonly kind: 'range' } & Range)
  | ({ readonly kind: 'page' } & Aim)
  | ({ readonly kind: 'entry' } & Aim);

export const levels = ['space', 'region', 'table', 'page', 'entry'] as const;
export type Level = (typeof levels)[number];

/** What the zoom needs to know of the machine and its mappings. */
export interface Ground {
  /** The user's part of the space; all of it where the kernel has none. */
  readonly user: Range;
  /** The kernel's part, with the numbers its pages have in the tables. */
  readonly kernel: Range | undefined;
  /** Pages of one table of the last level. */
  readonly table: number;
  /** Runs of mappings with no wide gap between them, of all processes, by address. */
  readonly clusters: readonly Range[];
}

/** Fewer pages than these are not shown as a range. */
const LEAST = 16;
/** A region has room around its mappings. */
const MARGIN = 1 / 16;

export function groundOf(
  config: Config,
  mappings: readonly { readonly start: number; readonly end: number }[],
): Ground {
  const all = 2 ** (config.vaBits - config.pageShift);
  const kernel = kernelPart(config.kind, config.vaBits);
  const kernelPages = kernel ? kernel.bytes / 2 ** config.pageShift : 0;
  const user = { from: 0, span: all - kernelPages };
  const linear = 2 ** (config.levelBits[1] ?? 0);
  const table = Math.min(all, linear > 1 ? Math.min(linear, 1024) : 512);
  return {
    user,
    kernel: kernel && { from: user.span, span: kernelPages },
    table,
    clusters: clustersOf(mappings, user, table),
  };
}

function clustersOf(
  mappings: readonly { readonly start: number; readonly end: number }[],
  user: Range,
  table: number,
): Range[] {
  const gap = Math.max(user.span / 4096, table);
  const runs: { from: number; end: number }[] = [];
  for (const { start, end } of [...mappings].sort((a, b) => a.start - b.start)) {
    const last = runs.at(-1);
    if (last && start - last.end < gap) last.end = Math.max(last.end, end);
    else runs.push({ from: start, end });
  }
  return runs.map(({ from, end }) => {
    const room = Math.max((end - from) * MARGIN, (table * 4 - (end - from)) / 2, 0);
    return clamp({ from: from - room, span: end - from + 2 * room }, user);
  });
}

/** Moved and shrunk so that it lies within. */
export function clamp(range: Range, within: Range): Range {
  const span = Math.min(Math.max(range.span, Math.min(LEAST, within.span)), within.span);
  const from = Math.min(Math.max(range.from, within.from), within.from + within.span - span);
  return { from, span };
}

/** The part of the space that a page lies in. */
export const wholeAt = (ground: Ground, vpn: number): Range =>
  ground.kernel && vpn >= ground.kernel.from ? ground.kernel : ground.user;

const near = (a: Range, b: Range): boolean =>
  Math.abs(a.from - b.from) < 0.5 && Math.abs(a.span - b.span) < 0.5;

export function levelOf(ground: Ground, spot: Spot): Level {
  if (spot.kind !== 'range') return spot.kind;
  if (spot.span >= wholeAt(ground, spot.from).span) return 'space';
  return spot.span > ground.table ? 'region' : 'table';
}

const range = (r: Range): Spot => ({ kind: 'range', from: r.from, span: r.span });

export const spaceSpot = (ground: Ground, vpn = 0): Spot => range(wholeAt(ground, vpn));

function regionSpot(ground: Ground, vpn: number): Spot {
  const cluster = ground.clusters.find((c) => vpn >= c.from && vpn < c.from + c.span);
  if (cluster) return range(cluster);
  const span = ground.table * ground.table;
  return range(clamp({ from: vpn - (vpn % span), span }, wholeAt(ground, vpn)));
}

export const tableSpot = (ground: Ground, vpn: number): Spot =>
  range(clamp({ from: vpn - (vpn % ground.table), span: ground.table }, wholeAt(ground, vpn)));

/** The spots from the whole space down to this one: the breadcrumb. */
export function trailOf(ground: Ground, spot: Spot): { level: Level; spot: Spot }[] {
  const level = levelOf(ground, spot);
  const vpn = spot.kind === 'range' ? spot.from + spot.span / 2 : spot.vpn;
  const steps: { level: Level; spot: Spot }[] = [{ level: 'space', spot: spaceSpot(ground, vpn) }];
  if (level === 'space') return steps;
  const small = wholeAt(ground, vpn).span <= ground.table * 4;
  if (!small || level === 'region')
    steps.push({ level: 'region', spot: level === 'region' ? spot : regionSpot(ground, vpn) });
  if (level === 'region') return steps;
  if (wholeAt(ground, vpn).span > ground.table || level === 'table')
    steps.push({ level: 'table', spot: level === 'table' ? spot : tableSpot(ground, vpn) });
  if (spot.kind === 'range') return steps;
  steps.push({ level: 'page', spot: { ...spot, kind: 'page' } });
  if (spot.kind === 'entry') steps.push({ level: 'entry', spot });
  return steps;
}

/** One level deeper at a page, or the same spot when it is the deepest. */
export function zoomIn(ground: Ground, spot: Spot, aim: Aim): Spot {
  const full = trailOf(ground, { kind: 'entry', ...aim });
  const at = levels.indexOf(levelOf(ground, spot));
  return full.find((step) => levels.indexOf(step.level) > at)?.spot ?? spot;
}

/** One level up, or the same spot when it is the whole. */
export const zoomOut = (ground: Ground, spot: Spot): Spot => {
  const trail = trailOf(ground, spot);
  const last = trail.at(-1)?.spot;
  // A part of a region or of a table goes to the whole of it first.
  if (spot.kind === 'range' && last) {
    const middle = spot.from + spot.span / 2;
    const level = levelOf(ground, spot);
    const full = level === 'table' ? tableSpot(ground, middle) : regionSpot(ground, middle);
    if (level !== 'space' && full.kind === 'range' && full.span > spot.span * 1.5) return full;
  }
  return trail.at(-2)?.spot ?? spot;
};

/** Factor above 1 shows less. `at`: the share of the height that stays where it is, from low addresses. */
export function zoomBy(ground: Ground, spot: Range, factor: number, at: number): Range {
  const whole = wholeAt(ground, spot.from);
  const span = Math.min(Math.max(spot.span / factor, LEAST), whole.span);
  return clamp({ from: spot.from + (spot.span - span) * at, span }, whole);
}

/** Moved by a share of its height, towards high addresses when positive. */
export const panBy = (ground: Ground, spot: Range, share: number): Range =>
  clamp({ from: spot.from + spot.span * share, span: spot.span }, wholeAt(ground, spot.from));

/** A moment of the way from one range to another: the span changes by equal factors in equal times. */
export function between(a: Range, b: Range, t: number): Range {
  if (t >= 1 || near(a, b)) return b;
  const span = a.span * (b.span / a.span) ** t;
  // The share of the way that the span has gone, so that the point both have in common stands still.
  const share = a.span === b.span ? t : (a.span - span) / (a.span - b.span);
  return { from: a.from + (b.from - a.from) * share, span };
}

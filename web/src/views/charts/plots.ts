// SPDX-License-Identifier: MIT
// The figures of a run as small charts over one axis of operations. Pure.
import { countText, ownerToken, type Scene } from '../../model/index.ts';
import { formatOf } from '../../lib/chart/format.ts';
import type { Figures } from '../../wire/messages.ts';
import { words } from '../../text/charts.ts';

export interface Line {
  readonly id: string;
  readonly label: string;
  /** Whose it is, when it is a process's. */
  readonly pid?: number;
  /** A token of theme/tokens.css. */
  readonly paint: string;
  readonly dash: string;
  /** One for each of `at`; undefined: there was nothing to measure. */
  readonly values: readonly (number | undefined)[];
}
export interface Plot {
  readonly id: string;
  readonly title: string;
  /** `bars`: stacked, what happened since the point before. `steps`: what holds from a point on. */
  readonly kind: 'bars' | 'steps';
  readonly lines: readonly Line[];
  readonly most: number;
  /** Beside the most: "of 64". */
  readonly note: string;
  readonly text: (value: number) => string;
}

/** What the charts ask for of the whole machine. */
export const asked = [
  'minor',
  'major',
  'copies',
  'tlb_hits',
  'tlb_misses',
  'used_frames',
  'dirty_pages',
  'swapped',
  'evictions',
  'file_reads',
  'swap_ins',
  'file_writes',
  'swap_outs',
  'clock',
  'working_set',
] as const;
type Asked = (typeof asked)[number];

/** And of each process. */
export const askedEach = ['rss', 'working_set'] as const;
/** The processes of which a line is drawn: more cannot be told apart. */
export const PIDS = [1, 2, 3, 4, 5, 6, 7, 8] as const;

export class Reader {
  private readonly held = new Map<string, readonly number[]>();
  readonly at: readonly number[];
  readonly tau: number;

  constructor(figures: Figures) {
    this.at = figures.at;
    this.tau = figures.tau;
    for (const s of figures.series) this.held.set(`${s.of} ${s.pid}`, s.values);
  }
  /** Values as they are; all zero when they were not asked for. */
  values(word: string, pid = 0): readonly number[] {
    return this.held.get(`${word} ${pid}`) ?? this.at.map(() => 0);
  }
  /** What was added since the point before; the first point has nothing before it. */
  added(word: string, pid = 0): number[] {
    const values = this.values(word, pid);
    return values.map((v, i) => (i === 0 ? 0 : v - (values[i - 1] ?? 0)));
  }
}

const sum = (...lists: readonly (readonly number[])[]): number[] =>
  (lists[0] ?? []).map((_, i) => lists.reduce((all, list) => all + (list[i] ?? 0), 0));

function most(kind: Plot['kind'], lines: readonly Line[]): number {
  const count = lines[0]?.values.length ?? 0;
  let highest = 0;
  for (let i = 0; i < count; i++) {
    const here = lines.map((line) => line.values[i] ?? 0);
    highest = Math.max(
      highest,
      kind === 'bars' ? here.reduce((a, b) => a + b, 0) : Math.max(...here),
    );
  }
  return highest;
}

/** A rate of one reference is 0 or 1: it is taken over the last points. */
const RATE_OVER = 10;
function rateOf(hits: readonly number[], misses: readonly number[]): (number | undefined)[] {
  return hits.map((hit, i) => {
    const first = Math.max(0, i - RATE_OVER);
    const hitsNow = hit - (hits[first] ?? 0);
    const all = hitsNow + (misses[i] ?? 0) - (misses[first] ?? 0);
    return all > 0 ? hitsNow / all : undefined;
  });
}

const percent = (part: number) => `${Math.round(part * 100)} %`;

/** Small charts, from above; those in which nothing ever happened are left out. */
export function plotsOf(scene: Scene, machine: Reader, processes: Reader): Plot[] {
  const { titles, lines: labels } = { titles: words.plots, lines: words.lines };
  const added = (word: Asked) => machine.added(word);
  const line = (
    id: string,
    label: string,
    paint: string,
    values: Line['values'],
    dash = '',
  ): Line => ({ id, label, paint, dash, values });
  const plot = (
    id: keyof typeof titles,
    kind: Plot['kind'],
    lines: readonly Line[],
    more: Partial<Plot> = {},
  ): Plot => {
    const used = lines.filter((l, i) => i === 0 || l.values.some((v) => v));
    return {
      id,
      title: titles[id],
      kind,
      lines: used,
      most: Math.max(1, most(kind, used)),
      note: '',
      text: countText,
      ...more,
    };
  };
  // A copy on write is a minor fault, too: each fault is drawn once.
  const minor = added('minor');
  const copies = added('copies').map((n, i) => Math.min(n, minor[i] ?? 0));
  const faults = plot('faults', 'bars', [
    line(
      'minor',
      labels.minor,
      'edge',
      minor.map((n, i) => n - (copies[i] ?? 0)),
    ),
    line('cow', labels.cow, 'ink', copies),
    line('major', labels.major, 'fault', added('major')),
  ]);
  const rate = rateOf(machine.values('tlb_hits'), machine.values('tlb_misses'));
  const tlb = plot('tlb', 'steps', [line('tlb', labels.tlb, 'ink', rate)], {
    most: 1,
    note: words.over(RATE_OVER),
    text: percent,
  });
  const { frames } = scene.machine.config;
  /** A line for each process that ever has some. */
  const each = (word: (typeof askedEach)[number]): Line[] =>
    PIDS.filter((pid) => processes.values(word, pid).some((v) => v > 0)).map((pid) => ({
      ...line(
        `${word} ${pid}`,
        scene.names.process(pid),
        `${ownerToken(pid)}-edge`,
        processes.values(word, pid),
        ['', '6 3', '2 2'][Math.floor((pid - 1) / 5)] ?? '',
      ),
      pid,
    }));
  const resident = plot('resident', 'steps', each('rss'));
  const wanted = each('working_set');
  const all = line('together', labels.together, 'ink', machine.values('working_set'), '1 3');
  const working = plot('working', 'steps', [...(wanted.length > 1 ? [all] : []), ...wanted], {
    note: words.window(machine.tau, frames),
  });
  // The machine's own lines have no process's colour, and none but a fault has the fault's.
  const used = plot(
    'frames',
    'steps',
    [
      line('used', labels.used, 'series-0', machine.values('used_frames')),
      line('swapped', labels.swapped, 'series-7', machine.values('swapped'), '6 3'),
      line('dirty', labels.dirty, 'series-5', machine.values('dirty_pages'), '2 2'),
    ],
    { note: words.total(frames) },
  );
  const traffic = plot('traffic', 'bars', [
    line('evictions', labels.evictions, 'series-0', added('evictions')),
    line('reads', labels.reads, 'edge', sum(added('file_reads'), added('swap_ins'))),
    line('writes', labels.writes, 'series-7', sum(added('file_writes'), added('swap_outs'))),
  ]);
  const clock = machine.values('clock');
  const time = plot('time', 'steps', [line('clock', labels.clock, 'ink', clock)], {
    text: formatOf('ns').exact,
  });
  const happened = (p: Plot) => p.lines.some((l) => l.values.some((v) => v !== undefined && v > 0));
  return [
    faults,
    ...(rate.some((r) => r !== undefined) ? [tlb] : []),
    ...[resident, working, used, traffic, time].filter((p) => happened(p)),
  ];
}

/** The last point that is not after `op`; -1 when there is none. */
export function pointAt(at: readonly number[], op: number): number {
  let [low, high] = [0, at.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((at[middle] ?? 0) <= op) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The first point that is not before `op`: the bar in which an operation is counted. */
export function barAt(at: readonly number[], op: number): number {
  const before = pointAt(at, op);
  return before >= 0 && at[before] === op ? before : Math.min(before + 1, at.length - 1);
}

/** What a line says of operation `op`. */
export function valueText(plot: Plot, line: Line, at: readonly number[], op: number): string {
  const i = plot.kind === 'bars' ? barAt(at, op) : pointAt(at, op);
  const value = line.values[i];
  return value === undefined ? words.noAccess : plot.text(value);
}

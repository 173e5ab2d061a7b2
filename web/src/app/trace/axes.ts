// SPDX-License-Identifier: MIT
// What stands on which axis of an analysis, and as what: what its columns offer, unless it has a choice of its
// own. Pure.
import { fieldsOf, type Fields } from '../../lib/chart/fields.ts';
import { formatOf } from '../../lib/chart/format.ts';
import { seriesOf, type Band, type Series } from '../../lib/chart/series.ts';
import { countText } from '../../model/index.ts';
import type { AnalysisDesc, ColumnDesc } from '../../wire/analyses.ts';
import type { Answer, Value } from '../../wire/analysis.ts';
import { styleOf, titleOf } from './curves.ts';
import { words } from '../../text/trace.ts';

export type Kind = 'line' | 'bars' | 'dots' | 'map' | 'pairs';
export interface Axes {
  readonly x: string;
  /** Of one unit; a line each. */
  readonly ys: readonly string[];
  /** A line for each of their values together; none: no more lines. */
  readonly by: readonly string[];
  readonly kind: Kind;
  readonly xLog: boolean;
  readonly yLog: boolean;
  /** Its equal values are a stretch across. */
  readonly bands: string;
}

/** Where what its columns offer is not what one wants to see first. */
const own: Readonly<Record<string, Partial<Axes>>> = {
  distances: { kind: 'bars', xLog: true, yLog: true, ys: ['references'] },
  windows: { xLog: true },
  map: { kind: 'map', ys: ['references'] },
  'access-time': { yLog: true, ys: ['time'] },
  'tlb-reach': { x: 'entries', by: ['page_size'], ys: ['ratio'], xLog: true },
  'page-size': { xLog: true, yLog: true, ys: ['waste', 'tables', 'overhead'] },
  compare: { by: [], ys: ['first_faults', 'second_faults'] },
};

const isNumber = (c: ColumnDesc): boolean => c.kind !== 'word';
/** Words that are an answer, not a name of one of several lines. */
const isText = (c: ColumnDesc): boolean => c.name === 'string';

export function axesOf(analysis: AnalysisDesc): Axes {
  const { columns } = analysis;
  const has = (name: string) => columns.some((c) => c.name === name);
  const mine = own[analysis.name];
  const numbers = columns.filter(isNumber);
  const x = mine?.x ?? (has('reference') ? 'reference' : (numbers[0]?.name ?? ''));
  const before = columns.slice(
    0,
    columns.findIndex((c) => c.name === x),
  );
  const named = columns.filter((c) => !isNumber(c) && !isText(c)).map((c) => c.name);
  const by = mine?.by ?? [...named, ...before.filter(isNumber).map((c) => c.name)];
  const rest = numbers.filter((c) => c.name !== x && !by.includes(c.name) && c.name !== 'phase');
  const unit = rest[0]?.unit;
  const one = by.length > 0 || !unit;
  const ys =
    mine?.ys ?? rest.filter((c) => (one ? c === rest[0] : c.unit === unit)).map((c) => c.name);
  const pairs = has('frames_more') && has('faults_more');
  return {
    kind: pairs ? 'pairs' : 'line',
    xLog: false,
    yLog: false,
    bands: has('phase') ? 'phase' : '',
    ...mine,
    x,
    ys: pairs ? ['faults'] : ys,
    by: pairs ? [] : by,
  };
}

/** Columns that the axis across may show. */
export const numbersOf = (analysis: AnalysisDesc): readonly ColumnDesc[] =>
  analysis.columns.filter(isNumber);

/** What the upright axis may show: a column, or all of one unit that are drawn together at first. */
export function choicesOf(analysis: AnalysisDesc, axes: Axes): (readonly [string, string])[] {
  const first = axesOf(analysis).ys;
  const single = numbersOf(analysis)
    .filter((c) => c.name !== axes.x && !axes.by.includes(c.name))
    .map((c) => [c.name, c.title] as const);
  if (first.length < 2) return single;
  return [[first.join(' '), yTitle(analysis, first)], ...single];
}

const columnOf = (analysis: AnalysisDesc, name: string): ColumnDesc | undefined =>
  analysis.columns.find((c) => c.name === name);
export const unitOf = (analysis: AnalysisDesc, name: string): string =>
  columnOf(analysis, name)?.unit ?? '';

/** Units that a format writes itself are not said again. */
const said = new Set(['bytes', 'ns']);
export function columnTitle(analysis: AnalysisDesc, name: string): string {
  const column = columnOf(analysis, name);
  if (!column) return name;
  const { title, unit } = column;
  return unit && !said.has(unit) && !title.includes(unit) && unit !== `${title}s`
    ? `${title} (${unit})`
    : title;
}
export const yTitle = (analysis: AnalysisDesc, ys: readonly string[]): string =>
  ys.length === 1 ? columnTitle(analysis, ys[0] as string) : unitOf(analysis, ys[0] ?? '');

const at = (answer: Answer, name: string): number =>
  answer.columns.findIndex((c) => c.name === name);

/** Names a line: words as they are, numbers with their unit. */
function nameOf(analysis: AnalysisDesc, by: readonly string[], values: readonly Value[]): string {
  return by
    .map((name, i) => {
      const value = values[i];
      if (name === 'policy') return titleOf(String(value));
      if (typeof value !== 'number') return String(value);
      const unit = unitOf(analysis, name);
      return unit === 'bytes' ? formatOf(unit).exact(value) : `${countText(value)} ${unit}`;
    })
    .join(', ');
}

/** Each row a step from one point to another. */
function pairsOf(answer: Answer): Series[] {
  const [who, x, y] = [at(answer, 'policy'), at(answer, 'frames'), at(answer, 'faults')];
  const [x2, y2] = [at(answer, 'frames_more'), at(answer, 'faults_more')];
  return answer.rows.map((row) => {
    const policy = String(row[who]);
    const points = [
      [Number(row[x]), Number(row[y])],
      [Number(row[x2]), Number(row[y2])],
    ] as const;
    const title = words.step(titleOf(policy), points[0][0], points[1][0]);
    return seriesOf({ id: title, title, style: styleOf(policy) }, points);
  });
}

export function linesOf(analysis: AnalysisDesc, answer: Answer | undefined, axes: Axes): Series[] {
  if (!answer || answer.columns.length === 0) return [];
  if (axes.kind === 'pairs') return pairsOf(answer);
  const x = at(answer, axes.x);
  const by = axes.by.map((name) => at(answer, name)).filter((i) => i >= 0);
  const onePolicy = axes.by.length === 1 && axes.by[0] === 'policy';
  const points = new Map<string, { of: Value[]; y: string; list: [number, number][] }>();
  for (const y of axes.ys) {
    const up = at(answer, y);
    for (const row of answer.rows) {
      const [a, b] = [row[x], row[up]];
      if (typeof a !== 'number' || typeof b !== 'number') continue;
      const of = by.map((i) => row[i] ?? '');
      const id = onePolicy && axes.ys.length === 1 ? String(of[0]) : [...of, y].join(' ');
      const line = points.get(id) ?? { of, y, list: [] };
      line.list.push([a, b]);
      points.set(id, line);
    }
  }
  return [...points].map(([id, { of, y, list }], i) => {
    const title = nameOf(analysis, axes.by, of) || (columnOf(analysis, y)?.title ?? y);
    const style = onePolicy ? styleOf(String(of[0])) : i + 1;
    return seriesOf({ id, title, style }, list);
  });
}

/** Runs of equal values of the column that says so, from the first x to the last. */
export function bandsOf(answer: Answer | undefined, axes: Axes): Band[] {
  if (!answer || !axes.bands) return [];
  const [x, band] = [at(answer, axes.x), at(answer, axes.bands)];
  const bands: { from: number; to: number; text: string }[] = [];
  let end = 0;
  for (const row of answer.rows) {
    const [to, text] = [Number(row[x]), String(row[band])];
    const last = bands.at(-1);
    if (last?.text === text) last.to = to;
    else bands.push({ from: end, to, text });
    end = to;
  }
  return bands;
}

export function mapOf(answer: Answer | undefined, axes: Axes): Fields {
  if (!answer) return fieldsOf([]);
  const [x, y, value] = [at(answer, axes.x), at(answer, 'page'), at(answer, axes.ys[0] ?? '')];
  return fieldsOf(answer.rows.map((r) => [Number(r[x]), Number(r[y]), Number(r[value])] as const));
}

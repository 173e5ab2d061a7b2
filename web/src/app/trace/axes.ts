// SPDX-License-Identifier: MIT
// What stands on which axis of an analysis: its own choice where it has one, else what its columns offer. Pure.
import { seriesOf, type Series } from '../../lib/chart/series.ts';
import type { Answer } from '../../wire/analysis.ts';
import { styleOf, titleOf } from './curves.ts';
import type { AnalysisDesc, ColumnDesc } from '../../wire/generated.ts';

export type Kind = 'line' | 'bars' | 'dots';
export interface Axes {
  readonly x: string;
  readonly y: string;
  /** A line for each of its words; empty: one line. */
  readonly by: string;
  readonly kind: Kind;
  readonly xLog: boolean;
  readonly yLog: boolean;
}

/** Where the first two numbers are not what one wants to see first. */
const own: Readonly<Record<string, Partial<Axes>>> = {};

const isNumber = (c: ColumnDesc): boolean => c.kind !== 'word';
const first = (columns: readonly ColumnDesc[], fits: (c: ColumnDesc) => boolean): string =>
  columns.find(fits)?.name ?? '';

export function axesOf(analysis: AnalysisDesc): Axes {
  const { columns } = analysis;
  const x = first(columns, isNumber);
  const histogram = /histogram|distance/i.test(`${analysis.name} ${analysis.title}`);
  return {
    x,
    y: first(columns, (c) => isNumber(c) && c.name !== x),
    by: first(columns, (c) => !isNumber(c)),
    kind: histogram ? 'bars' : 'line',
    xLog: histogram,
    yLog: false,
    ...own[analysis.name],
  };
}

/** Columns that an axis may show. */
export const numbersOf = (analysis: AnalysisDesc): readonly ColumnDesc[] =>
  analysis.columns.filter(isNumber);

export function linesOf(analysis: AnalysisDesc, answer: Answer | undefined, axes: Axes): Series[] {
  if (!answer) return [];
  const at = (name: string) => answer.columns.findIndex((c) => c.name === name);
  const [x, y, by] = [at(axes.x), at(axes.y), axes.by ? at(axes.by) : -1];
  if (x < 0 || y < 0) return [];
  const points = new Map<string, [number, number][]>();
  for (const row of answer.rows) {
    const [a, b] = [row[x], row[y]];
    if (typeof a !== 'number' || typeof b !== 'number') continue;
    const name = by < 0 ? '' : String(row[by]);
    const list = points.get(name) ?? [];
    list.push([a, b]);
    points.set(name, list);
  }
  const known = axes.by === 'policy';
  const column = analysis.columns.find((c) => c.name === axes.y);
  return [...points].map(([id, list], i) =>
    seriesOf(
      {
        id,
        title: known ? titleOf(id) : id || (column?.title ?? ''),
        style: known ? styleOf(id) : points.size === 1 ? 1 : i,
      },
      list,
    ),
  );
}

export const columnTitle = (analysis: AnalysisDesc, name: string): string => {
  const column = analysis.columns.find((c) => c.name === name);
  if (!column) return name;
  const { title, unit } = column;
  return unit && !title.includes(unit) ? `${title} (${unit})` : title;
};

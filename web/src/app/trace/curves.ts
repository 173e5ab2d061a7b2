// SPDX-License-Identifier: MIT
// Rows of sweeps and miss-ratio curves as lines, a line a policy. Pure.
import { seriesOf, type Series } from '../../lib/chart/series.ts';
import { policies } from '../../wire/generated.ts';
import type { Answer, Value } from '../../wire/analysis.ts';

/** What may stand on the upright axis, by the columns' names. */
export const measures = ['faults', 'ratio', 'writebacks', 'evictions'] as const;
export type Measure = (typeof measures)[number];

/** The bounds first, with the plainest lines: they stay as they are whatever else is added. */
const fixed: readonly string[] = ['opt', 'lru'];
export function styleOf(policy: string): number {
  const at = fixed.indexOf(policy);
  if (at >= 0) return at;
  const rest = policies.filter((p) => !fixed.includes(p.name));
  const place = rest.findIndex((p) => p.name === policy);
  return fixed.length + (place < 0 ? rest.length : place);
}

export const titleOf = (policy: string): string =>
  policies.find((p) => p.name === policy)?.title ?? policy;

/** A policy's rows; later answers win over earlier ones. */
export function curvesOf(answers: readonly (Answer | undefined)[], measure: Measure): Series[] {
  const points = new Map<string, [number, number][]>();
  for (const answer of answers) {
    if (!answer) continue;
    const column = (name: string) => answer.columns.findIndex((c) => c.name === name);
    const [who, x, y] = [column('policy'), column('frames'), column(measure)];
    if (who < 0 || x < 0 || y < 0) continue;
    const mine = new Map<string, [number, number][]>();
    for (const row of answer.rows) {
      const name = String(row[who]);
      const list = mine.get(name) ?? [];
      list.push([Number(row[x]), Number(row[y])]);
      mine.set(name, list);
    }
    for (const [name, list] of mine) points.set(name, list);
  }
  return [...points]
    .map(([id, list]) => seriesOf({ id, title: titleOf(id), style: styleOf(id) }, list))
    .sort((a, b) => a.style - b.style);
}

/** All rows of the answers in the columns of the first, for files: a later answer's rows win. */
export function tableOf(answers: readonly (Answer | undefined)[]): {
  head: string[];
  rows: Value[][];
} {
  const head: string[] = [];
  for (const answer of answers) {
    for (const { name } of answer?.columns ?? []) if (!head.includes(name)) head.push(name);
  }
  const rows = new Map<string, Value[]>();
  for (const answer of answers) {
    if (!answer) continue;
    const places = head.map((name) => answer.columns.findIndex((c) => c.name === name));
    const keys = ['policy', 'frames'].map((name) => head.indexOf(name));
    answer.rows.forEach((row, i) => {
      const cells = places.map((at) => (at < 0 ? '' : (row[at] ?? '')));
      const key = keys.every((k) => k >= 0) ? keys.map((k) => cells[k]).join(' ') : `${i}`;
      rows.set(key, cells);
    });
  }
  const [who, size] = [head.indexOf('policy'), head.indexOf('frames')];
  const sorted = [...rows.values()];
  if (who >= 0 && size >= 0) {
    sorted.sort(
      (a, b) =>
        styleOf(String(a[who])) - styleOf(String(b[who])) || Number(a[size]) - Number(b[size]),
    );
  }
  return { head, rows: sorted };
}

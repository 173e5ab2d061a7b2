// SPDX-License-Identifier: MIT
// Figures along the run in the columns of vmstat(8). Pure.
import { formatOf } from '../../lib/chart/format.ts';
import { countText } from '../../model/index.ts';
import type { Figures } from '../../wire/messages.ts';
import { words } from '../../text/vmstat.ts';

type ColumnName = keyof typeof words.columns;
type GroupName = keyof typeof words.groups;

interface Column {
  readonly name: ColumnName;
  readonly group: GroupName;
  /** Words of `series`; several are added up. */
  readonly of: readonly string[];
  /** `now`: what is; `since`: what happened since the row before. */
  readonly kind: 'now' | 'since';
  readonly unit: 'count' | 'pages' | 'ns';
}

const column = (
  group: GroupName,
  name: ColumnName,
  of: readonly string[],
  kind: Column['kind'],
  unit: Column['unit'],
): Column => ({ group, name, of, kind, unit });

export const columns: readonly Column[] = [
  column('procs', 'r', ['ready'], 'now', 'count'),
  column('procs', 'b', ['waiting'], 'now', 'count'),
  column('memory', 'swpd', ['swapped'], 'now', 'pages'),
  column('memory', 'free', ['free_frames'], 'now', 'pages'),
  column('memory', 'dirty', ['dirty_pages'], 'now', 'pages'),
  column('swap', 'si', ['swap_ins'], 'since', 'pages'),
  column('swap', 'so', ['swap_outs'], 'since', 'pages'),
  column('io', 'bi', ['file_reads', 'readaheads'], 'since', 'pages'),
  column('io', 'bo', ['file_writes'], 'since', 'pages'),
  column('system', 'in', ['interrupts'], 'since', 'count'),
  column('system', 'cs', ['switches'], 'since', 'count'),
  column('vm', 'pgfault', ['faults'], 'since', 'count'),
  column('vm', 'pgmajfault', ['major'], 'since', 'count'),
  column('vm', 'pgsteal', ['evictions'], 'since', 'count'),
  column('clock', 'time', ['clock'], 'since', 'ns'),
];

export const asked: readonly string[] = columns.flatMap((c) => c.of);

/** The columns in groups, as the two lines of vmstat's head. */
export const groups: readonly { readonly name: GroupName; readonly span: number }[] = [
  ...new Set(columns.map((c) => c.group)),
].map((name) => ({ name, span: columns.filter((c) => c.group === name).length }));

export interface Row {
  readonly op: number;
  readonly cells: readonly string[];
}

/** Memory in KiB as vmstat does; pages that are smaller are counted. */
export const inKib = (pageShift: number): boolean => pageShift >= 10;

const exact = formatOf('ns').exact;

/** A row for each point, but the first: it is what the others count from, unless the run begins there. */
export function rowsOf(figures: Figures, pageShift: number): Row[] {
  const held = new Map(figures.series.map((s) => [s.of, s.values]));
  const factor = inKib(pageShift) ? 2 ** (pageShift - 10) : 1;
  const at = (c: Column, i: number) => c.of.reduce((all, of) => all + (held.get(of)?.[i] ?? 0), 0);
  const text = (c: Column, i: number): string => {
    const value = at(c, i) - (c.kind === 'since' && i > 0 ? at(c, i - 1) : 0);
    return c.unit === 'ns' ? exact(value) : countText(c.unit === 'pages' ? value * factor : value);
  };
  return figures.at
    .map((op, i) => ({ op, cells: columns.map((c) => text(c, i)) }))
    .filter(({ op }, i) => i > 0 || op === 0);
}

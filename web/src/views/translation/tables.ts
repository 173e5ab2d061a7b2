// SPDX-License-Identifier: MIT
// The page tables that a process has, as a tree laid out in columns (the root first) and rows (the highest
// addresses on top). Pure.
import { optional, type Scene } from '../../model/index.ts';
import type { TableRow } from '../../wire/generated.ts';
import { words } from '../../text/translation.ts';
import { tableName } from './read.ts';

/** Rows that are drawn of one process; what lies below is counted. */
const ROWS_MOST = 8;

export interface TableNode {
  readonly table: number;
  /** The frame that it lies in, where it lies in memory. */
  readonly frame: number | undefined;
  readonly name: string;
  readonly place: string;
  readonly used: number;
  readonly size: number;
  /** From 1, as lines of a grid. */
  readonly column: number;
  readonly row: number;
  readonly span: number;
  /** It did not exist before this operation. */
  readonly fresh: boolean;
}
export interface TableTree {
  readonly pid: number;
  readonly columns: number;
  readonly nodes: readonly TableNode[];
  /** Tables beyond the rows that are drawn. */
  readonly more: number;
}

/** Tables that came in the operation at hand, up to this moment. */
function freshTables({ step, micro }: Scene): Set<number> {
  const fresh = new Set<number>();
  for (const { changes } of step?.micros.slice(0, micro) ?? [])
    for (const change of changes)
      if (change.event === 'table' && change.old.level === 0) fresh.add(change.now.table);
  return fresh;
}

/** The tables of one process by the table above them. */
function byParent({ machine }: Scene, own: readonly TableRow[]): Map<string, TableRow[]> {
  const below = new Map<string, TableRow[]>();
  for (const table of own) {
    const key = `${table.level + 1}:${machine.baseAt(table.level + 1, table.base)}`;
    const list = below.get(key);
    if (list) list.push(table);
    else below.set(key, [table]);
  }
  for (const list of below.values()) list.sort((a, b) => b.base - a.base);
  return below;
}

function treeOf(scene: Scene, pid: number, own: readonly TableRow[]): TableTree {
  const { machine, names } = scene;
  const { levels, levelBits, kind } = machine.config;
  const fresh = freshTables(scene);
  const below = byParent(scene, own);
  const nodes: TableNode[] = [];
  let rows = 0;
  const place = (table: TableRow): void => {
    const row = rows + 1;
    if (row > ROWS_MOST) return;
    const children = below.get(`${table.level}:${table.base}`) ?? [];
    children.forEach(place);
    if (children.length === 0) rows++;
    const frame = optional(table.frame);
    nodes.push({
      table: table.table,
      frame,
      name: tableName(kind, table.level),
      place: frame === undefined ? words.table(table.table) : names.frame(frame),
      used: table.used,
      size: 2 ** (levelBits[table.level] ?? 0),
      column: levels - table.level + 1,
      row,
      span: rows - row + 1,
      fresh: fresh.has(table.table),
    });
  };
  own.filter((table) => table.level === levels).forEach(place);
  nodes.sort((a, b) => a.row - b.row || a.column - b.column);
  return { pid, columns: levels, nodes, more: own.length - nodes.length };
}

/** One tree a process that has tables, the eldest first. */
export function tableTrees(scene: Scene): TableTree[] {
  const own = new Map<number, TableRow[]>();
  for (const table of scene.machine.rows.tables.table.values()) {
    if (!table.pid) continue;
    const list = own.get(table.pid);
    if (list) list.push(table);
    else own.set(table.pid, [table]);
  }
  return [...own].sort(([a], [b]) => a - b).map(([pid, tables]) => treeOf(scene, pid, tables));
}

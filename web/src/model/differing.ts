// SPDX-License-Identifier: MIT
// In what two machines differ: of each the things that are not as in the other, as the views mark them.
// Pages go by process and page number, for tables and frames may have other numbers. Pure.
import { hasFlag } from './entry.ts';
import type { Machine, PageRef } from './machine.ts';
import { placeKey, type Linked } from './selection.ts';
import { PteBits, Store, type Rows } from '../wire/generated.ts';

export interface Differing {
  readonly left: Linked;
  readonly right: Linked;
  /** Pages, frames, slots, threads and processes that are not alike, whichever side they are on. */
  readonly pages: number;
  readonly frames: number;
  readonly slots: number;
  readonly tasks: number;
  /** Words in memory that hold another value. */
  readonly words: number;
}

/** Pages that are named to the views; more are counted only. */
const PAGES_MOST = 256;

interface Mutable extends Linked {
  readonly pages: PageRef[];
  readonly frames: Set<number>;
  readonly slots: Set<number>;
  readonly entries: Set<string>;
  readonly threads: Set<number>;
  readonly processes: Set<number>;
}

const nothing = (): Mutable => ({
  pages: [],
  frames: new Set(),
  slots: new Set(),
  entries: new Set(),
  tlb: new Set(),
  threads: new Set(),
  processes: new Set(),
  mappings: new Set(),
  objects: new Set(),
});

interface Leaf {
  readonly pid: number;
  readonly vpn: number;
  readonly place: string;
  readonly entry: number;
}

/** Entries of last tables and of huge pages, by process and page. */
function leaves(machine: Machine): Map<string, Leaf> {
  const all = new Map<string, Leaf>();
  const { tables } = machine.rows;
  for (const { table, index, entry } of tables.pte.values()) {
    const row = tables.table.get(table);
    if (!row?.pid || entry === 0) continue;
    const huge = hasFlag(entry, 'huge');
    if (row.level !== 1 && !huge) continue;
    const vpn = row.base + index * (row.level === 1 ? 1 : machine.pagesIn(entry));
    const leaf = { pid: row.pid, vpn, place: placeKey(table, index), entry };
    all.set(placeKey(row.pid, vpn), leaf);
  }
  return all;
}

/** Being used once more is no difference. */
const bare = (entry: number): number =>
  hasFlag(entry, 'accessed') ? entry - PteBits.accessed : entry;

function differingPages(a: Machine, b: Machine, left: Mutable, right: Mutable): number {
  const [one, other] = [leaves(a), leaves(b)];
  let count = 0;
  const mark = (side: Mutable, leaf: Leaf | undefined) => {
    if (!leaf || side.pages.length >= PAGES_MOST) return;
    side.pages.push({ pid: leaf.pid, vpn: leaf.vpn });
    side.entries.add(leaf.place);
  };
  for (const key of new Set([...one.keys(), ...other.keys()])) {
    const [mine, its] = [one.get(key), other.get(key)];
    if (bare(mine?.entry ?? 0) === bare(its?.entry ?? 0)) continue;
    count++;
    mark(left, mine);
    mark(right, its);
  }
  return count;
}

/** Numbers of rows that are different in `columns`, or are in one machine alone. */
function differingRows<K extends 'frame' | 'slot' | 'task' | 'process'>(
  a: Machine,
  b: Machine,
  kind: K,
  columns: readonly (keyof Rows[K])[],
  left: Set<number>,
  right: Set<number>,
): number {
  const [one, other] = [a.rows.tables[kind], b.rows.tables[kind]];
  let count = 0;
  for (const key of new Set([...one.keys(), ...other.keys()])) {
    const [mine, its] = [one.get(key), other.get(key)];
    if (columns.every((column) => (mine?.[column] ?? 0) === (its?.[column] ?? 0))) continue;
    count++;
    left.add(Number(key));
    right.add(Number(key));
  }
  return count;
}

/** Words that hold other values; the frames that they lie in are marked. */
function differingWords(a: Machine, b: Machine, left: Mutable, right: Mutable): number {
  const [one, other] = [a.rows.tables.mem, b.rows.tables.mem];
  let count = 0;
  for (const key of new Set([...one.keys(), ...other.keys()])) {
    const [mine, its] = [one.get(key), other.get(key)];
    if ((mine?.value ?? 0n) === (its?.value ?? 0n)) continue;
    count++;
    if (mine?.store === Store.frame) left.frames.add(mine.id);
    if (its?.store === Store.frame) right.frames.add(its.id);
  }
  return count;
}

export function differing(a: Machine, b: Machine): Differing {
  const [left, right] = [nothing(), nothing()];
  const rows = <K extends 'frame' | 'slot' | 'task' | 'process'>(
    kind: K,
    set: 'frames' | 'slots' | 'threads' | 'processes',
    columns: readonly (keyof Rows[K])[],
  ) => differingRows(a, b, kind, columns, left[set], right[set]);
  return {
    left,
    right,
    pages: differingPages(a, b, left, right),
    words: differingWords(a, b, left, right),
    frames: rows('frame', 'frames', ['kind', 'object', 'index', 'maps', 'flags', 'slot']),
    slots: rows('slot', 'slots', ['object', 'index', 'refs']),
    tasks: rows('task', 'threads', ['state', 'wait']) + rows('process', 'processes', ['state']),
  };
}

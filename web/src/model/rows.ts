// SPDX-License-Identifier: MIT
// The state of a machine: a set of rows by kind. A row whose values are all 0 is absent.
// Nothing here knows what a row means; the only ways to change it are apply and undo.
import { events, type Change, type ChangeName, type Rows } from '../wire/generated.ts';

export type RowKey = number | string;
type Loose = Record<string, number | bigint>;

interface Plan {
  keys: string[];
  values: string[];
}

const plans = new Map<ChangeName, Plan>();
for (const desc of events) {
  if (!desc.change) continue;
  const names = desc.fields.map((f) => f.name);
  plans.set(desc.name as ChangeName, {
    keys: names.slice(0, desc.keys),
    values: names.slice(desc.keys),
  });
}

const planOf = (name: ChangeName): Plan => plans.get(name) as Plan;

const HALF = 2 ** 26;
/** Two keys as one number. Below 0 it fits into a word of 31 bits, with which a Map is several times
 * quicker than with others: page tables with few numbers, and words of up to 262,144 frames. */
const paired = (a: number, b: number): number =>
  a < 4096 && b < 262144 ? -1 - a * 262144 - b : a * HALF + b;

/** One or two small keys make a number, which a Map finds quickest; anything else a string. */
export function keyOf(...keys: readonly number[]): RowKey {
  const [a = 0, b = 0] = keys;
  if (keys.length === 1) return a;
  if (keys.length === 2 && a < HALF && b < HALF) return paired(a, b);
  return keys.join(':');
}

function rowKey(plan: Plan, row: Loose): RowKey {
  const { keys } = plan;
  const a = row[keys[0] as string] as number;
  if (keys.length === 1) return a;
  const b = row[keys[1] as string] as number;
  if (keys.length === 2 && a < HALF && b < HALF) return paired(a, b);
  return keyOf(...keys.map((k) => row[k] as number));
}

function empty({ values }: Plan, row: Loose): boolean {
  for (let i = 0; i < values.length; i++) if (row[values[i] as string]) return false;
  return true;
}

function same({ values }: Plan, a: Loose, b: Loose): boolean {
  for (let i = 0; i < values.length; i++) {
    const name = values[i] as string;
    if (a[name] !== b[name]) return false;
  }
  return true;
}

type Tables = { [K in ChangeName]: Map<RowKey, Rows[K]> };

/** Told of every change of the state, with the row before and after; undefined = absent. */
export interface RowObserver {
  changed<K extends ChangeName>(
    kind: K,
    before: Rows[K] | undefined,
    after: Rows[K] | undefined,
  ): void;
  cleared(): void;
}

export class MachineRows {
  readonly tables: Tables;
  /** Rises with every change: what a view compares to know whether to draw. */
  version = 0;
  private observers: RowObserver[] = [];

  constructor() {
    const tables: Partial<Record<ChangeName, Map<RowKey, unknown>>> = {};
    for (const name of plans.keys()) tables[name] = new Map();
    this.tables = tables as Tables;
  }

  observe(observer: RowObserver): void {
    this.observers.push(observer);
  }

  row<K extends ChangeName>(kind: K, ...keys: number[]): Rows[K] | undefined {
    return this.tables[kind].get(keyOf(...keys));
  }

  /** False when the state does not hold the change's old values: then nothing is done. */
  apply(change: Change): boolean {
    return this.replace(change.event, change.old, change.now);
  }

  undo(change: Change): boolean {
    return this.replace(change.event, change.now, change.old);
  }

  /** A row of a description. False when there is one already. */
  put<K extends ChangeName>(kind: K, row: Rows[K]): boolean {
    const plan = planOf(kind);
    const key = rowKey(plan, row as unknown as Loose);
    const table = this.tables[kind] as Map<RowKey, Rows[K]>;
    if (empty(plan, row as unknown as Loose)) return !table.has(key);
    const { size } = table;
    table.set(key, row);
    if (table.size === size) return false;
    this.version++;
    for (const o of this.observers) o.changed(kind, undefined, row);
    return true;
  }

  clear(): void {
    for (const table of Object.values(this.tables)) table.clear();
    this.version++;
    for (const o of this.observers) o.cleared();
  }

  private replace<K extends ChangeName>(kind: K, expected: Rows[K], next: Rows[K]): boolean {
    const plan = planOf(kind);
    const key = rowKey(plan, next as unknown as Loose);
    const table = this.tables[kind] as Map<RowKey, Rows[K]>;
    const held = table.get(key);
    const fits = held
      ? same(plan, held as unknown as Loose, expected as unknown as Loose)
      : empty(plan, expected as unknown as Loose);
    if (!fits) return false;
    const after = empty(plan, next as unknown as Loose) ? undefined : next;
    if (after) table.set(key, after);
    else table.delete(key);
    this.version++;
    for (const o of this.observers) o.changed(kind, held, after);
    return true;
  }
}

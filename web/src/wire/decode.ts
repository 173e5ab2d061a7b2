// SPDX-License-Identifier: MIT
// Bytes into events and steps, by the tables alone: no row is named here.
import {
  events,
  types,
  type ChangeName,
  type EventDesc,
  type Rows,
  type VmEvent,
} from './generated.ts';
import { Reader, writeNumber } from './leb.ts';

type Value = number | bigint;
type Loose = Record<string, Value>;

/** What decoding needs of a row, flat because it is the hot path. The template gives all objects of a
 * kind one shape, which engines handle best. */
interface Plan {
  readonly desc: EventDesc;
  readonly names: readonly string[];
  readonly wide: readonly boolean[];
  readonly template: Loose;
}
const plans: readonly Plan[] = events.map((desc) => {
  const wide = desc.fields.map((f) => types[f.type].shape === 'big');
  const template: Loose = {};
  desc.fields.forEach((f, i) => (template[f.name] = wide[i] ? 0n : 0));
  return { desc, names: desc.fields.map((f) => f.name), wide, template };
});

function planOf(reader: Reader): Plan {
  const kind = reader.num();
  const plan = plans[kind];
  if (!plan)
    throw new Error(`there is no event ${kind}: the page and the server differ in version`);
  return plan;
}

function readEvent(reader: Reader): VmEvent {
  const { desc, names, wide, template } = planOf(reader);
  const now: Loose = { ...template };
  const old: Loose | undefined = desc.change ? { ...template } : undefined;
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string;
    const value = wide[i] ? reader.big() : reader.num();
    if (!old) {
      now[name] = value;
    } else if (i < desc.keys) {
      old[name] = now[name] = value;
    } else {
      old[name] = value;
      now[name] = wide[i] ? reader.big() : reader.num();
    }
  }
  // The tables made both the bytes and the types; this is the one place where they meet.
  return (old
    ? { event: desc.name, change: true, old, now }
    : { event: desc.name, change: false, fields: now }) as unknown as VmEvent;
}

/** Three kinds make nine tenths of a large description: their rows are read in one go, in the order of the
 * table's columns. `key` reads one column, `value` one that is preceded by its old value. */
type Column = () => number;
export const quick: { [K in ChangeName]?: (key: Column, value: Column) => Rows[K] } = {
  pte: (key, value) => ({ table: key(), index: key(), entry: value() }),
  policy: (key, value) => ({ region: key(), index: key(), value: value() }),
  frame: (key, value) => ({
    frame: key(),
    kind: value() as Rows['frame']['kind'],
    object: value(),
    index: value(),
    maps: value(),
    flags: value(),
    slot: value(),
    charge: value(),
  }),
};

/** The rows of a description: changes whose old values are all 0. Throws on anything else. */
export function forEachRow(
  bytes: Uint8Array,
  each: <K extends ChangeName>(kind: K, row: Rows[K]) => void,
): void {
  const reader = new Reader(bytes);
  let now = '';
  const key = () => reader.num();
  const value = () => {
    if (reader.num() !== 0) throw new Error(`a described ${now} was not 0`);
    return reader.num();
  };
  while (reader.more) {
    const { desc, names, wide, template } = planOf(reader);
    if (!desc.change) throw new Error(`a description holds no happening (${desc.name})`);
    now = desc.name;
    const make = quick[now as ChangeName] as ((k: Column, v: Column) => Loose) | undefined;
    const row: Loose = make ? make(key, value) : { ...template };
    for (let i = 0; i < names.length && !make; i++) {
      if (i >= desc.keys && reader.num() !== 0) throw new Error(`a described ${now} was not 0`);
      row[names[i] as string] = wide[i] ? reader.big() : reader.num();
    }
    each(now as ChangeName, row as unknown as Rows[ChangeName]);
  }
}

/** Calls `each` for every event; throws on malformed bytes. */
export function forEachEvent(bytes: Uint8Array, each: (event: VmEvent) => void): void {
  const reader = new Reader(bytes);
  while (reader.more) each(readEvent(reader));
}

export function decodeEvents(bytes: Uint8Array): VmEvent[] {
  const list: VmEvent[] = [];
  forEachEvent(bytes, (event) => list.push(event));
  return list;
}

/** One operation as it came: its events stay encoded until someone looks at it. */
export interface StepBytes {
  readonly kind: number;
  /** 1-based line of the scenario, 0 = none. */
  readonly line: number;
  readonly tid: number;
  readonly events: Uint8Array;
}

export function decodeSteps(bytes: Uint8Array): StepBytes[] {
  const reader = new Reader(bytes);
  const steps: StepBytes[] = [];
  while (reader.more) {
    const length = reader.num();
    const end = reader.at + length;
    if (end > bytes.length) throw new Error('a step is cut short');
    const inner = new Reader(bytes, reader.at, end);
    const kind = inner.num();
    const line = inner.num();
    const tid = inner.num();
    steps.push({ kind, line, tid, events: bytes.subarray(inner.at, end) });
    reader.at = end;
  }
  return steps;
}

const kindOf = new Map<string, number>(events.map((desc, i) => [desc.name, i]));

/** The inverse of decodeEvents, for tests and recordings. */
export function encodeEvents(list: readonly VmEvent[]): Uint8Array {
  const out: number[] = [];
  for (const event of list) {
    const kind = kindOf.get(event.event) ?? 0;
    const desc = events[kind] as EventDesc;
    writeNumber(out, kind);
    const now = (event.change ? event.now : event.fields) as unknown as Loose;
    const old = (event.change ? event.old : event.fields) as unknown as Loose;
    desc.fields.forEach(({ name }, i) => {
      if (event.change && i >= desc.keys) writeNumber(out, old[name] ?? 0);
      writeNumber(out, now[name] ?? 0);
    });
  }
  return Uint8Array.from(out);
}

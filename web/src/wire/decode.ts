// SPDX-License-Identifier: MIT
// Bytes into events and steps, by the tables alone: no row is named here.
import { events, types, type EventDesc, type VmEvent } from './generated.ts';
import { Reader, writeNumber } from './leb.ts';

type Value = number | bigint;
type Loose = Record<string, Value>;

/** Field names and whether each needs 64 bits, kept flat because decoding is the hot path. */
const plans = events.map((desc) => ({
  desc,
  names: desc.fields.map((f) => f.name),
  wide: desc.fields.map((f) => types[f.type].shape === 'big'),
}));

function readEvent(reader: Reader): VmEvent {
  const kind = reader.num();
  const plan = plans[kind];
  if (!plan)
    throw new Error(`there is no event ${kind}: the page and the server differ in version`);
  const { desc, names, wide } = plan;
  const now: Loose = {};
  const old: Loose = {};
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string;
    const read = () => (wide[i] ? reader.big() : reader.num());
    if (!desc.change) {
      now[name] = read();
    } else if (i < desc.keys) {
      old[name] = now[name] = read();
    } else {
      old[name] = read();
      now[name] = read();
    }
  }
  // The tables made both the bytes and the types; this is the one place where they meet.
  return (desc.change
    ? { event: desc.name, change: true, old, now }
    : { event: desc.name, change: false, fields: now }) as unknown as VmEvent;
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

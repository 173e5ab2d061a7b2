// SPDX-License-Identifier: MIT
// A change as a person reads it: which columns of the row are different, before and after. Pure.
import { entryNumber, hasFlag, optional, type Thing } from '../model/index.ts';
import { events, types, type Change, type FieldDesc } from '../wire/generated.ts';
import { words } from '../text/time.ts';
import { valuePart, type Reader } from './words.ts';

export interface Difference {
  readonly column: string;
  readonly old: string;
  readonly now: string;
}

const rows = new Map(events.map((desc) => [desc.name as string, desc]));

/** What it points at, and the letters of its bits: "frame 0x14 P W U". */
export function entryText({ names }: Reader, entry: number): string {
  if (entry === 0) return words.empty;
  const letters = types.pte_bits.words.filter(
    (word, i) => word !== 'leaf' && Math.floor(entry / 2 ** i) % 2 === 1,
  );
  const number = entryNumber(entry);
  const at = !hasFlag(entry, 'present')
    ? hasFlag(entry, 'swapped')
      ? words.slot(number)
      : ''
    : hasFlag(entry, 'leaf')
      ? words.frame(names.frame(number))
      : words.table(number);
  return [at, ...letters].join(' ').trim();
}

function valueText(reader: Reader, field: FieldDesc, value: number | bigint): string {
  if (field.type === 'pte') return entryText(reader, Number(value));
  // A name of 0 is no name; numbers and words say it themselves.
  return valuePart(reader, field.type, value).text || words.empty;
}

/** The columns that are different. */
export function differences(reader: Reader, change: Change): Difference[] {
  const desc = rows.get(change.event);
  const old = change.old as unknown as Readonly<Record<string, number | bigint>>;
  const now = change.now as unknown as Readonly<Record<string, number | bigint>>;
  return (desc?.fields.slice(desc.keys) ?? [])
    .filter((field) => old[field.name] !== now[field.name])
    .map((field) => ({
      column: field.name.replaceAll('_', ' '),
      old: valueText(reader, field, old[field.name] ?? 0),
      now: valueText(reader, field, now[field.name] ?? 0),
    }))
    .filter((difference) => difference.old !== difference.now);
}

/** A table is known by the frame that it lies in; its number says nothing to a reader. */
function whichEntry({ machine, names }: Reader, table: number, index: number): string {
  const frame = optional(machine.rows.row('table', table)?.frame ?? 0);
  return frame === undefined ? words.entry(table, index) : words.entryIn(names.frame(frame), index);
}

/** Which row it is: "entry 5 of the table in frame 0x7". */
export function rowText(reader: Reader, change: Change): string {
  const { now } = change;
  switch (change.event) {
    case 'pte': {
      const { table, index } = change.now;
      return whichEntry(reader, table, index);
    }
    default: {
      const desc = rows.get(change.event);
      const values = now as unknown as Readonly<Record<string, number | bigint>>;
      const keys = (desc?.fields.slice(0, desc.keys) ?? []).map(
        (field) => valuePart(reader, field.type, values[field.name] ?? 0).text,
      );
      return [change.event.replaceAll('_', ' '), ...keys].join(' ');
    }
  }
}

/** A thing's name, as a heading says it. */
export function thingText({ machine, names }: Reader, thing: Thing): string {
  switch (thing.kind) {
    case 'page':
      return words.page(
        valuePart({ machine, names }, 'vpn', thing.vpn).text,
        names.letter(thing.pid),
      );
    case 'frame':
      return words.frame(names.frame(thing.frame));
    case 'slot':
      return words.slot(thing.slot);
    case 'entry':
      return whichEntry({ machine, names }, thing.table, thing.index);
    case 'tlb':
      return words.tlb(thing.cpu, thing.entry);
    case 'thread':
      return words.thread(names.runner(machine.pidOf(thing.tid), thing.tid));
    case 'process':
      return words.process(names.letter(thing.pid));
    case 'mapping':
      return words.mapping(valuePart({ machine, names }, 'vma', thing.vma).text);
    case 'object':
      return words.object(names.object(thing.object));
    case 'event':
      return words.event(thing.position.op);
  }
}

/** As the protocol's `history` names it; undefined for an event, which has no state. */
export function historyOf(thing: Thing): object | undefined {
  switch (thing.kind) {
    case 'page':
      return { pid: thing.pid, page: thing.vpn };
    case 'frame':
      return { frame: thing.frame };
    case 'slot':
      return { slot: thing.slot };
    case 'entry':
      return { table: thing.table, index: thing.index };
    case 'tlb':
      return { cpu: thing.cpu, entry: thing.entry };
    case 'thread':
      return { thread: thing.tid };
    case 'process':
      return { process: thing.pid };
    case 'mapping':
      return { mapping: thing.vma };
    case 'object':
      return { object: thing.object };
    case 'event':
      return undefined;
  }
}

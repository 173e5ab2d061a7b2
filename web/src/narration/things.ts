// SPDX-License-Identifier: MIT
// The things that a happening names, to be selected: each once, in the order of its fields. Pure.
import { events, type Happening, type TypeName } from '../wire/generated.ts';
import { writeThing, type Thing } from '../model/index.ts';
import type { Reader } from './words.ts';

const rows = new Map(events.map((desc) => [desc.name as string, desc]));

/** Addresses are read with more than 53 bits when they must be. */
const pageOf = (va: number | bigint, shift: number) => Number(BigInt(va) >> BigInt(shift));

export function thingsOf({ machine }: Reader, happening: Happening): Thing[] {
  const values = happening.fields as unknown as Record<string, number | bigint>;
  const fields = rows.get(happening.event)?.fields ?? [];
  const first = (type: TypeName) => {
    const field = fields.find((f) => f.type === type);
    return field ? Number(values[field.name] ?? 0) : 0;
  };
  const tid = first('tid');
  /** Whose pages its page numbers are. */
  const pid = (tid ? machine.pidOf(tid) : 0) || first('pid');
  const { config } = machine;
  const page = (vpn: number): Thing[] => (pid ? [{ kind: 'page', pid, vpn }] : []);
  const frame = (n: number): Thing[] =>
    n >= 0 && n < config.frames ? [{ kind: 'frame', frame: n }] : [];
  const one = (type: TypeName, value: number | bigint): Thing[] => {
    const n = Number(value);
    switch (type) {
      case 'tid':
        return n && machine.pidOf(n) ? [{ kind: 'thread', tid: n }] : [];
      case 'pid':
        return n ? [{ kind: 'process', pid: n }] : [];
      case 'va':
        return page(pageOf(value, config.pageShift));
      case 'vpn':
        return page(n);
      case 'frame':
        return frame(n);
      case 'frame_opt':
        return frame(n - 1);
      case 'slot':
        return [{ kind: 'slot', slot: n }];
      case 'slot_opt':
        return n ? [{ kind: 'slot', slot: n - 1 }] : [];
      case 'vma':
        return machine.rows.row('vma', n) ? [{ kind: 'mapping', vma: n }] : [];
      case 'object':
        return n ? [{ kind: 'object', object: n }] : [];
      default:
        return [];
    }
  };
  const all = fields.flatMap((field) => one(field.type, values[field.name] ?? 0));
  const [table, index] = [values['table'], values['index']];
  if (table && index !== undefined)
    all.push({ kind: 'entry', table: Number(table), index: Number(index) });
  return [...new Map(all.map((thing) => [writeThing(thing), thing])).values()];
}

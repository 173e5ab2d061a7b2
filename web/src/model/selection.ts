// SPDX-License-Identifier: MIT
// What a person points at, and everything that belongs to it: one selection for all views. Pure.
import { frameOf, hasFlag, optional, slotOf } from './entry.ts';
import type { Machine, PageRef } from './machine.ts';
import { comparePositions, type Position } from './position.ts';

export type Thing =
  | { readonly kind: 'page'; readonly pid: number; readonly vpn: number }
  | { readonly kind: 'frame'; readonly frame: number }
  | { readonly kind: 'slot'; readonly slot: number }
  | { readonly kind: 'entry'; readonly table: number; readonly index: number }
  | { readonly kind: 'tlb'; readonly cpu: number; readonly entry: number }
  | { readonly kind: 'thread'; readonly tid: number }
  | { readonly kind: 'process'; readonly pid: number }
  | { readonly kind: 'mapping'; readonly vma: number }
  | { readonly kind: 'object'; readonly object: number }
  | { readonly kind: 'event'; readonly position: Position };

/** Entries and TLB places as keys: `placeKey(table, index)`, `placeKey(cpu, entry)`. */
export interface Linked {
  readonly pages: readonly PageRef[];
  readonly frames: ReadonlySet<number>;
  readonly slots: ReadonlySet<number>;
  readonly entries: ReadonlySet<string>;
  readonly tlb: ReadonlySet<string>;
  readonly threads: ReadonlySet<number>;
  readonly processes: ReadonlySet<number>;
  readonly mappings: ReadonlySet<number>;
  readonly objects: ReadonlySet<number>;
}

export const placeKey = (first: number, second: number): string => `${first}:${second}`;

/** Pages that are named; a frame of the C library may be mapped by hundreds. */
const PAGES_MOST = 256;

class Collector implements Linked {
  readonly pages: PageRef[] = [];
  readonly frames = new Set<number>();
  readonly slots = new Set<number>();
  readonly entries = new Set<string>();
  readonly tlb = new Set<string>();
  readonly threads = new Set<number>();
  readonly processes = new Set<number>();
  readonly mappings = new Set<number>();
  readonly objects = new Set<number>();

  constructor(private readonly machine: Machine) {}

  /** A page with what maps it and where its contents are. */
  page(pid: number, vpn: number): void {
    if (this.pages.length >= PAGES_MOST) return;
    if (this.pages.some((p) => p.pid === pid && p.vpn === vpn)) return;
    const { machine } = this;
    this.pages.push({ pid, vpn });
    this.processes.add(pid);
    const last = machine.walk(pid, vpn).at(-1);
    if (last && (last.level === 1 || hasFlag(last.entry, 'huge')))
      this.entries.add(placeKey(last.table, last.index));
    const vma = machine.vmaAt(pid, vpn);
    if (vma) {
      this.mappings.add(vma.vma);
      if (vma.object) this.objects.add(vma.object);
      const owner = machine.stackOwner(vma);
      if (owner) this.threads.add(owner.tid);
    }
    const entry = machine.entry(pid, vpn);
    const [frame, slot] = [frameOf(entry), slotOf(entry)];
    if (frame !== undefined) this.frame(frame);
    if (slot !== undefined) this.slot(slot);
    for (let cpu = 0; cpu < machine.cpus(); cpu++)
      for (const row of machine.tlb(cpu))
        if (row.vpn === vpn && frameOf(row.pte) === frame) this.tlb.add(placeKey(cpu, row.entry));
  }

  frame(frame: number): void {
    if (this.frames.has(frame)) return;
    this.frames.add(frame);
    const row = this.machine.rows.row('frame', frame);
    const slot = row && optional(row.slot);
    if (slot !== undefined) this.slots.add(slot);
    if (row?.object) this.objects.add(row.object);
    const table = this.machine.tableIn(frame);
    if (table?.pid) this.processes.add(table.pid);
    for (const { pid, vpn } of this.machine.mappersOf(frame)) this.page(pid, vpn);
  }

  slot(slot: number): void {
    if (this.slots.has(slot)) return;
    this.slots.add(slot);
    const cached = this.machine.rows.row('slot', slot);
    const frame = cached && optional(cached.frame);
    if (frame !== undefined) this.frame(frame);
    for (const { pid, vpn } of this.machine.sharersOfSlot(slot)) this.page(pid, vpn);
  }

  entry(table: number, index: number): void {
    this.entries.add(placeKey(table, index));
    const row = this.machine.rows.row('table', table);
    if (!row) return;
    if (row.pid) this.processes.add(row.pid);
    const entry = this.machine.rows.row('pte', table, index)?.entry ?? 0;
    if (row.level === 1 || hasFlag(entry, 'huge'))
      this.page(row.pid, row.base + index * (row.level === 1 ? 1 : this.machine.pagesIn(entry)));
    else if (row.frame) this.frames.add(row.frame - 1);
  }

  thread(tid: number): void {
    this.threads.add(tid);
    const pid = this.machine.pidOf(tid);
    if (!pid) return;
    this.processes.add(pid);
    for (const vma of this.machine.vmas(pid))
      if (this.machine.stackOwner(vma)?.tid === tid) this.mappings.add(vma.vma);
  }

  process(pid: number): void {
    this.processes.add(pid);
    for (const { tid } of this.machine.tasks(pid)) this.threads.add(tid);
    for (const { vma } of this.machine.vmas(pid)) this.mappings.add(vma);
  }

  mapping(vma: number): void {
    const row = this.machine.rows.row('vma', vma);
    if (!row) return;
    this.mappings.add(vma);
    this.processes.add(row.pid);
    if (row.object) this.objects.add(row.object);
    const owner = this.machine.stackOwner(row);
    if (owner) this.threads.add(owner.tid);
  }

  object(object: number): void {
    this.objects.add(object);
    for (const row of this.machine.rows.tables.vma.values())
      if (row.object === object) this.mapping(row.vma);
    for (const row of this.machine.rows.tables.frame.values())
      if (row.object === object) this.frames.add(row.frame);
  }
}

/** Everything that belongs to a thing, at this moment of the machine. */
export function linked(machine: Machine, thing: Thing | undefined): Linked {
  const all = new Collector(machine);
  switch (thing?.kind) {
    case 'page':
      all.page(thing.pid, thing.vpn);
      break;
    case 'tlb': {
      all.tlb.add(placeKey(thing.cpu, thing.entry));
      const row = machine.tlb(thing.cpu).find((t) => t.entry === thing.entry);
      const frame = row && frameOf(row.pte);
      if (frame !== undefined) all.frame(frame);
      break;
    }
    case 'frame':
      all.frame(thing.frame);
      break;
    case 'slot':
      all.slot(thing.slot);
      break;
    case 'entry':
      all.entry(thing.table, thing.index);
      break;
    case 'thread':
      all.thread(thing.tid);
      break;
    case 'process':
      all.process(thing.pid);
      break;
    case 'mapping':
      all.mapping(thing.vma);
      break;
    case 'object':
      all.object(thing.object);
      break;
    default: // an event has no place in the state
  }
  return all;
}

/** Is the thing among what is linked? An event never is. */
export function isLinked(all: Linked, thing: Thing): boolean {
  switch (thing.kind) {
    case 'page':
      return all.pages.some((p) => p.pid === thing.pid && p.vpn === thing.vpn);
    case 'frame':
      return all.frames.has(thing.frame);
    case 'slot':
      return all.slots.has(thing.slot);
    case 'entry':
      return all.entries.has(placeKey(thing.table, thing.index));
    case 'tlb':
      return all.tlb.has(placeKey(thing.cpu, thing.entry));
    case 'thread':
      return all.threads.has(thing.tid);
    case 'process':
      return all.processes.has(thing.pid);
    case 'mapping':
      return all.mappings.has(thing.vma);
    case 'object':
      return all.objects.has(thing.object);
    case 'event':
      return false;
  }
}

export function sameThing(a: Thing | undefined, b: Thing | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.kind === 'event' && b.kind === 'event')
    return comparePositions(a.position, b.position) === 0;
  return a.kind === b.kind && JSON.stringify(a) === JSON.stringify(b);
}

/** A thing as text, for addresses and messages: "page 1 4096", "frame 20", "event 148.7". */
export const writeThing = (thing: Thing): string =>
  thing.kind === 'event'
    ? `event ${thing.position.op}.${thing.position.micro}`
    : Object.values(thing).join(' ');

const WHOLE = /^\d{1,15}$/;

export function readThing(text: string): Thing | undefined {
  const [kind = '', ...rest] = text.split(' ');
  if (kind === 'event') {
    const [op = '', micro = ''] = (rest[0] ?? '').split('.');
    if (rest.length !== 1 || !WHOLE.test(op) || !WHOLE.test(micro)) return undefined;
    return { kind, position: { op: Number(op), micro: Number(micro) } };
  }
  if (!rest.every((part) => WHOLE.test(part))) return undefined;
  const [a = 0, b = 0] = rest.map(Number);
  if (rest.length === 2) {
    if (kind === 'page') return { kind, pid: a, vpn: b };
    if (kind === 'entry') return { kind, table: a, index: b };
    if (kind === 'tlb') return { kind, cpu: a, entry: b };
  }
  if (rest.length !== 1) return undefined;
  if (kind === 'frame') return { kind, frame: a };
  if (kind === 'slot') return { kind, slot: a };
  if (kind === 'thread') return { kind, tid: a };
  if (kind === 'process') return { kind, pid: a };
  if (kind === 'mapping') return { kind, vma: a };
  if (kind === 'object') return { kind, object: a };
  return undefined;
}

// SPDX-License-Identifier: MIT
// One moment as the views draw it: the state, the micro-step that has just happened, and what it touches.
// Pure: made anew from the player after each move, cheap, and never changed.
import type { Happening } from '../wire/generated.ts';
import { frameOf, hasFlag, partOf } from './entry.ts';
import type { Machine, PageRef } from './machine.ts';
import type { Names } from './names.ts';
import type { Player } from './player.ts';
import type { Position } from './position.ts';
import type { Micro, Step } from './step.ts';
import type { StepWindow } from './window.ts';

/** The access, or failing that the page, that the operation in progress is about. */
export interface Focus {
  readonly pid: number;
  readonly tid: number;
  readonly vpn: number;
  /** Undefined when only the page is known (fork, munmap, eviction). */
  readonly va: bigint | undefined;
  /** enum access, 0 when it is none. */
  readonly access: number;
}
/** A level that the hardware has read so far. */
export interface ReadLevel {
  readonly level: number;
  readonly table: number;
  readonly index: number;
  readonly pa: number;
  readonly entry: number;
}
/** What this micro-step touches. Views ring at most two: the first two of `frames`, the page of each. */
export interface Touched {
  readonly frames: readonly number[];
  readonly slots: readonly number[];
  readonly pages: readonly PageRef[];
  readonly entries: readonly { table: number; index: number }[];
  readonly tlb: readonly number[];
  readonly vmas: readonly number[];
}
/** The leaf entry of the focus page around this operation. `next` is what it will be at its end. */
export interface EntryChange {
  readonly pid: number;
  readonly vpn: number;
  readonly before: number;
  readonly now: number;
  readonly next: number;
}
/** Something moves between two places in this micro-step. */
export type Flight =
  | { readonly kind: 'copy'; readonly from: number; readonly to: number }
  | { readonly kind: 'swap_out' | 'swap_in'; readonly frame: number; readonly slot: number }
  | { readonly kind: 'file_in' | 'file_out'; readonly frame: number; readonly object: number };

export interface Scene {
  /** Different for every scene. */
  readonly version: number;
  readonly machine: Machine;
  readonly names: Names;
  /** The operations around this moment that are held, for pictures of what came before and comes next. */
  readonly window: StepWindow;
  readonly position: Position;
  readonly length: number;
  /** The operation in progress, or the last complete one. */
  readonly step: Step | undefined;
  /** How many micro-steps of `step` have happened; `now` is the last of them. */
  readonly micro: number;
  readonly now: Micro | undefined;
  /** The next micro-step of the same operation. */
  readonly next: Micro | undefined;
  readonly focus: Focus | undefined;
  readonly levels: readonly ReadLevel[];
  /** The last look into the TLB of this operation. */
  readonly tlb: 'hit' | 'miss' | undefined;
  /** The trap of this operation, once it has happened: enum trap_reason. */
  readonly trap: number | undefined;
  readonly touched: Touched;
  readonly entry: EntryChange | undefined;
  readonly flight: Flight | undefined;
}

const num = (happening: Happening | undefined, field: string): number | undefined => {
  const value =
    happening && (happening.fields as unknown as Record<string, number | bigint>)[field];
  return typeof value === 'number' ? value : undefined;
};

function processOf(machine: Machine, happening: Happening): number {
  const pid = num(happening, 'pid') ?? num(happening, 'child') ?? num(happening, 'parent');
  if (pid !== undefined) return pid;
  const tid = num(happening, 'tid') ?? 0;
  return machine.pidOf(tid) || tid;
}

function focusOf(machine: Machine, step: Step, micro: number): Focus | undefined {
  let page: Focus | undefined;
  for (let i = micro - 1; i >= 0; i--) {
    const h = step.micros[i]?.happening;
    if (!h) continue;
    const fields = h.fields as unknown as Record<string, number | bigint>;
    const tid = num(h, 'tid') ?? 0;
    const pid = processOf(machine, h);
    if (typeof fields['va'] === 'bigint' && (h.event === 'access' || h.event === 'trap')) {
      const vpn = machine.pageOf(fields['va']);
      return { pid, tid, vpn, va: fields['va'], access: num(h, 'access') ?? 0 };
    }
    const vpn = num(h, 'vpn');
    if (!page && vpn !== undefined) page = { pid, tid, vpn, va: undefined, access: 0 };
  }
  return page;
}

function walkOf(step: Step, micro: number) {
  let levels: ReadLevel[] = [];
  let tlb: Scene['tlb'];
  let trap: number | undefined;
  for (const { happening } of step.micros.slice(0, micro)) {
    if (!happening) continue;
    if (happening.event === 'access') [levels, tlb, trap] = [[], undefined, undefined];
    else if (happening.event === 'tlb_miss') [levels, tlb] = [[], 'miss'];
    else if (happening.event === 'tlb_hit') [levels, tlb] = [[], 'hit'];
    else if (happening.event === 'trap') trap = happening.fields.reason;
    else if (happening.event === 'walk_level') levels.push(happening.fields);
  }
  return { levels, tlb, trap };
}

function touchedBy(machine: Machine, now: Micro | undefined, focus: Focus | undefined): Touched {
  const frames = new Set<number>();
  const slots = new Set<number>();
  const tlb = new Set<number>();
  const vmas = new Set<number>();
  const pages = new Map<string, PageRef>();
  const entries: { table: number; index: number }[] = [];
  const page = (pid: number, vpn: number) => pages.set(`${pid}:${vpn}`, { pid, vpn });
  const h = now?.happening;
  if (h) {
    for (const field of ['from', 'to', 'frame']) {
      const frame = field === 'frame' || h.event === 'cow_copy' ? num(h, field) : undefined;
      if (frame !== undefined) frames.add(frame);
    }
    const [slot, vpn, vma] = [num(h, 'slot'), num(h, 'vpn'), num(h, 'vma')];
    if (slot !== undefined) slots.add(slot);
    if (vma !== undefined) vmas.add(vma);
    if (vpn !== undefined) page(processOf(machine, h), vpn);
    else if (focus?.va !== undefined && 'va' in h.fields) page(focus.pid, focus.vpn);
    if (h.event === 'page_shared' && vpn !== undefined) page(h.fields.parent, vpn);
    if (h.event === 'tlb_hit' || h.event === 'tlb_fill') tlb.add(h.fields.entry);
    if (h.event === 'walk_level') entries.push({ table: h.fields.table, index: h.fields.index });
  }
  for (const change of (now?.changes ?? []).slice(0, 200)) {
    if (change.event === 'pte') entries.push({ table: change.now.table, index: change.now.index });
    else if (change.event === 'tlb') tlb.add(change.now.entry);
    else if (change.event === 'slot') slots.add(change.now.slot);
    else if (change.event === 'frame' && frames.size < 2) frames.add(change.now.frame);
  }
  const list = [...pages.values()];
  return {
    frames: [...frames],
    slots: [...slots],
    pages: list,
    entries,
    tlb: [...tlb],
    vmas: [...vmas],
  };
}

/** Where an entry is, or will be. */
interface Place {
  readonly table: number;
  readonly index: number;
}
/** The value of a place before, now and at the end of the operation, from its changes. */
function around(machine: Machine, step: Step, micro: number, place: Place | undefined) {
  if (!place) return { before: 0, now: 0, next: 0 };
  const now = machine.rows.row('pte', place.table, place.index)?.entry ?? 0;
  let [before, next] = [now, now];
  let first = true;
  step.micros.forEach(({ changes }, i) => {
    for (const change of changes) {
      if (change.event !== 'pte') continue;
      if (change.now.table !== place.table || change.now.index !== place.index) continue;
      if (first) before = change.old.entry;
      first = false;
      if (i >= micro) next = change.now.entry;
    }
  });
  return { before, now, next };
}

/** The focus page's entry around this operation: in the last table, or huge in the one above. */
function entryOf(machine: Machine, step: Step, micro: number, { pid, vpn }: Focus): EntryChange {
  const walk = machine.walk(pid, vpn);
  const placeAt = (level: number) =>
    walk.find((w) => w.level === level) ?? placeToCome(machine, step, level, pid, vpn);
  const small = around(machine, step, micro, placeAt(1));
  const large = around(machine, step, micro, placeAt(2));
  const leaf = (when: 'before' | 'now' | 'next') =>
    hasFlag(large[when], 'huge')
      ? partOf(large[when], vpn % machine.pagesIn(large[when]))
      : small[when];
  return { pid, vpn, before: leaf('before'), now: leaf('now'), next: leaf('next') };
}

/** Where the entry will be when its table is made, or linked, only later in this operation. */
function placeToCome(
  machine: Machine,
  step: Step,
  level: number,
  pid: number,
  vpn: number,
): Place | undefined {
  const index = machine.indexAt(level, vpn);
  const base = machine.baseAt(level, vpn);
  for (const { changes } of step.micros) {
    for (const change of changes) {
      if (change.event !== 'table' || change.now.level !== level) continue;
      if (change.now.pid === pid && change.now.base === base) {
        return { table: change.now.table, index };
      }
    }
  }
  return undefined;
}

function flightOf(h: Happening | undefined): Flight | undefined {
  switch (h?.event) {
    case 'cow_copy':
      return { kind: 'copy', from: h.fields.from, to: h.fields.to };
    case 'swap_write':
      return { kind: 'swap_out', frame: h.fields.frame, slot: h.fields.slot };
    case 'swap_read':
      return { kind: 'swap_in', frame: h.fields.frame, slot: h.fields.slot };
    case 'file_read':
      return { kind: 'file_in', frame: h.fields.frame, object: h.fields.object };
    case 'file_write':
      return { kind: 'file_out', frame: h.fields.frame, object: h.fields.object };
    default:
      return undefined;
  }
}

let versions = 0;

export function sceneOf(player: Player, names: Names): Scene {
  const { machine, step, micro } = player;
  const now = step?.micros[micro - 1];
  const focus = step && focusOf(machine, step, micro);
  const walk = step ? walkOf(step, micro) : { levels: [], tlb: undefined, trap: undefined };
  return {
    version: ++versions,
    machine,
    names,
    window: player.window,
    position: player.position,
    length: player.length,
    step,
    micro,
    now,
    next: step?.micros[micro],
    focus,
    ...walk,
    touched: touchedBy(machine, now, focus),
    entry: step && focus && entryOf(machine, step, micro, focus),
    flight: flightOf(now?.happening),
  };
}

/** The state of a page in one word, for marks. */
export function pageState(entry: number): 'memory' | 'swapped' | 'untouched' {
  if (frameOf(entry) !== undefined) return 'memory';
  return hasFlag(entry, 'swapped') ? 'swapped' : 'untouched';
}

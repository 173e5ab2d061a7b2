// SPDX-License-Identifier: MIT
// Machines without pages as pictures: pieces of memory, segments, the last relocation, the free list, the
// tree of buddies, slabs. Pure.
import { hex, type Machine, type Scene } from '../../model/index.ts';
import {
  MachineKind,
  MachineWord,
  PieceState,
  types,
  type PieceRow,
  type SegmentRegisterRow,
} from '../../wire/generated.ts';
import { words } from '../../text/older.ts';

export interface Piece {
  readonly at: number;
  readonly bytes: number;
  readonly state: 'hole' | 'used' | 'slab';
  /** Bytes that were not asked for. */
  readonly lost: number;
  readonly asked: number;
  /** Processes whose segment it is, each once. */
  readonly owners: readonly number[];
  readonly label: string;
  /** This micro-step changed it, or is about it. */
  readonly now: boolean;
}
export interface Memory {
  readonly base: number;
  readonly bytes: number;
  readonly pieces: readonly Piece[];
  readonly free: number;
  readonly holes: number;
  readonly largest: number;
}

const wordOf = (machine: Machine, word: MachineWord): number => Number(machine.word(word));

/** At its end an operation shows what it gave, or the hole that it left. */
function givenPieces({ step, machine }: Scene): ReadonlySet<number> {
  const given = new Set<number>();
  const holes = new Set<number>();
  for (const { changes } of step?.micros ?? []) {
    for (const change of changes) {
      if (change.event !== 'piece') continue;
      const piece = machine.rows.row('piece', change.now.at);
      if (piece) (piece.state === PieceState.hole ? holes : given).add(piece.at);
    }
  }
  return given.size > 0 ? given : holes;
}

/** Addresses that the present micro-step changed or names. */
function touchedPieces(scene: Scene): ReadonlySet<number> {
  const touched = new Set<number>();
  for (const change of scene.now?.changes ?? []) {
    if (change.event === 'piece' && change.now.bytes > 0) touched.add(change.now.at);
  }
  const fields = scene.now?.happening?.fields as Record<string, unknown> | undefined;
  for (const name of ['at', 'other', 'buddy', 'to']) {
    const value = fields?.[name];
    if (typeof value === 'number') touched.add(value);
  }
  return touched.size > 0 || scene.next ? touched : givenPieces(scene);
}

export const segmentName = (scene: Scene, row: SegmentRegisterRow): string =>
  scene.names.name(row.name) ||
  (scene.machine.config.kind === MachineKind.base_bounds ? words.whole : words.segment(row.number));

/** Present segments by the address of their piece. */
function segmentsByPiece(scene: Scene, pieces: readonly PieceRow[]) {
  const found = new Map<number, SegmentRegisterRow[]>();
  const ends = new Map(pieces.map((p) => [p.at + p.bytes, p.at]));
  for (const row of scene.machine.rows.tables.segment_register.values()) {
    if (!row.present) continue;
    const at = row.down ? ends.get(row.base) : row.base;
    if (at !== undefined) found.set(at, [...(found.get(at) ?? []), row]);
  }
  return found;
}

/** Pieces as they were before the operation in progress. */
export function piecesBefore(scene: Scene): PieceRow[] {
  const pieces = new Map([...scene.machine.rows.tables.piece.values()].map((p) => [p.at, p]));
  for (const { changes } of scene.step?.micros.slice(0, scene.micro).reverse() ?? []) {
    for (const change of [...changes].reverse()) {
      if (change.event !== 'piece') continue;
      if (change.old.bytes > 0) pieces.set(change.old.at, change.old);
      else pieces.delete(change.old.at);
    }
  }
  return [...pieces.values()].sort((a, b) => a.at - b.at);
}

export function memoryOf(scene: Scene): Memory {
  const { machine } = scene;
  const rows = [...machine.rows.tables.piece.values()].sort((a, b) => a.at - b.at);
  const segments = segmentsByPiece(scene, rows);
  const touched = touchedPieces(scene);
  const pieces = rows.map((row): Piece => {
    const users = segments.get(row.at) ?? [];
    const first = users[0];
    const state =
      row.state === PieceState.hole ? 'hole' : row.state === PieceState.slab ? 'slab' : 'used';
    return {
      at: row.at,
      bytes: row.bytes,
      state,
      asked: row.asked,
      lost: state === 'used' ? row.bytes - row.asked : 0,
      owners: [...new Set(users.map((u) => u.pid))].sort((a, b) => a - b),
      label: first
        ? segmentName(scene, first)
        : state === 'slab'
          ? scene.names.name(machine.rows.row('slab_cache', row.cache)?.name ?? 0) || words.slab
          : words[state],
      now: touched.has(row.at),
    };
  });
  const holes = pieces.filter((p) => p.state === 'hole');
  return {
    base: wordOf(machine, MachineWord.memory_base),
    bytes: wordOf(machine, MachineWord.memory),
    pieces,
    free: holes.reduce((sum, h) => sum + h.bytes, 0),
    holes: holes.length,
    largest: holes.reduce((most, h) => Math.max(most, h.bytes), 0),
  };
}

export interface Segment {
  readonly row: SegmentRegisterRow;
  readonly name: string;
  /** Its lowest virtual address, and the first behind it. */
  readonly start: number;
  readonly end: number;
  readonly now: boolean;
}
/** What one segment can have at most. */
export const segmentSpan = (machine: Machine): number =>
  2 ** (machine.config.vaBits - wordOf(machine, MachineWord.segment_bits));

export function segmentsOf(scene: Scene, pid: number): Segment[] {
  const span = segmentSpan(scene.machine);
  const changed = new Set<number>();
  for (const change of scene.now?.changes ?? []) {
    if (change.event === 'segment_register' && change.now.pid === pid)
      changed.add(change.now.number);
  }
  return [...scene.machine.rows.tables.segment_register.values()]
    .filter((row) => row.pid === pid && row.bytes > 0)
    .sort((a, b) => a.number - b.number)
    .map((row) => {
      const start = row.number * span + (row.down ? span - row.bytes : 0);
      return {
        row,
        name: segmentName(scene, row),
        start,
        end: start + row.bytes,
        now: changed.has(row.number),
      };
    });
}

/** The last access of the operation, as far as the hardware has come. */
export interface Relocation {
  readonly pid: number;
  readonly va: number;
  /** Bits that pick the segment; 0: base and bounds. */
  readonly segmentBits: number;
  readonly number: number;
  readonly offset: number;
  readonly segment: Segment | undefined;
  /** Of a segment that grows down: how far below its end. */
  readonly distance: number | undefined;
  readonly pa: number | undefined;
  /** enum trap_reason, once it was refused. */
  readonly trap: number | undefined;
}

export function relocationOf(scene: Scene): Relocation | undefined {
  const { machine } = scene;
  let found: Relocation | undefined;
  for (const { happening: h } of scene.step?.micros.slice(0, scene.micro) ?? []) {
    if (h?.event === 'access') {
      const va = Number(h.fields.va);
      const span = segmentSpan(machine);
      const pid = machine.pidOf(h.fields.tid);
      const number = Math.floor(va / span);
      found = {
        pid,
        va,
        segmentBits: wordOf(machine, MachineWord.segment_bits),
        number,
        offset: va % span,
        segment: segmentsOf(scene, pid).find((s) => s.row.number === number),
        distance: undefined,
        pa: undefined,
        trap: undefined,
      };
    } else if (found && h?.event === 'relocated') found = { ...found, pa: h.fields.pa };
    else if (found && h?.event === 'relocated_down') {
      found = { ...found, pa: h.fields.pa, distance: h.fields.distance };
    } else if (found && h?.event === 'trap') found = { ...found, trap: h.fields.reason };
  }
  return found;
}

export interface Hole {
  readonly at: number;
  readonly bytes: number;
  /** What the search of this operation made of it so far. */
  readonly verdict: string;
  readonly taken: boolean;
  readonly rover: boolean;
  readonly now: boolean;
}

/** Holes in the order of a list: of buddies the one of blocks of 2^list bytes. */
export function listOf(scene: Scene, list = 0): Hole[] {
  const { rows } = scene.machine;
  const verdicts = new Map<number, string>();
  let taken = -1;
  for (const { happening: h } of scene.step?.micros.slice(0, scene.micro) ?? []) {
    if (h?.event === 'hole_examined') {
      verdicts.set(h.fields.at, types.hole_verdict.words[h.fields.verdict] ?? '');
    } else if (h?.event === 'hole_taken') taken = h.fields.at;
  }
  const touched = touchedPieces(scene);
  const head = rows.row('hole_list', list);
  const holes: Hole[] = [];
  let next = head?.first ?? 0;
  while (next > 0 && holes.length < 4096) {
    const row = rows.row('piece', next - 1);
    if (!row) break;
    holes.push({
      at: row.at,
      bytes: row.bytes,
      verdict: verdicts.get(row.at) ?? '',
      taken: row.at === taken,
      rover: (head?.rover ?? 0) === next,
      now: touched.has(row.at),
    });
    next = row.next;
  }
  return holes;
}

export interface Block {
  readonly at: number;
  readonly bytes: number;
  readonly state: Piece['state'] | 'split';
  readonly now: boolean;
}
/** The tree of buddies, the whole memory first: a row a size, blocks at their places. */
export function buddyRows(memory: Memory): { bytes: number; blocks: Block[] }[] {
  const least = memory.pieces.reduce((n, p) => Math.min(n, p.bytes), memory.bytes);
  const rows: { bytes: number; blocks: Block[] }[] = [];
  for (let bytes = memory.bytes; bytes >= least; bytes /= 2) {
    const blocks = new Map<number, Block>();
    for (const piece of memory.pieces) {
      if (piece.bytes === bytes) blocks.set(piece.at, { ...piece });
      else if (piece.bytes < bytes) {
        const offset = piece.at - memory.base;
        const at = memory.base + offset - (offset % bytes);
        blocks.set(at, { at, bytes, state: 'split', now: false });
      }
    }
    rows.push({ bytes, blocks: [...blocks.values()] });
  }
  return rows;
}

export interface Slab {
  readonly at: number;
  readonly bytes: number;
  readonly objects: readonly { at: number; used: boolean; now: boolean }[];
  readonly rest: number;
}
export interface Cache {
  readonly id: number;
  readonly name: string;
  readonly bytes: number;
  readonly step: number;
  readonly used: number;
  readonly slabs: readonly Slab[];
}
export function cachesOf(scene: Scene): Cache[] {
  const { rows } = scene.machine;
  const changed = new Set<number>();
  for (const change of scene.now?.changes ?? []) {
    if (change.event === 'slab_object') changed.add(change.now.at);
  }
  const slabs = [...rows.tables.piece.values()]
    .filter((p) => p.state === PieceState.slab)
    .sort((a, b) => a.at - b.at);
  return [...rows.tables.slab_cache.values()].map((cache) => ({
    id: cache.cache,
    name: scene.names.name(cache.name) || hex(cache.cache),
    bytes: cache.bytes,
    step: cache.step,
    used: cache.used,
    slabs: slabs
      .filter((p) => p.cache === cache.cache)
      .map((p) => {
        const each = Math.floor(p.bytes / cache.step);
        const objects = Array.from({ length: each }, (_, i) => {
          const at = p.at + i * cache.step;
          return { at, used: rows.row('slab_object', at) !== undefined, now: changed.has(at) };
        });
        return { at: p.at, bytes: p.bytes, objects, rest: p.bytes - each * cache.step };
      }),
  }));
}

// SPDX-License-Identifier: MIT
// Files page by page: which pages of each are in memory, which of those are not yet on disk, and who maps
// them. Swap's counts beside it. Pure.
import { bytesText, optional, type Machine, type Names, type Scene } from '../../../model/index.ts';
import { FrameBits, ObjectKind, type FrameRow } from '../../../wire/generated.ts';
import type { Cell } from '../../../lib/draw/cell.ts';
import { frameCell } from '../../../lib/draw/state-cell.ts';
import { frameText } from '../frames.ts';
import { words } from '../../../text/files.ts';

/** More of one file are not drawn: its first pages stand for it. */
const PAGES_MOST = 16384;

export interface FileView {
  readonly object: number;
  readonly name: string;
  readonly kind: 'file' | 'shmem';
  readonly pages: number;
  /** Of them drawn. */
  readonly shown: number;
  readonly size: string;
  /** "rw-r--r--, of 0:0"; of files with a mode. */
  readonly mode: string;
  /** Frame by page; undefined: it is only on disk, or does not exist yet. */
  readonly frames: ReadonlyMap<number, number>;
  readonly dirty: number;
  readonly mapped: boolean;
}

/** 0644 → "rw-r--r--". */
export const modeText = (mode: number): string =>
  [...'rwxrwxrwx'].map((letter, bit) => ((mode >> (8 - bit)) & 1 ? letter : '-')).join('');

const onDisk: Cell = { kind: 'untouched', owners: [], dirty: false, referenced: false };

/** Files with pages in memory or mapped by somebody, the fullest first; and how many others there are. */
export function filesOf({ machine, names }: Scene): { files: FileView[]; others: number } {
  const frames = new Map<number, Map<number, number>>();
  const dirty = new Map<number, number>();
  for (const row of machine.rows.tables.frame.values()) {
    if (!row.object) continue;
    let held = frames.get(row.object);
    if (!held) frames.set(row.object, (held = new Map()));
    held.set(row.index, row.frame);
    if (isDirty(machine, row)) dirty.set(row.object, (dirty.get(row.object) ?? 0) + 1);
  }
  const mapped = new Set<number>();
  for (const vma of machine.rows.tables.vma.values()) if (vma.object) mapped.add(vma.object);
  const size = 2 ** machine.config.pageShift;
  const files: FileView[] = [];
  let others = 0;
  for (const row of machine.rows.tables.object.values()) {
    if (row.kind !== ObjectKind.file && row.kind !== ObjectKind.shmem) continue;
    const held = frames.get(row.object) ?? new Map<number, number>();
    if (held.size === 0 && !mapped.has(row.object)) {
      others++;
      continue;
    }
    const last = Math.max(-1, ...held.keys());
    const pages = Math.max(1, Math.ceil(row.bytes / size), last + 1);
    files.push({
      object: row.object,
      name: names.object(row.object),
      kind: row.kind === ObjectKind.file ? 'file' : 'shmem',
      pages,
      shown: Math.min(pages, PAGES_MOST),
      size: bytesText(row.bytes),
      mode: row.mode > 0 ? words.mode(modeText(row.mode), row.uid, row.gid) : '',
      frames: held,
      dirty: dirty.get(row.object) ?? 0,
      mapped: mapped.has(row.object),
    });
  }
  // In the order of creation: nothing moves while it fills.
  return { files: files.sort((a, b) => a.object - b.object), others };
}

function isDirty(machine: Machine, row: FrameRow): boolean {
  return (row.flags & FrameBits.dirty) !== 0 || frameCell(machine, row.frame).dirty;
}

export function pageCellOf(machine: Machine, file: FileView, page: number): Cell {
  const frame = file.frames.get(page);
  return frame === undefined ? onDisk : frameCell(machine, frame);
}

/** What a page of a file is, for those who point at it and those who do not see it. */
export function filePageText(machine: Machine, names: Names, file: FileView, page: number): string {
  const frame = file.frames.get(page);
  const start = words.pageOf(page, file.name);
  if (frame === undefined)
    return `${start}, ${file.kind === 'file' ? words.onlyOnDisk : words.notYet}`;
  const flags = machine.rows.row('frame', frame)?.flags ?? 0;
  const ahead = (flags & FrameBits.readahead) !== 0 ? `, ${words.aheadMark}` : '';
  const state =
    file.kind === 'shmem'
      ? words.memoryOnly
      : frameCell(machine, frame).dirty
        ? words.newer
        : words.same;
  return `${start}, ${state}${ahead}: ${frameText(machine, names, frame)}`;
}

export interface SwapView {
  readonly slots: number;
  readonly used: number;
  /** Slots whose page is in a frame too. */
  readonly cached: number;
}

export function swapOf(machine: Machine): SwapView {
  let cached = 0;
  for (const row of machine.rows.tables.slot.values())
    if (optional(row.frame) !== undefined) cached++;
  return { slots: machine.config.slots, used: machine.rows.tables.slot.size, cached };
}

/** What the disk does in this step, in words; undefined: nothing. */
export function diskText({ flight, now, names }: Scene): string | undefined {
  const h = now?.happening;
  if (h?.event === 'read_ahead')
    return words.readAhead(h.fields.pages, names.object(h.fields.object));
  if (h?.event === 'swap_read_ahead') return words.swapAhead(h.fields.slots);
  if (!flight || flight.kind === 'copy') return undefined;
  const frame = names.frame(flight.frame);
  switch (flight.kind) {
    case 'swap_in':
      return words.fromSwap(flight.slot, frame);
    case 'swap_out':
      return words.toSwap(flight.slot, frame);
    case 'file_in':
      return words.fromFile(names.object(flight.object), frame);
    case 'file_out':
      return words.toFile(names.object(flight.object), frame);
  }
}

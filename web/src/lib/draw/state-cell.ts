// SPDX-License-Identifier: MIT
// What the state says about a page or a frame, as the cell that is drawn for it.
import { frameOf, hasFlag, optional, type Machine } from '../../model/index.ts';
import { FrameBits, FrameKind } from '../../wire/generated.ts';
import type { Cell, Owner } from './cell.ts';
import { ownerOf } from './owner.ts';

const plain = (kind: Cell['kind'], owners: readonly Owner[] = []): Cell => ({
  kind,
  owners,
  dirty: false,
  referenced: false,
});
const free = plain('free');
const kernel = plain('kernel');
const buffer = plain('buffer');

/** The cell of a page, by its leaf entry (0: none). */
export function pageCell(machine: Machine, pid: number, entry: number): Cell {
  const frame = frameOf(entry);
  if (frame === undefined) {
    const swapped = !hasFlag(entry, 'present') && hasFlag(entry, 'swapped');
    return plain(swapped ? 'swap' : 'untouched', [ownerOf(pid)]);
  }
  const row = machine.rows.row('frame', frame);
  const referenced = hasFlag(entry, 'accessed');
  if (frame >= machine.config.frames) return plain('device', [ownerOf(pid)]);
  if (row?.kind === FrameKind.zero) {
    return { kind: 'zero', owners: [ownerOf(pid)], dirty: false, referenced };
  }
  const dirty = hasFlag(entry, 'dirty') || ((row?.flags ?? 0) & FrameBits.dirty) !== 0;
  const owners = machine.ownersOf(frame).map(ownerOf);
  return { kind: 'page', owners: owners.length > 0 ? owners : [ownerOf(pid)], dirty, referenced };
}

const NOBODY: readonly Owner[] = [];
const ALONE = new Map<number, readonly Owner[]>();

/** Whose colours a frame has; one list for all frames of one process alone. */
function ownersOf(machine: Machine, frame: number): readonly Owner[] {
  const pids = machine.ownersOf(frame);
  const [pid = 0] = pids;
  if (pids.length === 0) return NOBODY;
  if (pids.length > 1) return pids.map(ownerOf);
  let alone = ALONE.get(pid);
  if (!alone) ALONE.set(pid, (alone = [ownerOf(pid)]));
  return alone;
}

/** The cell of a frame. A file's page that someone maps has the colours of those who map it. */
export function frameCell(machine: Machine, frame: number): Cell {
  const row = machine.rows.row('frame', frame);
  if (!row) return free;
  switch (row.kind) {
    case FrameKind.free:
      return free;
    case FrameKind.kernel:
      return kernel;
    case FrameKind.buffer:
      return buffer;
    case FrameKind.table:
      return plain('table', ownersOf(machine, frame));
    case FrameKind.zero:
      return plain('zero');
  }
  let dirty = (row.flags & FrameBits.dirty) !== 0;
  let referenced = false;
  for (const { table, entry } of machine.entriesOn(frame)) {
    if (!machine.rows.row('table', table)?.pid) continue;
    dirty ||= hasFlag(entry, 'dirty');
    referenced ||= hasFlag(entry, 'accessed');
  }
  const owners = ownersOf(machine, frame);
  const cached = row.kind === FrameKind.file || row.kind === FrameKind.shmem;
  const kind = owners.length > 0 ? 'page' : cached ? 'file' : 'orphan';
  return { kind, owners, dirty, referenced };
}

/** A frame by what lies in it, whoever owns it. */
export function kindCell(machine: Machine, frame: number): Cell {
  const cell = frameCell(machine, frame);
  const row = machine.rows.row('frame', frame);
  const kind = row && kindOf[row.kind];
  return { ...cell, owners: [], kind: kind ?? cell.kind };
}

const kindOf: Readonly<Partial<Record<number, Cell['kind']>>> = {
  [FrameKind.anon]: 'anon',
  [FrameKind.file]: 'cached',
  [FrameKind.shmem]: 'shmem',
};

/** The cell of a swap slot: the colours of the processes whose pages lie in it. */
export function slotCell(machine: Machine, slot: number): Cell {
  const row = machine.rows.row('slot', slot);
  if (!row) return free;
  const pids = machine.sharersOfSlot(slot).map((page) => page.pid);
  const cached = optional(row.frame);
  if (pids.length === 0 && cached !== undefined) pids.push(...machine.ownersOf(cached));
  const owners = [...new Set(pids)].map(ownerOf);
  return plain(owners.length > 0 ? 'page' : 'orphan', owners);
}

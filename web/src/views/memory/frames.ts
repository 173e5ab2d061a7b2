// SPDX-License-Identifier: MIT
// Sums and words about frames: how the grid is laid out, who uses how much, what a policy's order is. Pure.
import { hex, optional, type Machine, type Names } from '../../model/index.ts';
import { FrameBits, FrameKind, policies, types } from '../../wire/generated.ts';
import type { Owner } from '../../lib/draw/cell.ts';
import { cellOf } from '../../lib/draw/codes.ts';
import type { CellLayout } from '../../lib/draw/detail.ts';
import { frameCell } from '../../lib/draw/state-cell.ts';
import { numberOf } from '../../narration/words.ts';
import { words } from '../../text/memory.ts';

/** Sixteen columns while they are large enough, then 32, 64 …: rows begin at round numbers. */
export function layoutFrames(
  count: number,
  width: number,
  height: number,
  large = true,
): CellLayout {
  // A handful of frames are as large as a hand: a page's number fits in.
  const few = large && count <= 32;
  const most = few ? 52 : large && count <= 64 ? 38 : 24;
  const pitchOf = (columns: number) =>
    Math.floor(Math.min(most, width / columns, height / Math.ceil(count / columns)));
  for (let columns = few ? Math.min(8, Math.max(1, count)) : 16; columns <= 256; columns *= 2) {
    const rows = Math.ceil(count / columns);
    const pitch = pitchOf(columns);
    if (width < columns) break;
    // Rather more columns than cells that are too small for their marks, if that makes them larger.
    const least = columns === 16 ? (large ? 14 : 10) : columns === 32 ? 8 : 1;
    if (pitch < least && !few && (pitch < 10 || pitchOf(2 * columns) > pitch)) continue;
    const gap = pitch >= 14 ? 2 : pitch >= 5 ? 1 : 0;
    const detail = pitch >= 10 ? 'marks' : pitch >= 4 ? 'sprite' : 'pixel';
    return { detail, pitch, size: pitch - gap, columns, rows, per: 1 };
  }
  // Too many for a pixel each: a power of two shares one, so that rows still begin at round numbers.
  const columns = width >= 256 ? 256 : 64;
  let per = 1;
  while (Math.ceil(count / per / columns) > height) per *= 2;
  const rows = Math.ceil(count / per / columns);
  return { detail: per > 1 ? 'density' : 'pixel', pitch: 1, size: 1, columns, rows, per };
}

export interface Usage {
  /** Frames that one process alone uses. */
  readonly owners: ReadonlyMap<Owner, number>;
  readonly shared: number;
  readonly tables: number;
  readonly kernel: number;
  readonly files: number;
  readonly free: number;
}

/** `counts`: how many frames have each code. */
export function usageOf(counts: readonly number[]): Usage {
  const owners = new Map<Owner, number>();
  let [shared, tables, kernel, files, free] = [0, 0, 0, 0, 0];
  counts.forEach((count, code) => {
    if (count === 0) return;
    const cell = cellOf(code);
    const owner = cell.owners[0];
    if (cell.kind === 'free') free += count;
    else if (cell.kind === 'table') tables += count;
    else if (cell.kind === 'kernel' || cell.kind === 'buffer' || cell.kind === 'zero')
      kernel += count;
    else if (cell.owners.length > 1) shared += count;
    else if (owner) owners.set(owner, (owners.get(owner) ?? 0) + count);
    else files += count;
  });
  return { owners: new Map([...owners].sort()), shared, tables, kernel, files, free };
}

/** Pages of programs and files: what a policy may choose. */
const hasContent = (kind: number): boolean =>
  kind === FrameKind.anon || kind === FrameKind.file || kind === FrameKind.shmem;

/** What a frame is and who maps it, for those who point at it and those who do not see it. */
export function frameText(machine: Machine, names: Names, frame: number): string {
  const row = machine.rows.row('frame', frame);
  const parts: string[] = [words.frame(names.frame(frame))];
  if (!row) return [...parts, words.free].join(', ');
  const table = machine.tableIn(frame);
  if (table) parts.push(words.tableOf(table.level, names.letter(table.pid)));
  else parts.push(types.frame_kind.words[row.kind] ?? '');
  if (row.kind === FrameKind.file || row.kind === FrameKind.shmem)
    parts.push(words.fileOf(row.index, names.object(row.object)));
  const mappers = machine.mappersOf(frame);
  for (const page of mappers.slice(0, 3)) {
    parts.push(words.pageOf(numberOf(machine, page.vpn), names.letter(page.pid)));
  }
  if (mappers.length > 3) parts.push(words.more(mappers.length - 3));
  const content = hasContent(row.kind);
  if (mappers.length === 0 && content) parts.push(words.nobody);
  const slot = optional(row.slot);
  if (slot !== undefined) parts.push(words.swapCopy(hex(slot)));
  parts.push(...marksText(machine, frame));
  return parts.join(', ');
}

export function marksText(machine: Machine, frame: number): string[] {
  const cell = frameCell(machine, frame);
  const pinned = ((machine.rows.row('frame', frame)?.flags ?? 0) & FrameBits.pinned) !== 0;
  return [
    ...(cell.dirty ? [words.dirty] : []),
    ...(cell.referenced ? [words.referenced] : []),
    ...(pinned && cell.kind === 'page' ? [words.pinned] : []),
  ];
}

export function slotText(machine: Machine, names: Names, slot: number): string {
  const row = machine.rows.row('slot', slot);
  const parts: string[] = [words.slot(hex(slot))];
  if (!row) parts.push(words.slotFree);
  else {
    parts.push(words.slotRefs(row.refs));
    for (const page of machine.sharersOfSlot(slot).slice(0, 3)) {
      parts.push(words.pageOf(hex(page.vpn), names.letter(page.pid)));
    }
  }
  return parts.join(', ');
}

/** What the replacement policy keeps, as it is drawn over the frames. */
export interface PolicyWords {
  readonly title: string;
  /** A short text for some frames. */
  readonly marks: ReadonlyMap<number, string>;
  /** The frame that the hand points at. */
  readonly hand: number | undefined;
}

export function policyWords(machine: Machine): PolicyWords | undefined {
  const policy = policies[machine.config.policy];
  if (!policy) return undefined;
  const marks = new Map<number, string>();
  let hand: number | undefined;
  policy.regions.forEach((region, i) => {
    if (region.look === 'hidden') return;
    if (region.shape !== 'frames' && region.shape !== 'nodes') {
      if (region.look === 'hand') hand = machine.policyWord(i) % Math.max(1, machine.config.frames);
      return;
    }
    const held: [number, number][] = [];
    for (const row of machine.rows.tables.frame.values()) {
      if (!hasContent(row.kind)) continue;
      held.push([row.frame, machine.policyWord(i, row.frame)]);
    }
    if (region.look !== 'order') {
      for (const [frame, value] of held) marks.set(frame, value > 9999 ? '∞' : String(value));
      return;
    }
    // A stamp says little; its rank says who is next.
    held.sort((a, b) => a[1] - b[1]);
    held.forEach(([frame], rank) => marks.set(frame, String(rank + 1)));
  });
  return { title: policy.title, marks, hand };
}

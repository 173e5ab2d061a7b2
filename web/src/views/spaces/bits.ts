// SPDX-License-Identifier: MIT
// A page's entry bit by bit, as far as this operation has come, and what happened to it before. Pure.
import {
  entryNumber,
  frameOf,
  hasFlag,
  readPosition,
  slotOf,
  type PteFlag,
  type Position,
  type Scene,
} from '../../model/index.ts';
import { words } from '../../text/spaces.ts';
import type { HistoryItem } from '../../wire/messages.ts';

export interface Bit {
  readonly id: PteFlag;
  readonly name: string;
  readonly text: string;
  readonly value: boolean;
  /** Set or cleared by this operation. */
  readonly changed: boolean;
  /** The hardware reads it; else it is the kernel's note. */
  readonly hardware: boolean;
}

const HARDWARE: readonly PteFlag[] = [
  'present',
  'writable',
  'user',
  'accessed',
  'dirty',
  'global',
  'no_execute',
  'huge',
];
const NOTES: readonly PteFlag[] = ['cow', 'exclusive', 'swapped', 'special'];

/** Before this operation. */
function entryBefore(scene: Scene, pid: number, vpn: number): number {
  const now = scene.machine.entry(pid, vpn);
  const [first] = changesOf(scene, pid, vpn);
  return first ? first.old : now;
}

export function bitsOf(scene: Scene, pid: number, vpn: number): Bit[] {
  const now = scene.machine.entry(pid, vpn);
  const before = entryBefore(scene, pid, vpn);
  return [...HARDWARE, ...NOTES].map((id) => ({
    id,
    name: words.bits_[id].name,
    text: words.bits_[id].text,
    value: hasFlag(now, id),
    changed: hasFlag(now, id) !== hasFlag(before, id),
    hardware: HARDWARE.includes(id),
  }));
}

interface Changed {
  readonly old: number;
  readonly now: number;
  readonly micro: number;
}

function place(scene: Scene, pid: number, vpn: number) {
  return scene.machine.walk(pid, vpn).at(-1);
}

/** Changes of the page's entry in the operation in progress. */
function changesOf(scene: Scene, pid: number, vpn: number): Changed[] {
  const at = place(scene, pid, vpn);
  return at && at.level === 1 ? changesIn(scene.step, at.table, at.index, scene.micro) : [];
}

function changesIn(step: Scene['step'], table: number, index: number, until = Infinity): Changed[] {
  const list: Changed[] = [];
  step?.micros.slice(0, until).forEach(({ changes }, i) => {
    for (const change of changes) {
      if (change.event !== 'pte' || change.now.table !== table || change.now.index !== index)
        continue;
      list.push({ old: change.old.entry, now: change.now.entry, micro: i + 1 });
    }
  });
  return list;
}

export interface Past {
  readonly position: Position;
  readonly text: string;
}

/** What the server told of the entry's history, newest first. */
export function pastOf(scene: Scene, items: readonly HistoryItem[]): Past[] {
  return items.flatMap(({ position, events }) => {
    const at = readPosition(position);
    return at
      ? events
          .filter((e) => e.event === 'pte')
          .reverse()
          .map((e) => ({ position: at, text: changeText(scene, e.old.entry, e.now.entry) }))
          .filter(({ text }) => text !== '')
      : [];
  });
}

const target = (scene: Scene, entry: number): string => {
  const [frame, slot] = [frameOf(entry), slotOf(entry)];
  if (frame !== undefined) return words.toFrame(scene.names.frame(frame));
  return slot === undefined ? words.toNothing : words.toSlot(entryNumber(entry).toString());
};

function changeText(scene: Scene, old: number, now: number): string {
  const parts: string[] = [];
  const [a, b] = [target(scene, old), target(scene, now)];
  if (a !== b) parts.push(`${a} → ${b}`);
  const flags = [...HARDWARE, ...NOTES].filter(
    (id) => hasFlag(old, id) !== hasFlag(now, id) && (old !== 0 || hasFlag(now, id)),
  );
  // Of a new entry the target says enough.
  if (a === b)
    for (const id of flags) parts.push(`${words.bits_[id].name} ${hasFlag(now, id) ? 1 : 0}`);
  else if (hasFlag(old, 'writable') !== hasFlag(now, 'writable'))
    parts.push(`${words.bits_.writable.name} ${hasFlag(now, 'writable') ? 1 : 0}`);
  return parts.join(', ');
}

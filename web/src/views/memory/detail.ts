// SPDX-License-Identifier: MIT
// All that is known of one frame or swap slot: what lies in it, who maps it, with which rights. Pure.
import {
  frameOf,
  hasFlag,
  hex,
  linked,
  optional,
  slotOf,
  type Machine,
  type Names,
  type Thing,
} from '../../model/index.ts';
import { FrameBits, FrameKind, policies, types } from '../../wire/generated.ts';
import { numberOf } from '../../narration/words.ts';
import { segmentName } from '../../narration/segment.ts';
import { marksText } from './frames.ts';
import { words } from '../../text/memory.ts';

/** Where contents lie. */
export type Spot =
  | { readonly kind: 'frame'; readonly frame: number }
  | { readonly kind: 'slot'; readonly slot: number };

export interface Mapping {
  readonly pid: number;
  readonly vpn: number;
  /** The page's number and its mapping's name. */
  readonly page: string;
  readonly segment: string;
  /** As the entry grants them, "rw-"; "rw-" with a bar: copied when it is written. */
  readonly rights: string;
  readonly cow: boolean;
}
export interface Detail {
  readonly spot: Spot;
  readonly title: string;
  readonly kind: string;
  /** What lies there: "page 3 of /lib/libc.so.6". */
  readonly content: string;
  readonly mappings: readonly Mapping[];
  readonly marks: readonly string[];
  /** The same contents lie there too. */
  readonly twin: Spot | undefined;
}

/** The frame or slot that a thing leads to; undefined when it leads to none, or to many. */
export function spotOf(machine: Machine, thing: Thing | undefined): Spot | undefined {
  switch (thing?.kind) {
    case 'frame':
    case 'slot':
      return thing;
    case 'page': {
      const entry = machine.entry(thing.pid, thing.vpn);
      const [frame, slot] = [frameOf(entry), slotOf(entry)];
      if (frame !== undefined)
        return frame < machine.config.frames ? { kind: 'frame', frame } : undefined;
      return slot === undefined ? undefined : { kind: 'slot', slot };
    }
    case 'tlb':
    case 'entry': {
      const { frames, slots } = linked(machine, thing);
      for (const frame of frames) return { kind: 'frame', frame };
      for (const slot of slots) return { kind: 'slot', slot };
      return undefined;
    }
    default:
      return undefined;
  }
}

function rightsOf(entry: number): string {
  if (!hasFlag(entry, 'present')) return '';
  const write = hasFlag(entry, 'writable') ? 'w' : '-';
  return `r${write}${hasFlag(entry, 'no_execute') ? '-' : 'x'}`;
}

function mappingsOf(
  machine: Machine,
  names: Names,
  refs: readonly { pid: number; vpn: number }[],
): Mapping[] {
  return refs.map(({ pid, vpn }) => {
    const vma = machine.vmaAt(pid, vpn);
    const entry = machine.entry(pid, vpn);
    return {
      pid,
      vpn,
      page: numberOf(machine, vpn),
      segment: vma ? segmentName(machine, names, vma) : '',
      rights: rightsOf(entry),
      cow: hasFlag(entry, 'cow'),
    };
  });
}

/** What the policy keeps of a frame: "reference bit 1". */
function policyNotes(machine: Machine, frame: number): string[] {
  const policy = policies[machine.config.policy];
  const kind = machine.rows.row('frame', frame)?.kind;
  const content = kind === FrameKind.anon || kind === FrameKind.file || kind === FrameKind.shmem;
  if (!policy || !content) return [];
  const notes: string[] = [];
  policy.regions.forEach((region, i) => {
    if (region.shape !== 'frames' || ['hidden', 'link', 'order', 'next_use'].includes(region.look))
      return;
    notes.push(words.policyWord(region.title, machine.policyWord(i, frame)));
  });
  return notes;
}

const flagWords = [
  [FrameBits.locked, words.locked],
  [FrameBits.lazyfree, words.lazyfree],
  [FrameBits.readahead, words.readahead],
] as const;

function frameDetail(machine: Machine, names: Names, frame: number): Detail {
  const row = machine.rows.row('frame', frame);
  const table = machine.tableIn(frame);
  const kind = types.frame_kind.words[row?.kind ?? 0] ?? '';
  const cached = row?.kind === FrameKind.file || row?.kind === FrameKind.shmem;
  const slot = row && optional(row.slot);
  const content = table
    ? words.tableOf(table.level, names.letter(table.pid))
    : cached
      ? words.fileOf(row.index, names.object(row.object))
      : '';
  const notes = flagWords.filter(([bit]) => ((row?.flags ?? 0) & bit) !== 0).map(([, w]) => w);
  return {
    spot: { kind: 'frame', frame },
    title: names.frame(frame),
    kind,
    content,
    mappings: table ? [] : mappingsOf(machine, names, machine.mappersOf(frame)),
    marks: row ? [...marksText(machine, frame), ...notes, ...policyNotes(machine, frame)] : [],
    twin: slot === undefined ? undefined : { kind: 'slot', slot },
  };
}

function slotDetail(machine: Machine, names: Names, slot: number): Detail {
  const row = machine.rows.row('slot', slot);
  const frame = row && optional(row.frame);
  return {
    spot: { kind: 'slot', slot },
    title: hex(slot),
    kind: words.slotKind,
    content: row ? words.slotRefs(row.refs) : words.slotFree,
    mappings: mappingsOf(machine, names, machine.sharersOfSlot(slot)),
    marks: [],
    twin: frame === undefined ? undefined : { kind: 'frame', frame },
  };
}

export const detailOf = (machine: Machine, names: Names, spot: Spot): Detail =>
  spot.kind === 'frame'
    ? frameDetail(machine, names, spot.frame)
    : slotDetail(machine, names, spot.slot);

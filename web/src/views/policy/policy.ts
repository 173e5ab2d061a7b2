// SPDX-License-Identifier: MIT
// The words that a replacement policy keeps, as a picture: nodes (pages in frames, ghosts of pages that
// left) in a circle with its hands, in lists from head to tail, in the order of a stamp, or frame by
// frame. All of it follows from the shapes and looks of the policy's regions; no policy is named here.
// Pure.
import { countText, type Machine, type Scene } from '../../model/index.ts';
import {
  FrameKind,
  MachineKind,
  policies,
  types,
  type PolicyDesc,
  type RegionDesc,
} from '../../wire/generated.ts';
import { frameCell } from '../../lib/draw/state-cell.ts';
import { numberOf, seenText } from '../../narration/words.ts';
import { words } from '../../text/policy.ts';

/** One word of a node, as it is written. */
export interface Word {
  readonly region: number;
  /** Three letters, where a node has several. */
  readonly short: string;
  readonly title: string;
  readonly look: string;
  readonly text: string;
  /** This micro-step wrote it. */
  readonly now: boolean;
}
export interface Node {
  readonly index: number;
  /** Undefined: a ghost, the page is not in memory. */
  readonly frame: number | undefined;
  /** The page's number, empty when the frame is free. */
  readonly page: string;
  /** Whose page: 0 is nobody's. */
  readonly pid: number;
  readonly dirty: boolean;
  readonly words: readonly Word[];
  /** Titles of the hands that point here. */
  readonly hands: readonly string[];
  readonly now: boolean;
}
export interface Group {
  /** Two groups of one picture differ in it. */
  readonly key: string;
  readonly kind: 'circle' | 'list' | 'frames';
  readonly title: string;
  readonly nodes: readonly Node[];
  /** What stands at either end of a list. */
  readonly ends: readonly [string, string] | undefined;
  /** Nodes that are not drawn: there are too many. */
  readonly more: number;
}
export interface Scalar {
  readonly title: string;
  readonly text: string;
  readonly now: boolean;
}
/** One frame that the policy considered. */
export interface Look {
  readonly node: Node;
  readonly value: string;
  readonly verdict: string;
  /** It was taken. */
  readonly chosen: boolean;
  readonly now: boolean;
}
export interface PolicyPicture {
  readonly policy: PolicyDesc;
  readonly groups: readonly Group[];
  readonly scalars: readonly Scalar[];
  /** The last search for a victim, as far as it has come. */
  readonly looks: readonly Look[];
  /** The operation in which that was; undefined when none is known. */
  readonly lookedAt: number | undefined;
}

/** Nodes of one group that are drawn; a list shows both its ends. */
const MOST = 64;
/** Nodes of a list that are followed: past them it is only said that there are more. */
const FOLLOW = 8192;
/** Operations that are looked through for the last search. */
const BACK = 48;
const NEVER = 2 ** 32;

interface Region extends RegionDesc {
  readonly at: number;
}

const isContent = (kind: number): boolean =>
  kind === FrameKind.anon || kind === FrameKind.file || kind === FrameKind.shmem;

const perNode = (r: RegionDesc): boolean => r.shape !== 'scalar';
/** Words that are drawn as places, not as values. */
const placed = new Set(['link', 'hand', 'pointer', 'hidden', 'page']);
/** Ranks of more pages than this would cost more than they say. */
const RANKED = 4096;

function wordText(look: string, value: number): string {
  if (look === 'next_use') return value >= NEVER ? '∞' : value === 0 ? '–' : countText(value);
  return countText(value);
}

class Reader {
  readonly regions: readonly Region[];
  readonly frames: number;
  private readonly changed = new Set<string>();
  private readonly looked = new Set<number>();
  private readonly hands = new Map<number, string[]>();
  private readonly ranks = new Map<number, ReadonlyMap<number, number>>();
  private held: number[] | undefined;

  constructor(
    readonly scene: Scene,
    readonly policy: PolicyDesc,
  ) {
    this.regions = policy.regions.map((r, at) => ({ ...r, at }));
    this.frames = this.machine.config.frames;
    for (const change of scene.now?.changes ?? []) {
      if (change.event === 'policy') this.changed.add(`${change.now.region} ${change.now.index}`);
    }
    const happening = scene.now?.happening;
    if (happening?.event === 'look') this.looked.add(happening.fields.frame);
    for (const r of this.regions) {
      if (r.shape !== 'scalar' || (r.look !== 'hand' && r.look !== 'pointer')) continue;
      const node = r.look === 'hand' ? this.word(r) : this.word(r) - 1;
      if (node >= 0) this.hands.set(node, [...(this.hands.get(node) ?? []), r.title]);
    }
  }

  get machine(): Machine {
    return this.scene.machine;
  }

  word(region: Region, index = 0): number {
    return this.machine.policyWord(region.at, index);
  }

  /** Words of ghosts stand behind those of frames, or in a region of their own. */
  private wordOf(region: Region, index: number): number | undefined {
    const ghost = index >= this.frames;
    if (region.shape === 'ghosts') {
      return ghost ? this.word(region, index - this.frames) : undefined;
    }
    return ghost && region.shape === 'frames' ? undefined : this.word(region, index);
  }

  isNow(region: Region, index = 0): boolean {
    const at = region.shape === 'ghosts' ? index - this.frames : index;
    return this.changed.has(`${region.at} ${at}`);
  }

  private mapped(index: number): { page: string; pid: number } {
    const { machine } = this;
    const first = machine.mappersOf(index)[0];
    if (first) return { page: numberOf(machine, first.vpn), pid: first.pid };
    const row = machine.rows.row('frame', index);
    if (!row || !isContent(row.kind)) return { page: '', pid: 0 };
    return this.pageOf(row.object, row.index);
  }

  /** The page of an object, by who has it mapped. */
  private pageOf(object: number, index: number): { page: string; pid: number } {
    const { machine } = this;
    for (const process of machine.processes()) {
      for (const vma of machine.vmas(process.pid)) {
        const backs = vma.object === object || vma.anon === object;
        const vpn =
          vma.anon === object && vma.object !== object ? index : vma.start + index - vma.offset;
        if (backs && vma.start <= vpn && vpn < vma.end) {
          return { page: numberOf(machine, vpn), pid: process.pid };
        }
      }
    }
    return { page: numberOf(machine, index), pid: 0 };
  }

  private ghost(index: number): { page: string; pid: number } {
    const keys = this.regions.filter((r) => r.look === 'page').map((r) => this.wordOf(r, index));
    const [first = 0, second] = keys;
    return second === undefined
      ? { page: numberOf(this.machine, first), pid: 0 }
      : this.pageOf(first, second);
  }

  node(index: number): Node {
    const ghost = index >= this.frames;
    const shown: Word[] = [];
    for (const r of this.regions) {
      if (!perNode(r) || placed.has(r.look)) continue;
      const value = this.wordOf(r, index);
      if (value === undefined) continue;
      const now = this.isNow(r, index);
      const text = r.look === 'order' ? this.rank(r, index) : wordText(r.look, value);
      const short = r.name.slice(0, 3);
      shown.push({ region: r.at, short, title: r.title, look: r.look, text, now });
    }
    return {
      index,
      frame: ghost ? undefined : index,
      ...(ghost ? this.ghost(index) : this.mapped(index)),
      dirty: !ghost && frameCell(this.machine, index).dirty,
      words: shown,
      hands: this.hands.get(index) ?? [],
      now: !ghost && this.looked.has(index),
    };
  }

  /** A stamp says little; its place among the others says who is older. */
  private rank(region: Region, index: number): string {
    let ranks = this.ranks.get(region.at);
    if (!ranks) {
      const held = this.content();
      const sorted = held.length > RANKED ? [] : [...held];
      sorted.sort((a, b) => this.word(region, a) - this.word(region, b) || a - b);
      ranks = new Map(sorted.map((f, i) => [f, i + 1]));
      this.ranks.set(region.at, ranks);
    }
    const rank = ranks.get(index);
    return rank === undefined ? '' : words.rank(rank);
  }

  /** Frames whose content a policy may choose, in order. */
  content(): number[] {
    this.held ??= this.findContent();
    return this.held;
  }

  private findContent(): number[] {
    const list: number[] = [];
    for (const row of this.machine.rows.tables.frame.values()) {
      if (isContent(row.kind)) list.push(row.frame);
    }
    return list.sort((a, b) => a - b);
  }

  /** Follows links from a node; stops where it began. */
  follow(link: Region, first: number): { nodes: number[]; more: number } {
    const nodes: number[] = [];
    const seen = new Set<number>();
    let at = first;
    while (!seen.has(at) && nodes.length < FOLLOW) {
      seen.add(at);
      nodes.push(at);
      const next = this.wordOf(link, at) ?? 0;
      if (next === 0) break;
      at = next - 1;
    }
    return { nodes, more: seen.has(at) || nodes.length < FOLLOW ? 0 : 1 };
  }
}

function group(
  reader: Reader,
  part: Pick<Group, 'key' | 'kind' | 'title' | 'ends'>,
  indexes: readonly number[],
  more = 0,
): Group {
  let kept = indexes;
  if (indexes.length > MOST) {
    // A list is about its two ends, anything else about where it begins.
    const tail = part.kind === 'list' ? MOST / 4 : 0;
    kept = [...indexes.slice(0, MOST - tail), ...indexes.slice(indexes.length - tail)];
  }
  return {
    ...part,
    nodes: kept.map((i) => reader.node(i)),
    more: more + indexes.length - kept.length,
  };
}

const prefix = (name: string): string => name.split('_')[0] ?? name;
const isEnd = (name: string): boolean => /(^|_)(tail|last|back)$/.test(name);

/** Lists whose heads are scalars: each follows the links of its own name, else the first there are. */
function listsOf(reader: Reader): Group[] {
  const links = reader.regions.filter(
    (r) => perNode(r) && r.look === 'link' && !/prev/.test(r.name),
  );
  const [first] = links;
  if (!first) return [];
  return reader.regions
    .filter((r) => r.shape === 'scalar' && r.look === 'link' && !isEnd(r.name))
    .map((head) => {
      const link = links.find((l) => prefix(l.name) === prefix(head.name)) ?? first;
      const at = reader.word(head);
      const { nodes, more } = at === 0 ? { nodes: [], more: 0 } : reader.follow(link, at - 1);
      const ends = [words.head, words.tail] as const;
      return group(reader, { key: head.name, kind: 'list', title: head.title, ends }, nodes, more);
    });
}

/** A small machine shows its free frames too, so that the circle keeps its shape while it fills. */
function circleOf(reader: Reader, hand: Region): Group {
  const links = reader.regions.find((r) => perNode(r) && r.look === 'link' && !/prev/.test(r.name));
  const key = 'circle';
  if (links) {
    const { nodes, more } = reader.follow(links, reader.word(hand));
    return group(
      reader,
      { key, kind: 'circle', title: words.circle, ends: undefined },
      nodes,
      more,
    );
  }
  const all = reader.frames <= 16 && reader.machine.config.kind === MachineKind.paper;
  const held = all ? Array.from({ length: reader.frames }, (_, i) => i) : reader.content();
  if (held.length <= MOST)
    return group(reader, { key, kind: 'circle', title: words.circle, ends: undefined }, held);
  // Too many for a circle: what the hand comes to next.
  const at = reader.word(hand);
  const cut = Math.max(
    0,
    held.findIndex((f) => f >= at),
  );
  const turned = [...held.slice(cut), ...held.slice(0, cut)];
  return group(reader, { key, kind: 'frames', title: words.strip, ends: undefined }, turned);
}

const falling = (look: string): boolean => look === 'next_use';
const endsOf: Readonly<Record<string, readonly [string, string]>> = {
  order: [words.longestAgo, words.latest],
  next_use: [words.furthest, words.soonest],
  count: [words.least, words.most],
};

/** By a stamp, the oldest first; by the next use, the furthest first; by a count, the least first. */
function orderOf(reader: Reader, by: readonly Region[]): Group {
  const [first] = by as [Region];
  const held = reader.content().map((f) => [f, by.map((r) => reader.word(r, f))] as const);
  held.sort(([f, a], [g, b]) => {
    for (let i = 0; i < by.length; i++) {
      const less = (a[i] as number) - (b[i] as number);
      if (less !== 0) return falling(first.look) ? -less : less;
    }
    return f - g;
  });
  return group(
    reader,
    {
      key: first.name,
      kind: 'list',
      title: words.order(first.title),
      ends: endsOf[first.look],
    },
    held.map(([f]) => f),
  );
}

function groupsOf(reader: Reader): Group[] {
  const lists = listsOf(reader);
  if (lists.length > 0) return lists;
  const hand = reader.regions.find((r) => r.shape === 'scalar' && r.look === 'hand');
  if (hand) return [circleOf(reader, hand)];
  const of = (...looks: string[]) =>
    reader.regions.filter((r) => perNode(r) && looks.includes(r.look));
  const by = [...of('count'), ...of('order', 'next_use')];
  if (by.length > 0) return [orderOf(reader, by)];
  const kind = { key: 'frames', kind: 'frames', title: words.frames, ends: undefined } as const;
  return [group(reader, kind, reader.content())];
}

/** What the policy went by. A stamp says little: the order is drawn. */
function valueText(policy: PolicyDesc, value: number): string {
  const word = policy.regions.find((r) => perNode(r) && r.title === policy.seen);
  return !policy.seen || word?.look === 'order' ? '' : seenText(policy, value);
}

/** The last search for a victim: of this operation as far as it has come, else of one before. */
function looksOf(reader: Reader): Pick<PolicyPicture, 'looks' | 'lookedAt'> {
  const { step, micro, window } = reader.scene;
  if (!step) return { looks: [], lookedAt: undefined };
  for (let back = 0; back <= BACK; back++) {
    const which = back === 0 ? step : window.step(step.number - back);
    if (!which) break;
    const seen = back === 0 ? which.micros.slice(0, micro) : which.micros;
    // Who was taken has left since: its frame may hold another page.
    const gone = new Map<number, Pick<Node, 'page' | 'pid'>>();
    for (const { happening } of which.micros) {
      if (happening?.event !== 'evict') continue;
      const { frame, vpn, pid } = happening.fields;
      if (pid) gone.set(frame, { page: numberOf(reader.machine, vpn), pid });
    }
    const looks = seen.flatMap(({ happening }, i): Look[] => {
      if (happening?.event !== 'look') return [];
      const { frame, value, verdict } = happening.fields;
      const names: readonly string[] = types.verdict.names;
      const said: readonly string[] = types.verdict.words;
      const taken = names[verdict] === 'chosen' ? gone.get(frame) : undefined;
      return [
        {
          node: { ...reader.node(frame), ...taken },
          value: valueText(reader.policy, value),
          verdict: said[verdict] ?? '',
          chosen: names[verdict] === 'chosen',
          now: back === 0 && i === micro - 1,
        },
      ];
    });
    if (looks.length > 0) return { looks, lookedAt: which.number };
  }
  return { looks: [], lookedAt: undefined };
}

export function policyPicture(scene: Scene): PolicyPicture | undefined {
  const policy = policies[scene.machine.config.policy];
  return policy && pictureOf(scene, policy);
}

export function pictureOf(scene: Scene, policy: PolicyDesc): PolicyPicture {
  const reader = new Reader(scene, policy);
  const scalars = reader.regions
    .filter((r) => r.shape === 'scalar' && !placed.has(r.look))
    .map((r) => ({ title: r.title, text: countText(reader.word(r)), now: reader.isNow(r) }));
  return { policy, groups: groupsOf(reader), scalars, ...looksOf(reader) };
}

// SPDX-License-Identifier: MIT
// Reads the words that a policy keeps, by the shapes and looks of its regions, into nodes. Pure.
import { countText, type Machine, type Scene } from '../../model/index.ts';
import { FrameKind, type PolicyDesc, type RegionDesc } from '../../wire/generated.ts';
import { frameCell } from '../../lib/draw/state-cell.ts';
import { numberOf } from '../../narration/words.ts';
import { words } from '../../text/policy.ts';
import type { Node, Word } from './picture.ts';

/** Nodes of a list that are followed: past them it is only said that there are more. */
const FOLLOW = 8192;
const NEVER = 2 ** 32;

export interface Region extends RegionDesc {
  readonly at: number;
}

const isContent = (kind: number): boolean =>
  kind === FrameKind.anon || kind === FrameKind.file || kind === FrameKind.shmem;

export const perNode = (r: RegionDesc): boolean => r.shape !== 'scalar';
/** Words that are drawn as places, not as values. */
export const placed = new Set(['link', 'hand', 'pointer', 'hidden', 'page']);
/** Ranks of more pages than this would cost more than they say. */
const RANKED = 4096;

function wordText(look: string, value: number): string {
  if (look === 'next_use') return value >= NEVER ? '∞' : value === 0 ? '–' : countText(value);
  return countText(value);
}

export class Reader {
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

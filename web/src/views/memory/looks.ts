// SPDX-License-Identifier: MIT
// Ways to colour the frames: by owner, by what lies in them, by age. The age is what the machine itself knows
// of it: what its replacement policy goes by, else the accessed bits. Pure.
import type { Machine } from '../../model/index.ts';
import { FrameKind, policies, type RegionDesc } from '../../wire/generated.ts';
import type { Cell, CellKind } from '../../lib/draw/cell.ts';
import { codeOf, FrameCodes } from '../../lib/draw/codes.ts';
import { frameCell, kindCell } from '../../lib/draw/state-cell.ts';

export const looks = ['owner', 'age', 'kind'] as const;
export type LookName = (typeof looks)[number];

export const AGES = 5;
/** More frames than this are put in order by their stamps' size alone. */
const SORT_MOST = 4096;

const isContent = (kind: number): boolean =>
  kind === FrameKind.anon || kind === FrameKind.file || kind === FrameKind.shmem;

/** By what the age goes: a stamp, a count, or a bit; undefined: the accessed bits of the entries. */
export interface AgeSource {
  readonly look: 'order' | 'count' | 'bit';
  readonly title: string | undefined;
  readonly region: number | undefined;
}

export function ageSource(machine: Machine): AgeSource {
  const regions: readonly RegionDesc[] = policies[machine.config.policy]?.regions ?? [];
  for (const look of ['order', 'count', 'bit'] as const) {
    const region = regions.findIndex((r) => r.look === look && r.shape === 'frames');
    if (region >= 0) return { look, title: regions[region]?.title, region };
  }
  return { look: 'bit', title: undefined, region: undefined };
}

/** The age of every frame with content, 0 (young) to AGES - 1. */
export function agesOf(machine: Machine): ReadonlyMap<number, number> {
  const { look, region } = ageSource(machine);
  const ages = new Map<number, number>();
  const held: [number, number][] = [];
  for (const { frame, kind } of machine.rows.tables.frame.values()) {
    if (!isContent(kind)) continue;
    if (region === undefined) ages.set(frame, frameCell(machine, frame).referenced ? 0 : AGES - 1);
    else if (look === 'bit') ages.set(frame, machine.policyWord(region, frame) ? 0 : AGES - 1);
    else held.push([frame, machine.policyWord(region, frame)]);
  }
  if (held.length === 0) return ages;
  if (held.length <= SORT_MOST) {
    held.sort((a, b) => b[1] - a[1]);
    let rank = 0;
    held.forEach(([frame, value], i) => {
      // Equal values are equally old.
      if (i > 0 && value !== held[i - 1]?.[1]) rank = i;
      ages.set(frame, Math.floor((rank * AGES) / held.length));
    });
    return ages;
  }
  let [least, most] = [Infinity, -Infinity];
  for (const [, value] of held) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  const span = most - least + 1;
  for (const [frame, value] of held) ages.set(frame, Math.floor(((most - value) * AGES) / span));
  return ages;
}

function ageCell(machine: Machine, frame: number, age: number | undefined): Cell {
  const cell = frameCell(machine, frame);
  const kind = age === undefined ? cell.kind : (`age${age}` as CellKind);
  return { ...cell, owners: [], kind };
}

/** The codes of all frames in one of the ways. Ages change with every use, so they are all looked at. */
export class LookCodes {
  private readonly frames: FrameCodes;
  private aged = new Uint16Array(0);
  private version = -1;

  constructor(
    private readonly machine: Machine,
    readonly look: LookName,
  ) {
    this.frames = new FrameCodes(machine, look === 'kind' ? kindCell : frameCell);
  }

  update(): Uint16Array {
    const { machine } = this;
    const plain = this.frames.update();
    if (this.look !== 'age') return plain;
    if (this.version === machine.version && this.aged.length === plain.length) return this.aged;
    this.version = machine.version;
    const ages = agesOf(machine);
    if (this.aged.length !== plain.length) this.aged = new Uint16Array(plain.length);
    const free = codeOf(ageCell(machine, -1, undefined));
    this.aged.fill(free);
    for (const { frame } of machine.rows.tables.frame.values())
      if (frame < this.aged.length)
        this.aged[frame] = codeOf(ageCell(machine, frame, ages.get(frame)));
    return this.aged;
  }

  /** How many frames have each code; after `update`. */
  get counts(): readonly number[] {
    if (this.look !== 'age') return this.frames.counts;
    const counts: number[] = [];
    for (const code of this.aged) counts[code] = (counts[code] ?? 0) + 1;
    return counts;
  }
}

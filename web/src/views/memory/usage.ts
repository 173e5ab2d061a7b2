// SPDX-License-Identifier: MIT
// How many frames there are of each colour, in the way they are coloured: what the bar above the frames
// and its keys say. Pure.
import type { Machine } from '../../model/index.ts';
import type { Cell, CellKind, Owner } from '../../lib/draw/cell.ts';
import { cellOf } from '../../lib/draw/codes.ts';
import { MachineWord } from '../../wire/generated.ts';
import { words } from '../../text/memory.ts';
import { usageOf } from './frames.ts';
import { AGES, ageSource, type LookName } from './looks.ts';

/** Free frames at which background reclaim wakes and sleeps, and the reserve; undefined: there is none. */
export interface Watermarks {
  readonly min: number;
  readonly low: number;
  readonly high: number;
}
export function watermarksOf(machine: Machine): Watermarks | undefined {
  const [min, low, high] = [
    MachineWord.watermark_min,
    MachineWord.watermark_low,
    MachineWord.watermark_high,
  ].map((word) => Number(machine.word(word)));
  return low && high ? { min: min ?? 0, low, high } : undefined;
}

export interface UsageKey {
  readonly cell: Cell;
  readonly text: string;
  readonly count: number;
  /** Of the bar: each has a paint and its share; none where the ground shows. */
  readonly bars: readonly { readonly paint: string; readonly count: number }[];
}

const sample = (kind: CellKind, owners: readonly Owner[] = []): Cell => ({
  kind,
  owners,
  dirty: false,
  referenced: false,
});
const paint = (token: string) => `var(--${token})`;

function byOwner(counts: readonly number[], letter: (owner: Owner) => string): UsageKey[] {
  const usage = usageOf(counts);
  const { shared, tables, kernel, files, free } = usage;
  const bars = [
    { paint: paint('line2'), count: tables },
    { paint: paint('K'), count: kernel },
    { paint: paint('file'), count: files },
  ];
  return [
    ...[...usage.owners].map(([owner, count]) => ({
      cell: sample('page', [owner]),
      text: owner === 'X' ? words.others : letter(owner),
      count,
      bars: [{ paint: paint(owner), count }],
    })),
    {
      cell: sample('page', ['A', 'B']),
      text: words.shared,
      count: shared,
      bars: [{ paint: 'url(#usage-shared)', count: shared }],
    },
    { cell: sample('kernel'), text: words.system, count: tables + kernel + files, bars },
    { cell: sample('free'), text: words.free, count: free, bars: [] },
  ];
}

/** Frames whose cell is of one of these kinds. */
function countOf(counts: readonly number[], kinds: readonly CellKind[]): number {
  let sum = 0;
  counts.forEach((count, code) => {
    if (count > 0 && kinds.includes(cellOf(code).kind)) sum += count;
  });
  return sum;
}

function key(
  counts: readonly number[],
  kinds: readonly [CellKind, ...CellKind[]],
  text: string,
  token: string | undefined,
): UsageKey {
  const count = countOf(counts, kinds);
  const bars = token === undefined ? [] : [{ paint: paint(token), count }];
  return { cell: sample(kinds[0]), text, count, bars };
}

function byKind(counts: readonly number[]): UsageKey[] {
  const { kinds } = words;
  const all = [
    key(counts, ['anon'], kinds.anon, 'kind-anon'),
    key(counts, ['cached'], kinds.cached, 'kind-file'),
    key(counts, ['shmem'], kinds.shmem, 'kind-shmem'),
    key(counts, ['table'], kinds.table, 'line2'),
    key(counts, ['kernel', 'buffer', 'zero'], words.kernel, 'K'),
    key(counts, ['free'], words.free, undefined),
  ];
  // Shared memory is rare: it is explained where there is some.
  return all.filter((one) => one.count > 0 || one.cell.kind !== 'shmem');
}

/** The ends of the scale in words, youngest first. */
function ageEnds(machine: Machine): readonly [string, string] {
  const { look, title } = ageSource(machine);
  return words.ages[look](title ?? words.ages.accessed);
}

function byAge(counts: readonly number[], machine: Machine): UsageKey[] {
  const [young, old] = ageEnds(machine);
  const steps = Array.from({ length: AGES }, (_, i) => i);
  // A bit knows two ages only.
  const known = ageSource(machine).look === 'bit' ? [0, AGES - 1] : steps;
  return [
    ...known.map((i) => {
      const text = i === 0 ? young : i === AGES - 1 ? old : '';
      return key(counts, [`age${i}` as CellKind], text, `age${i}`);
    }),
    key(counts, ['kernel', 'buffer', 'zero', 'table', 'file', 'orphan', 'page'], words.system, 'K'),
    key(counts, ['free'], words.free, undefined),
  ];
}

export function usageKeys(
  look: LookName,
  counts: readonly number[],
  machine: Machine,
  /** What the process of a colour is called; by itself its colour's letter. */
  letter: (owner: Owner) => string = (owner) => owner,
): readonly UsageKey[] {
  if (look === 'kind') return byKind(counts);
  return look === 'age' ? byAge(counts, machine) : byOwner(counts, letter);
}

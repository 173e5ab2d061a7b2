// SPDX-License-Identifier: MIT
// /proc/PID/smaps and /proc/meminfo of this moment: sums over the rows of the state, as Linux defines
// them (fs/proc/task_mmu.c, fs/proc/meminfo.c). Pure.
import { frameOf, hasFlag, hex, type Machine, type Scene } from '../../model/index.ts';
import { rightsText, vmaWords } from '../../narration/words.ts';
import { Counter, FrameBits, FrameKind, MapBits, type VmaRow } from '../../wire/generated.ts';

/** In pages. */
export interface Sums {
  Size: number;
  Rss: number;
  Pss: number;
  Shared_Clean: number;
  Shared_Dirty: number;
  Private_Clean: number;
  Private_Dirty: number;
  Referenced: number;
  Anonymous: number;
  Swap: number;
}
export const fields = [
  'Size',
  'Rss',
  'Pss',
  'Shared_Clean',
  'Shared_Dirty',
  'Private_Clean',
  'Private_Dirty',
  'Referenced',
  'Anonymous',
  'Swap',
] as const satisfies readonly (keyof Sums)[];

const nothing = (): Sums => ({
  Size: 0,
  Rss: 0,
  Pss: 0,
  Shared_Clean: 0,
  Shared_Dirty: 0,
  Private_Clean: 0,
  Private_Dirty: 0,
  Referenced: 0,
  Anonymous: 0,
  Swap: 0,
});

export interface Mapping {
  readonly vma: number;
  /** "555555554000-555555556000". */
  readonly range: string;
  /** "r-xp". */
  readonly rights: string;
  readonly name: string;
  readonly sums: Sums;
}

function sumsOf(machine: Machine, vma: VmaRow): Sums {
  const sums = nothing();
  sums.Size = vma.end - vma.start;
  for (const { entry } of machine.pagesOfVma(vma)) {
    const frame = frameOf(entry);
    if (frame === undefined) {
      if (hasFlag(entry, 'swapped')) sums.Swap++;
      continue;
    }
    // The zero page and devices are nobody's memory.
    if (hasFlag(entry, 'special')) continue;
    const row = machine.rows.row('frame', frame);
    if (row?.kind === FrameKind.zero) continue;
    const users = Math.max(1, machine.mappersOf(frame).length);
    const dirty = hasFlag(entry, 'dirty') || ((row?.flags ?? 0) & FrameBits.dirty) !== 0;
    sums.Rss++;
    sums.Pss += 1 / users;
    sums[`${users > 1 ? 'Shared' : 'Private'}_${dirty ? 'Dirty' : 'Clean'}`]++;
    if (hasFlag(entry, 'accessed')) sums.Referenced++;
    if (row?.kind === FrameKind.anon) sums.Anonymous++;
  }
  return sums;
}

/** The mappings of a process from the lowest address, and their sum: /proc/PID/smaps_rollup. */
export function smapsOf(scene: Scene, pid: number): { list: Mapping[]; total: Sums } {
  const { machine, names } = scene;
  const { pageShift } = machine.config;
  const address = (page: number) => hex(BigInt(page) << BigInt(pageShift), 8).slice(2);
  const total = nothing();
  const list = machine.vmas(pid).map((vma) => {
    const sums = sumsOf(machine, vma);
    for (const field of fields) total[field] += sums[field];
    return {
      vma: vma.vma,
      range: `${address(vma.start)}-${address(vma.end)}`,
      rights: `${rightsText(vma.prot)}${vma.flags & MapBits.shared ? 's' : 'p'}`,
      name: names.object(vma.object) || names.name(vma.name) || `[${vmaWords(vma.kind)}]`,
      sums,
    };
  });
  return { list, total };
}

/** Lines of /proc/meminfo, in pages. */
export function meminfoOf(machine: Machine): [string, number][] {
  const kinds = new Map<number, number>();
  let [swapCached, dirty] = [0, 0];
  for (const row of machine.rows.tables.frame.values()) {
    kinds.set(row.kind, (kinds.get(row.kind) ?? 0) + 1);
    if (row.slot) swapCached++;
    if (row.kind === FrameKind.file && row.flags & FrameBits.dirty) dirty++;
  }
  const of = (...wanted: readonly number[]) =>
    wanted.reduce((all, kind) => all + (kinds.get(kind) ?? 0), 0);
  const { frames, slots } = machine.config;
  const taken = [...kinds].reduce((all, [kind, n]) => all + (kind === FrameKind.free ? 0 : n), 0);
  const counter = (c: Counter) => machine.counter(0, c);
  return [
    ['MemTotal', frames],
    ['MemFree', frames - taken],
    ['Cached', of(FrameKind.file, FrameKind.shmem)],
    ['SwapCached', swapCached],
    ['SwapTotal', slots],
    ['SwapFree', slots - machine.rows.tables.slot.size],
    ['Dirty', dirty],
    ['AnonPages', of(FrameKind.anon)],
    ['Mapped', counter(Counter.rss_file)],
    ['Shmem', of(FrameKind.shmem)],
    ['KernelMem', of(FrameKind.kernel, FrameKind.buffer)],
    ['PageTables', of(FrameKind.table)],
    ['Committed_AS', counter(Counter.committed)],
  ];
}

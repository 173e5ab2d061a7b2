// SPDX-License-Identifier: MIT
// The mappings of a process with what lies behind each, and in which state its pages are, counted from the
// entries that exist. Pure.
import {
  bytesText,
  frameOf,
  hasFlag,
  hex,
  type Machine,
  type Names,
  type Scene,
} from '../../model/index.ts';
import { rightsText, segmentName, userPages } from '../../narration/segment.ts';
import {
  FrameKind,
  MachineWord,
  MapBits,
  ObjectKind,
  PageState,
  types,
  VmaKind,
  type ProcessRow,
  type VmaRow,
} from '../../wire/generated.ts';
import { words } from '../../text/mappings.ts';

/** Pages by state; the place is the state's number. */
export type States = readonly number[];

export interface MappingLine {
  readonly vma: number;
  readonly name: string;
  readonly start: string;
  readonly end: string;
  readonly rights: string;
  readonly backing: string;
  readonly share: string;
  readonly pages: number;
  readonly states: States;
  /** No frame of memory stands behind its entries: a device answers. */
  readonly device: boolean;
}

const ALL = Object.values(PageState);

function stateOf(machine: Machine, entry: number): PageState {
  const frame = frameOf(entry);
  if (frame === undefined) return PageState.swapped;
  const zero = machine.rows.row('frame', frame)?.kind === FrameKind.zero;
  return zero ? PageState.zero : PageState.resident;
}

/** Of each mapping the pages by state: one pass over the entries that exist. */
function countStates(machine: Machine, pid: number): Map<number, number[]> {
  const list = machine.vmas(pid);
  const counts = new Map(list.map((vma) => [vma.vma, ALL.map(() => 0)]));
  const add = (vma: VmaRow, state: PageState, n: number) => {
    const row = counts.get(vma.vma);
    if (row) row[state] = (row[state] ?? 0) + n;
  };
  for (const { table, index, entry } of machine.rows.tables.pte.values()) {
    const held = machine.rows.row('table', table);
    if (held?.pid !== pid || entry === 0) continue;
    const huge = hasFlag(entry, 'huge');
    if (held.level !== 1 && !huge) continue;
    const pages = huge ? machine.pagesIn(entry) : 1;
    const vma = machine.vmaAt(pid, held.base + index * pages);
    if (vma) add(vma, stateOf(machine, entry), pages);
  }
  for (const vma of list) {
    const touched = (counts.get(vma.vma) ?? []).reduce((sum, n) => sum + n, 0);
    add(
      vma,
      vma.object ? PageState.in_file : PageState.untouched,
      Math.max(0, vma.end - vma.start - touched),
    );
  }
  return counts;
}

/** What the pages of a mapping come from when nobody has written them. */
function backingText(machine: Machine, names: Names, vma: VmaRow): string {
  const { backing } = words;
  if (vma.kind === VmaKind.guard) return backing.guard;
  const object = machine.rows.row('object', vma.object);
  const name = names.object(vma.object);
  switch (object?.kind) {
    case ObjectKind.file:
      return backing.file(name, hex(vma.offset * 2 ** machine.config.pageShift));
    case ObjectKind.shmem:
      return backing.shmem(name).trim();
    case ObjectKind.device:
    case ObjectKind.char_null:
    case ObjectKind.char_zero:
    case ObjectKind.terminal:
      return backing.device(name);
    case ObjectKind.vdso:
      return backing.kernel;
    default:
      if (vma.kind === VmaKind.vvar || vma.kind === VmaKind.vdso) return backing.kernel;
      return vma.kind === VmaKind.bss ? backing.bss : backing.anonymous;
  }
}

export interface MappingsView {
  /** The highest first, as the picture beside it. */
  readonly lines: readonly MappingLine[];
  readonly states: States;
  readonly mapped: number;
}

export function mappingsOf({ machine, names }: Scene, process: ProcessRow): MappingsView {
  const pid = process.mm || process.pid;
  const { config } = machine;
  const address = (page: number) =>
    (BigInt(page) << BigInt(config.pageShift)).toString(16).padStart(8, '0');
  const counts = countStates(machine, pid);
  const states = ALL.map(() => 0);
  const lines = machine.vmas(pid).map((vma) => {
    const own = counts.get(vma.vma) ?? [];
    own.forEach((n, state) => (states[state] = (states[state] ?? 0) + n));
    return {
      vma: vma.vma,
      name: segmentName(machine, names, vma),
      start: address(vma.start),
      end: address(vma.end),
      rights: rightsText(vma.prot),
      backing: backingText(machine, names, vma),
      share: vma.flags & MapBits.shared ? words.shared : words.private,
      pages: vma.end - vma.start,
      states: own,
      device: machine.rows.row('object', vma.object)?.kind === ObjectKind.device,
    };
  });
  const mapped = lines.reduce((n, line) => n + line.pages, 0);
  states[PageState.unmapped] = userPages(config) - mapped;
  return { lines: lines.reverse(), states, mapped };
}

const { ostep, csapp } = words;
/** What the two books call each state. */
export const bookWords: readonly { readonly ostep: string; readonly csapp: string }[] = [
  { ostep: ostep.invalid, csapp: csapp.unallocated },
  { ostep: ostep.absent, csapp: csapp.uncached },
  { ostep: ostep.present, csapp: csapp.cached },
  { ostep: ostep.present, csapp: csapp.cached },
  { ostep: ostep.absent, csapp: csapp.uncached },
  { ostep: ostep.absent, csapp: csapp.uncached },
];

export const stateWords = types.page_state.words;

/** Sizes by name: what is addressed, what is mapped, what there is to hold it. */
export function sumsOf(
  machine: Machine,
  states: States,
  mapped: number,
  counted: {
    readonly resident: number;
    readonly tables: number;
    readonly promised: number;
  },
): readonly (readonly [string, string])[] {
  const { config } = machine;
  const size = (pages: number) => bytesText(pages * 2 ** config.pageShift);
  const { sums } = words;
  return [
    [sums.space, size(userPages(config))],
    [sums.mapped, size(mapped)],
    [sums.resident, size(counted.resident)],
    [sums.swapped, size(states[PageState.swapped] ?? 0)],
    [sums.tables, size(counted.tables)],
    [sums.memory, size(config.frames)],
    [sums.swap, size(config.slots)],
    [sums.promised, size(counted.promised)],
  ];
}

/** How much more than there is may be promised, in the engine's words. */
export const overcommitText = (machine: Machine): string =>
  words.overcommit(types.overcommit.words[Number(machine.word(MachineWord.overcommit))] ?? '');

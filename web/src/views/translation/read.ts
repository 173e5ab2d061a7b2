// SPDX-License-Identifier: MIT
// What the translation panel shows of a scene: the address cut in pieces, the tables on the way, the entry
// around this operation. Pure.
import {
  entryNumber,
  frameOf,
  hasFlag,
  hex,
  optional,
  slotOf,
  tableOf,
  type Machine,
  type Names,
  type PageRef,
  type PteFlag,
  type Scene,
} from '../../model/index.ts';
import { FrameKind, MachineKind, TrapReason } from '../../wire/generated.ts';
import { words } from '../../text/translation.ts';

export interface LevelBits {
  readonly level: number;
  readonly bits: string;
  readonly index: number;
}

/** The indexes of a page number, root first. */
export function levelsOf(machine: Machine, vpn: number): LevelBits[] {
  const { levels, levelBits } = machine.config;
  const list: LevelBits[] = [];
  for (let level = levels; level >= 1; level--) {
    const index = machine.indexAt(level, vpn);
    list.push({ level, index, bits: index.toString(2).padStart(levelBits[level] ?? 1, '0') });
  }
  return list;
}

export function tableName(kind: number, level: number): string {
  const names: readonly string[] =
    kind === MachineKind.x86_64 || kind === MachineKind.x86_64_5level
      ? words.tableNames.x86_64
      : kind === MachineKind.x86_32
        ? words.tableNames.x86_32
        : words.tableNames.other;
  return names[level - 1] ?? words.tableName(level);
}

export interface TableLine {
  readonly index: number;
  readonly text: string;
  readonly hit: boolean;
}
export interface TableBox {
  /** Its id, 0 when there is none. */
  readonly table: number;
  readonly level: number;
  readonly name: string;
  /** The frame of the table, or its number when it lies outside. */
  readonly place: string;
  /** No rows: there is no such table. */
  readonly lines: readonly TableLine[];
  /** Why there are none. */
  readonly none: string;
  /** The hardware has read it in this operation. */
  readonly read: boolean;
  /** Its entry changes in this operation. */
  readonly changing: boolean;
}

/** What an entry points at: the next table's frame, the page's frame, a slot, or nothing. */
function targetText(machine: Machine, names: Names, entry: number): string {
  if (entry === 0) return '–';
  const table = tableOf(entry);
  if (table !== undefined) {
    const frame = optional(machine.rows.row('table', table)?.frame ?? 0);
    return frame === undefined ? words.table(table) : names.frame(frame);
  }
  const slot = slotOf(entry);
  if (slot !== undefined) return `▾ ${hex(slot)}`;
  const frame = frameOf(entry);
  return frame === undefined ? '–' : names.frame(frame);
}

export function tableBoxes(scene: Scene, page: PageRef): TableBox[] {
  const { machine, names } = scene;
  const walk = machine.walk(page.pid, page.vpn);
  const none = hasFlag(walk.at(-1)?.entry ?? 0, 'huge') ? words.hugeBelow : words.noTable;
  const { levels, levelBits, kind } = machine.config;
  const boxes: TableBox[] = [];
  for (let level = levels; level >= 1; level--) {
    const step = walk.find((w) => w.level === level);
    const name = tableName(kind, level);
    if (!step) {
      boxes.push({
        table: 0,
        level,
        name,
        place: '',
        lines: [],
        none,
        read: false,
        changing: false,
      });
      continue;
    }
    const frame = optional(machine.rows.row('table', step.table)?.frame ?? 0);
    const size = 2 ** (levelBits[level] ?? 0);
    const lines: TableLine[] = [];
    for (const index of [step.index - 1, step.index, step.index + 1]) {
      if (index < 0 || index >= size) continue;
      const entry = machine.rows.row('pte', step.table, index)?.entry ?? 0;
      lines.push({ index, text: targetText(machine, names, entry), hit: index === step.index });
    }
    boxes.push({
      table: step.table,
      level,
      name,
      place: frame === undefined ? words.table(step.table) : names.frame(frame),
      lines,
      none,
      read: scene.levels.some((l) => l.level === level && l.table === step.table),
      changing: scene.touched.entries.some((e) => e.table === step.table && e.index === step.index),
    });
  }
  return boxes;
}

export const hardwareBits = [
  'present',
  'writable',
  'user',
  'accessed',
  'dirty',
  'global',
  'no_execute',
] as const satisfies readonly PteFlag[];
export const kernelBits = ['cow'] as const satisfies readonly PteFlag[];

/** The bit that a trap of this reason was about. */
function trapBit(reason: number | undefined): PteFlag | undefined {
  switch (reason) {
    case TrapReason.not_present:
      return 'present';
    case TrapReason.read_only:
      return 'writable';
    case TrapReason.no_execute:
      return 'no_execute';
    case TrapReason.supervisor:
      return 'user';
    default:
      return undefined;
  }
}

export interface EntryRow {
  readonly pid: number;
  readonly when: string;
  readonly place: string;
  readonly bits: readonly {
    readonly flag: PteFlag;
    readonly on: boolean;
    readonly mark: 'why' | 'changed' | '';
  }[];
  readonly placeChanged: boolean;
  readonly words: string;
  /** A state that is still to come. */
  readonly toCome: boolean;
}

const allBits: readonly PteFlag[] = [...hardwareBits, ...kernelBits];

function rowOf(
  scene: Scene,
  pid: number,
  when: string,
  entry: number,
  against: number | undefined,
  why: PteFlag | undefined,
  toCome: boolean,
): EntryRow {
  const { machine, names } = scene;
  const place = (e: number) => targetText(machine, names, e);
  return {
    pid,
    when,
    place: place(entry),
    placeChanged: against !== undefined && place(against) !== place(entry),
    bits: allBits.map((flag) => {
      const on = hasFlag(entry, flag);
      const changed = against !== undefined && on !== hasFlag(against, flag);
      return { flag, on, mark: flag === why ? 'why' : changed ? 'changed' : '' };
    }),
    words: entryWords(machine, pid, entry),
    toCome,
  };
}

/** Whose content a frame that one process maps holds. */
function contentWords(machine: Machine, entry: number): string {
  const kind = machine.rows.row('frame', entryNumber(entry))?.kind;
  if (kind === FrameKind.file) return words.filePage;
  return kind === FrameKind.shmem ? words.sharedMemory : words.own;
}

/** In words: its right, and whether another process maps the same frame. */
function entryWords(machine: Machine, pid: number, entry: number): string {
  if (entry === 0) return words.empty;
  const slot = slotOf(entry);
  if (slot !== undefined) return words.slot(hex(slot));
  if (!hasFlag(entry, 'present')) return words.notPresent;
  const right = hasFlag(entry, 'writable') ? words.writable : words.readOnly;
  if (machine.rows.row('frame', entryNumber(entry))?.kind === FrameKind.zero) {
    return `${right}, ${words.zeroPage}`;
  }
  if (hasFlag(entry, 'global')) return `${right}, ${words.kernelPage}`;
  if (hasFlag(entry, 'special')) return `${right}, ${words.device}`;
  const others = machine.mappersOf(entryNumber(entry)).some((m) => m.pid !== pid);
  return `${right}, ${others ? words.shared : contentWords(machine, entry)}`;
}

/** The hardware is still at work: that the entry will change is not known yet. */
export const undecided = ({ focus, trap, entry }: Scene): boolean =>
  focus?.va !== undefined && trap === undefined && entry?.now === entry?.before;

/** The entry of a page before, now and next in this operation; and of another process that shares its frame. */
export function entryRows(scene: Scene, page: PageRef, asking = false): EntryRow[] {
  const { machine } = scene;
  const { pid, vpn } = page;
  const about = scene.entry?.pid === pid && scene.entry.vpn === vpn ? scene.entry : undefined;
  const now = about?.now ?? machine.entry(pid, vpn);
  const before = about?.before ?? now;
  const next = asking ? now : (about?.next ?? now);
  const why = about ? trapBit(scene.trap) : undefined;
  const rows: EntryRow[] = [];
  if (before === next && now === next) {
    rows.push(rowOf(scene, pid, words.now, now, undefined, why, false));
  } else {
    // Between two entries it is empty for a moment: then what will come says more than nothing.
    const reached = now === next || (now !== before && now !== 0);
    const started = now !== before;
    const second = reached ? now : next;
    rows.push(
      rowOf(scene, pid, started ? words.before : words.now, before, undefined, why, false),
      rowOf(scene, pid, reached ? words.now : words.next, second, before, undefined, !reached),
    );
  }
  const frame = frameOf(before) ?? frameOf(next);
  const other =
    frame === undefined ? undefined : machine.mappersOf(frame).find((m) => m.pid !== pid);
  if (other) {
    const theirs = machine.entry(other.pid, other.vpn);
    const row = rowOf(scene, other.pid, words.now, theirs, undefined, undefined, false);
    // What was copied for one stays read-only in the other's entry until it, too, writes.
    const waits = before !== next && hasFlag(theirs, 'cow') && !hasFlag(theirs, 'writable');
    rows.push(waits ? { ...row, words: words.untilWrite(scene.names.letter(other.pid)) } : row);
  }
  return rows;
}

/** The bits of an address that must be alike and are not. */
export interface NonCanonical {
  /** The lowest of them: 47 of 48-bit addresses. */
  readonly from: number;
  readonly high: string;
  readonly rest: string;
}

/** The address of an access that the CPU refuses without a walk; undefined of any other. */
export function nonCanonical(scene: Scene): NonCanonical | undefined {
  const va = scene.focus?.va;
  const refused = scene.step?.micros.some(
    ({ happening }) => happening?.event === 'general_protection',
  );
  if (va === undefined || !refused) return undefined;
  const from = scene.machine.config.vaBits - 1;
  const bits = va.toString(2).padStart(64, '0');
  return { from, high: bits.slice(0, 64 - from), rest: bits.slice(64 - from) };
}

/** Tables of a process against one flat table, in bytes. */
export function tableSizes(machine: Machine, pid: number) {
  const { pageShift, vaBits, levelBits } = machine.config;
  const page = 2 ** pageShift;
  // Tables of real machines fill a page; one that does not has four bytes an entry (vm_table_bytes).
  const fills = page / 2 ** (levelBits[1] ?? 0);
  const entryBytes = fills >= 1 ? fills : 4;
  let [tables, bytes] = [0, 0];
  for (const table of machine.rows.tables.table.values()) {
    if (table.pid !== pid) continue;
    tables++;
    bytes += 2 ** (levelBits[table.level] ?? 0) * entryBytes;
  }
  return { tables, bytes, flat: 2 ** (vaBits - pageShift) * entryBytes };
}

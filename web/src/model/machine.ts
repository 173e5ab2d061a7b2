// SPDX-License-Identifier: MIT
// The state as views ask for it: rows plus indexes that are kept current change by change, so that
// no question costs more than its answer is long.
import {
  ProcessState,
  type ChangeName,
  type MachineWord,
  type PteRow,
  type ProcessRow,
  type Rows,
  type TableRow,
  type TaskRow,
  type TlbRow,
  VmaKind,
  type VmaRow,
  MachineWord as Word,
} from '../wire/generated.ts';
import { frameOf, hasFlag, partOf, slotOf, tableOf } from './entry.ts';
import { keyOf, MachineRows, type RowObserver } from './rows.ts';

/** Where a page is mapped. */
export interface PageRef {
  readonly pid: number;
  readonly vpn: number;
}
/** One level of a walk. Level 1 is the last. `entry` is 0 where there is none. */
export interface WalkStep {
  readonly table: number;
  readonly level: number;
  readonly index: number;
  readonly entry: number;
}
/** A page with its leaf entry; 0 = none. */
export interface PageEntry {
  readonly vpn: number;
  readonly entry: number;
}
/** The machine's configuration as numbers. */
export interface Config {
  readonly kind: number;
  readonly pageShift: number;
  readonly vaBits: number;
  readonly levels: number;
  /** Index bits of level l at [l]; [0] is unused, level 1 is the last. */
  readonly levelBits: readonly number[];
  readonly frames: number;
  readonly slots: number;
  readonly kernelFrames: number;
  readonly tlbSets: number;
  readonly tlbWays: number;
  readonly asids: boolean;
  readonly policy: number;
  readonly tablesOutside: boolean;
}

/** Most frames have one mapper: it stands for itself, and only more of them make a set. */
type Mappers = Map<number, PteRow | Set<PteRow>>;

function add(index: Mappers, at: number | undefined, row: PteRow): void {
  if (at === undefined) return;
  const held = index.get(at);
  if (!held) index.set(at, row);
  else if (held instanceof Set) held.add(row);
  else index.set(at, new Set([held, row]));
}

function remove(index: Mappers, at: number | undefined, row: PteRow): void {
  if (at === undefined) return;
  const held = index.get(at);
  if (held instanceof Set) {
    held.delete(row);
    if (held.size === 0) index.delete(at);
  } else if (held === row) index.delete(at);
}

const mappers = (index: Mappers, at: number): Iterable<PteRow> => {
  const held = index.get(at);
  return held instanceof Set ? held : held ? [held] : [];
};

export class Machine implements RowObserver {
  readonly rows = new MachineRows();
  private byFrame: Mappers = new Map();
  private bySlot: Mappers = new Map();
  private tableFrames = new Map<number, TableRow>();
  private vmaOrder = new Map<number, VmaRow[]>();
  private settings: Config | undefined;

  constructor() {
    this.rows.observe(this);
  }

  /** Changes whenever anything in the state does. */
  get version(): number {
    return this.rows.version;
  }

  cleared(): void {
    this.byFrame.clear();
    this.bySlot.clear();
    this.tableFrames.clear();
    this.vmaOrder.clear();
    this.settings = undefined;
  }

  changed<K extends ChangeName>(
    kind: K,
    before: Rows[K] | undefined,
    after: Rows[K] | undefined,
  ): void {
    if (kind === 'pte')
      this.entryChanged(before as PteRow | undefined, after as PteRow | undefined);
    else if (kind === 'table') {
      const [old, now] = [before as TableRow | undefined, after as TableRow | undefined];
      if (old?.frame) this.tableFrames.delete(old.frame - 1);
      if (now?.frame) this.tableFrames.set(now.frame - 1, now);
    } else if (kind === 'vma') {
      for (const row of [before, after] as (VmaRow | undefined)[])
        if (row) this.vmaOrder.delete(row.pid);
    } else if (kind === 'machine') this.settings = undefined;
  }

  private entryChanged(before: PteRow | undefined, after: PteRow | undefined): void {
    if (before) {
      const [first, end] = [frameOf(before.entry) ?? 0, this.framesEnd(before.entry)];
      for (let f = first; f < end; f++) remove(this.byFrame, f, before);
      remove(this.bySlot, slotOf(before.entry), before);
    }
    if (after) {
      const [first, end] = [frameOf(after.entry) ?? 0, this.framesEnd(after.entry)];
      for (let f = first; f < end; f++) add(this.byFrame, f, after);
      add(this.bySlot, slotOf(after.entry), after);
    }
  }

  /** Pages that an entry maps: more than one when it is huge. */
  pagesIn(entry: number): number {
    return hasFlag(entry, 'huge') ? 2 ** (this.config.levelBits[1] ?? 0) : 1;
  }

  /** An entry maps this frame: its own, or one of a huge page's. */
  mapsFrame(entry: number, frame: number): boolean {
    const first = frameOf(entry);
    if (first === undefined) return false;
    const count = hasFlag(entry, 'special') ? 1 : this.pagesIn(entry);
    return first <= frame && frame < first + count;
  }

  /** Behind the last frame that an entry maps; 0: it maps none. */
  private framesEnd(entry: number): number {
    const first = frameOf(entry);
    if (first === undefined) return 0;
    return first + (hasFlag(entry, 'special') ? 1 : this.pagesIn(entry));
  }

  word(word: MachineWord): bigint {
    return this.rows.row('machine', word)?.value ?? 0n;
  }

  get config(): Config {
    if (this.settings) return this.settings;
    const n = (word: MachineWord) => Number(this.word(word));
    const levels = n(Word.levels);
    const packed = this.word(Word.level_bits);
    const levelBits = [0];
    for (let level = 1; level <= levels; level++) {
      levelBits.push(Number((packed >> BigInt(8 * (levels - level))) & 0xffn));
    }
    this.settings = {
      kind: n(Word.kind),
      pageShift: n(Word.page_shift),
      vaBits: n(Word.va_bits),
      levels,
      levelBits,
      frames: n(Word.frames),
      slots: n(Word.slots),
      kernelFrames: n(Word.kernel_frames),
      tlbSets: n(Word.tlb_sets),
      tlbWays: n(Word.tlb_ways),
      asids: n(Word.asids) !== 0,
      policy: n(Word.policy),
      tablesOutside: n(Word.tables_outside) !== 0,
    };
    return this.settings;
  }

  /** In order of creation; those that are gone for good are left out. */
  processes(): ProcessRow[] {
    return [...this.rows.tables.process.values()]
      .filter((p) => p.state !== ProcessState.none && p.state !== ProcessState.reaped)
      .sort((a, b) => a.pid - b.pid);
  }

  tasks(pid: number): TaskRow[] {
    return [...this.rows.tables.task.values()]
      .filter((t) => t.pid === pid)
      .sort((a, b) => a.tid - b.tid);
  }

  /** Whose stack a mapping is; undefined for the only stack of a process, and for those of nobody. */
  stackOwner(vma: VmaRow): TaskRow | undefined {
    const tasks = this.tasks(vma.pid);
    if (vma.kind === VmaKind.stack) return tasks.length > 1 ? tasks[0] : undefined;
    const size = 2 ** this.config.pageShift;
    return tasks.find((task) => {
      const stack = this.rows.row('stack', task.tid);
      const start = stack && Number(stack.start) / size;
      return start !== undefined && start > 0 && vma.start <= start && start < vma.end;
    });
  }

  cpus(): number {
    return Math.max(1, Number(this.word(Word.cpus)));
  }

  /** The processor that runs a thread, or ran it last; 0 when it never ran. */
  cpuOf(tid: number): number {
    for (const row of this.rows.tables.cpu.values()) if (tid && row.tid === tid) return row.cpu;
    return Math.max(0, (this.rows.row('task', tid)?.cpu ?? 0) - 1);
  }

  /** The process of a thread, 0 when there is none. */
  pidOf(tid: number): number {
    return this.rows.row('task', tid)?.pid ?? 0;
  }

  vmas(pid: number): readonly VmaRow[] {
    let list = this.vmaOrder.get(pid);
    if (!list) {
      list = [...this.rows.tables.vma.values()].filter((v) => v.pid === pid);
      list.sort((a, b) => a.start - b.start);
      this.vmaOrder.set(pid, list);
    }
    return list;
  }

  vmaAt(pid: number, vpn: number): VmaRow | undefined {
    return this.vmas(pid).find((v) => v.start <= vpn && vpn < v.end);
  }

  /** Bits of the page number below the index of `level`. */
  private below(level: number): number {
    const { levelBits } = this.config;
    let bits = 0;
    for (let l = 1; l < level; l++) bits += levelBits[l] ?? 0;
    return bits;
  }

  indexAt(level: number, vpn: number): number {
    const bits = this.config.levelBits[level] ?? 0;
    return Math.floor(vpn / 2 ** this.below(level)) % 2 ** bits;
  }

  /** The first page that the table of `level` over this page covers. */
  baseAt(level: number, vpn: number): number {
    return vpn - (vpn % 2 ** this.below(level + 1));
  }

  /** The walk from the root as far as tables exist; the last step's entry may be 0. */
  walk(pid: number, vpn: number): WalkStep[] {
    const steps: WalkStep[] = [];
    let table: number | undefined = this.rows.row('process', pid)?.root || undefined;
    for (let level = this.config.levels; level > 0 && table !== undefined; level--) {
      const index = this.indexAt(level, vpn);
      const entry: number = this.rows.row('pte', table, index)?.entry ?? 0;
      steps.push({ table, level, index, entry });
      table = tableOf(entry);
    }
    return steps;
  }

  /** The leaf entry of a page, 0 when there is none; of a huge page with the page's own frame. */
  entry(pid: number, vpn: number): number {
    const last = this.walk(pid, vpn).at(-1);
    if (last && hasFlag(last.entry, 'huge'))
      return partOf(last.entry, vpn % this.pagesIn(last.entry));
    return last?.level === 1 ? last.entry : 0;
  }

  /** Pages [from, to) of a process with their leaf entries; a missing table costs one look-up. */
  pages(pid: number, from: number, to: number): PageEntry[] {
    const span = 2 ** (this.config.levelBits[1] ?? 0);
    const list: PageEntry[] = [];
    for (let vpn = from; vpn < to;) {
      const end = Math.min(to, (Math.floor(vpn / span) + 1) * span);
      const last = this.walk(pid, vpn).at(-1);
      const huge = last && hasFlag(last.entry, 'huge') ? last.entry : undefined;
      for (; vpn < end; vpn++) {
        const row = last?.level === 1 ? this.rows.row('pte', last.table, vpn % span) : undefined;
        const part = huge === undefined ? undefined : partOf(huge, vpn % span);
        list.push({ vpn, entry: part ?? row?.entry ?? 0 });
      }
    }
    return list;
  }

  pagesOfVma(vma: VmaRow): PageEntry[] {
    return this.pages(vma.pid, vma.start, vma.end);
  }

  private refs(rows: Iterable<PteRow>, frame?: number): PageRef[] {
    const list: PageRef[] = [];
    for (const row of rows) {
      const table = this.rows.row('table', row.table);
      if (!table?.pid) continue;
      const first = table.base + row.index * 2 ** this.below(table.level);
      const part = frame === undefined ? 0 : frame - (frameOf(row.entry) ?? frame);
      list.push({ pid: table.pid, vpn: first + part });
    }
    return list.sort((a, b) => a.pid - b.pid || a.vpn - b.vpn);
  }

  /** The entries that map a frame, those of the kernel's own tables with them. */
  entriesOn(frame: number): Iterable<PteRow> {
    return mappers(this.byFrame, frame);
  }

  /** Who maps a frame: the reverse mapping. The kernel's own tables count for nobody. */
  mappersOf(frame: number): PageRef[] {
    return this.refs(mappers(this.byFrame, frame), frame);
  }

  sharersOfSlot(slot: number): PageRef[] {
    return this.refs(mappers(this.bySlot, slot));
  }

  /** The page table that lies in a frame. */
  tableIn(frame: number): TableRow | undefined {
    return this.tableFrames.get(frame);
  }

  /** The processes that a frame belongs to, each once: whose colours it shows. */
  ownersOf(frame: number): number[] {
    const table = this.tableIn(frame);
    if (table?.pid) return [table.pid];
    const held = this.byFrame.get(frame);
    if (!held) return [];
    if (!(held instanceof Set)) {
      const pid = this.rows.row('table', held.table)?.pid;
      return pid ? [pid] : [];
    }
    return [...new Set(this.mappersOf(frame).map((m) => m.pid))];
  }

  /** Valid entries only, in the order of their places; what is global outlives a flush. */
  tlb(cpu = 0): TlbRow[] {
    const epoch = this.rows.row('cpu', cpu)?.epoch ?? 0;
    return [...this.rows.tables.tlb.values()]
      .filter((t) => t.cpu === cpu && t.pte !== 0)
      .filter((t) => t.epoch === epoch || hasFlag(t.pte, 'global'))
      .sort((a, b) => a.entry - b.entry);
  }

  counter(pid: number, counter: number): number {
    return this.rows.row('counter', pid, counter)?.value ?? 0;
  }

  /** A word that the replacement policy keeps; `index` is the frame of a region with one word a frame. */
  policyWord(region: number, index = 0): number {
    return this.rows.tables.policy.get(keyOf(region, index))?.value ?? 0;
  }

  /** The page that an address means. The kernel's addresses repeat their highest bit. */
  pageOf(va: bigint): number {
    const { pageShift, vaBits } = this.config;
    return Number((va >> BigInt(pageShift)) & ((1n << BigInt(vaBits - pageShift)) - 1n));
  }

  /** The physical address of a virtual one, or undefined when the page is not present. */
  translate(pid: number, va: bigint): number | undefined {
    const size = 2 ** this.config.pageShift;
    const frame = frameOf(this.entry(pid, this.pageOf(va)));
    return frame === undefined ? undefined : frame * size + Number(va % BigInt(size));
  }
}

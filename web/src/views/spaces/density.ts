// SPDX-License-Identifier: MIT
// How many pages of a stretch of addresses are in memory, dirty, in swap: counted table by table, and only
// the tables that changed are counted again. For pictures in which a page is smaller than a pixel.
import { frameOf, hasFlag, type Machine } from '../../model/index.ts';
import { journalOf } from '../../lib/draw/journal.ts';
import type { Range } from './viewpoint.ts';

export interface Share {
  /** Of the pages in memory, the dirty ones apart. */
  clean: number;
  dirty: number;
  swapped: number;
}

interface Counted extends Share {
  readonly table: number;
  readonly base: number;
}

const WORST = 512;

export class Density {
  private known = new Map<number, Counted>();
  private stale = new Set<number>();
  private epoch = -1;
  private at = 0;
  private version = -1;
  private list: Counted[] = [];

  constructor(
    readonly machine: Machine,
    readonly pid: number,
  ) {}

  private get span(): number {
    return 2 ** (this.machine.config.levelBits[1] ?? 0);
  }

  /** The tables of the last level, and huge entries as if they were one, by address. */
  tables(): readonly Counted[] {
    const { machine } = this;
    if (this.version === machine.version) return this.list;
    this.version = machine.version;
    const journal = journalOf(machine);
    if (this.epoch !== journal.epoch) this.known.clear();
    else {
      for (; this.at < journal.pages.length; this.at += 2) {
        const pid = journal.pages[this.at];
        const vpn = journal.pages[this.at + 1] ?? 0;
        if (pid === this.pid || pid === 0) this.stale.add(vpn - (vpn % this.span));
      }
    }
    this.epoch = journal.epoch;
    this.at = journal.pages.length;
    this.list = [];
    for (const table of machine.rows.tables.table.values()) {
      // The kernel's tables belong to nobody and are everybody's.
      if (table.level !== 1 || (table.pid !== this.pid && table.pid !== 0)) continue;
      let counted = this.known.get(table.table);
      if (!counted || this.stale.has(table.base)) {
        counted = this.count(table.table, table.base);
        this.known.set(table.table, counted);
      }
      this.list.push(counted);
    }
    this.stale.clear();
    this.addHuge();
    this.list.sort((a, b) => a.base - b.base);
    return this.list;
  }

  private addHuge(): void {
    const { rows } = this.machine;
    const { span } = this;
    for (const table of rows.tables.table.values()) {
      if (table.level !== 2 || (table.pid !== this.pid && table.pid !== 0)) continue;
      for (let i = 0; i < Math.min(WORST, 2 ** (this.machine.config.levelBits[2] ?? 0)); i++) {
        const entry = rows.row('pte', table.table, i)?.entry ?? 0;
        if (!hasFlag(entry, 'huge') || frameOf(entry) === undefined) continue;
        const dirty = hasFlag(entry, 'dirty') ? span : 0;
        const base = table.base + i * span;
        this.list.push({ table: table.table, base, clean: span - dirty, dirty, swapped: 0 });
      }
    }
  }

  private count(table: number, base: number): Counted {
    const counted = { table, base, clean: 0, dirty: 0, swapped: 0 };
    for (let i = 0; i < this.span; i++) add(counted, this.entryAt(table, i));
    return counted;
  }

  private entryAt(table: number, index: number): number {
    return this.machine.rows.row('pte', table, index)?.entry ?? 0;
  }

  /** The range cut into `rows` equal pieces, lowest addresses first: pages of each kind. */
  slices({ from, span }: Range, rows: number): Share[] {
    const list: Share[] = Array.from({ length: rows }, () => ({ clean: 0, dirty: 0, swapped: 0 }));
    const each = span / rows;
    for (const counted of this.tables()) {
      if (counted.base + this.span <= from || counted.base >= from + span) continue;
      const huge = counted.clean + counted.dirty === this.span;
      if (each >= this.span || huge) {
        const first = Math.floor((counted.base - from) / each);
        const last = Math.max(first, Math.ceil((counted.base + this.span - from) / each) - 1);
        for (let row = first; row <= last; row++) {
          const slice = list[row];
          if (!slice) continue;
          slice.clean += counted.clean / (last - first + 1);
          slice.dirty += counted.dirty / (last - first + 1);
          slice.swapped += counted.swapped / (last - first + 1);
        }
        continue;
      }
      if (counted.clean + counted.dirty + counted.swapped === 0) continue;
      for (let i = 0; i < this.span; i++) {
        const slice = list[Math.floor((counted.base + i - from) / each)];
        if (slice) add(slice, this.entryAt(counted.table, i));
      }
    }
    return list;
  }
}

function add(share: Share, entry: number): void {
  if (frameOf(entry) !== undefined) {
    if (hasFlag(entry, 'dirty')) share.dirty++;
    else share.clean++;
  } else if (hasFlag(entry, 'swapped')) share.swapped++;
}

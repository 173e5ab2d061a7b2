// SPDX-License-Identifier: MIT
// Which frames and pages look different since a reader last asked, so that a picture of 100,000 pages
// repaints the few that changed. One journal a machine; readers keep their own place in it.
import { frameOf, type Machine } from '../../model/index.ts';
import type { ChangeName, FrameRow, PteRow, Rows, TableRow } from '../../wire/generated.ts';

/** Above this many notes a repaint of everything is cheaper. */
const LIMIT = 16384;

class Journal {
  /** Changes when all is new: readers start afresh. */
  epoch = 0;
  readonly frames: number[] = [];
  /** Pages as pairs: process, page number. */
  readonly pages: number[] = [];

  constructor(private readonly machine: Machine) {
    machine.rows.observe(this);
  }

  cleared(): void {
    this.epoch++;
    this.frames.length = 0;
    this.pages.length = 0;
  }

  changed<K extends ChangeName>(
    kind: K,
    before: Rows[K] | undefined,
    after: Rows[K] | undefined,
  ): void {
    if (kind === 'pte') this.entry(before as PteRow | undefined, after as PteRow | undefined);
    else if (kind === 'frame') {
      this.frame(((before ?? after) as FrameRow | undefined)?.frame);
    } else if (kind === 'table') {
      // The frame of a table has its process's colour.
      for (const row of [before, after] as (TableRow | undefined)[]) {
        if (row?.frame) this.frame(row.frame - 1);
      }
    } else if (kind === 'vma' || kind === 'machine') this.epoch++;
    if (this.frames.length > LIMIT || this.pages.length > LIMIT) this.cleared();
  }

  private entry(before: PteRow | undefined, after: PteRow | undefined): void {
    const row = before ?? after;
    const table = row && this.machine.rows.row('table', row.table);
    if (row && table) this.pages.push(table.pid, table.base + row.index);
    else this.epoch++;
    this.frame(before && frameOf(before.entry));
    if (after?.entry !== before?.entry) this.frame(after && frameOf(after.entry));
  }

  private frame(frame: number | undefined): void {
    if (frame === undefined) return;
    this.frames.push(frame);
    for (const page of this.machine.mappersOf(frame)) this.pages.push(page.pid, page.vpn);
  }
}

const journals = new WeakMap<Machine, Journal>();

export function journalOf(machine: Machine): Journal {
  let journal = journals.get(machine);
  if (!journal) {
    journal = new Journal(machine);
    journals.set(machine, journal);
  }
  return journal;
}

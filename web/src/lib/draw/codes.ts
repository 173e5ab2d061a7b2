// SPDX-License-Identifier: MIT
// Cells as small numbers: one number for all cells that look the same. A list of codes is what a canvas
// compares with what it has drawn. Lists keep themselves current from the journal.
import type { Machine } from '../../model/index.ts';
import { cellKey, type Cell, type CellKind } from './cell.ts';
import { journalOf } from './journal.ts';
import { frameCell, pageCell } from './state-cell.ts';

const cells: Cell[] = [];
const numbers = new Map<string, number>();
/** By kind, for cells of at most one owner, which are nearly all: no key has to be written for them. */
const simple = new Map<CellKind, (number | undefined)[]>();
const OWNERS = 'ABCDEX';

export function codeOf(cell: Cell): number {
  const [owner] = cell.owners;
  if (cell.owners.length > 1) return codeByKey(cell);
  let known = simple.get(cell.kind);
  if (!known) simple.set(cell.kind, (known = []));
  const marks = (cell.dirty ? 1 : 0) + (cell.referenced ? 2 : 0);
  const at = marks + 4 * (owner === undefined ? 0 : OWNERS.indexOf(owner) + 1);
  return (known[at] ??= codeByKey(cell));
}

function codeByKey(cell: Cell): number {
  const key = cellKey(cell);
  let code = numbers.get(key);
  if (code === undefined) {
    code = cells.push(cell) - 1;
    numbers.set(key, code);
  }
  return code;
}

/** Codes in use so far: 0 … codeCount() - 1. */
export const codeCount = (): number => cells.length;

export const cellOf = (code: number): Cell => cells[code] as Cell;

/** How a frame is to look: one function for each way to colour them. */
export type Look = (machine: Machine, frame: number) => Cell;

/** The codes of all frames of a machine. */
export class FrameCodes {
  codes = new Uint16Array(0);
  /** How many frames have each code. */
  counts: number[] = [];
  private epoch = -1;
  private at = 0;

  constructor(
    private readonly machine: Machine,
    private readonly look: Look = frameCell,
  ) {}

  update(): Uint16Array {
    const { machine } = this;
    const journal = journalOf(machine);
    const count = machine.config.frames;
    if (this.epoch !== journal.epoch || this.codes.length !== count) {
      const free = codeOf(this.look(machine, -1));
      this.codes = new Uint16Array(count).fill(free);
      this.counts = [];
      this.counts[free] = count;
      for (const row of machine.rows.tables.frame.values()) {
        this.see(row.frame);
      }
    } else {
      for (; this.at < journal.frames.length; this.at++) {
        this.see(journal.frames[this.at] ?? 0);
      }
    }
    this.epoch = journal.epoch;
    this.at = journal.frames.length;
    return this.codes;
  }

  private see(frame: number): void {
    const old = this.codes[frame];
    if (old === undefined) return;
    const code = codeOf(this.look(this.machine, frame));
    this.codes[frame] = code;
    this.counts[old] = (this.counts[old] ?? 0) - 1;
    this.counts[code] = (this.counts[code] ?? 0) + 1;
  }
}

/** The codes of the pages [start, end) of a process. */
export class PageCodes {
  codes = new Uint16Array(0);
  private epoch = -1;
  private at = 0;

  constructor(
    private readonly machine: Machine,
    readonly pid: number,
    readonly start: number,
    readonly end: number,
  ) {}

  update(): Uint16Array {
    const { machine, pid, start, end } = this;
    const journal = journalOf(machine);
    if (this.epoch !== journal.epoch) {
      const pages = machine.pages(pid, start, end);
      this.codes = new Uint16Array(pages.length);
      pages.forEach((page, i) => (this.codes[i] = codeOf(pageCell(machine, pid, page.entry))));
    } else {
      for (; this.at < journal.pages.length; this.at += 2) {
        const vpn = journal.pages[this.at + 1] ?? -1;
        if (journal.pages[this.at] !== pid || vpn < start || vpn >= end) continue;
        this.codes[vpn - start] = codeOf(pageCell(machine, pid, machine.entry(pid, vpn)));
      }
    }
    this.epoch = journal.epoch;
    this.at = journal.pages.length;
    return this.codes;
  }
}

// SPDX-License-Identifier: MIT
// What things are called: names of the scenario, letters of processes, addresses in hex.
import type { Machine } from './machine.ts';

/** A, B, … Z, AA, … in order of creation: a process keeps its letter. */
function letterOf(pid: number): string {
  let rest = pid;
  let letters = '';
  while (rest > 0) {
    letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters;
    rest = Math.floor((rest - 1) / 26);
  }
  return letters || '–';
}

/** Owners that have a colour of their own; later ones share a grey and keep their letter. */
const OWNER_COLOURS = 5;
/** 0 … 4, or -1 for grey: the index into the tokens A … E. */
const colourOf = (pid: number): number => (pid >= 1 && pid <= OWNER_COLOURS ? pid - 1 : -1);
/** The token letter for CSS classes: 'A' … 'E', or 'X' for grey. */
export const ownerToken = (pid: number): string => (colourOf(pid) < 0 ? 'X' : letterOf(pid));

export const hex = (value: number | bigint, digits = 1): string =>
  `0x${value.toString(16).padStart(digits, '0')}`;

/** The largest unit in which a value is at least one, and the value in it: 1536 of 1024 each → 1.5, "KiB". */
function inUnits(value: number, step: number, units: readonly string[]): [number, string] {
  let size = 1;
  let unit = 0;
  while (Math.abs(value / size) >= step && unit < units.length - 1) {
    size *= step;
    unit++;
  }
  return [value / size, units[unit] ?? ''];
}

/** 4096 → "4 KiB". */
export function bytesText(bytes: number): string {
  const [value, unit] = inUnits(bytes, 1024, ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']);
  const digits = Math.abs(value) < 10 && !Number.isInteger(value) ? 1 : 0;
  return `${value.toFixed(digits)} ${unit}`;
}

export const inTimeUnits = (nanoseconds: number): [number, string] =>
  inUnits(nanoseconds, 1000, ['ns', 'µs', 'ms', 's']);

/** 104500000 → "104.5 µs": so many digits that a clock does not jump. */
export function timeText(picoseconds: number): string {
  const [value, unit] = inTimeUnits(picoseconds / 1000);
  const digits = Number.isInteger(value) || value >= 1000 ? 0 : value >= 100 ? 1 : 2;
  return `${value.toFixed(digits)} ${unit}`;
}

/** 1234567 → "1,234,567". */
export const countText = (n: number): string => n.toString().replace(/\B(?=(\d{3})+$)/g, ',');

/** Letters that a process moves on when its own is somebody's name: past those of small scenarios. */
const COLLIDES = 10;

export class Names {
  /** names[i] is the name with id i+1. */
  constructor(
    readonly list: readonly string[],
    private readonly machine: Machine,
  ) {}

  name(id: number): string {
    return this.list[id - 1] ?? '';
  }
  /** A process on a badge: what the scenario calls it, when that is short; else a letter nobody has. */
  letter(pid: number): string {
    const name = this.short(pid);
    if (name !== '') return name;
    const taken = new Set<string>();
    for (const other of this.machine.rows.tables.process.keys())
      taken.add(this.short(Number(other)));
    taken.delete('');
    // Its own letter by order of creation; behind all others when a name has that already.
    let letter = letterOf(pid);
    for (let at = pid; taken.has(letter); letter = letterOf(at)) at += COLLIDES;
    return letter;
  }
  private short(pid: number): string {
    const name = this.name(this.machine.rows.row('process', pid)?.label ?? 0);
    return name.length <= 3 ? name : '';
  }
  process(pid: number): string {
    return this.name(this.machine.rows.row('process', pid)?.label ?? 0) || this.letter(pid);
  }
  /** Who runs, in short: the process, and which of its threads when it has several. */
  runner(pid: number, tid: number): string {
    const several = tid > 0 && this.machine.tasks(pid).length > 1;
    return several ? `${this.letter(pid)} ${this.thread(tid)}` : this.letter(pid);
  }
  /** T0, T1, … or what the scenario calls it. */
  thread(tid: number): string {
    const task = this.machine.rows.row('task', tid);
    return this.name(task?.label ?? 0) || `T${task?.number ?? 0}`;
  }
  object(id: number): string {
    return this.name(this.machine.rows.row('object', id)?.name ?? 0);
  }
  /** Frames as 0x4d, with as many digits as the highest needs. */
  frame(frame: number): string {
    const highest = Math.max(0, this.machine.config.frames - 1);
    return hex(frame, highest.toString(16).length);
  }
}

// SPDX-License-Identifier: MIT
// What the machine and each process have counted, what each count costs, and how long an access to each kind
// of memory takes. Sums of the engine's own rows. Pure.
import { timeText, type Machine, type Scene } from '../../model/index.ts';
import { Cost, costs, Counter, MachineWord, media, Medium, types } from '../../wire/generated.ts';
import { words } from '../../text/counts.ts';

/** The row of the whole machine among the counters. */
const WHOLE = 0;

export interface CountLine {
  readonly counter: number;
  readonly name: string;
  readonly all: number;
  /** By process, in the order asked for. */
  readonly each: readonly number[];
  /** This operation has changed it. */
  readonly now: boolean;
}

const order = Object.values(Counter);

/** Counts that are not 0, in the engine's order. */
export function countsOf(scene: Scene, pids: readonly number[]): CountLine[] {
  const { machine, step, micro } = scene;
  const changed = new Set<number>();
  for (const { changes } of (step?.micros ?? []).slice(0, micro))
    for (const change of changes) if (change.event === 'counter') changed.add(change.now.counter);
  return order
    .map((counter) => ({
      counter,
      name: types.counter.words[counter] ?? '',
      all: machine.counter(WHOLE, counter),
      each: pids.map((pid) => machine.counter(pid, counter)),
      now: changed.has(counter),
    }))
    .filter((line) => line.all !== 0 || line.each.some((n) => n !== 0));
}

export interface CostLine {
  readonly cost: number;
  readonly name: string;
  readonly each: string;
  readonly times: number;
  readonly together: string;
  /** Of the whole time, 0 to 1. */
  readonly share: number;
}

const priceOf = (machine: Machine, cost: number) =>
  machine.rows.row('cost', cost)?.picoseconds ?? 0;

/** What was paid for, the dearest first; and the clock, which is their sum. */
export function costsOf(machine: Machine): { lines: CostLine[]; clock: number } {
  const paid = costs
    .map(({ counter }, cost) => {
      const [price, times] = [priceOf(machine, cost), machine.counter(WHOLE, counter)];
      return { cost, price, times, spent: price * times };
    })
    .filter(({ spent }) => spent > 0);
  const clock = paid.reduce((sum, { spent }) => sum + spent, 0);
  const lines = paid
    .sort((a, b) => b.spent - a.spent || a.cost - b.cost)
    .map(({ cost, price, times, spent }) => ({
      cost,
      name: types.cost.words[cost] ?? '',
      each: timeText(price),
      times,
      together: timeText(spent),
      share: spent / clock,
    }));
  return { lines, clock };
}

export interface MediumLine {
  readonly name: string;
  readonly time: string;
  /** Powers of ten above a tenth of a nanosecond. */
  readonly magnitude: number;
  readonly uses: readonly string[];
  readonly source: string;
}

const LEAST = 100;

/** From the fastest to the slowest, with what this machine keeps there. */
export function mediaOf(machine: Machine): MediumLine[] {
  const swap = Number(machine.word(MachineWord.swap_on));
  const files = Number(machine.word(MachineWord.files_on));
  const { use } = words;
  return media
    .map(({ words: name, picoseconds, source }, medium) => {
      // A scenario may give its own prices: those of the machine count, where it has one.
      const own =
        medium === Medium.sram
          ? priceOf(machine, Cost.data)
          : medium === Medium.dram
            ? priceOf(machine, Cost.walk_read)
            : medium === swap
              ? priceOf(machine, Cost.swap_in)
              : medium === files
                ? priceOf(machine, Cost.file_read)
                : 0;
      const time = own || picoseconds;
      return {
        name,
        time,
        source,
        uses: [
          ...(medium === Medium.sram ? [use.data] : []),
          ...(medium === Medium.dram ? [use.tables] : []),
          ...(medium === swap ? [use.swap] : []),
          ...(medium === files ? [use.files] : []),
        ],
      };
    })
    .sort((a, b) => a.time - b.time)
    .map(({ time, ...rest }) => ({
      ...rest,
      time: timeText(time),
      magnitude: Math.max(0, Math.log10(time / LEAST)),
    }));
}

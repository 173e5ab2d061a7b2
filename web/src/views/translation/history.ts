// SPDX-License-Identifier: MIT
// The reference string as in a textbook: a column a reference, what lay in the frames after it, whether it
// was a fault. Read backwards off the changes from the present state. Pure.
import { frameOf, type Machine, type Scene, type Step } from '../../model/index.ts';
import type { PteRow } from '../../wire/generated.ts';

export interface HistoryColumn {
  /** The operation. */
  readonly number: number;
  readonly page: number;
  readonly write: boolean;
  readonly fault: boolean;
  readonly state: 'done' | 'now' | 'next';
  /** The page in each frame after the reference; undefined: none. Empty when it is still to come. */
  readonly frames: readonly (number | undefined)[];
  /** The frame that got another page by this reference. */
  readonly changed: number | undefined;
}

interface Reference {
  readonly page: number;
  readonly write: boolean;
}

function referenceOf(step: Step | undefined, shift: number): Reference | undefined {
  for (const { happening } of step?.micros ?? []) {
    if (happening?.event !== 'access') continue;
    const page = Number(happening.fields.va >> BigInt(shift));
    return { page, write: happening.fields.access === 2 };
  }
  return undefined;
}

const pageOf = (machine: Machine, row: PteRow): number =>
  (machine.rows.row('table', row.table)?.base ?? 0) + row.index;

/** `before`: at most so many columns up to the present one; `after`: so many that are to come. */
export function historyOf(scene: Scene, before: number, after: number): HistoryColumn[] {
  const { machine, window, step, micro } = scene;
  if (!step) return [];
  const { frames, pageShift } = machine.config;
  const content: (number | undefined)[] = [];
  for (let f = 0; f < frames; f++) content.push(machine.mappersOf(f)[0]?.vpn);
  const columns: HistoryColumn[] = [];
  for (let number = step.number; number >= window.from && columns.length < before; number--) {
    const held = number === step.number ? step : window.step(number);
    if (!held) break;
    const done = number === step.number ? held.micros.slice(0, micro) : held.micros;
    const reference = referenceOf(held, pageShift);
    const after_it = [...content];
    let changed: number | undefined;
    for (const { changes } of [...done].reverse()) {
      for (const change of [...changes].reverse()) {
        if (change.event !== 'pte') continue;
        const [old, now] = [frameOf(change.old.entry), frameOf(change.now.entry)];
        if (old === now) continue;
        if (now !== undefined) {
          content[now] = undefined;
          changed ??= now;
        }
        if (old !== undefined) content[old] = pageOf(machine, change.now);
      }
    }
    if (!reference) continue;
    columns.unshift({
      ...reference,
      number,
      fault: done.some((m) => m.happening?.event === 'fault'),
      state: number === step.number ? 'now' : 'done',
      frames: after_it,
      changed,
    });
  }
  for (let number = step.number + 1; number <= window.to && after > 0; number++) {
    const reference = referenceOf(window.step(number), pageShift);
    if (!reference) continue;
    after--;
    columns.push({
      ...reference,
      number,
      fault: false,
      state: 'next',
      frames: [],
      changed: undefined,
    });
  }
  return columns;
}

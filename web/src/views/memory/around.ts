// SPDX-License-Identifier: MIT
// Who maps a frame before and after the operation in progress, read off the operation's changes. Pure:
// nothing is simulated, changes are only looked at.
import { optional, type Scene } from '../../model/index.ts';
import type { PteRow } from '../../wire/generated.ts';

export interface Around {
  readonly frame: number;
  /** Processes, each once, in order. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** Entries that map it. */
  readonly countBefore: number;
  readonly countAfter: number;
}

const count = (map: Map<number, number>, pid: number, by: number) =>
  map.set(pid, (map.get(pid) ?? 0) + by);

const listed = (map: Map<number, number>): number[] =>
  [...map]
    .filter(([, n]) => n > 0)
    .map(([pid]) => pid)
    .sort((a, b) => a - b);

const sum = (map: Map<number, number>): number =>
  [...map.values()].reduce((total, n) => total + Math.max(0, n), 0);

export function aroundOf(scene: Scene, frame: number): Around {
  const { machine, step, micro } = scene;
  const before = new Map<number, number>();
  const after = new Map<number, number>();
  for (const { pid } of machine.mappersOf(frame)) {
    count(before, pid, 1);
    count(after, pid, 1);
  }
  const pidOf = (row: PteRow) => machine.rows.row('table', row.table)?.pid ?? tableMade(row.table);
  const tableMade = (table: number): number => {
    for (const { changes } of step?.micros ?? []) {
      for (const c of changes) {
        if (c.event === 'table' && c.now.table === table) return c.now.pid || c.old.pid;
      }
    }
    return 0;
  };
  step?.micros.forEach(({ changes }, i) => {
    for (const change of changes) {
      if (change.event !== 'pte') continue;
      const [was, is] = [change.old, change.now].map((row) => machine.mapsFrame(row.entry, frame));
      if (was === is) continue;
      const pid = pidOf(change.now);
      if (i < micro) count(before, pid, was ? 1 : -1);
      else count(after, pid, is ? 1 : -1);
    }
  });
  return {
    frame,
    before: listed(before),
    after: listed(after),
    countBefore: sum(before),
    countAfter: sum(after),
  };
}

/** The frame of the page table that the walk reads in this micro-step. */
export function tableRead({ now, machine }: Scene): number | undefined {
  const happening = now?.happening;
  if (happening?.event !== 'walk_level') return undefined;
  return optional(machine.rows.row('table', happening.fields.table)?.frame ?? 0);
}

/** The frames that carry the ring: those that the step touches, or the one that its access reaches. */
export function framesNow(scene: Scene): readonly number[] {
  const { touched, now, machine } = scene;
  if (touched.frames.length > 0) return touched.frames.slice(0, 2);
  const happening = now?.happening;
  if (happening?.event !== 'access_done') return [];
  const frame = Math.floor(happening.fields.pa / 2 ** machine.config.pageShift);
  return frame < machine.config.frames ? [frame] : [];
}

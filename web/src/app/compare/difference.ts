// SPDX-License-Identifier: MIT
// Where two runs of the same operations first part: an operation in which one faults and the other does not,
// or in which other pages leave. Pure but for the questions it asks.
import type { Step } from '../../model/index.ts';

/** What an operation came to, as far as two policies can differ in it. */
export interface Outcome {
  readonly faults: number;
  /** Pages that left, in order. */
  readonly left: readonly { readonly pid: number; readonly vpn: number }[];
}

export function outcomeOf(step: Step | undefined): Outcome {
  let faults = 0;
  const left: { pid: number; vpn: number }[] = [];
  for (const { happening } of step?.micros ?? []) {
    if (happening?.event === 'fault') faults++;
    if (happening?.event === 'evict') {
      left.push({ pid: happening.fields.pid, vpn: happening.fields.vpn });
    }
  }
  return { faults, left };
}

export function sameOutcome(a: Outcome, b: Outcome): boolean {
  return (
    a.faults === b.faults &&
    a.left.length === b.left.length &&
    a.left.every((page, i) => page.pid === b.left[i]?.pid && page.vpn === b.left[i]?.vpn)
  );
}

export interface Asker {
  /** The next operation after `op` in which something happens. */
  after(op: number): Promise<number | undefined>;
  /** Operations (from, to], or as many of the first as come at once. */
  peek(from: number, to: number): Promise<readonly Step[]>;
}

/** Operations read at a time: quiet stretches are skipped, busy ones cost two answers for so many. */
const CHUNK = 512;

/** The first operation after `from` in which they differ; undefined when there is none. */
export async function firstDifference(
  left: Asker,
  right: Asker,
  from: number,
  onprogress: (op: number) => void,
  signal: AbortSignal,
): Promise<number | undefined> {
  let op = from;
  while (!signal.aborted) {
    const [a, b] = await Promise.all([left.after(op), right.after(op)]);
    // Nothing more happens in one: what happens in the other may still be no fault.
    const next = Math.min(a ?? Infinity, b ?? Infinity);
    if (next === Infinity) return undefined;
    const range = [next - 1, next - 1 + CHUNK] as const;
    const [one, other] = await Promise.all([left.peek(...range), right.peek(...range)]);
    const held = Math.min(one.length, other.length);
    for (let i = 0; i < held; i++) {
      if (!sameOutcome(outcomeOf(one[i]), outcomeOf(other[i]))) return next + i;
    }
    // An operation too large to be sent says nothing here.
    op = next - 1 + Math.max(1, held);
    onprogress(op);
  }
  return undefined;
}

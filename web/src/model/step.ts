// SPDX-License-Identifier: MIT
// An operation as micro-steps: one happening and the changes after it. Changes before the first
// happening belong to the first micro-step, so that every change belongs to exactly one.
import type { StepBytes } from '../wire/decode.ts';
import { forEachEvent } from '../wire/decode.ts';
import type { Change, Happening } from '../wire/generated.ts';

export interface Micro {
  /** Undefined only in an operation that tells of no happening at all. */
  readonly happening: Happening | undefined;
  readonly changes: readonly Change[];
}

export interface Step {
  /** 1-based: after it, this many operations are complete. */
  readonly number: number;
  readonly kind: number;
  readonly line: number;
  readonly tid: number;
  readonly micros: readonly Micro[];
  /** Too many changes to send: crossing it needs a new description. */
  readonly bulk: boolean;
}

export function readStep(number: number, step: StepBytes): Step {
  const micros: { happening: Happening | undefined; changes: Change[] }[] = [];
  const early: Change[] = [];
  forEachEvent(step.events, (event) => {
    if (!event.change) {
      micros.push({ happening: event, changes: micros.length === 0 ? early : [] });
    } else {
      (micros.at(-1)?.changes ?? early).push(event);
    }
  });
  if (micros.length === 0) micros.push({ happening: undefined, changes: early });
  const bulk = micros.some((m) => m.happening?.event === 'bulk');
  return { number, kind: step.kind, line: step.line, tid: step.tid, micros, bulk };
}

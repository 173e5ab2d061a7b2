// SPDX-License-Identifier: MIT
// The steps that the browser holds: a run of consecutive operations, still encoded, bounded in bytes.
import type { StepBytes } from '../wire/decode.ts';
import { readStep, type Step } from './step.ts';

const DECODED_MAX = 64;
/** What a step costs beside its events. */
const OVERHEAD = 64;

export class StepWindow {
  private first = 1;
  private steps: StepBytes[] = [];
  private decoded = new Map<number, Step>();
  bytes = 0;

  constructor(readonly limit = 4 * 1024 * 1024) {}

  /** The lowest and highest operation held; to < from when there is none. */
  get from(): number {
    return this.first;
  }
  get to(): number {
    return this.first + this.steps.length - 1;
  }
  has(number: number): boolean {
    return number >= this.from && number <= this.to;
  }

  clear(): void {
    this.steps = [];
    this.decoded.clear();
    this.bytes = 0;
  }

  /** Joins steps that begin with operation `from`; those that do not touch what is held replace it. */
  add(from: number, steps: readonly StepBytes[], around: number): void {
    if (steps.length === 0) return;
    const end = from + steps.length - 1;
    if (this.steps.length === 0 || from > this.to + 1 || end < this.from - 1) {
      this.clear();
      this.first = from;
      this.steps = [...steps];
    } else {
      const before = steps.slice(0, Math.max(0, this.first - from));
      const after = steps.slice(Math.max(0, this.to + 1 - from));
      this.steps = [...before, ...this.steps, ...after];
      this.first -= before.length;
    }
    this.bytes = this.steps.reduce((sum, s) => sum + cost(s), 0);
    this.trim(around);
  }

  /** What came after `last` operations no longer holds: the run has branched. */
  dropAfter(last: number): void {
    this.steps.length = Math.max(0, Math.min(this.steps.length, last - this.first + 1));
    for (const n of this.decoded.keys()) if (n > last) this.decoded.delete(n);
    this.bytes = this.steps.reduce((sum, s) => sum + cost(s), 0);
  }

  step(number: number): Step | undefined {
    const known = this.decoded.get(number);
    if (known) return known;
    const bytes = this.steps[number - this.first];
    if (!bytes) return undefined;
    const step = readStep(number, bytes);
    if (this.decoded.size >= DECODED_MAX) {
      const [oldest] = this.decoded.keys();
      this.decoded.delete(oldest as number);
    }
    this.decoded.set(number, step);
    return step;
  }

  /** Lets go of the end that is farther from `around` until the limit holds. */
  private trim(around: number): void {
    let drop = 0;
    let keep = this.steps.length;
    while (this.bytes > this.limit && keep - drop > 1) {
      const low = around - (this.first + drop);
      const high = this.first + keep - 1 - around;
      const gone = low >= high ? this.steps[drop++] : this.steps[--keep];
      this.bytes -= cost(gone as StepBytes);
    }
    if (drop > 0 || keep < this.steps.length) this.steps = this.steps.slice(drop, keep);
    this.first += drop;
  }
}

const cost = (step: StepBytes): number => step.events.length + OVERHEAD;

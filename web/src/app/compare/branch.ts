// SPDX-License-Identifier: MIT
// A run and the same with one more operation at a step. The line goes into the text, so that what follows
// still runs; where the text has no place for it (in the middle of a block) it is appended at the step,
// and what follows is dropped.
import type { Step } from '../../model/index.ts';

/** The text with the line before the one that runs next; undefined: there is no such place. */
export function inserted(
  text: string,
  line: string,
  last: Step | undefined,
  next: Step | undefined,
): string | undefined {
  const lines = text.replace(/\n$/, '').split('\n');
  if (!next) return [...lines, line, ''].join('\n');
  if (next.line < 1 || next.line <= (last?.line ?? 0)) return undefined;
  lines.splice(next.line - 1, 0, line);
  return [...lines, ''].join('\n');
}

/** How many operations the new line came to: those in front that are of it. */
export function addedBy(steps: readonly Step[], line: number): number {
  const other = steps.findIndex((step) => step.line !== line);
  return other < 0 ? steps.length : other;
}

/** Operation n of the run as it is, in the one with `added` more from `at` on. */
export const beside = (n: number, at: number, added: number): number => (n < at ? n : n + added);
/** And back: those that were added belong to `at`. */
export const back = (n: number, at: number, added: number): number =>
  n < at ? n : Math.max(at, n - added);

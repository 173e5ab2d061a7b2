// SPDX-License-Identifier: MIT
// Which steps a printed strip shows. Pure.
import { at, comparePositions, readPosition, type Position } from '../../model/index.ts';

export interface Range {
  readonly from: Position;
  readonly to: Position;
  readonly unit: 'operation' | 'micro';
}

/** Without words for it: from the first operation to the end; of one operation each micro-step, of more each
 *  operation. Undefined: no such steps. */
export function rangeOf(
  { from, to, each }: Readonly<{ from: string; to: string; each: string }>,
  length: number,
): Range | undefined {
  const first = from ? readPosition(from) : at(Math.min(1, length));
  const last = to ? readPosition(to) : at(length);
  if (!first || !last || comparePositions(first, last) > 0 || first.op > length) return undefined;
  const one = last.op - (first.micro > 0 ? first.op - 1 : first.op) <= 1;
  const unit = each === 'micro' || each === 'operation' ? each : one ? 'micro' : 'operation';
  return { from: first, to: last, unit };
}

/** The address of the strip of a stored scenario. */
export function printLink(
  id: string,
  set: Readonly<Record<string, string>>,
  { from, to, unit }: Readonly<{ from: string; to: string; unit: string }>,
): string {
  const query = new URLSearchParams({ ...set, print: '', from, to, each: unit });
  return `/s/${encodeURIComponent(id)}?${query}`;
}

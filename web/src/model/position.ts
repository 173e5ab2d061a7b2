// SPDX-License-Identifier: MIT
// A place in the run. micro 0: operation `op` is complete (0: the start); else that many of its
// micro-steps have happened. On the wire "148" or "148.7", which is no decimal number.
export interface Position {
  readonly op: number;
  readonly micro: number;
}

export const at = (op: number, micro = 0): Position => ({ op, micro });

export const writePosition = ({ op, micro }: Position): string =>
  micro ? `${op}.${micro}` : `${op}`;

export function readPosition(text: string): Position | undefined {
  const match = /^(\d{1,15})(?:\.(\d{1,9}))?$/.exec(text);
  return match ? at(Number(match[1]), Number(match[2] ?? 0)) : undefined;
}

/** Negative when a is before b. */
export function comparePositions(a: Position, b: Position): number {
  const done = (p: Position) => (p.micro ? p.op - 1 : p.op);
  return done(a) - done(b) || a.micro - b.micro;
}

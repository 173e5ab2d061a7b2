// SPDX-License-Identifier: MIT
// The two lines of a data race, as the scenario writes them. Pure.
import type { Scene } from '../../model/index.ts';

export interface RaceLine {
  readonly pid: number;
  readonly tid: number;
  readonly line: number;
  readonly text: string;
}

/** Earlier access first; nothing when this moment tells of no race. */
export function raceLines({ now, machine }: Scene, text: string): RaceLine[] {
  const happening = now?.happening;
  if (happening?.event !== 'race') return [];
  const { fields } = happening;
  const source = text.split('\n');
  return (
    [
      [fields.other, fields.other_line],
      [fields.tid, fields.line],
    ] as const
  ).map(([tid, line]) => ({
    pid: machine.pidOf(tid),
    tid,
    line,
    text: source[line - 1]?.trim() ?? '',
  }));
}

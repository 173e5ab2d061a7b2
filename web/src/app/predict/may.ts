// SPDX-License-Identifier: MIT
// Which things of the picture a question can be answered with, as far as anybody can see: a free frame, a
// page that is in memory … The mark that they bear says no more than that. Pure.
import { frameOf, type Machine, type Thing } from '../../model/index.ts';
import { FrameKind } from '../../wire/generated.ts';
import type { Question } from './question.ts';

/** What the kernel never takes away from a process, for it is nobody's page. */
const kept: readonly number[] = [
  FrameKind.free,
  FrameKind.kernel,
  FrameKind.table,
  FrameKind.zero,
  FrameKind.buffer,
];

function some(machine: Machine, fits: (frame: number) => boolean): boolean {
  for (let frame = 0; frame < machine.config.frames; frame++) if (fits(frame)) return true;
  return false;
}

export function mayAnswer(
  { kind, answer }: Pick<Question, 'kind' | 'answer'>,
  machine: Machine,
): (thing: Thing) => boolean {
  const kindOf = (frame: number) => machine.rows.row('frame', frame)?.kind ?? FrameKind.free;
  const free = (frame: number) => kindOf(frame) === FrameKind.free;
  const taken = (frame: number) => !kept.includes(kindOf(frame));
  // An author's own question may be about any of them.
  const frames =
    kind === 'victim' ? taken : kind === 'frame' && some(machine, free) ? free : () => true;
  return (thing) => {
    if (thing.kind !== answer) return false;
    switch (thing.kind) {
      case 'frame':
        return frames(thing.frame);
      case 'slot':
        return kind !== 'slot' || machine.rows.row('slot', thing.slot) === undefined;
      case 'page':
        return (
          kind !== 'leaves' || taken(frameOf(machine.entry(thing.pid, thing.vpn)) ?? Number.NaN)
        );
      default:
        return true;
    }
  };
}

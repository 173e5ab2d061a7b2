// SPDX-License-Identifier: MIT
// Which lanes a timeline has: one a processor, and only what the machine can do. Pure.
import type { Machine } from '../../model/index.ts';
import { words } from '../../text/timeline.ts';
import type { Lanes } from '../../wire/messages.ts';
import { isOlder } from '../../model/kinds.ts';

export type EventLane = 'minor' | 'major' | 'cow' | 'evict' | 'disk' | 'signal';
/** One row of the timeline: its label and what is drawn in it. */
export interface LaneRow {
  readonly label: string;
  /** The processor whose threads it shows; -1: all of them. */
  readonly cpu?: number;
  readonly lanes: readonly EventLane[];
}
export type Room = 'full' | 'compact' | 'phone';

/** Rows below this are no longer told apart. */
const ROW_REM = 0.75;
const AXIS_REM = 0.9375;
const BASE_REM = { full: 6.625, compact: 4.125, phone: 2.125 } as const;

function runners(machine: Machine, lanes: Lanes | undefined, one: boolean): LaneRow[] {
  const cpus = machine.cpus();
  if (cpus <= 1) return [{ label: words.cpu(0), cpu: -1, lanes: [] }];
  if (one || !lanes || lanes.cpus.length === 0) return [{ label: words.cpus, cpu: -1, lanes: [] }];
  return lanes.cpus.map((_, cpu) => ({ label: words.cpu(cpu), cpu, lanes: [] }));
}

export function rowsOf(
  machine: Machine,
  lanes: Lanes | undefined,
  room: Room | 'projector',
): readonly LaneRow[] {
  const { minor, major, cow, evict, disk, signal, faults, reclaim, events } = words;
  const older = isOlder(machine.config.kind);
  if (room === 'phone') {
    return [
      { label: events, lanes: older ? ['signal'] : ['minor', 'major', 'cow', 'signal'] },
      ...runners(machine, lanes, true),
    ];
  }
  const cpus = runners(machine, lanes, room === 'projector');
  if (older)
    return [...cpus, { label: disk, lanes: ['disk'] }, { label: signal, lanes: ['signal'] }];
  const faulting: LaneRow = { label: faults, lanes: ['minor', 'major', 'cow', 'signal'] };
  if (room === 'projector') return [...cpus, faulting];
  if (room === 'compact' || cpus.length > 2)
    return [...cpus, faulting, { label: reclaim, lanes: ['evict', 'disk'] }];
  const signals = lanes?.signal.some((n) => n > 0);
  return [
    ...cpus,
    { label: minor, lanes: ['minor'] },
    { label: signals ? `${major}, ${signal}` : major, lanes: ['major', 'signal'] },
    { label: cow, lanes: ['cow'] },
    { label: evict, lanes: ['evict'] },
    { label: disk, lanes: ['disk'] },
  ];
}

/** What the rows need, at least what the stylesheet gives. */
export function heightOf(rows: readonly LaneRow[], room: Room): string {
  const least = rows.length * ROW_REM + AXIS_REM;
  return least > BASE_REM[room] ? `${least}rem` : `var(--timeline, ${BASE_REM.full}rem)`;
}

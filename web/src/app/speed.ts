// SPDX-License-Identifier: MIT
// How fast playing goes. At 1× a micro-step takes 450 ms; high speeds go by operations.
import type { Unit } from './run.ts';

export const MICRO_MS = 450;
export const speeds = [0.5, 1, 2, 4, 16, 64, 256, 1024, 8192] as const;
/** From here on things no longer fly, only colours change. */
export const NO_FLIGHTS_ABOVE = 4;
/** Micro-steps of a typical operation: what makes operations and micro-steps comparable. */
const MICROS_AN_OPERATION = 4;
const BY_OPERATION_FROM = 64;

export const speedText = (speed: number): string => (speed === 0.5 ? '½×' : `${speed}×`);

export function nextSpeed(speed: number, by: 1 | -1): number {
  const i = speeds.findIndex((s) => s === speed);
  return speeds[Math.max(0, Math.min(speeds.length - 1, i + by))] ?? 1;
}

/** How many steps are due after `elapsed` ms; `owed` carries the fraction to the next
 * frame; below 0 it is a rest. */
export function playPlan(speed: number, elapsed: number, owed: number) {
  const unit: Unit = speed >= BY_OPERATION_FROM ? 'operation' : 'micro';
  const rate = speed / MICRO_MS / (unit === 'operation' ? MICROS_AN_OPERATION : 1);
  // After a hidden tab or a long frame it does not race to catch up.
  const due = owed + Math.min(elapsed, 250) * rate;
  const count = Math.max(0, Math.floor(due));
  return { unit, count, owed: due - count };
}

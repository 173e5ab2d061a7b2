// SPDX-License-Identifier: MIT
// Reads what tests/record.c wrote: bytes as they travel, from the engine itself.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { StepBytes } from '../src/wire/decode.ts';

export interface Recording {
  readonly states: ReadonlyMap<number, Uint8Array>;
  readonly steps: readonly StepBytes[];
}

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

export function readRecording(name: string): Recording {
  const states = new Map<number, Uint8Array>();
  const steps: StepBytes[] = [];
  for (const row of readFileSync(path.join(TEST_DATA, name), 'utf8').split('\n')) {
    const [what, ...rest] = row.split(' ');
    if (what === 'state') states.set(Number(rest[0]), bytesOf(rest[1] ?? ''));
    if (what === 'step') {
      const [kind, line, tid] = rest.slice(1, 4).map(Number) as [number, number, number];
      steps.push({ kind, line, tid, events: bytesOf(rest[4] ?? '') });
    }
  }
  return { states, steps };
}

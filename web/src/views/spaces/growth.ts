// SPDX-License-Identifier: MIT
// What this operation did to a mapping's ends, as far as it has come: heaps and stacks grow. Pure.
import type { Scene } from '../../model/index.ts';

export interface Growth {
  /** The mapping's pages before this operation. */
  readonly start: number;
  readonly end: number;
}

/** Mappings that were there before and reach elsewhere now, by their number. */
export function growthOf(scene: Scene): ReadonlyMap<number, Growth> {
  const before = new Map<number, Growth>();
  for (const { changes } of scene.step?.micros.slice(0, scene.micro) ?? []) {
    for (const change of changes) {
      if (change.event !== 'vma' || change.old.pid === 0 || change.now.pid === 0) continue;
      if (!before.has(change.now.vma)) before.set(change.now.vma, change.old);
    }
  }
  const grown = new Map<number, Growth>();
  for (const [vma, { start, end }] of before) {
    const now = scene.machine.rows.row('vma', vma);
    if (now && (now.start !== start || now.end !== end)) grown.set(vma, { start, end });
  }
  return grown;
}

// SPDX-License-Identifier: MIT
// When there is something about threads to see.
import type { Scene } from '../../model/index.ts';

/** There is more to see than one thread on one processor. */
export function worthShowing(scene: Scene): boolean {
  const { rows } = scene.machine;
  return (
    rows.tables.lock.size > 0 ||
    scene.machine.cpus() > 1 ||
    [...rows.tables.task.values()].some((t) => t.number > 0)
  );
}

// SPDX-License-Identifier: MIT
// What each happening is called on a station of the strip; a row of events.def without a name in one of these
// tables does not compile.
import type { Happening } from '../wire/generated.ts';
import { mark } from '../text/texts.ts';
import { access } from './labels/access.ts';
import { calls } from './labels/calls.ts';
import { faults } from './labels/faults.ts';
import { files } from './labels/files.ts';
import { heap } from './labels/heap.ts';
import { locks } from './labels/locks.ts';
import { mappings } from './labels/mappings.ts';
import { older } from './labels/older.ts';
import { policy } from './labels/policy.ts';
import { processes } from './labels/processes.ts';
import { reclaim } from './labels/reclaim.ts';
import { scheduling } from './labels/scheduling.ts';
import { signals } from './labels/signals.ts';
import { threads } from './labels/threads.ts';
import type { Labelled } from './labels/label.ts';

const labels: Readonly<Record<Labelled, string>> = {
  ...access,
  ...calls,
  ...faults,
  ...files,
  ...heap,
  ...locks,
  ...mappings,
  ...older,
  ...policy,
  ...processes,
  ...reclaim,
  ...scheduling,
  ...signals,
  ...threads,
};
const accesses = ['access', 'load', 'store', 'fetch'];

export const labelOf = (happening: Happening): string =>
  mark(
    happening.event === 'access'
      ? (accesses[happening.fields.access] ?? 'access')
      : labels[happening.event],
  );

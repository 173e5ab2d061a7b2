// SPDX-License-Identifier: MIT
import { texts } from './texts.ts';
export const words = texts({
  label: 'Position in the run. Arrow keys step, + and - zoom, page up and down jump.',
  of: 'of',
  whole: 'Show the whole run',
  zoom: 'Zoom',
  closer: 'Closer',
  wider: 'Wider',
  cpu: (number: number) => `CPU ${number}`,
  cpus: 'CPUs',
  minor: 'minor fault',
  major: 'major fault',
  cow: 'copy-on-write',
  evict: 'evict',
  disk: 'disk I/O',
  signal: 'signal',
  faults: 'faults',
  reclaim: 'reclaim',
  events: 'faults',
});

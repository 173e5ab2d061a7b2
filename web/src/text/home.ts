// SPDX-License-Identifier: MIT
// What a person reads on the home page.
import { texts } from './texts.ts';

export const words = texts({
  claim: 'See virtual memory at work',
  more: 'Run a small program and watch every step, from the address it uses to the memory behind it. Stop anywhere, go back, ask why.',
  memory: 'Memory',
  start: 'Watch a page being copied',
  startHint: 'Parent and child share their pages until one of them writes. Five minutes.',
  create: 'New scenario',
  library: 'Library',
  subjects: 'Subjects',
  all: 'All',
  count: (n: number) => `${n} scenarios`,
  yours: 'Saved scenarios',
  search: 'Search scenarios',
  none: 'No scenario matches.',
  noneSaved: 'Nothing saved yet.',
});

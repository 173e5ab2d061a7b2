// SPDX-License-Identifier: MIT
// What the page of two runs says.
import { countText } from '../model/index.ts';
import { texts } from './texts.ts';

export const words = texts({
  title: 'Side by side',
  left: 'Left',
  right: 'Right',
  sides: 'Runs',
  policy: 'Policy',
  frames: 'Frames',
  where: 'Where do they first differ?',
  next: 'Where do they differ next?',
  searching: (op: number) => `Searching, step ${countText(op)}…`,
  cancel: 'Cancel',
  same: 'From here on they never differ.',
  differs: 'they differ',
  hit: 'no fault',
  fault: 'fault',
  faults: (n: number) => `${countText(n)} faults`,
  leaves: (pages: string) => `page ${pages} leaves`,
  Page: (page: string) => `Page ${page}`,
  sum: 'Faults so far',
  evictions: 'evictions',
  writebacks: 'write-backs',
  step: (op: number, all: number) => `step ${countText(op)} of ${countText(all)}`,
  loading: 'Running…',
  missing: 'There are no two runs at this address.',
  open: 'In the Lab',
  back: 'One step back',
  on: 'One step on',
  start: 'To the start',
  end: 'To the end',
  play: 'Play',
  pause: 'Pause',
  transport: 'Transport',
});

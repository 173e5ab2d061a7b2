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
  transport: 'Both runs',
  playback: 'Playback',
  panel: 'Panel above the memory',
  branch: (line: string) => `With ${line}`,
  from: (op: number) => `After step ${countText(op)} the right run also does`,
  cut: 'What came after it stands in the middle of a block, and is left out.',
  unlike: (d: { pages: number; frames: number; slots: number; tasks: number; words: number }) => {
    const parts = [
      [d.pages, 'page', 'pages'],
      [d.frames, 'frame', 'frames'],
      [d.slots, 'slot', 'slots'],
      [d.words, 'word', 'words'],
      [d.tasks, 'thread or process', 'threads or processes'],
    ] as const;
    const said = parts
      .filter(([n]) => n > 0)
      .map(([n, one, many]) => `${countText(n)} ${n === 1 ? one : many}`);
    return said.length > 0 ? `not alike (ringed): ${said.join(', ')}` : 'now both are alike';
  },
});

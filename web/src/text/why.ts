// SPDX-License-Identifier: MIT
// The reason for each step.
import { texts } from './texts.ts';

export const words = texts({
  title: 'Why?',
  start: 'Nothing has happened yet. Step on, and each step says why.',
  reading: 'Reading the reasons…',
  linux: 'In Linux',
  books: 'To read on',
  who: 'Who does it',
  actors: ['the program', 'the hardware (MMU)', 'the kernel', 'the disk'],
  none: 'This step needs no reason: nothing changed that can be seen.',
  things: 'What the sentence names',
  steps: 'The steps of this operation',
  go: (n: number) => `go to micro-step ${n}`,
  source: (name: string) => `look ${name} up in Linux’s sources`,
  line: (n: number) => `Line ${n} of the scenario`,
});

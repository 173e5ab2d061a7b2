// SPDX-License-Identifier: MIT
import { texts } from './texts.ts';
export const words = texts({
  start: 'The machine is set up and nothing has run yet. Press Play to watch it step by step.',
  empty:
    'The machine is on, and there is nothing to play yet. Do something (a) or write a line (b): it runs at once.',
  quiet: 'This operation changed nothing that can be seen.',
  atStart: 'start',
  step: (where: string) => `step ${where}`,
  why: 'Why?',
  next: 'Next:',
  complete: 'This operation is complete.',
  raceLines: 'The two lines of the race',
  line: (n: number) => `line ${n}`,
  question: 'Question.',
});

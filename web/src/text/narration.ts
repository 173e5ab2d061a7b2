// SPDX-License-Identifier: MIT
import { texts } from './texts.ts';
export const words = texts({
  why: 'Why?',
  next: 'Next:',
  complete: 'This operation is complete.',
  raceLines: 'The two lines of the race',
  line: (n: number) => `line ${n}`,
  question: 'Question.',
});

// SPDX-License-Identifier: MIT
export const words = {
  why: 'Why?',
  next: 'Next:',
  complete: 'This operation is complete.',
  raceLines: 'The two lines of the race',
  line: (n: number) => `line ${n}`,
  question: 'Question.',
} as const;

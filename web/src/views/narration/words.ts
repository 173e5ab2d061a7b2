// SPDX-License-Identifier: MIT
export const words = {
  why: 'Why?',
  next: 'Next:',
  complete: 'This operation is complete.',
  question: 'Question.',
} as const;

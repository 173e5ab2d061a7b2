// SPDX-License-Identifier: MIT
export const words = {
  why: 'Why?',
  next: 'Next:',
  operation: 'End of the operation',
  note: 'Note.',
  question: 'Question.',
} as const;

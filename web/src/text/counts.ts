// SPDX-License-Identifier: MIT
// What a person reads in the panel of counts and costs. The counts themselves are named by the engine.
import { countText } from '../model/index.ts';
import { texts } from './texts.ts';

export const words = texts({
  title: 'Counts and costs',
  none: 'Nothing has been counted yet.',
  counts: 'What was counted so far',
  countsHint: 'the whole machine, and each process by itself',
  all: 'all',
  count: 'Count',
  costs: 'Where the time went',
  clock: (time: string) => `${time} in all: each count times its price.`,
  columns: { step: 'A step', each: 'each', times: 'times', together: 'together' },
  times: (n: number) => countText(n),
  media: 'How long one access takes',
  mediaHint: 'each mark to the right is ten times longer',
  use: { data: 'data', tables: 'page tables', swap: 'swap', files: 'files' },
});

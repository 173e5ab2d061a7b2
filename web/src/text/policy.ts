// SPDX-License-Identifier: MIT
// What a person reads in the picture of a replacement policy's own state.
import { countText } from '../model/index.ts';
import { texts } from './texts.ts';

export const words = texts({
  title: 'Replacement',
  leaves: (rule: string) => `Leaves: ${rule}.`,
  scope: {
    local: 'Local: a process gives up only its own pages.',
    global: 'Global: any process may have to give up a page.',
  },
  limit: (process: string, held: number, most: number) =>
    `${process} may have ${countText(most)} frames and has ${countText(held)}.`,
  table: 'As a table',
  picture: 'As a picture',
  beside: 'Side by side with another policy or size',
  circle: 'Frames in a circle',
  strip: 'From the hand on',
  frames: 'Frames',
  order: (title: string) => `By ${title}`,
  longestAgo: 'longest ago',
  latest: 'latest',
  furthest: 'furthest',
  soonest: 'soonest',
  least: 'least',
  most: 'most',
  dirty: 'dirty',
  short: (short: string, title: string) => `${short} = ${title}`,
  below: (title: string) => `below each page: ${title}`,
  head: 'head',
  tail: 'tail',
  more: (n: number) => `${countText(n)} more`,
  empty: 'empty',
  free: 'free',
  frame: (n: string) => `frame ${n}`,
  frameShort: (n: string) => `f ${n}`,
  ghost: 'ghost',
  ghostOf: (page: string) => `page ${page}, no longer in memory`,
  page: (page: string, letter: string) => (letter ? `page ${page} of ${letter}` : `page ${page}`),
  rank: (n: number) => `${countText(n)}.`,
  hand: (title: string) => `${title} here`,
  looked: 'What it looked at',
  lookedAt: (step: string) => `at step ${step}`,
  nothingNear: 'No choice in the operations just before.',
  noPages: 'No page is in memory yet.',
  value: (title: string, value: string) => `${title} ${value}`,
  columns: { page: 'Page', frame: 'Frame', where: 'Where' },
});

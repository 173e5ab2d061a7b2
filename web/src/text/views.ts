// SPDX-License-Identifier: MIT
// The views by name: as headings, and in short on a phone's tabs. Keys are the ids of the registry.
import { texts } from './texts.ts';

export const words = texts({
  titles: {
    spaces: 'Address spaces',
    given: 'Given pieces',
    text: 'Scenario text',
    translation: 'Translation',
    free: 'Free space',
    buddy: 'Buddy system',
    slab: 'Slab allocator',
    inverted: 'Inverted table',
    hashed: 'Hashed table',
    policy: 'Replacement',
    threads: 'Threads',
    why: 'Why?',
    calls: 'System calls',
    charts: 'Charts',
    vmstat: 'vmstat',
    memory: 'Physical memory',
    files: 'Files and swap',
  },
  shorts: {
    spaces: 'Spaces',
    text: 'Text',
    translation: 'Translate',
    policy: 'Replace',
    threads: 'Threads',
    why: 'Why?',
    calls: 'Calls',
    charts: 'Charts',
    vmstat: 'vmstat',
    memory: 'Memory',
    files: 'Files',
  },
  places: { left: 'Panel on the left', middle: 'Panel in the middle', right: 'Panel on the right' },
  tabs: 'Panels',
  more: 'More views',
  moreShort: 'More',
});

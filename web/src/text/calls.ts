// SPDX-License-Identifier: MIT
// The list of system calls. What strace prints is no text of ours: it stays as it is in every language.
import { countText } from '../model/names.ts';
import { texts } from './texts.ts';

export const words = texts({
  title: 'System calls',
  reading: 'Reading the calls…',
  none: 'Nobody has called the kernel yet.',
  earlier: 'Earlier calls',
  all: 'all threads',
  whose: 'Whose calls',
  go: (step: string) => `go to step ${step}`,
  table: 'Count by call',
  copy: 'Copy the lines',
  copied: 'Copied',
  summary: { call: 'call', calls: 'calls', errors: 'errors' },
  shown: (n: number) => `${countText(n)} ${n === 1 ? 'line' : 'lines'}`,
});

// SPDX-License-Identifier: MIT
// The way from a point of a chart to the Lab.
import type { Subject } from '../../wire/analysis.ts';
import { besideLink, DRAFT_KEY } from '../router.svelte.ts';

export function labLink(subject: Subject, policy: string, frames: number): string {
  const query = new URLSearchParams('trace' in subject ? { trace: subject.trace } : { draft: '' });
  query.set('policy', policy);
  query.set('frames', String(frames));
  query.set('view', 'policy');
  return `/lab?${query}`;
}

/** The trace as it stands after `reference` references; a string's process and its pages are made first. */
export function momentLink(subject: Subject, reference: number): string {
  const stored = 'trace' in subject;
  const query = new URLSearchParams(stored ? { trace: subject.trace } : { draft: '' });
  query.set('at', String(stored ? reference : reference + 2));
  return `/lab?${query}`;
}

/** The same point of a curve beside OPT's, or OPT's beside LRU's. */
export function besideOf(subject: Subject, policy: string, frames: number): string {
  const source = 'trace' in subject ? { trace: subject.trace } : { text: '' };
  const other = policy === 'opt' ? 'lru' : 'opt';
  return besideLink(source, { frames: String(frames) }, [policy, other]);
}

/** A string typed into the page becomes a scenario on paper; a stored trace needs nothing. */
export function prepareLab(subject: Subject): void {
  if ('trace' in subject) return;
  const pages = subject.text
    .replace(/#.*$/gm, '')
    .split(/[\s,]+/)
    .filter(Boolean);
  const lines = [
    'vmscope 1',
    'title "A reference string"',
    'machine paper { frames 3  policy lru }',
    'A = start empty',
    `A: refs ${pages.join(' ')}`,
    '',
  ];
  sessionStorage.setItem(DRAFT_KEY, lines.join('\n'));
}

// SPDX-License-Identifier: MIT
// Which shipped scenario stands where. One that text/library.ts does not name comes last, by its title.
import { subjects } from '../../text/library.ts';

/** Every scenario that is named here. */
export const placedNames: readonly string[] = subjects.flatMap(([, about]) => Object.keys(about));

export const headings: readonly string[] = subjects.map(([heading]) => heading);

const placed = new Map<string, { heading: string; about: string }>(
  subjects.flatMap(([heading, sentences]) =>
    Object.entries(sentences).map(([name, about]) => [`lib-${name}`, { heading, about }] as const),
  ),
);
const order = [...placed.keys()];

/** What a shipped scenario shows, in a sentence; empty when it is not named here. */
export const aboutOf = (id: string): string => placed.get(id)?.about ?? '';

/** The subject that it stands under; undefined when it is not named here. */
export const headingOf = (id: string): string | undefined => placed.get(id)?.heading;

/** Those whose text has every word; if none has, those with the most, if it is a third of them. */
export function matching<T>(list: readonly T[], textOf: (one: T) => string, search: string): T[] {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word.length > 1);
  const hits = list.map((one) => {
    const text = textOf(one).toLowerCase();
    return words.filter((word) => text.includes(word)).length;
  });
  const most = Math.max(0, ...hits);
  return list.filter((_, i) => hits[i] === most && 3 * most >= words.length);
}

export function byLesson<T extends { id: string; title: string }>(a: T, b: T): number {
  const [x, y] = [order.indexOf(a.id), order.indexOf(b.id)];
  if (x >= 0 && y >= 0) return x - y;
  if (x >= 0 || y >= 0) return x >= 0 ? -1 : 1;
  return a.title.localeCompare(b.title);
}

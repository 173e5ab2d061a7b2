// SPDX-License-Identifier: MIT
// Bookmarks: those of the scenario's author, and one's own, kept in this browser under the scenario.
import { comparePositions, readPosition, type Position } from '../../model/index.ts';
import { list, object, parse, string } from '../../lib/json.ts';
import type { Note } from '../../wire/messages.ts';

export interface Bookmark {
  readonly position: Position;
  readonly name: string;
  readonly own: boolean;
}

export const STORE_KEY = 'vmscope.bookmarks';
/** Of one scenario, and scenarios that are remembered; the oldest go first. */
const EACH_MOST = 50;
const ALL_MOST = 100;

export interface Store {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/** All that is kept, by scenario. */
function readAll(store: Store): Map<string, Bookmark[]> {
  let text = '';
  try {
    text = store.getItem(STORE_KEY) ?? '';
  } catch {
    // No storage: then there are none.
  }
  const kept = parse(text) ?? {};
  return new Map(
    Object.entries(kept).map(([key, value]) => [
      key,
      list(value, (one) => {
        const { at: where, name } = object(one);
        const position = readPosition(string(where));
        return position && { position, name: string(name), own: true };
      }).filter((one): one is Bookmark & { own: true } => one !== undefined),
    ]),
  );
}

export const readOwn = (store: Store, key: string): Bookmark[] => readAll(store).get(key) ?? [];

export function writeOwn(store: Store, key: string, marks: readonly Bookmark[]): void {
  const all = readAll(store);
  all.delete(key);
  if (marks.length > 0) all.set(key, marks.slice(-EACH_MOST));
  const kept = [...all].slice(-ALL_MOST).map(([scenario, those]) => [
    scenario,
    those.map(({ position: { op, micro }, name }) => ({
      at: micro ? `${op}.${micro}` : `${op}`,
      name,
    })),
  ]);
  try {
    store.setItem(STORE_KEY, JSON.stringify(Object.fromEntries(kept)));
  } catch {
    // Full or forbidden: they last as long as the page.
  }
}

/** The author's and one's own, in the order of time; a note that is no bookmark is none. */
export function allMarks(notes: readonly Note[], own: readonly Bookmark[]): Bookmark[] {
  const theirs = notes
    .filter((note) => note.kind === 'bookmark' || note.kind === 'section')
    .map((note) => ({ position: { op: note.position, micro: 0 }, name: note.text, own: false }));
  return [...theirs, ...own].sort((a, b) => comparePositions(a.position, b.position));
}

export function neighbour(
  marks: readonly Bookmark[],
  from: Position,
  direction: 1 | -1,
): Bookmark | undefined {
  return direction > 0
    ? marks.find((mark) => comparePositions(mark.position, from) > 0)
    : marks.filter((mark) => comparePositions(mark.position, from) < 0).at(-1);
}

// SPDX-License-Identifier: MIT
// Which kinds of questions are asked: all, those that this browser remembers, or those of an address. Pure
// but for what is remembered.
import type { Position } from '../../model/index.ts';
import type { Json } from '../../lib/json.ts';

/** Rows of questions.def by what they are about, as a person chooses among them. */
export const groups = [
  { id: 'faults', kinds: ['fault', 'copied'] },
  { id: 'translation', kinds: ['address', 'entry', 'tlb'] },
  { id: 'frames', kinds: ['frame', 'frames', 'fork_frames'] },
  { id: 'leaving', kinds: ['victim', 'leaves', 'written', 'slot'] },
  { id: 'threads', kinds: ['next'] },
] as const;
/** An author's own: they are asked whatever is chosen. */
export const authors: readonly string[] = ['value', 'choice'];
const every: readonly string[] = groups.flatMap((group) => group.kinds);

/** Undefined: all of them. */
export type Kinds = readonly string[] | undefined;
export interface Asked {
  readonly kinds: Kinds;
  /** Words of the address that name no kind. */
  readonly unknown: readonly string[];
}

const KEY = 'vmscope.asks';
const narrowed = (kinds: readonly string[]): Kinds => {
  const known = every.filter((kind) => kinds.includes(kind));
  return known.length === 0 || known.length === every.length ? undefined : known;
};

export function remembered(): Kinds {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? narrowed(kept.map(String)) : undefined;
  } catch {
    return undefined;
  }
}
export function remember(kinds: Kinds): void {
  try {
    if (kinds) localStorage.setItem(KEY, JSON.stringify(kinds));
    else localStorage.removeItem(KEY);
  } catch {
    // a browser that keeps nothing: the choice lasts as long as the page
  }
}

/** What stands behind `ask` in an address: kinds with commas between; nothing: those that are remembered. */
export function readAsk(text: string): Asked {
  const given = text
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean);
  const unknown = given.filter((word) => !every.includes(word) && !authors.includes(word));
  return { kinds: given.length > 0 ? narrowed(given) : remembered(), unknown };
}

/** A group put in or taken out; the last one stays. */
export function toggled(kinds: Kinds, group: readonly string[]): Kinds {
  const now = kinds ?? every;
  const whole = group.every((kind) => now.includes(kind));
  const rest = now.filter((kind) => !group.includes(kind));
  if (!whole) return narrowed([...rest, ...group]);
  return rest.length > 0 ? rest : kinds;
}
/** How much of a group is asked about. */
export function share(kinds: Kinds, group: readonly string[]): 'all' | 'some' | 'none' {
  const count = group.filter((kind) => !kinds || kinds.includes(kind)).length;
  return count === group.length ? 'all' : count > 0 ? 'some' : 'none';
}

/** What `open` and `predict` say of it. */
export const askedFrom = (where: Position, kinds: Kinds): Json => ({
  from: String(where.op),
  ...(kinds && { kinds }),
});

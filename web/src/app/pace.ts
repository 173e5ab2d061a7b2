// SPDX-License-Identifier: MIT
// How long playing rests on a moment. Routine steps pass at the speed that was chosen; what changes the
// picture, what is new, and what the author explains stays as long as it takes to read; what one has seen
// often passes twice as fast. Before a question it stops.
import type { Scene } from '../model/index.ts';
import { narrate } from '../narration/sentence.ts';
import { plain } from '../narration/words.ts';
import { noteAt } from '../narration/notes.ts';
import type { Happening } from '../wire/generated.ts';
import type { Note } from '../wire/messages.ts';
import { MICRO_MS } from './speed.ts';

/** Some 240 words a minute: who explores reads slower than who skims. */
const MS_A_CHARACTER = 42;
/** Happenings that a newcomer must not miss; the others are routine once one has seen them. */
const NOTABLE: ReadonlySet<Happening['event']> = new Set<Happening['event']>([
  'process_started',
  'forked',
  'page_shared',
  'fault',
  'zero_fill',
  'cow_copy',
  'cow_reuse',
  'entry_set',
  'evict',
  'swap_read',
  'swap_write',
  'file_read',
  'stack_grown',
  'signal',
  'out_of_memory',
  'thread_made',
  'exited',
  'race',
  'deadlock',
]);

/** Seen more often than this, a happening is known by its first words. */
const KNOWN = 4;

export interface Rest {
  /** The scenario asks here: the answer comes only when somebody goes on. */
  readonly stop: boolean;
  /** At 1×, milliseconds. */
  readonly rest: number;
}

export class Pace {
  /** What this person has been shown: the first time takes longer. */
  private readonly seen = new Map<string, number>();

  of(scene: Scene, notes: readonly Note[]): Rest {
    const { op, micro } = scene.position;
    const stop = micro === 0 && notes.some((n) => n.kind === 'ask' && n.position === op);
    const happening = scene.now?.happening?.event;
    const note = noteAt(scene, notes);
    const fresh = note && (note.at ? note.at === happening : micro === 0 && note.position === op);
    const times = happening ? (this.seen.get(happening) ?? 0) : 0;
    const worth = happening !== undefined && (NOTABLE.has(happening) || times === 0);
    if (happening) this.seen.set(happening, times + 1);
    const known = times >= KNOWN ? 2 : 1;
    const letters =
      (worth ? plain(narrate(scene)).length / known : 0) + (fresh ? note.text.length : 0);
    return { stop, rest: Math.max(MICRO_MS / known, letters * MS_A_CHARACTER) };
  }
}

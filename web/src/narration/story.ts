// SPDX-License-Identifier: MIT
// An operation as a row of stations: what has happened, what happens now, what is to come.
import { Actor, type Happening } from '../wire/generated.ts';
import type { Scene } from '../model/index.ts';
import { mark } from '../text/texts.ts';
import { labelOf } from './labels.ts';
import { actorOf } from './sentence.ts';

export interface Station {
  readonly label: string;
  readonly actor: Actor;
  readonly state: 'done' | 'now' | 'next';
  /** The fault itself, or what the kernel refuses. */
  readonly alarm: boolean;
  /** Micro-steps of the operation that it stands for: 0-based, `to` not included. */
  readonly from: number;
  readonly to: number;
}

const alarms = new Set<Happening['event']>([
  'trap',
  'signal',
  'out_of_memory',
  'oom_limit',
  'call_failed',
  'hole_missing',
  'place_busy',
  'release_refused',
]);

/** Levels of one walk, and many of one kind in a row, are one station. */
export function storyOf(scene: Scene): Station[] {
  const stations: Station[] = [];
  let previous: Happening['event'] | undefined;
  (scene.step?.micros ?? []).forEach(({ happening }, i) => {
    if (!happening) return;
    const last = stations.at(-1);
    const state = i + 1 < scene.micro ? 'done' : i + 1 === scene.micro ? 'now' : 'next';
    if (last && previous === happening.event) {
      stations[stations.length - 1] = grown(last, happening, i, state);
    } else {
      stations.push({
        label: labelOf(happening),
        actor: actorOf(happening) as Actor,
        state,
        alarm: alarms.has(happening.event),
        from: i,
        to: i + 1,
      });
    }
    previous = happening.event;
  });
  return stations;
}

function grown(last: Station, happening: Happening, i: number, state: Station['state']): Station {
  const count = i + 1 - last.from;
  const label =
    happening.event === 'walk_level'
      ? mark(`${count}-level walk`)
      : `${labelOf(happening)} ×${count}`;
  const begun = last.state === 'next' || (last.state === 'done' && state === 'done');
  return { ...last, label, state: begun ? last.state : 'now', to: i + 1 };
}

// SPDX-License-Identifier: MIT
// A run of steps as pictures, one after another: the Lab goes there, is drawn, is taken.
import { tick } from 'svelte';
import { comparePositions, writePosition, type Position } from '../../model/index.ts';
import { pictureOf, type Picture } from '../../lib/picture/picture.ts';
import { narrate } from '../../narration/sentence.ts';
import { plain } from '../../narration/words.ts';
import type { Session } from '../session.svelte.ts';

export interface Shot {
  readonly step: string;
  readonly sentence: string;
  readonly picture: Picture;
}
export const SHOTS_MOST = 60;

/** Canvases are drawn in the frame after the change, lists may come from the server. */
async function drawn(): Promise<void> {
  await tick();
  await new Promise((done) => setTimeout(done, 60));
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}

export interface RunAsked {
  readonly from: Position;
  readonly to: Position;
  readonly unit: 'operation' | 'micro';
  readonly subject: () => Element | undefined;
}

/** `onshot` says how many are made; false stops. Afterwards the Lab is where it was. */
export async function shotsOf(
  session: Session,
  asked: RunAsked,
  onshot: (made: number) => boolean,
): Promise<Shot[]> {
  const before = session.scene?.position;
  const shots: Shot[] = [];
  await session.seek(asked.from);
  for (;;) {
    const { scene } = session;
    const subject = asked.subject();
    if (!scene || !subject || comparePositions(scene.position, asked.to) > 0) break;
    await drawn();
    const sentence = plain(narrate(scene));
    const step = writePosition(scene.position);
    shots.push({ step, sentence, picture: pictureOf(subject, sentence) });
    if (!onshot(shots.length) || shots.length >= SHOTS_MOST || !session.canForward) break;
    const last = scene.version;
    await session.step(1, asked.unit);
    if (session.scene?.version === last) break;
  }
  if (before) await session.seek(before);
  return shots;
}

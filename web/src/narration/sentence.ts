// SPDX-License-Identifier: MIT
// What is said of a micro-step: the table's sentence, and its reason.
import { events, ops, type Happening } from '../wire/generated.ts';
import type { Scene } from '../model/index.ts';
import { fill, type Part, type Reader } from './words.ts';

const rows = new Map(events.map((desc) => [desc.name as string, desc]));

export function sentenceOf(reader: Reader, happening: Happening): Part[] {
  const desc = rows.get(happening.event);
  if (!desc) return [];
  const values = happening.fields as unknown as Record<string, number | bigint>;
  return fill(reader, desc.sentence, desc.fields, values);
}

/** The reasons, read when somebody first may ask for one. */
export const loadWhys = async () => (await import('../wire/whys.ts')).whys;
export const actorOf = (happening: Happening): number => rows.get(happening.event)?.actor ?? 0;

const START =
  'Everything is set up and nothing has run yet. Press Play, or step with the arrow keys.';
const QUIET = 'This operation changed nothing that can be seen.';

/** The sentence of a moment. */
export function narrate(scene: Scene): Part[] {
  const happening = scene.now?.happening;
  if (happening) return sentenceOf(scene, happening);
  if (scene.position.op === 0) return [{ kind: 'text', text: START }];
  const op = scene.step && ops[scene.step.kind];
  return [{ kind: 'text', text: op ? `${op.name}: ${QUIET}` : QUIET }];
}

/** "step 148 · 7/9": no decimal number, for it is none. */
export function stepText(scene: Scene): string {
  if (scene.position.op === 0) return 'start';
  const total = scene.step?.micros.length ?? 0;
  const part = total > 0 ? ` · ${scene.micro}/${total}` : '';
  return `step ${scene.position.op}${part}`;
}

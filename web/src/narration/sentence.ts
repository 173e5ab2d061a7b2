// SPDX-License-Identifier: MIT
// What is said of a micro-step: the table's sentence, and its reason.
import { events, ops, type Happening } from '../wire/generated.ts';
import type { Scene } from '../model/index.ts';
import { words } from '../text/narration.ts';
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

/** The sentence of a moment. */
export function narrate(scene: Scene): Part[] {
  const happening = scene.now?.happening;
  if (happening) return sentenceOf(scene, happening);
  if (scene.position.op === 0)
    return [{ kind: 'text', text: scene.length > 0 ? words.start : words.empty }];
  const op = scene.step && ops[scene.step.kind];
  return [{ kind: 'text', text: op ? `${op.name}: ${words.quiet}` : words.quiet }];
}

/** "step 148 · 7/9": no decimal number, for it is none. */
export function stepText(scene: Scene): string {
  if (scene.position.op === 0) return words.atStart;
  const total = scene.step?.micros.length ?? 0;
  const part = total > 0 ? ` · ${scene.micro}/${total}` : '';
  return words.step(`${scene.position.op}${part}`);
}

// SPDX-License-Identifier: MIT
// Which of the author's notes belongs to a moment. A note stands until the next one; a note pinned to a
// happening waits for it in the operation that follows, and stands for the rest of that operation.
import type { Scene } from '../model/index.ts';
import type { Note } from '../wire/messages.ts';

export function noteAt(scene: Scene, notes: readonly Note[]): Note | undefined {
  const { position, step, micro } = scene;
  const done = position.micro > 0 ? position.op - 1 : position.op;
  const texts = notes.filter((n) => n.kind === 'text');
  const seen = (step?.micros ?? []).slice(0, micro).map((m) => m.happening?.event as string);
  const pinned = texts
    .filter((n) => n.at && step && n.position === step.number - 1)
    .map((n) => ({ note: n, at: seen.lastIndexOf(n.at) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at);
  return pinned.at(-1)?.note ?? texts.filter((n) => !n.at && n.position <= done).at(-1);
}

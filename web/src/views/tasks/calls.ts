// SPDX-License-Identifier: MIT
// The frames of a thread's calls, from the rows of activations: outermost first, and of each what lies where,
// highest address first. Pure.
import type { Scene } from '../../model/index.ts';
import { StackWord } from '../../wire/generated.ts';
import { words } from '../../text/tasks.ts';

/** More frames than these innermost ones are counted, not drawn. */
const SHOWN = 4;
const WORD = 8n;

export interface FrameWord {
  readonly va: bigint;
  readonly text: string;
}
export interface CallFrame {
  readonly depth: number;
  readonly name: string;
  readonly words: readonly FrameWord[];
  readonly locals: number;
  /** The lowest address: where the locals begin. */
  readonly sp: bigint;
  /** This micro-step made it or wrote of it. */
  readonly now: boolean;
}

export function callsOf(
  scene: Scene,
  tid: number,
): { readonly hidden: number; readonly frames: readonly CallFrame[] } {
  const { rows } = scene.machine;
  const all = [...rows.tables.activation.values()]
    .filter((a) => a.tid === tid)
    .sort((a, b) => a.depth - b.depth);
  const shown = all.slice(-SHOWN);
  const parts = [...rows.tables.stack_word.values()].filter((w) => w.tid === tid);
  const changed = new Set(
    (scene.now?.changes ?? []).flatMap((c) =>
      (c.event === 'activation' || c.event === 'stack_word') && c.now.tid === tid
        ? [c.now.depth]
        : [],
    ),
  );
  return {
    hidden: all.length - shown.length,
    frames: shown.map((a) => ({
      depth: a.depth,
      name: scene.names.name(a.name),
      words: [
        { va: a.fp + WORD, text: words.returnAddress },
        { va: a.fp, text: words.savedFp },
        ...parts
          .filter((w) => w.depth === a.depth)
          .sort((x, y) => (x.va < y.va ? 1 : -1))
          .map((w) => ({
            va: w.va,
            text:
              w.kind === StackWord.saved
                ? words.savedRegister(scene.names.name(w.name))
                : words.argument(scene.names.name(w.name)),
          })),
      ],
      locals: a.locals,
      sp: a.sp,
      now: changed.has(a.depth),
    })),
  };
}

// SPDX-License-Identifier: MIT
// What the tables say, put into its places in generated.ts. It comes after the first picture, or before it
// where that shows a step: whoever awaits `said()` finds no table without its words.
import { events, types, type TypeName } from './generated.ts';

export type Said = typeof import('./said.ts');
type Open<T> = { -readonly [K in keyof T]: T[K] };

export function fill({ sentences, names, words }: Said): void {
  events
    .filter((event) => !event.change)
    .forEach((event: Open<(typeof events)[number]>, i) => (event.sentence = sentences[i] ?? ''));
  for (const [type, desc] of Object.entries(types) as [
    TypeName,
    Open<(typeof types)[TypeName]>,
  ][]) {
    desc.names = names[type]?.split(' ') ?? [];
    desc.words = words[type] ?? desc.words;
  }
}

let coming: Promise<void> | undefined;
export function said(): Promise<void> {
  coming ??= import('./said.ts').then(fill).catch((error: unknown) => {
    coming = undefined; // asked for again, it may come
    throw error;
  });
  return coming;
}

// SPDX-License-Identifier: MIT
// Which scenarios a mistyped id may mean: those that share most words with it, then those whose words begin
// alike. Pure.

const wordsOf = (id: string): string[] =>
  id
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word.length > 2 && word !== 'lib');

/** So many letters the same from the beginning. */
function alike(a: string, b: string): number {
  let n = 0;
  while (n < a.length && n < b.length && a[n] === b[n]) n++;
  return n;
}

/** A word with its first three letters counts a little, the same word much more. */
function closeness(wanted: readonly string[], id: string): number {
  const own = wordsOf(id);
  let sum = 0;
  for (const word of wanted) {
    const best = Math.max(0, ...own.map((other) => alike(word, other)));
    if (own.includes(word)) sum += 10;
    else if (best > 2) sum += best;
  }
  // Of two that share as much the shorter one is nearer.
  return sum === 0 ? 0 : sum - own.length / 100;
}

export function nearest<T extends { readonly id: string }>(
  wanted: string,
  all: readonly T[],
  most = 3,
): T[] {
  const asked = wordsOf(wanted);
  return all
    .map((one) => ({ one, close: closeness(asked, one.id) }))
    .filter(({ close }) => close > 3)
    .sort((a, b) => b.close - a.close)
    .slice(0, most)
    .map(({ one }) => one);
}

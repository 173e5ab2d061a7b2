// SPDX-License-Identifier: MIT
// What a reason points to: Linux's functions by name, and the books with their sections. Pure.

export interface Piece {
  readonly text: string;
  /** A name of Linux's sources or of the machine's: set in monospace. */
  readonly code: boolean;
}

/** Words with an underscore or brackets behind them, flags in capitals: names of C. */
const NAME =
  /(\b_{0,2}[a-z][a-z0-9]*(?:_[a-z0-9]+)+\b(?:\(\))?|\b[a-z]\w*\(\)|\b[A-Z]{2,}(?:_[A-Z0-9]+)+\b)/;

export const piecesOf = (why: string): Piece[] =>
  why
    .split(NAME)
    .map((text, i) => ({ text, code: i % 2 === 1 }))
    .filter(({ text }) => text !== '');

/** Functions of the kernel that the reason names, each once. */
export function functionsOf(why: string): string[] {
  const names = piecesOf(why)
    .filter((piece) => piece.code && /^[a-z_]/.test(piece.text))
    .map((piece) => piece.text.replace(/\(\)$/, ''));
  return [...new Set(names)];
}

/** Sentences in brackets that name a book, a paper or a manual: an author, a year, a section. */
export function sourcesOf(why: string): string[] {
  const found: string[] = [];
  for (const [, inside = ''] of why.matchAll(/\(([^()]*(?:\([^()]*\)[^()]*)*)\)/g))
    for (const part of inside.split(/;\s*/))
      if (/\b(?:1[89]|20)\d\d\b|\b(?:section|chapter)\b|\bOSTEP\b|\bman \d\b/.test(part))
        found.push(part.replace(/^(?:see|cf\.)\s+/i, '').trim());
  return [...new Set(found)];
}

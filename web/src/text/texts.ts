// SPDX-License-Identifier: MIT
// Every text that a person reads goes through here once, when its table is made. The pseudo-locale
// (`?locale=pseudo`) marks each, so that one that stands anywhere else is seen at once.
const OPEN = '⟦';
const CLOSE = '⟧';
const ACCENTED = 'áƀçđéƒĝĥíĵķļɱñóƥɋřšŧúṽŵẋýž';

export const pseudo =
  typeof location !== 'undefined' &&
  new URLSearchParams(location.search).get('locale') === 'pseudo';

/** Accents on all letters and a third more room, as the longest languages need it. */
export function marked(text: string): string {
  // What is made of marked pieces alone is marked.
  let rest = text;
  for (let old = ''; old !== rest;) [old, rest] = [rest, rest.replace(/⟦[^⟦⟧]*⟧/g, '')];
  if (!/[a-z]/i.test(rest)) return text;
  const letters = text.replace(/[a-z]/g, (c) => ACCENTED[c.charCodeAt(0) - 97] ?? c);
  return OPEN + letters + '~'.repeat(Math.round(text.length / 3)) + CLOSE;
}

/** A sentence's piece that stands in no table of texts (those of events.def). */
export const mark = (text: string): string => (pseudo ? marked(text) : text);

function markedAll(value: unknown): unknown {
  if (typeof value === 'string') return marked(value);
  if (typeof value === 'function')
    return (...given: unknown[]) => markedAll((value as (...all: unknown[]) => unknown)(...given));
  if (Array.isArray(value)) return value.map(markedAll);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, markedAll(one)]));
}

/** A table of texts: strings, functions that make strings, and tables within. */
export const texts = <const T>(table: T): T => (pseudo ? (markedAll(table) as T) : table);

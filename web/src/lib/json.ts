// SPDX-License-Identifier: MIT
// Reading JSON from outside: a field that is missing or of the wrong type becomes its default, so that
// what comes after has types that hold.
export type Json = Readonly<Record<string, unknown>>;

const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const object = (value: unknown): Json => (isJson(value) ? value : {});
export const string = (value: unknown, otherwise = ''): string =>
  typeof value === 'string' ? value : otherwise;
export const boolean = (value: unknown): boolean => value === true;
/** Numbers, also those that travel as decimal strings. */
export const number = (value: unknown, otherwise = 0): number => {
  const n = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof n === 'number' && Number.isFinite(n) ? n : otherwise;
};
export const list = <T>(value: unknown, each: (item: unknown) => T): T[] =>
  Array.isArray(value) ? value.map(each) : [];
export const oneOf = <T extends string>(value: unknown, words: readonly T[], otherwise: T): T =>
  words.find((w) => w === value) ?? otherwise;

export function parse(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJson(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

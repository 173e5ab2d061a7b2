// SPDX-License-Identifier: MIT
// What a text defines, by line. Only for the eye and the hand: what a text means the server decides.
export type NameKind = 'process' | 'value' | 'body' | 'lock' | 'file' | 'program' | 'param';
export interface Defined {
  readonly name: string;
  readonly kind: NameKind;
  readonly line: number;
  /** The line that defines it. */
  readonly by: string;
}

const forms: readonly (readonly [NameKind, RegExp])[] = [
  ['process', /^\s*(\w+)\s*=\s*start\b/],
  ['process', /^\s*[\w.]+\s*:.*?\b(\w+)\s*=\s*v?fork\s*\(/],
  ['body', /^\s*thread\s+(\w+)/],
  ['lock', /^\s*(?:mutex|semaphore|condition|spinlock|barrier|rwlock)\s+(\w+)/],
  ['file', /^\s*(?:file|device)\s+(\/\S+)/],
  ['program', /^\s*program\s+([\w/.]+)/],
  ['param', /^\s*param\s+(\w+)/],
];

/** A line without its comment, and without what stands in quotes. */
export const bare = (line: string): string =>
  line.replace(/"(?:[^"\\]|\\.)*"?/g, (s) => '"'.padEnd(s.length, ' ')).replace(/#.*/, '');

export function namesIn(text: string): readonly Defined[] {
  const found = new Map<string, Defined>();
  const add = (name: string | undefined, kind: NameKind, line: number, by: string) => {
    if (name && !found.has(name)) found.set(name, { name, kind, line, by: by.trim() });
  };
  text.split('\n').forEach((whole, i) => {
    const line = bare(whole);
    for (const [kind, form] of forms) add(form.exec(line)?.[1], kind, i + 1, whole);
    // A subject's assignments, and the variables of a program.
    const actions = /^\s*[A-Za-z_]\w*(?:\.\w+)?\s*:(.*)$/.exec(line)?.[1];
    for (const part of (actions ?? '').split(';'))
      add(/^\s*([A-Za-z_]\w*)\s*=[^=]/.exec(part)?.[1], 'value', i + 1, whole);
    const variables = /\b(?:data|tls)\s*\{([^}]*)\}/.exec(line)?.[1];
    for (const [, name] of (variables ?? '').matchAll(/([A-Za-z_]\w*)\s*=/g))
      add(name, 'value', i + 1, whole);
  });
  return [...found.values()];
}

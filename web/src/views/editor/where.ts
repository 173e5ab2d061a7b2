// SPDX-License-Identifier: MIT
// What may stand at a place of a text: from the words before it, which lists of words it is chosen from.
import { bare } from './names.ts';

export interface Where {
  /** Lists of the vocabulary; empty: nothing is proposed here. */
  readonly lists: readonly string[];
  /** Kinds of names of the text that may stand here, too. */
  readonly names: boolean;
  /** The words before the place, from where the proposal begins. */
  readonly word: string;
  /** The action whose argument this is. */
  readonly action?: string;
}

const nothing = (word = ''): Where => ({ lists: [], names: false, word });
const only = (word: string, ...lists: string[]): Where => ({ lists, names: false, word });

/** The innermost open brace before the place, as the word that opened it. */
function openBlock(before: string): string | undefined {
  const open: string[] = [];
  for (const line of before.split('\n')) {
    const text = bare(line);
    const word = /^\s*(\w+)/.exec(text)?.[1] ?? '';
    for (const c of text) {
      if (c === '{') open.push(word);
      else if (c === '}') open.pop();
    }
  }
  return open.at(-1);
}

/** `mmap` of `mmap(2 pages, r`; undefined outside parentheses. */
function openCall(line: string): string | undefined {
  let depth = 0;
  for (let i = line.length - 1; i >= 0; i--) {
    if (line[i] === ')') depth++;
    else if (line[i] === '(' && depth-- === 0) return /([\w.]+)$/.exec(line.slice(0, i))?.[1] ?? '';
  }
  return undefined;
}

/** Words whose next word is of one list. */
const followed: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^\s*machine\s+$/, ['machine']],
  [/^\s*expect\s+fault\s+(?:segv\s+)?$/, ['fault']],
  [/^\s*expect\s+error\s+$/, ['errno_code']],
  [/^\s*ask\s+$/, ['ask']],
  [/^\s*note\s+at\s+$/, ['happening']],
  [/^\s*set\s+policy\s+$/, ['policy']],
  [/^\s*compare\s+(?:[\w-]+\s*,\s*)*$/, ['policy']],
];
const options: readonly (readonly [RegExp, readonly string[]])[] = [
  [/\bpolicy\s+$/, ['policy']],
  [/\b(?:on|cost)\s+$/, ['medium']],
  [/\bthp\s+$/, ['thp']],
  [/\bstacks\s+$/, ['stacks']],
  [/\bovercommit\s+$/, ['overcommit']],
  [/\bfit\s+$/, ['fit']],
  [/\blist\s+$/, ['list_order']],
];
const pick = (table: typeof followed, line: string) => table.find(([form]) => form.test(line))?.[1];

export function whereAt(text: string, offset: number): Where {
  const before = text.slice(0, offset);
  const start = before.lastIndexOf('\n') + 1;
  const whole = before.slice(start);
  // Within a comment or a text nothing is proposed.
  if ((whole.replace(/\\./g, '').match(/"/g)?.length ?? 0) % 2 === 1) return nothing();
  if (/#/.test(bare(whole)) || bare(whole).length < whole.length) return nothing();
  const word = /[A-Za-z_][\w-]*$/.exec(whole)?.[0] ?? '';
  const line = bare(whole.slice(0, whole.length - word.length));
  if (/[\d/]$/.test(line)) return nothing(word);

  const block = openBlock(before.slice(0, before.length - word.length));
  if (block === 'machine') {
    const value = pick(options, line);
    return value ? only(word, ...value) : only(word, 'option');
  }
  if (block === 'file' || block === 'program') return nothing(word);
  const next = pick(followed, line);
  if (next) return only(word, ...next);
  if (/=\s*start\s+$/.test(line)) return { lists: ['program'], names: false, word };

  const action = openCall(line);
  const expects = /^\s*(?:expect|ask)\b/.test(line);
  if (action !== undefined)
    return { lists: expects ? ['expect'] : ['arguments'], names: true, word, action };
  if (expects) return { lists: ['expect'], names: true, word };
  const begins = /^\s*$/.test(line);
  if (block === 'thread' || /^\s*thread\b[^{]*\{/.test(line))
    return { lists: ['action', 'step'], names: true, word };
  const subject = /^\s*[A-Za-z_]\w*(?:\.\w+)?\s*:/.test(line);
  if (subject) {
    const part = line.slice(Math.max(line.lastIndexOf(':'), line.lastIndexOf(';')) + 1);
    const first = /^\s*(?:\w+\s*=\s*)?$/.test(part);
    return { lists: first ? ['action', 'step'] : [], names: true, word };
  }
  if (begins) return { lists: ['directive', 'declaration'], names: true, word };
  return nothing(word);
}

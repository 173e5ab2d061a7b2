// SPDX-License-Identifier: MIT
// Where a line goes in a text. Lines are counted from 1; what the server says about lines counts the same.

/** Braces that a line opens less those that it closes, outside texts and comments. */
function balance(line: string): number {
  const bare = line.replace(/"(?:[^"\\]|\\.)*"?/g, '').replace(/#.*/, '');
  return [...bare].reduce((sum, c) => sum + (c === '{' ? 1 : c === '}' ? -1 : 0), 0);
}

interface Block {
  readonly first: number;
  readonly last: number;
}

/** The lines, at the outermost level, that `line` stands in. */
function blockAround(lines: readonly string[], line: number): Block {
  let depth = 0;
  let first = 1;
  for (let i = 0; i < lines.length; i++) {
    if (depth === 0) first = i + 1;
    depth = Math.max(0, depth + balance(lines[i] ?? ''));
    if (i + 1 >= line && depth === 0) return { first, last: i + 1 };
  }
  return { first, last: lines.length };
}

/** What threads and programs are made of is run from elsewhere. */
const DECLARED = /^\s*(thread|program|machine|file)\b/;
/** They judge the operation before them. */
const JUDGES = /^\s*expect\b/;
/** They belong to the operation behind them. */
const TELLS = /^\s*(note|ask|section|bookmark)\b|^\s*(#.*)?$/;

const split = (text: string): string[] => {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
};

export interface Placed {
  readonly text: string;
  /** Where the first of the new lines stands. */
  readonly line: number;
}

function put(lines: readonly string[], after: number, added: string): Placed {
  const all = [...lines.slice(0, after), added, ...lines.slice(after)];
  return { text: `${all.join('\n')}\n`, line: after + 1 };
}

/** Behind the line whose operation was the last, and what judges it. Undefined: there is no such place. */
export function insertAfter(text: string, line: number, added: string): Placed | undefined {
  const lines = split(text);
  if (line < 1 || line > lines.length) return undefined;
  const { first, last } = blockAround(lines, line);
  if (DECLARED.test(lines[first - 1] ?? '')) return undefined;
  let after = last;
  while (JUDGES.test(lines[after] ?? '')) after++;
  return put(lines, after, added);
}

/** Before the line whose operation comes first, and what is told about it. */
export function insertBefore(text: string, line: number, added: string): Placed | undefined {
  const lines = split(text);
  if (line < 1 || line > lines.length) return undefined;
  const { first } = blockAround(lines, line);
  if (DECLARED.test(lines[first - 1] ?? '')) return undefined;
  let before = first;
  while (before > 2 && TELLS.test(lines[before - 2] ?? '')) before--;
  return put(lines, before - 1, added);
}

/** How many lines a text has. */
export const linesOf = (text: string): number => split(text).length;

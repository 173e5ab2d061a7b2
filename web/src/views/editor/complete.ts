// SPDX-License-Identifier: MIT
// What is proposed at a place of a text, and what a word there means, from the engine's own tables.
import { words } from '../../text/editor.ts';
import { language, type Word } from './generated.ts';
import { bare, namesIn, type Defined } from './names.ts';
import { whereAt, type Where } from './where.ts';

export interface Proposal {
  readonly label: string;
  /** What is put in; the cursor then stands where it has `|`, else at its end. */
  readonly insert: string;
  readonly kind: 'keyword' | 'function' | 'variable' | 'constant';
  readonly about: string;
  readonly usage: string;
}
export interface Proposals {
  /** Where the word begins that they replace. */
  readonly from: number;
  readonly list: readonly Proposal[];
}

const byList = new Map<string, Word[]>();
for (const row of language) {
  const rows = byList.get(row.list) ?? [];
  // A word of `expect` that is a counter, too, is explained once.
  if (!rows.some((r) => r.word === row.word)) rows.push(row);
  byList.set(row.list, rows);
}
const rowsOf = (list: string): readonly Word[] => byList.get(list) ?? [];
export const wordsOf = (...lists: string[]): ReadonlySet<string> =>
  new Set(lists.flatMap((list) => rowsOf(list).map((row) => row.word)));
const actionNamed = (name: string) => rowsOf('action').find((row) => row.word === name);

/** Programs that need no declaration. */
const PROGRAMS = 'empty cat grep ls sh shell bash editor browser'.split(' ');

function proposalOf(row: Word): Proposal {
  const usage = row.usage ?? row.word;
  const calls = row.list === 'action' || (row.list === 'expect' && usage.includes('('));
  const empty = calls && usage.includes(`${row.word}()`);
  if (row.list === 'ask') return questionOf(row);
  return {
    label: row.word,
    insert: calls ? `${row.word}(${empty ? ')' : '|)'}` : row.word,
    kind: calls
      ? 'function'
      : ['directive', 'declaration', 'step', 'option'].includes(row.list)
        ? 'keyword'
        : 'constant',
    about: row.about,
    usage,
  };
}
/** A kind of question, of something where its row says so, and room for the words. */
function questionOf({ word, about }: Word): Proposal {
  const of = about.startsWith(`${word}(`);
  return {
    label: word,
    insert: of ? `${word}(|) ""` : `${word} "|"`,
    kind: of ? 'function' : 'constant',
    about,
    usage: of ? `ask ${word}(…) "…"` : `ask ${word} "…"`,
  };
}
const proposalOfName = ({ name, line, by }: Defined, insert = name): Proposal => ({
  label: name,
  insert,
  kind: 'variable',
  about: words.definedAt(line),
  usage: by,
});

/** Lists that the arguments of an action are taken from. */
const argumentLists = (action: string): readonly string[] =>
  (actionNamed(action)?.from ?? '').split(' ').filter(Boolean);

function fromTables({ lists, action = '' }: Where): Proposal[] {
  const wanted = lists.flatMap((list) => (list === 'arguments' ? argumentLists(action) : [list]));
  const rows = wanted.flatMap((list) => rowsOf(list).map(proposalOf));
  if (!lists.includes('program')) return rows;
  return PROGRAMS.map((name) => ({
    label: name,
    insert: name,
    kind: 'constant' as const,
    about: '',
    usage: words.startOf(name),
  }));
}

function fromText({ lists, names, action }: Where, defined: readonly Defined[]): Proposal[] {
  if (lists.includes('program'))
    return defined.filter((d) => d.kind === 'program').map((d) => proposalOfName(d));
  if (!names) return [];
  // A line begins with who acts.
  if (lists.includes('directive'))
    return defined.filter((d) => d.kind === 'process').map((d) => proposalOfName(d, `${d.name}: `));
  const fits = (d: Defined) =>
    d.kind === 'file' || d.kind === 'program'
      ? action === 'mmap' || action === 'open' || action === 'cached' || action === 'length'
      : d.kind !== 'body' || action === 'create' || action === undefined;
  return defined.filter(fits).map((d) => proposalOfName(d));
}

export function complete(text: string, offset: number): Proposals | undefined {
  const where = whereAt(text, offset);
  // What stands on this very line is not defined before it.
  const above = text.slice(0, text.lastIndexOf('\n', offset - 1) + 1);
  const list = [...fromText(where, namesIn(above)), ...fromTables(where)];
  return list.length > 0 ? { from: offset - where.word.length, list } : undefined;
}

export interface Explained {
  readonly from: number;
  readonly to: number;
  readonly usage: string;
  readonly about: string;
}

/** The lists in which a word at this place is looked up, the likeliest first. */
function likely(where: Where, called: boolean, before: string): readonly string[] {
  const plain = ['step', 'directive', 'declaration'];
  if (called && /^\s*ask\s+$/.test(before)) return ['ask'];
  if (called)
    return /^\s*(expect|ask)\b/.test(before) ? ['expect', 'action'] : ['action', 'expect'];
  const given = where.lists.flatMap((l) =>
    l === 'arguments' ? argumentLists(where.action ?? '') : [l],
  );
  return [...given, ...plain, 'expect'];
}

/** What the word at an offset means; undefined where nothing is known. */
export function explain(text: string, offset: number): Explained | undefined {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset);
  const line = bare(text.slice(start, end < 0 ? undefined : end));
  let [from, to] = [offset - start, offset - start];
  while (from > 0 && /[\w-]/.test(line[from - 1] ?? '')) from--;
  while (/[\w-]/.test(line[to] ?? '')) to++;
  const word = line.slice(from, to);
  if (!/^[A-Za-z_]/.test(word)) return undefined;
  const place = { from: start + from, to: start + to };
  const defined = namesIn(text).find((d) => d.name === word);
  const called = /^\s*\(/.test(line.slice(to));
  if (defined && !called)
    return { ...place, usage: defined.by, about: words.definedAt(defined.line) };
  const where = whereAt(text, start + from);
  for (const list of likely(where, called, line.slice(0, from))) {
    const row = rowsOf(list).find((r) => r.word === word);
    if (row) return { ...place, usage: row.usage ?? row.word, about: row.about };
  }
  return undefined;
}

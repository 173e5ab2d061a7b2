// SPDX-License-Identifier: MIT
// Colours for the scenario language. Only for the eye: what a text means the server alone decides.
import { StreamLanguage, type StringStream } from '@codemirror/language';
import { wordsOf } from './complete.ts';

const directives = wordsOf('declaration', 'directive', 'step', 'option');
const calls = wordsOf('action');
const expected = wordsOf('expect');
const words = wordsOf(
  'prot',
  'map',
  'open',
  'policy',
  'fault',
  'advice',
  'machine',
  'medium',
  'expect',
);
/** Words that stand between others, in no table of their own. */
const between = new Set(
  'vmscope start in at order segment locals text data bss rodata tls needs interpreter mode uid gid or and not else'.split(
    ' ',
  ),
);

function token(stream: StringStream): string | null {
  if (stream.eatSpace()) return null;
  if (stream.match('#')) {
    stream.skipToEnd();
    return 'comment';
  }
  if (stream.match(/^"(?:[^"\\]|\\.)*"?/)) return 'string';
  if (stream.match(/^0x[0-9a-fA-F_]+/) || stream.match(/^\d[\d_]*[KMG]?\b/)) return 'number';
  // The subject of a line: A: or A.T1:
  if (stream.match(/^[A-Za-z_][\w.]*(?=\s*:)/)) return 'typeName';
  const name = stream.match(/^[A-Za-z_][\w-]*/) as RegExpMatchArray | null;
  if (name) {
    const [word] = name;
    const call = /^\s*\(/.test(stream.string.slice(stream.pos));
    if (call && (calls.has(word) || expected.has(word))) return 'variableName.function';
    if (directives.has(word) || between.has(word)) return 'keyword';
    if (calls.has(word)) return 'variableName.function';
    return words.has(word) ? 'atom' : 'variableName';
  }
  stream.next();
  return 'operator';
}

export const scenarioLanguage = StreamLanguage.define({
  name: 'vmscope',
  token,
  tokenTable: {},
  languageData: { commentTokens: { line: '#' }, closeBrackets: { brackets: ['(', '{', '"'] } },
});

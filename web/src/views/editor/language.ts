// SPDX-License-Identifier: MIT
// Colours for the scenario language. Only for the eye: what a text means the server alone decides.
import { StreamLanguage, type StringStream } from '@codemirror/language';

const directives = new Set(
  (
    'vmscope title shows machine program file param start note bookmark section ask expect compare refs repeat in ' +
    'at preset run order segment data text bss rodata needs interpreter mode uid gid pie fixed static thread mutex policy frames swap tlb seed'
  ).split(' '),
);
const calls = new Set(
  'mmap munmap mprotect brk fork exec execve exit wait waitpid load store sigaction page read write'.split(
    ' ',
  ),
);
const words = new Set(
  (
    'private shared anonymous fixed rw rx r w x rwx ro pages page fifo lru clock opt fault zero minor major ' +
    'cow reuse segv maperr accerr bus none copies evictions writebacks resident rss tables cached and or not'
  ).split(' '),
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
    if (directives.has(word)) return 'keyword';
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

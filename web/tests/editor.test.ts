// SPDX-License-Identifier: MIT
// What the editor proposes and explains, at places of a text. `|` is the place.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { language } from '../src/views/editor/generated.ts';
import { complete, explain } from '../src/views/editor/complete.ts';
import { namesIn } from '../src/views/editor/names.ts';

const TEXT = `vmscope 1
machine x86-64 { frames 64  swap 16 }
file /data 3 pages
program p { data { counter = 0; flag = 1 } }
mutex m
thread worker(n) {
  lock(m)
}
A = start p
A: heap = mmap(2 pages, rw, private)
A: B = fork() # child
`;
function at(line: string, text = TEXT) {
  const whole = text + line;
  const offset = whole.indexOf('|', text.length);
  return { text: whole.replace('|', ''), offset };
}
function labels(line: string): readonly string[] {
  const { text, offset } = at(line);
  return complete(text, offset)?.list.map((p) => p.label) ?? [];
}
const has = (line: string, ...wanted: string[]) => {
  const found = labels(line);
  for (const word of wanted) assert.ok(found.includes(word), `${line}: ${word}`);
};
const not = (line: string, ...unwanted: string[]) => {
  const found = labels(line);
  for (const word of unwanted) assert.ok(!found.includes(word), `${line}: no ${word}`);
};

test('at the beginning of a line: who acts, directives, declarations', () => {
  has('|', 'A', 'B', 'expect', 'note', 'program', 'machine');
  not('|', 'mmap', 'heap', 'rw');
  const { text, offset } = at('A|');
  const subject = complete(text, offset)?.list.find((p) => p.label === 'A');
  assert.equal(subject?.insert, 'A: ');
  assert.equal(complete(text, offset)?.from, offset - 1);
});

test('behind a subject: actions and steps, also after an equals sign and a semicolon', () => {
  has('A: |', 'mmap', 'store', 'refs', 'heap');
  has('A: q = mm|', 'mmap');
  has('A: load(heap); st|', 'store');
  not('A: |', 'expect', 'frames');
});

test('arguments come from the lists that the action names, and from the text', () => {
  has('A: x = mmap(1 page, |', 'rw', 'shared', 'at', '/data', 'heap');
  has('A: madvise(heap, |', 'dontneed', 'pageout');
  has('A: kill(B, |', 'SIGTERM', 'B');
  has('A: T = create(|', 'worker');
  not('A: load(|', 'rw', 'dontneed', '/data', 'worker');
  has('A: lock(|', 'm');
});

test('options of a machine, and their values', () => {
  has('machine x86-64 { |', 'frames', 'policy', 'watermarks');
  has('machine x86-64 { frames 8  policy |', 'clock', 'lru');
  has('machine x86-64 { swap 8 on |', 'ssd');
  has('machine |', 'paper', 'x86-64');
  not('machine x86-64 { |', 'mmap', 'expect');
});

test('words of expect, of faults and errors, happenings and policies', () => {
  has('expect |', 'frames', 'tlb_hits', 'heap');
  has('expect frames(|', 'heap', 'A');
  has('expect fault |', 'cow', 'segv maperr');
  has('expect error |', 'ENOMEM', 'none');
  has('note at |', 'cow_copy');
  has('set policy |', 'arc');
  has('compare fifo, |', 'opt');
  has('C = start |', 'empty', 'shell', 'p');
});

test('nothing in texts, comments and numbers', () => {
  assert.deepEqual(labels('note "A: |'), []);
  assert.deepEqual(labels('# A: |'), []);
  assert.deepEqual(labels('A: store(heap, 2|'), []);
});

test('an action is put in with its parentheses; the cursor goes between them', () => {
  const { text, offset } = at('A: sto|');
  const store = complete(text, offset)?.list.find((p) => p.label === 'store');
  assert.equal(store?.insert, 'store(|)');
  const fork = complete(text, offset)?.list.find((p) => p.label === 'fork');
  assert.equal(fork?.insert, 'fork()');
});

test('names of a text, by line; of what stands above only', () => {
  const names = Object.fromEntries(namesIn(TEXT).map((d) => [d.name, `${d.kind} ${d.line}`]));
  assert.deepEqual(names, {
    '/data': 'file 3',
    p: 'program 4',
    counter: 'value 4',
    flag: 'value 4',
    m: 'lock 5',
    worker: 'body 6',
    A: 'process 9',
    heap: 'value 10',
    B: 'process 11',
  });
});

test('a word is explained by its row, a name by its line', () => {
  const said = (line: string) => {
    const { text, offset } = at(line);
    return explain(text, offset);
  };
  assert.match(said('A: for|k()')?.about ?? '', /child/);
  assert.match(said('A: mm|ap(1 page, rw)')?.usage ?? '', /mmap\(/);
  assert.match(said('A: x = mmap(1 page, po|pulate)')?.about ?? '', /come now/);
  assert.match(said('exp|ect frames(heap) = 1')?.about ?? '', /judges/);
  assert.match(said('expect fra|mes(heap) = 1')?.about ?? '', /distinct frames/);
  assert.match(said('machine x86-64 { fra|mes 8 }')?.about ?? '', /physical memory/);
  assert.equal(said('A: load(he|ap)')?.usage, 'A: heap = mmap(2 pages, rw, private)');
  assert.equal(said('A: load(4|2)'), undefined);
  assert.equal(said('note "fo|rk"'), undefined);
});

test('kinds of questions are completed with room for their words, and explained', () => {
  has('ask |', 'fault', 'victim', 'frame', 'pa', 'value', 'choice');
  not('ask |', 'tlb_hits', 'mmap');
  const insert = (line: string, word: string) => {
    const { text, offset } = at(line);
    return complete(text, offset)?.list.find((p) => p.label === word)?.insert;
  };
  assert.equal(insert('ask fa|', 'fault'), 'fault "|"');
  assert.equal(insert('ask fr|', 'frame'), 'frame(|) ""');
  has('ask frame(|', 'heap');
  for (const [line, about] of [
    ['ask vic|tim "Which one?"', /leaves/],
    ['ask fra|me(heap) "Where?"', /in which frame/],
  ] as const) {
    const { text, offset } = at(line);
    assert.match(explain(text, offset)?.about ?? '', about);
  }
});

test('every list of words that an action or an option is taken from is proposed there, whole', () => {
  const listed = (list: string) => language.filter((row) => row.list === list).map((r) => r.word);
  for (const row of language.filter(({ list }) => list === 'action'))
    for (const list of (row.from ?? '').split(' ').filter(Boolean)) {
      assert.ok(listed(list).length > 0, `${row.word}: ${list} has words`);
      has(`A: x = ${row.word}(heap, |`, ...listed(list));
    }
  for (const [option, list] of [
    ['policy', 'policy'],
    ['thp', 'thp'],
    ['stacks', 'stacks'],
    ['overcommit', 'overcommit'],
    ['fit', 'fit'],
    ['list', 'list_order'],
    ['swap 8 on', 'medium'],
    ['files on', 'medium'],
    ['cost', 'medium'],
  ] as const)
    has(`machine x86-64 { ${option} |`, ...listed(list));
  has('expect fault |', ...listed('fault'));
  has('expect error |', ...listed('errno_code'));
  has('note at |', ...listed('happening'));
});

// SPDX-License-Identifier: MIT
// Where a line goes in a text, and which names and lines are offered.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { insertAfter, insertBefore, linesOf } from '../src/app/writing/insert.ts';
import { lineOf } from '../src/app/writing/offers.ts';
import { freshName, freshProcess, pieces } from '../src/app/writing/target.ts';

const TEXT = `vmscope 1
machine x86-64 { frames 64 }
thread worker(n) {
  repeat n { *x = 1 }
}

A = start empty
note "It begins."
A: heap = mmap(2 pages, rw, private)
repeat 3 {
  A: store(heap)
  expect fault none
}
expect frames(heap) = 1
expect copies = 0
B = start empty
`;

test('a line goes behind the operation that was the last, and behind what judges it', () => {
  assert.equal(insertAfter(TEXT, 9, 'A: B = fork()')?.line, 10);
  const behind = insertAfter(TEXT, 11, 'NEW');
  assert.equal(behind?.line, 16, 'behind the whole repetition and its expectations');
  assert.equal(behind?.text.split('\n')[15], 'NEW');
  assert.equal(linesOf(behind?.text ?? ''), linesOf(TEXT) + 1);
  assert.equal(insertAfter(TEXT, 16, 'NEW')?.text, `${TEXT}NEW\n`);
});

test('in the middle of what threads are made of there is no place', () => {
  assert.equal(insertAfter(TEXT, 4, 'NEW'), undefined);
  assert.equal(insertAfter(TEXT, 99, 'NEW'), undefined);
  assert.equal(insertAfter(TEXT, 0, 'NEW'), undefined);
});

test('before the first operation, and before what is told about it', () => {
  assert.equal(insertBefore(TEXT, 7, 'NEW')?.line, 6);
  assert.equal(insertBefore(TEXT, 9, 'NEW')?.line, 8);
});

test('a brace in a text or a comment opens nothing', () => {
  const text = 'vmscope 1\nnote "a { b"\n# {\nA = start empty\nB = start empty\n';
  assert.equal(insertAfter(text, 4, 'NEW')?.line, 5);
});

test('new names are those that the text does not use', () => {
  assert.equal(freshProcess('A = start empty\nA: B = fork()\n'), 'C');
  assert.equal(freshProcess('note "A and B"\n# C\n'), 'A', 'what is told counts for nothing');
  assert.equal(freshName('heap = 1', ['heap', 'p']), 'p');
  assert.equal(freshName('heap = 1 p q', ['heap', 'p']), 'heap2');
  assert.equal(freshName('heaped', ['heap']), 'heap');
});

test('pieces of machines without pages are known by their names until they are given back', () => {
  const scene = undefined as never;
  const text =
    'A: p = alloc(100); q = alloc(3)\nB: p = alloc(1)\nA: c = cache(600)\nA: release(p)\n';
  assert.deepEqual(pieces({ scene, text }, 'A'), [
    { name: 'q', by: 'alloc' },
    { name: 'c', by: 'cache' },
  ]);
});

test('a value stands in its place, and cannot end the line or a text', () => {
  const offer = { id: 'note', label: '', line: 'note "{}"', asks: { label: '', value: 'x' } };
  assert.equal(lineOf(offer, 'he said "no"\nexit'), 'note "he said  no  exit"');
  assert.equal(lineOf(offer), 'note "x"');
});

// SPDX-License-Identifier: MIT
// The home page and the shipped scenarios name each other: none is missing, none is left over.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { matching, placedNames } from '../src/app/home/library.ts';

test('every shipped scenario stands under a subject, with a sentence', () => {
  const shipped = readdirSync('../db/library')
    .filter((name) => name.endsWith('.vms'))
    .map((name) => name.replace('.vms', ''));
  assert.deepEqual([...placedNames].sort(), shipped.sort());
});

test('a search finds all words, and failing that most of them', () => {
  const list = ['Fork and copy-on-write', 'A write to a pipe', 'The TLB'];
  const find = (search: string) => matching(list, (text) => text, search);
  assert.deepEqual(find(''), list);
  assert.deepEqual(find('TLB'), ['The TLB']);
  assert.deepEqual(find('write copy'), ['Fork and copy-on-write']);
  assert.deepEqual(find('why does a write copy a page'), ['Fork and copy-on-write']);
  assert.deepEqual(find('why does it move'), []);
});

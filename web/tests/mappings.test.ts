// SPDX-License-Identifier: MIT
// The modes of files, and the words of page states beside the engine's.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bookWords, stateWords } from '../src/views/mappings/mappings.ts';
import { modeText } from '../src/views/memory/files/files.ts';
import { media } from '../src/wire/generated.ts';

test('a mode reads as ls writes it', () => {
  assert.equal(modeText(0o644), 'rw-r--r--');
  assert.equal(modeText(0o600), 'rw-------');
  assert.equal(modeText(0o755), 'rwxr-xr-x');
  assert.equal(modeText(0), '---------');
});

test('each state of a page has the words of both books', () => {
  assert.equal(bookWords.length, stateWords.length);
  const of = (state: string) => bookWords[(stateWords as readonly string[]).indexOf(state)];
  assert.equal(of('no mapping')?.csapp, 'unallocated');
  assert.equal(of('in swap only')?.ostep, 'valid, not present');
  assert.equal(of('in a frame')?.csapp, 'cached');
});

test('the kinds of memory go from a nanosecond to most of a minute', () => {
  const times = media.map(({ picoseconds }) => picoseconds);
  assert.equal(Math.min(...times), 900);
  assert.equal(Math.max(...times) / 1e12, 50);
});

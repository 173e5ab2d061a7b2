// SPDX-License-Identifier: MIT
// Which scenarios a mistyped id may mean.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearest } from '../src/app/nearest.ts';

const all = [
  'lib-fork-copy-on-write',
  'lib-tlb',
  'lib-tlb-shootdown',
  'lib-clock',
  'lib-buddy',
].map((id) => ({ id }));
const ids = (wanted: string) => nearest(wanted, all).map(({ id }) => id);

test('the same words count most, then words that begin alike', () => {
  assert.deepEqual(ids('lib-fork-copy'), ['lib-fork-copy-on-write']);
  assert.deepEqual(ids('lib-shootdwn'), ['lib-tlb-shootdown']);
  assert.deepEqual(ids('TLB'), ['lib-tlb', 'lib-tlb-shootdown']);
});

test('what is like nothing means nothing', () => {
  assert.deepEqual(ids('k3Xq9'), []);
  assert.deepEqual(ids('lib'), []);
  assert.deepEqual(ids(''), []);
});

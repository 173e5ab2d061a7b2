// SPDX-License-Identifier: MIT
// Bookmarks, a change in words, the lanes a machine has.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allMarks, neighbour, readOwn, STORE_KEY, writeOwn } from '../src/app/time/bookmarks.ts';
import { Machine, Names, at } from '../src/model/index.ts';
import { differences, entryText, historyOf, rowText } from '../src/narration/changes.ts';
import { allHeat, panned } from '../src/views/timeline/buckets.ts';
import { heightOf, rowsOf } from '../src/views/timeline/rows.ts';
import type { Change } from '../src/wire/generated.ts';
import type { Lanes, Note } from '../src/wire/messages.ts';

function memory(): { getItem(key: string): string | null; setItem(key: string, v: string): void } {
  const kept = new Map<string, string>();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, v) => void kept.set(key, v) };
}

test('own bookmarks are kept by scenario, and survive nonsense in the store', () => {
  const store = memory();
  const mark = { position: at(7, 3), name: 'the copy', own: true };
  writeOwn(store, 'a', [mark]);
  writeOwn(store, 'b', [{ ...mark, position: at(2) }]);
  assert.deepEqual(readOwn(store, 'a'), [mark]);
  assert.deepEqual(readOwn(store, 'b')[0]?.position, at(2));
  assert.deepEqual(readOwn(store, 'c'), []);
  writeOwn(store, 'a', []);
  assert.deepEqual(readOwn(store, 'a'), []);
  for (const nonsense of ['', '{', '[1]', '{"a":7}', '{"a":[{"at":"x"},{"at":"3","name":4}]}']) {
    store.setItem(STORE_KEY, nonsense);
    assert.ok(readOwn(store, 'a').every((m) => m.position.op === 3 && m.name === ''));
  }
  const full = {
    getItem: () => null,
    setItem: () => {
      throw new Error('full');
    },
  };
  writeOwn(full, 'a', [mark]);
});

test('only so many are kept: the oldest go first', () => {
  const store = memory();
  const many = Array.from({ length: 60 }, (_, i) => ({ position: at(i), name: '', own: true }));
  writeOwn(store, 'a', many);
  assert.equal(readOwn(store, 'a').length, 50);
  assert.deepEqual(readOwn(store, 'a')[0]?.position, at(10));
  for (let i = 0; i < 101; i++) writeOwn(store, `s${i}`, many.slice(0, 1));
  assert.deepEqual(readOwn(store, 'a'), []);
  assert.equal(readOwn(store, 's100').length, 1);
});

test('bookmarks of the author and one’s own in the order of time', () => {
  const note = (kind: Note['kind'], position: number): Note => ({
    kind,
    position,
    line: 1,
    at: '',
    text: kind,
  });
  const own = [{ position: at(4, 2), name: 'mine', own: true }];
  const marks = allMarks([note('text', 1), note('section', 3), note('bookmark', 9)], own);
  assert.deepEqual(
    marks.map((m) => m.name),
    ['section', 'mine', 'bookmark'],
  );
  assert.equal(neighbour(marks, at(3), 1)?.name, 'mine');
  assert.equal(neighbour(marks, at(4, 2), 1)?.name, 'bookmark');
  assert.equal(neighbour(marks, at(4, 2), -1)?.name, 'section');
  assert.equal(neighbour(marks, at(3), -1), undefined);
  assert.equal(neighbour(marks, at(9), 1), undefined);
});

test('a change says which columns are different, an entry what it points at', () => {
  const machine = new Machine();
  const reader = { machine, names: new Names([], machine) };
  const entry = 20 * 2 ** 16 + 0x87; // frame 20, P W U, leaf
  assert.equal(entryText(reader, entry), 'frame 0x14 P W U');
  assert.equal(entryText(reader, 0), 'nothing');
  const change: Change = {
    event: 'pte',
    change: true,
    old: { table: 7, index: 509, entry: 0 },
    now: { table: 7, index: 509, entry },
  };
  assert.equal(rowText(reader, change), 'entry 509 of table 7');
  assert.deepEqual(differences(reader, change), [
    { column: 'entry', old: 'nothing', now: 'frame 0x14 P W U' },
  ]);
  assert.deepEqual(historyOf({ kind: 'page', pid: 1, vpn: 5 }), { pid: 1, page: 5 });
  assert.equal(historyOf({ kind: 'event', position: at(3) }), undefined);
});

test('lanes: one a processor, and what more processors need in height', () => {
  const machine = new Machine();
  const none = [0, 0];
  const lanes: Lanes = {
    from: 0, to: 2, buckets: 2, pid: none, tid: none, minor: none, major: none, cow: none,
    evict: none, disk: none, signal: none, cpus: Array(4).fill({ pid: none, tid: none }),
  }; // prettier-ignore
  assert.equal(rowsOf(machine, lanes, 'full')[0]?.cpu, -1);
  const four = Object.assign(new Machine(), { cpus: () => 4 });
  const rows = rowsOf(four, lanes, 'full');
  assert.deepEqual(
    rows.slice(0, 5).map((row) => row.cpu),
    [0, 1, 2, 3, undefined],
  );
  assert.equal(rows.length, 6);
  assert.match(heightOf(rowsOf(machine, lanes, 'full'), 'full'), /^var/);
  assert.match(heightOf(rows, 'compact'), /^[\d.]+rem$/);
  assert.equal(rowsOf(four, lanes, 'projector').length, 2);
});

test('panning stays within the run; the strip shows where anything happened', () => {
  assert.deepEqual(panned({ from: 10, to: 20 }, -50, 100), { from: 0, to: 10 });
  assert.deepEqual(panned({ from: 10, to: 20 }, 500, 100), { from: 90, to: 100 });
  const quiet = [0, 0, 0, 0];
  const lanes: Lanes = {
    from: 0, to: 4000, buckets: 4, pid: quiet, tid: quiet, minor: [0, 0, 1, 0], major: quiet,
    cow: quiet, evict: quiet, disk: quiet, signal: quiet, cpus: [],
  }; // prettier-ignore
  assert.deepEqual(allHeat(lanes, 2), [0, 0.25]);
});

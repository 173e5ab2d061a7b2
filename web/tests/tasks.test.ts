// SPDX-License-Identifier: MIT
// Who waits for whom in a circle, and where the circle is drawn.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cycleOf, ringOf } from '../src/views/tasks/cycle.ts';
import type { Waiting } from '../src/views/tasks/tasks.ts';

const waits = (tid: number, holder: number, thread = 0): Waiting =>
  ({ task: { tid }, what: `mutex m${tid}`, pid: 0, tid: thread, holder }) as unknown as Waiting;

test('a circle is found wherever it begins, and a chain is none', () => {
  const edges = cycleOf([waits(7, 1), waits(1, 2), waits(2, 3), waits(3, 1)]);
  assert.deepEqual(
    edges.map((e) => [e.waits, e.holds]),
    [
      [1, 2],
      [2, 3],
      [3, 1],
    ],
  );
  assert.deepEqual(cycleOf([waits(1, 2), waits(2, 3)]), []);
  assert.equal(cycleOf([waits(4, 4)]).length, 1);
});

test('a join closes a circle as a lock does', () => {
  assert.equal(cycleOf([waits(1, 0, 2), waits(2, 1)]).length, 2);
});

test('every place of a ring lies inside of the picture', () => {
  for (let count = 1; count <= 8; count++)
    for (const place of ringOf(count, 560, 190)) {
      assert.ok(place.x >= 28 && place.x <= 532 && place.y >= 13 && place.y <= 177);
      assert.doesNotMatch(place.path, /NaN/);
    }
});

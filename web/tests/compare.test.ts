// SPDX-License-Identifier: MIT
// Where two runs first differ: found across quiet stretches and short answers, progress told, and ended
// when nobody waits for it any more.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstDifference, outcomeOf, type Asker } from '../src/app/compare/difference.ts';
import type { Happening } from '../src/wire/generated.ts';
import type { Step } from '../src/model/index.ts';

/** Per operation: who leaves, 0 for a fault without, undefined for none. */
type Run = readonly (number | undefined)[];

function stepOf(number: number, leaves: number | undefined): Step {
  const happenings: unknown[] = [];
  if (leaves !== undefined) happenings.push({ event: 'fault', change: false, fields: {} });
  if (leaves) happenings.push({ event: 'evict', change: false, fields: { pid: 1, vpn: leaves } });
  const micros = (happenings as Happening[]).map((happening) => ({ happening, changes: [] }));
  return { number, kind: 0, line: 0, tid: 0, micros, bulk: false };
}

function asker(run: Run, most: number): Asker & { asked: number } {
  return {
    asked: 0,
    async after(op) {
      this.asked++;
      const found = run.findIndex((leaves, i) => i + 1 > op && leaves !== undefined);
      return found < 0 ? undefined : found + 1;
    },
    async peek(from, to) {
      this.asked++;
      const end = Math.min(to, run.length, from + most);
      return run.slice(from, end).map((leaves, i) => stepOf(from + 1 + i, leaves));
    },
  };
}

const find = (a: Run, b: Run, from = 0, most = 1000) =>
  firstDifference(
    asker(a, most),
    asker(b, most),
    from,
    () => undefined,
    new AbortController().signal,
  );

test('an outcome is the faults and who left', () => {
  assert.deepEqual(outcomeOf(stepOf(3, 7)), { faults: 1, left: [{ pid: 1, vpn: 7 }] });
  assert.deepEqual(outcomeOf(undefined), { faults: 0, left: [] });
});

test('the first operation in which they differ', async () => {
  const none = undefined;
  assert.equal(await find([0, 0, none, 4], [0, 0, none, 4]), undefined);
  assert.equal(await find([0, 0, none, 4], [0, 0, none, 5]), 4);
  assert.equal(await find([0, 0, none, 4], [0, 0, none, none]), 4);
  assert.equal(await find([none, none], [none, 0]), 2);
  assert.equal(await find([1, 2, 3, 4], [9, 2, 3, 5], 1), 4);
  assert.equal(await find([], []), undefined);
});

test('every pair of short runs against looking at each operation', async () => {
  const values = [undefined, 0, 1, 2];
  for (let n = 0; n < 4 ** 6; n++) {
    const digit = (i: number) => values[Math.floor(n / 4 ** i) % 4];
    const [a, b] = [[0, 1, 2].map(digit), [3, 4, 5].map(digit)];
    const plain = a.findIndex((x, i) => x !== b[i]);
    for (const most of [1, 2, 9]) {
      assert.equal(await find(a, b, 0, most), plain < 0 ? undefined : plain + 1, `${a} | ${b}`);
    }
  }
});

test('a long quiet stretch costs no more than a short one, and the search can be ended', async () => {
  const quiet = Array.from({ length: 1e5 }, () => undefined as number | undefined);
  const one = asker([...quiet, 3], 1000);
  const other = asker([...quiet, 4], 1000);
  const signal = new AbortController();
  assert.equal(await firstDifference(one, other, 0, () => undefined, signal.signal), 1e5 + 1);
  assert.ok(one.asked <= 4, `${one.asked} questions`);

  const busy = Array.from({ length: 5000 }, () => 0);
  const seen: number[] = [];
  const found = await firstDifference(
    asker(busy, 100),
    asker(busy, 100),
    0,
    (op) => {
      seen.push(op);
      if (op >= 300) signal.abort();
    },
    signal.signal,
  );
  assert.equal(found, undefined);
  assert.deepEqual(seen, [100, 200, 300]);
});

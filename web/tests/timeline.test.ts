// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextSpeed, playPlan } from '../src/app/speed.ts';
import {
  bandsOf,
  bucketsFor,
  heatOf,
  marksOf,
  showsMarks,
  tickText,
  ticksOf,
  zoomed,
} from '../src/views/timeline/buckets.ts';
import type { Lanes } from '../src/wire/messages.ts';

const none = (n: number) => Array<number>(n).fill(0);
function lanes(from: number, to: number, buckets: number, more: Partial<Lanes> = {}): Lanes {
  const zero = none(buckets);
  const base = { minor: zero, major: zero, cow: zero, evict: zero, disk: zero, signal: zero };
  return { from, to, buckets, pid: zero, tid: zero, cpus: [], ...base, ...more };
}

test('ten operations have ten buckets, a million as many as there are pixels for', () => {
  assert.equal(bucketsFor({ from: 0, to: 10 }, 1200), 10);
  assert.equal(bucketsFor({ from: 0, to: 1e6 }, 1200), 600);
  assert.equal(bucketsFor({ from: 0, to: 0 }, 0), 1);
  assert.equal(showsMarks({ from: 0, to: 400 }, 1200), true);
  assert.equal(showsMarks({ from: 0, to: 1e6 }, 1200), false);
});

test('with one bucket an operation a mark stands at its operation', () => {
  const l = lanes(0, 5, 5, { cow: [0, 0, 1, 0, 2] });
  assert.deepEqual(marksOf(l, l.cow), [
    { op: 3, count: 1 },
    { op: 5, count: 2 },
  ]);
});

test('one event among many operations stays visible, a full bucket is 1', () => {
  const l = lanes(0, 1e6, 2, { minor: [1, 500000] });
  const [faint = 0, full] = heatOf(l, l.minor);
  assert.ok(faint >= 0.25 && faint < 0.5);
  assert.equal(full, 1);
  assert.equal(heatOf(l, none(2))[0], 0);
});

test('bands join where the same thread goes on, and nobody is no band', () => {
  const l = lanes(10, 80, 7, { pid: [1, 1, 2, 0, 1, 1, 1], tid: [1, 1, 2, 0, 1, 1, 3] });
  assert.deepEqual(bandsOf(l), [
    { pid: 1, tid: 1, from: 10, to: 30 },
    { pid: 2, tid: 2, from: 30, to: 40 },
    { pid: 1, tid: 1, from: 50, to: 70 },
    { pid: 1, tid: 3, from: 70, to: 80 },
  ]);
});

test('ticks are round, inside and never crowded', () => {
  for (const length of [1, 10, 412, 9999, 1e6]) {
    const ticks = ticksOf({ from: 0, to: length }, 1200);
    assert.ok(ticks.length >= 1 && ticks.length <= 15, `${length}: ${ticks}`);
    assert.ok(ticks.every((t) => t >= 0 && t <= length && Number.isInteger(t)));
  }
  assert.deepEqual([500, 25000, 1e6, 1500000].map(tickText), ['500', '25k', '1M', '1.5M']);
});

test('zooming keeps the place under the pointer and stays in the run', () => {
  const near = zoomed({ from: 0, to: 1000 }, 250, 0.5, 1000);
  assert.deepEqual(near, { from: 125, to: 625 });
  assert.deepEqual(zoomed(near, 300, 100, 1000), { from: 0, to: 1000 });
  const least = zoomed({ from: 100, to: 112 }, 105, 0.01, 1000);
  assert.ok(least.to - least.from >= 10);
});

test('playing owes whole steps and never races after a pause', () => {
  const first = playPlan(1, 225, 0);
  assert.deepEqual([first.unit, first.count], ['micro', 0]);
  assert.equal(playPlan(1, 225, first.owed).count, 1);
  assert.ok(playPlan(1, 60000, 0).count <= 1);
  assert.equal(playPlan(1024, 16, 0).unit, 'operation');
  assert.equal(nextSpeed(1, 1), 2);
  assert.equal(nextSpeed(0.5, -1), 0.5);
});

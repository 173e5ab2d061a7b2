// SPDX-License-Identifier: MIT
// The grid of frames: what of many is shown, and the way of a copy's arrow.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placeOf } from '../src/lib/draw/detail.ts';
import { flightBetween } from '../src/views/memory/flight.ts';
import { layoutFrames } from '../src/views/memory/frames.ts';
import { nearnessOf, WHOLE, within, zoomed } from '../src/views/memory/window.ts';

test('nearer are 4,096 frames and 256, on a machine that has more', () => {
  assert.deepEqual(nearnessOf(65536), [65536, 4096, 256]);
  assert.deepEqual(nearnessOf(4097), [4097, 4096, 256]);
  assert.deepEqual(nearnessOf(4096), [4096, 256], 'each step shows less than the one before');
  assert.deepEqual(nearnessOf(2048), [2048, 256]);
});

test('a step nearer shows the frame that was meant, a step back all again', () => {
  const whole = within(65536, WHOLE);
  assert.deepEqual(whole, { from: 0, count: 65536 });
  const table = zoomed(65536, whole, 1, 40000);
  assert.deepEqual(table, { from: 36864, count: 4096 });
  assert.ok(table);
  const last = zoomed(65536, table, 1, 40000);
  assert.deepEqual(last, { from: 39936, count: 256 });
  assert.ok(last);
  assert.equal(zoomed(65536, last, 1, 40000), undefined);
  assert.deepEqual(zoomed(65536, last, -1, 40000), table);
  assert.equal(zoomed(65536, table, -1, 40000), WHOLE);
  assert.equal(zoomed(65536, whole, -1, 0), undefined);
});

test('at the end of an odd number of frames the window is full, and it shrinks with the machine', () => {
  const end = zoomed(5000, within(5000, WHOLE), 1, 4999);
  assert.deepEqual(end, { from: 904, count: 4096 });
  assert.deepEqual(within(64, { from: 36864, count: 4096 }), { from: 0, count: 64 });
  assert.deepEqual(within(5000, { from: 4900, count: 256 }), { from: 4744, count: 256 });
});

test('an arrow begins outside its frame and ends at the other: below in a row, beside it elsewhere', () => {
  const layout = layoutFrames(64, 400, 400);
  const numbers = (d: string) => (d.match(/-?[\d.]+/g) ?? []).map(Number);
  const side = layout.size;
  const row = flightBetween(layout, 2, 9);
  assert.deepEqual(row.to, placeOf(layout, 9));
  const along = numbers(row.d);
  assert.deepEqual(along.slice(0, 2), [placeOf(layout, 2).x + side / 2, side + 4]);
  assert.deepEqual(along.slice(-2), [placeOf(layout, 9).x + side / 2, side + 5]);
  const left = numbers(flightBetween(layout, 9, 34).d);
  assert.equal(left.at(-2), placeOf(layout, 34).x + side + 5, 'from the right to the left');
  const right = numbers(flightBetween(layout, 34, 9).d);
  assert.equal(right.at(-2), placeOf(layout, 9).x - 5, 'from the left to the right');
  assert.equal(right[1], placeOf(layout, 34).y - 4, 'upwards it leaves at the top');
});

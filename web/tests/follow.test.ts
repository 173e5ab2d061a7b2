// SPDX-License-Identifier: MIT
// How far a panel scrolls to show the page of the step.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearest } from '../src/views/spaces/follow.ts';

test('what is in view does not move, what is not moves by no more than it must', () => {
  assert.equal(nearest(10, 20, 0, 100), 0);
  assert.equal(nearest(-30, -10, 0, 100), -30);
  assert.equal(nearest(90, 130, 0, 100), 30);
  // What is larger than the view begins where the view begins.
  assert.equal(nearest(50, 400, 0, 100), 50);
});

// SPDX-License-Identifier: MIT
// The home page and the shipped scenarios name each other: none is missing, none is left over.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { placedNames } from '../src/app/home/library.ts';

test('every shipped scenario stands under a subject, with a sentence', () => {
  const shipped = readdirSync('../db/library')
    .filter((name) => name.endsWith('.vms'))
    .map((name) => name.replace('.vms', ''));
  assert.deepEqual([...placedNames].sort(), shipped.sort());
});

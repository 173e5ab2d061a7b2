// SPDX-License-Identifier: MIT
// The registry names every folder that has a panel, each id has its words, and no two rows of one id fit
// the same machine.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { views } from '../src/views/registry.ts';
import { words } from '../src/text/views.ts';

/** Parts of the frame: they stand around the views and are in no place. */
const FRAME = ['narration', 'timeline', 'transport'];

test('every folder of views is in the registry', () => {
  const root = `${TEST_DATA}/../../src/views`;
  const text = readFileSync(`${root}/registry.ts`, 'utf8');
  const folders = readdirSync(root, { withFileTypes: true }).filter((d) => d.isDirectory());
  assert.ok(folders.length > 8);
  for (const { name } of folders)
    if (!FRAME.includes(name)) assert.match(text, new RegExp(`import\\('\\./${name}/`), name);
});

test('every view has a short name for the tabs of a phone', () => {
  const shorts: Readonly<Record<string, string>> = words.shorts;
  for (const { id } of views) {
    assert.ok(shorts[id], id);
    assert.ok((shorts[id] ?? '').length <= 10, `${id}: too long for a fifth of a phone`);
  }
});

// SPDX-License-Identifier: MIT
// One more operation at a step: where the line goes in the text, and which operations stand side by side.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addedBy, back, beside, inserted } from '../src/app/compare/branch.ts';
import { FrameKind } from '../src/wire/generated.ts';
import { differing, Machine, type Step } from '../src/model/index.ts';

const step = (number: number, line: number): Step => ({
  number,
  line,
  kind: 0,
  tid: 1,
  micros: [],
  bulk: false,
});
const text = 'vmscope 1\nA = start empty\n\nA: store(heap)\nA: load(heap)\n';

test('the line goes before the operation that runs next', () => {
  const lines = inserted(text, 'A: *heap = 9', step(1, 2), step(2, 4))?.split('\n');
  assert.equal(lines?.[3], 'A: *heap = 9');
  assert.equal(lines?.[4], 'A: store(heap)');
  assert.equal(inserted(text, 'X', step(3, 5), undefined), `${text}X\n`);
  assert.equal(inserted(text, 'X', undefined, step(1, 2))?.split('\n')[1], 'X');
});

test('in the middle of a line or a block there is no place for it', () => {
  assert.equal(inserted(text, 'X', step(2, 4), step(3, 4)), undefined);
  assert.equal(inserted(text, 'X', step(9, 5), step(10, 4)), undefined);
  assert.equal(inserted(text, 'X', step(1, 2), step(2, 0)), undefined);
});

test('from the step on, the operations behind the new ones stand beside the old', () => {
  assert.equal(addedBy([step(6, 4), step(7, 4), step(8, 5)], 4), 2);
  assert.equal(addedBy([step(6, 4)], 4), 1);
  assert.equal(addedBy([step(6, 5)], 4), 0);
  assert.deepEqual(
    [4, 5, 6].map((n) => beside(n, 5, 2)),
    [4, 7, 8],
  );
  for (const n of [0, 4, 5, 6, 90]) assert.equal(back(beside(n, 5, 2), 5, 2), n);
  assert.deepEqual([back(6, 5, 2), back(4, 5, 2)], [5, 4]);
});

test('two machines that are alike differ in nothing; a frame and its page are told on both sides', () => {
  const [one, other] = [new Machine(), new Machine()];
  assert.deepEqual([...differing(one, other).left.frames], []);
  const frame = {
    frame: 3,
    kind: FrameKind.anon,
    object: 0,
    index: 0,
    maps: 1,
    flags: 0,
    slot: 0,
    charge: 1,
  };
  const table = { table: 2, pid: 1, level: 1, frame: 0, base: 512, used: 1 };
  for (const machine of [one, other]) machine.rows.tables.table.set(2, table);
  one.rows.tables.frame.set(3, frame);
  one.rows.tables.pte.set(7, { table: 2, index: 5, entry: 3 * 2 ** 16 + 0x87 });
  other.rows.tables.pte.set(7, { table: 2, index: 5, entry: 4 * 2 ** 16 + 0x87 });
  const found = differing(one, other);
  assert.deepEqual([found.frames, found.pages, found.slots, found.tasks], [1, 1, 0, 0]);
  assert.deepEqual(found.left.pages, [{ pid: 1, vpn: 517 }]);
  assert.deepEqual([...found.right.entries], ['2:5']);
  // Only read since: no difference.
  other.rows.tables.pte.set(7, { table: 2, index: 5, entry: 3 * 2 ** 16 + 0x87 + 8 });
  assert.equal(differing(one, other).pages, 0);
});

// SPDX-License-Identifier: MIT
// Columns of vmstat from figures along the run; what a reason points to.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asked, columns, groups, rowsOf } from '../src/views/vmstat/columns.ts';
import { functionsOf, piecesOf, sourcesOf } from '../src/views/why/reason.ts';
import { types } from '../src/wire/generated.ts';
import { whys } from '../src/wire/whys.ts';

const figures = (series: Record<string, number[]>, at: number[]) => ({
  from: 0,
  to: 9,
  tau: 1000,
  at,
  series: Object.entries(series).map(([of, values]) => ({ of, pid: 0, values })),
});
const cell = (rows: ReturnType<typeof rowsOf>, row: number, name: string) =>
  rows[row]?.cells[columns.findIndex((c) => c.name === name)];

test('what is stands as it is, what happened counts from the row before', () => {
  const all = figures(
    { ready: [1, 2], faults: [3, 7], swap_ins: [0, 2], free_frames: [9, 8] },
    [0, 4],
  );
  const rows = rowsOf(all, 12);
  assert.deepEqual(
    rows.map((r) => r.op),
    [0, 4],
  );
  assert.equal(cell(rows, 1, 'r'), '2');
  assert.equal(cell(rows, 1, 'pgfault'), '4');
  // Pages of 4 KiB in KiB; pages of 64 bytes as pages.
  assert.equal(cell(rows, 1, 'si'), '8');
  assert.equal(cell(rowsOf(all, 6), 1, 'si'), '2');
  assert.equal(cell(rows, 1, 'free'), '32');
  // In the middle of a run the first point is only what the next one counts from.
  assert.deepEqual(
    rowsOf(figures({}, [4, 6]), 12).map((r) => r.op),
    [6],
  );
});

test('the server knows each word, and no more than it answers at once', () => {
  const own = ['free_frames', 'used_frames', 'dirty_pages', 'clock', 'ready', 'waiting'];
  for (const word of asked)
    assert.ok(
      own.includes(word) || (types.counter.names as readonly string[]).includes(word),
      word,
    );
  assert.ok(asked.length <= 16);
  assert.equal(
    groups.reduce((n, g) => n + g.span, 0),
    columns.length,
  );
});

test('a reason names functions of Linux and where to read on', () => {
  const why =
    'mmap removes the mapping, clears the entries (unmap_region). fork copies it (task_struct, dup_mm; OSTEP, section 15.3).';
  assert.deepEqual(functionsOf(why), ['unmap_region', 'task_struct', 'dup_mm']);
  assert.deepEqual(sourcesOf(why), ['OSTEP, section 15.3']);
  assert.deepEqual(sourcesOf('Nothing (to see) here.'), []);
  for (const text of Object.values(whys))
    assert.equal(
      piecesOf(text)
        .map((p) => p.text)
        .join(''),
      text,
    );
  const named = Object.values(whys).filter((text) => functionsOf(text).length > 0);
  assert.ok(named.length > 80, `${named.length} reasons name a function`);
});

// SPDX-License-Identifier: MIT
// Charts: axes, thinning, the nearest point; answers of analyses that come in parts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axesOf, linesOf } from '../src/app/trace/axes.ts';
import { curvesOf, styleOf, tableOf } from '../src/app/trace/curves.ts';
import { csvText } from '../src/lib/chart/export.ts';
import { scaleOf, shortNumber } from '../src/lib/chart/scale.ts';
import { extentOf, nearest, seriesOf, thinned } from '../src/lib/chart/series.ts';
import { join, readPart, type Answer } from '../src/wire/analysis.ts';
import { analyses, policies } from '../src/wire/generated.ts';
import { guessFormat, packingOf } from '../src/wire/upload.ts';

test('axes have round ticks, and values go there and back', () => {
  assert.deepEqual(scaleOf(0, 12, false, 6).ticks, [0, 2, 4, 6, 8, 10, 12]);
  assert.deepEqual(scaleOf(1, 5, false, 10, true).ticks, [1, 2, 3, 4, 5]);
  assert.deepEqual(scaleOf(1, 1000, true, 8).ticks, [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]);
  assert.deepEqual(scaleOf(1, 1e8, true, 4).ticks, [1, 100, 1e4, 1e6, 1e8]);
  for (const log of [false, true]) {
    const scale = scaleOf(3, 5000, log, 5);
    for (const value of [3, 17, 512, 5000])
      assert.ok(Math.abs(scale.back(scale.at(value)) - value) < 1e-6 * value);
    assert.equal(scale.at(3), 0);
    assert.equal(scale.at(5000), 1);
  }
  // Nothing to show still is an axis.
  assert.ok(scaleOf(4, 4, false, 5).ticks.length > 0);
  assert.ok(scaleOf(0, 0, true, 5).ticks.length > 0);
  assert.deepEqual([0, 950, 12000, 3400000, 0.00123].map(shortNumber), [
    '0',
    '950',
    '12 k',
    '3.4 M',
    '0.00123',
  ]);
});

test('a thinned line keeps every extreme', () => {
  const points = Array.from({ length: 100000 }, (_, i): [number, number] => [
    i,
    i === 54321 ? 99 : i % 7,
  ]);
  const series = seriesOf({ id: 'a', title: 'A', style: 0 }, points);
  const drawn = thinned(
    series,
    (x) => x / 200,
    (y) => y,
  );
  assert.ok(drawn.length <= 4 * 501, `${drawn.length}`);
  assert.ok(drawn.some(([, y]) => y === 99));
  assert.equal(drawn[0]?.[0], 0);
  assert.equal(drawn.at(-1)?.[0], 99999 / 200);
});

test('the nearest point, and the extent', () => {
  const xs = [1, 4, 16, 64];
  assert.deepEqual(
    [0, 2, 3, 10, 11, 1000].map((x) => nearest(xs, x)),
    [0, 0, 1, 1, 2, 3],
  );
  assert.equal(nearest([], 1), -1);
  const a = seriesOf({ id: 'a', title: '', style: 0 }, [
    [5, 0],
    [1, 3],
    [5, 2.5],
  ]);
  assert.deepEqual(
    [a.xs, a.ys],
    [
      [1, 5],
      [3, 2.5],
    ],
  );
  assert.deepEqual(extentOf([a]), {
    x: [1, 5],
    y: [2.5, 3],
    positive: 2.5,
    whole: { x: true, y: false },
  });
  assert.equal(extentOf([]), undefined);
});

const columns = [
  { name: 'policy', title: 'policy', unit: '' },
  { name: 'frames', title: 'frames', unit: 'frames' },
  { name: 'faults', title: 'faults', unit: 'faults' },
];

test('parts of a job join; rows that are sent twice count once', () => {
  const rows = (n: number) => Array.from({ length: n }, (_, i) => ['fifo', i + 1, String(100 - i)]);
  let held: Answer | undefined;
  held = join(held, readPart({ id: 'j', state: 'running', columns, from: 0, rows: rows(3) }));
  held = join(
    held,
    readPart({
      state: 'running',
      from: 2,
      rows: rows(6).slice(2),
      progress: { done: '500', all: '1000' },
    }),
  );
  assert.equal(held.rows.length, 6);
  assert.equal(held.progress, 0.5);
  assert.equal(held.columns.length, 3);
  assert.deepEqual(held.rows[5], ['fifo', 6, 95], 'numbers that travel as strings are numbers');
  held = join(held, readPart({ done: true, from: 6, rows: [] }));
  assert.equal(held.state, 'done');
  assert.equal(held.progress, 1);
});

const answer = (rows: Answer['rows']): Answer => ({
  state: 'done',
  columns,
  rows,
  progress: 1,
  trace: {},
});

test('a curve a policy; exact ones replace coarse ones', () => {
  const coarse = answer([
    ['fifo', 8, 5],
    ['fifo', 2, 9],
    ['lru', 8, 4],
  ]);
  const exact = answer([
    ['lru', 2, 8],
    ['lru', 3, 7],
  ]);
  const curves = curvesOf([coarse, exact], 'faults');
  assert.deepEqual(
    curves.map((s) => [s.id, s.xs, s.ys]),
    [
      ['lru', [2, 3], [8, 7]],
      ['fifo', [2, 8], [9, 5]],
    ],
  );
  assert.deepEqual(curvesOf([coarse], 'ratio'), [], 'no such column');
  const { head, rows } = tableOf([coarse, exact]);
  assert.deepEqual(head, ['policy', 'frames', 'faults']);
  assert.deepEqual(rows.at(-1), ['fifo', 8, 5]);
  assert.equal(new Set(policies.map((p) => styleOf(p.name))).size, policies.length);
});

test('every analysis has axes among its columns', () => {
  assert.ok(analyses.length > 0);
  for (const analysis of analyses) {
    const axes = axesOf(analysis);
    const names = analysis.columns.map((c) => c.name);
    assert.ok(axes.by === '' || names.includes(axes.by), analysis.name);
    for (const name of [axes.x, axes.y]) {
      const column = analysis.columns.find((c) => c.name === name);
      assert.ok(name === '' || (column && column.kind !== 'word'), `${analysis.name}: ${name}`);
    }
    const row = analysis.columns.map((c, i) => (c.kind === 'word' ? 'lru' : i + 1));
    const lines = linesOf(analysis, { ...answer([row]), columns: analysis.columns }, axes);
    assert.equal(lines.length, axes.x && axes.y ? 1 : 0, analysis.name);
  }
});

test('files are quoted where they must be', () => {
  assert.equal(
    csvText(
      ['a', 'b'],
      [
        ['x,y', 1],
        ['say "no"', 2.5],
      ],
    ),
    'a,b\n"x,y",1\n"say ""no""",2.5\n',
  );
});

test('a format is seen from its first lines, a packing from its first bytes', () => {
  assert.equal(guessFormat('==12== Lackey\n==12==\nI  04016b90,3\n L 1ffeffe7e0,8\n'), 'lackey');
  assert.equal(guessFormat('R 4016\nW 1ff\n'), 'refs');
  assert.equal(guessFormat('# a string\n7, 0, 1W 2\n'), 'pages');
  assert.equal(packingOf(Uint8Array.of(0x1f, 0x8b, 8, 0)), 'gzip');
  assert.equal(packingOf(Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd)), 'zstd');
  assert.equal(packingOf(Uint8Array.of(0x31)), 'none');
});

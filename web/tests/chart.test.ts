// SPDX-License-Identifier: MIT
// Charts: axes, thinning, the nearest point; answers of analyses that come in parts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axesOf, bandsOf, choicesOf, linesOf, mapOf, unitOf } from '../src/app/trace/axes.ts';
import { curvesOf, styleOf, tableOf } from '../src/app/trace/curves.ts';
import { csvText } from '../src/lib/chart/export.ts';
import { SHADES, shadeOf } from '../src/lib/chart/fields.ts';
import { formatOf } from '../src/lib/chart/format.ts';
import { scaleOf, shortNumber } from '../src/lib/chart/scale.ts';
import { extentOf, nearest, seriesOf, thinned } from '../src/lib/chart/series.ts';
import { join, readPart, type Answer } from '../src/wire/analysis.ts';
import { analyses } from '../src/wire/analyses.ts';
import { policies } from '../src/wire/generated.ts';
import { guessFormat, packingOf } from '../src/wire/upload.ts';

test('axes have round ticks, and values go there and back', () => {
  assert.deepEqual(scaleOf(0, 12, false, 6).ticks, [0, 2, 4, 6, 8, 10, 12]);
  assert.deepEqual(scaleOf(1, 5, false, 10, { whole: true }).ticks, [1, 2, 3, 4, 5]);
  assert.deepEqual(scaleOf(1, 1000, true, 8).ticks, [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]);
  assert.deepEqual(scaleOf(1, 1e8, true, 4).ticks, [1, 100, 1e4, 1e6, 1e8]);
  for (const log of [false, true]) {
    const scale = scaleOf(3, 5000, log, 5);
    for (const value of [3, 17, 512, 5000])
      assert.ok(Math.abs(scale.back(scale.at(value)) - value) < 1e-6 * value);
    assert.equal(scale.at(3), 0);
    assert.equal(scale.at(5000), 1);
  }
  // Bytes have ticks at powers of two, and a logarithmic axis may begin with 0.
  assert.deepEqual(scaleOf(512, 8192, true, 9, { base: 2 }).ticks, [512, 1024, 2048, 4096, 8192]);
  assert.deepEqual(scaleOf(0, 3000, false, 4, { base: 2 }).ticks, [0, 1024, 2048]);
  const zero = scaleOf(0, 100, true, 9);
  assert.deepEqual(zero.ticks.slice(0, 4), [0, 1, 2, 5]);
  assert.equal(zero.at(0), 0);
  assert.ok(zero.at(1) > 0.03 && zero.back(zero.at(7)) > 6.999 && zero.back(0.01) === 0);
  assert.deepEqual([4096, 1536].map(formatOf('bytes').short), ['4 KiB', '1.5 KiB']);
  assert.deepEqual([100, 8000, 12345678].map(formatOf('ns').short), ['100 ns', '8 µs', '12.35 ms']);
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
    for (const name of axes.by) assert.ok(names.includes(name), analysis.name);
    assert.ok(axes.ys.length > 0, analysis.name);
    for (const name of [axes.x, ...axes.ys]) {
      const column = analysis.columns.find((c) => c.name === name);
      assert.ok(column && column.kind !== 'word', `${analysis.name}: ${name}`);
    }
    assert.equal(new Set(axes.ys.map((y) => unitOf(analysis, y))).size, 1, analysis.name);
    const row = analysis.columns.map((c, i) => (c.kind === 'word' ? 'lru' : i + 1));
    const one = { ...answer([row]), columns: analysis.columns };
    const many = axes.kind === 'pairs' ? 1 : axes.ys.length;
    assert.equal(linesOf(analysis, one, axes).length, many, analysis.name);
    const offered = choicesOf(analysis, axes).map(([name]) => name);
    assert.ok(offered.includes(axes.ys.join(' ')) || axes.kind === 'map', analysis.name);
  }
});

const analysisOf = (name: string) => {
  const found = analyses.find((a) => a.name === name);
  assert.ok(found, name);
  return found;
};

test('lines are named by words and numbers, phases are stretches, a map has fields', () => {
  const rate = analysisOf('fault-rate');
  const rows = [
    ['lru', 64, 100, 5, 0.05],
    ['lru', 64, 200, 2, 0.02],
    ['lru', 128, 100, 1, 0.01],
    ['opt', 64, 100, 3, 0.03],
  ];
  const lines = linesOf(rate, { ...answer(rows), columns: rate.columns }, axesOf(rate));
  assert.deepEqual(
    lines.map((s) => s.title),
    ['LRU, 64 frames', 'LRU, 128 frames', 'OPT, 64 frames'],
  );
  assert.deepEqual(lines[0]?.xs, [100, 200]);

  const phases = analysisOf('phases');
  const at = phases.columns.map((c) => c.name);
  const slice = (reference: number, phase: number) =>
    at.map((name) => (name === 'reference' ? reference : name === 'phase' ? phase : 1));
  const told = { ...answer([slice(10, 1), slice(20, 1), slice(30, 2)]), columns: phases.columns };
  assert.deepEqual(bandsOf(told, axesOf(phases)), [
    { from: 0, to: 20, text: '1' },
    { from: 20, to: 30, text: '2' },
  ]);

  const map = analysisOf('map');
  const fields = mapOf(
    {
      ...answer([
        [10, 7, 1, 4, 0],
        [20, 3, 1, 60, 2],
        [20, 7, 1, 1, 1],
      ]),
      columns: map.columns,
    },
    axesOf(map),
  );
  assert.deepEqual([fields.xs, fields.ys, fields.most], [[10, 20], [3, 7], 60]);
  assert.deepEqual([...fields.values], [0, 4, 60, 1]);
  assert.deepEqual([...fields.rows], [0, 1, 2, 3]);
  assert.deepEqual(
    [0, 1, 7, 60].map((value) => shadeOf(value, 60)),
    [-1, 0, 2, SHADES.length - 1],
  );
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

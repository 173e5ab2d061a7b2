// SPDX-License-Identifier: MIT
// Figures of a run as small charts: what is drawn is what the server told, and nothing of what must not
// be seen yet.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { barsOf, opAt, placeOf, stairs, type Frame } from '../src/views/charts/draw.ts';
import { barAt, plotsOf, pointAt, Reader, valueText } from '../src/views/charts/plots.ts';
import type { Scene } from '../src/model/index.ts';

const at = [0, 2, 4, 6];
const figures = (series: Record<string, number[]>, pid = 0) =>
  new Reader({
    from: 0,
    to: 6,
    tau: 10,
    at,
    series: Object.entries(series).map(([of, values]) => ({ of, pid, values })),
  });
const scene = {
  names: { process: (pid: number) => `p${pid}` },
  machine: { config: { frames: 64 } },
} as unknown as Scene;
const frame: Frame = { width: 60, height: 53, from: 0, to: 6, last: 6 };

test('counters become what happened between two points, and each fault is drawn once', () => {
  const plots = plotsOf(
    scene,
    figures({ minor: [0, 2, 5, 5], copies: [0, 0, 1, 1], major: [0, 0, 0, 2] }),
    figures({ rss: [0, 3, 3, 1] }, 2),
  );
  assert.deepEqual(
    plots.map((p) => p.id),
    ['faults', 'resident'],
  );
  const [faults, resident] = plots;
  assert.ok(faults && resident);
  assert.deepEqual(
    faults.lines.map((l) => [l.id, l.values]),
    [
      ['minor', [0, 2, 2, 0]],
      ['cow', [0, 0, 1, 0]],
      ['major', [0, 0, 0, 2]],
    ],
  );
  assert.equal(faults.most, 3);
  assert.equal(resident.lines.length, 1);
  assert.equal(resident.lines[0]?.label, 'p2');
});

test('working sets stand beside each other, with what they want together', () => {
  const both = new Reader({
    from: 0,
    to: 6,
    tau: 10,
    at,
    series: [
      { of: 'working_set', pid: 1, values: [0, 2, 3, 3] },
      { of: 'working_set', pid: 2, values: [0, 0, 1, 4] },
    ],
  });
  const all = plotsOf(scene, figures({ working_set: [0, 2, 4, 7] }), both);
  const working = all.find((p) => p.id === 'working');
  assert.deepEqual(
    working?.lines.map((l) => [l.id, l.values]),
    [
      ['together', [0, 2, 4, 7]],
      ['working_set 1', [0, 2, 3, 3]],
      ['working_set 2', [0, 0, 1, 4]],
    ],
  );
  assert.match(working?.note ?? '', /last 10 references · 64 frames/);
  const one = plotsOf(scene, figures({ working_set: [0, 2] }), figures({ working_set: [0, 2] }, 1));
  assert.equal(one.find((p) => p.id === 'working')?.lines.length, 1);
});

test('a rate of nothing is none', () => {
  const plots = plotsOf(
    scene,
    figures({ tlb_hits: [0, 0, 3, 3], tlb_misses: [0, 0, 1, 1] }),
    figures({}),
  );
  const tlb = plots.find((p) => p.id === 'tlb');
  assert.deepEqual(tlb?.lines[0]?.values, [undefined, undefined, 0.75, 0.75]);
  assert.ok(tlb);
  assert.equal(valueText(tlb, tlb.lines[0] as never, at, 2), '–');
  assert.equal(valueText(tlb, tlb.lines[0] as never, at, 5), '75 %');
});

test('an operation lies in the bar that ends at it or after it', () => {
  assert.deepEqual(
    [0, 1, 2, 3, 6, 9].map((op) => barAt(at, op)),
    [0, 1, 1, 2, 3, 3],
  );
  assert.deepEqual(
    [0, 1, 2, 3, 6, 9].map((op) => pointAt(at, op)),
    [0, 0, 1, 1, 3, 3],
  );
  assert.equal(pointAt([], 3), -1);
});

test('places and operations are each other’s inverse', () => {
  for (let op = 0; op <= 6; op++) assert.equal(opAt(frame, placeOf(frame, op)), op);
  assert.equal(opAt({ ...frame, width: 0 }, 5), 0);
});

test('nothing is drawn of what comes after the last operation that may be seen', () => {
  const [faults] = plotsOf(scene, figures({ minor: [0, 1, 2, 9] }), figures({}));
  assert.ok(faults);
  const all = barsOf(faults, at, frame);
  assert.equal(all.length, 3);
  const cut = barsOf(faults, at, { ...frame, last: 4 });
  assert.equal(cut.length, 2);
  for (const bar of cut) assert.ok(bar.x + bar.width <= placeOf(frame, 4));
  const steps = { ...faults, kind: 'steps' as const };
  assert.match(stairs(steps, [0, 1, 2, 9], at, frame), /H60$/);
  assert.match(stairs(steps, [0, 1, 2, 9], at, { ...frame, last: 4 }), /H40$/);
});

// SPDX-License-Identifier: MIT
// Shapes, layouts and the cursor: the pure half of drawing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cellShapes, dotPaint, hatch, type Cell, type CellKind } from '../src/lib/draw/cell.ts';
import { cellAt, fitCells, moveCursor, placeOf } from '../src/lib/draw/detail.ts';

const kinds: readonly CellKind[] = [
  'free',
  'kernel',
  'buffer',
  'table',
  'file',
  'zero',
  'page',
  'orphan',
  'untouched',
  'swap',
];
const cell = (kind: CellKind, owners: Cell['owners'] = [], dirty = false): Cell => ({
  kind,
  owners,
  dirty,
  referenced: false,
});

test('every kind of cell is drawn at every size, with numbers only', () => {
  for (const kind of kinds) {
    for (const owners of [[], ['A'], ['A', 'B'], ['A', 'B', 'C'], ['A', 'B', 'C', 'X']] as const) {
      for (const size of [4, 7, 9, 15, 20, 38]) {
        const shapes = cellShapes(cell(kind, owners, true), size);
        assert.ok(shapes.length > 0);
        for (const shape of shapes) {
          if (shape.kind === 'path') assert.doesNotMatch(shape.d, /NaN|undefined|Infinity/);
        }
      }
    }
  }
});

test('cells that look the same share one list of shapes', () => {
  assert.equal(cellShapes(cell('page', ['A']), 20), cellShapes(cell('page', ['A']), 20));
  assert.notEqual(cellShapes(cell('page', ['A']), 20), cellShapes(cell('page', ['B']), 20));
});

test('owners: one is solid, two a diagonal, three stripes, more stripes and a count', () => {
  const fills = (owners: Cell['owners']) =>
    cellShapes(cell('page', owners), 20).flatMap((s) => (s.kind === 'path' ? [s.fill] : []));
  assert.deepEqual(fills(['B']), ['B']);
  assert.ok(fills(['A', 'B']).includes('A') && fills(['A', 'B']).includes('B'));
  assert.ok(['A', 'B', 'C'].every((o) => fills(['A', 'B', 'C']).includes(o)));
  const text = cellShapes(cell('page', ['A', 'B', 'C', 'D']), 20).find((s) => s.kind === 'text');
  assert.equal(text?.text, '4');
});

test('a dirty cell has a corner more', () => {
  const clean = cellShapes(cell('page', ['A']), 20);
  assert.equal(cellShapes(cell('page', ['A'], true), 20).length, clean.length + 1);
  assert.equal(dotPaint(cell('page', ['A'])), 'A');
});

test('the hatch stays inside its square', () => {
  const numbers = [...hatch(20, 5).matchAll(/-?[\d.]+/g)].map((m) => Number(m[0]));
  assert.ok(numbers.every((x) => x >= 0 && x <= 20));
});

test('cells are as large as they can be, and all of them fit', () => {
  for (const count of [1, 7, 12, 33, 100, 1000, 5000, 100_000, 1_000_000]) {
    for (const [width, height] of [
      [88, 30],
      [330, 220],
      [24, 30],
    ] as const) {
      const layout = fitCells(count, width, height, 12);
      assert.ok(layout.columns * layout.rows * layout.per >= count);
      assert.ok(layout.columns * layout.pitch <= width + 3, `${count} in ${width}: too wide`);
      assert.ok(
        layout.rows * layout.pitch <= height + 3 || layout.rows === 1,
        `${count}: too high`,
      );
    }
  }
  assert.equal(fitCells(12, 88, 30, 12).detail, 'marks');
  assert.equal(fitCells(1_000_000, 330, 220, 12).detail, 'density');
});

test('the cell under a point is the one that is placed there', () => {
  const layout = fitCells(500, 200, 100, 12);
  for (const index of [0, 1, 37, 499]) {
    const { x, y } = placeOf(layout, index);
    assert.equal(cellAt(layout, 500, x + 1, y + 1), index);
  }
  assert.equal(cellAt(layout, 500, -1, 5), undefined);
  assert.equal(cellAt(layout, 500, 5, 1e6), undefined);
});

test('the cursor goes by cells and rows and never leaves them', () => {
  assert.equal(moveCursor('ArrowRight', 3, 10, 4), 4);
  assert.equal(moveCursor('ArrowDown', 3, 10, 4), 7);
  assert.equal(moveCursor('ArrowDown', 7, 10, 4), 7);
  assert.equal(moveCursor('ArrowUp', 2, 10, 4), 2);
  assert.equal(moveCursor('End', 2, 10, 4), 9);
  assert.equal(moveCursor('PageDown', 2, 10, 4), 9);
  assert.equal(moveCursor('ArrowLeft', 0, 10, 4), 0);
  assert.equal(moveCursor('a', 2, 10, 4), undefined);
});

// SPDX-License-Identifier: MIT
// The zoom of the address spaces: levels, ranges, cells, addresses, shares; and what it reads off a run.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Names, Player, sceneOf, type Config, type Scene } from '../src/model/index.ts';
import { frameOf, hasFlag } from '../src/model/index.ts';
import {
  addressText,
  isCanonical,
  readAddress,
  startText,
  tickText,
  ticksOf,
  vaOf,
} from '../src/views/spaces/address.ts';
import { emptyText } from '../src/narration/segment.ts';
import { nearestPage, placeBars, sharePaths, spread } from '../src/views/spaces/bars.ts';
import { bitsOf, pastOf } from '../src/views/spaces/bits.ts';
import { contentsOf } from '../src/views/spaces/contents.ts';
import { Density } from '../src/views/spaces/density.ts';
import { findPage } from '../src/views/spaces/find.ts';
import { gridOf, indexOf, outline, pageAt } from '../src/views/spaces/grid.ts';
import { growthOf } from '../src/views/spaces/growth.ts';
import {
  between,
  groundOf,
  levelOf,
  panBy,
  spaceSpot,
  tableSpot,
  trailOf,
  zoomBy,
  zoomIn,
  zoomOut,
  type Spot,
} from '../src/views/spaces/viewpoint.ts';
import { MachineKind } from '../src/wire/generated.ts';
import { readRecording } from './recording.ts';

const config = (kind: number, vaBits: number, pageShift = 12, levelBits = [0, 9]): Config => ({
  kind,
  pageShift,
  vaBits,
  levels: levelBits.length - 1,
  levelBits,
  frames: 64,
  slots: 0,
  kernelFrames: 0,
  tlbSets: 1,
  tlbWays: 16,
  asids: true,
  policy: 0,
  tablesOutside: false,
});
const X86 = config(MachineKind.x86_64, 48);
const MAPPINGS = [
  { start: 0x555555554, end: 0x555555560 },
  { start: 0x7ffff7fd0, end: 0x7ffff7ff0 },
  { start: 0x7fffffde0, end: 0x7fffffe00 },
];
const ground = groundOf(X86, MAPPINGS);
const aim = { pid: 1, vpn: 0x7ffff7fe3 };

test('four steps lead from 128 TiB to one entry, four back', () => {
  let spot: Spot = spaceSpot(ground);
  const seen = [levelOf(ground, spot)];
  for (let i = 0; i < 4; i++) {
    spot = zoomIn(ground, spot, aim);
    seen.push(levelOf(ground, spot));
  }
  assert.deepEqual(seen, ['space', 'region', 'table', 'page', 'entry']);
  assert.deepEqual(zoomIn(ground, spot, aim), spot, 'there is nothing below an entry');
  assert.deepEqual(
    trailOf(ground, spot).map((step) => step.level),
    seen,
  );
  for (const level of ['page', 'table', 'region', 'space']) {
    spot = zoomOut(ground, spot);
    assert.equal(levelOf(ground, spot), level);
  }
  assert.deepEqual(spot, spaceSpot(ground));
  assert.deepEqual(zoomOut(ground, spot), spot);
});

test('every range on the way contains the page, and a table is aligned', () => {
  for (const { spot } of trailOf(ground, { kind: 'entry', ...aim })) {
    if (spot.kind !== 'range') continue;
    assert.ok(spot.from <= aim.vpn && aim.vpn < spot.from + spot.span);
  }
  assert.deepEqual(tableSpot(ground, aim.vpn), { kind: 'range', from: 0x7ffff7e00, span: 512 });
});

test('a region holds the mappings that lie together, and not the others', () => {
  assert.equal(ground.clusters.length, 2);
  const [program, libraries] = ground.clusters;
  assert.ok(program && libraries);
  assert.ok(program.from <= 0x555555554 && program.from + program.span >= 0x555555560);
  assert.ok(libraries.from <= 0x7ffff7fd0);
  assert.ok(libraries.from + libraries.span >= 0x7fffffe00);
});

test('the kernel has its part of the space where it has one', () => {
  assert.deepEqual(ground.user, { from: 0, span: 2 ** 35 });
  assert.deepEqual(ground.kernel, { from: 2 ** 35, span: 2 ** 35 });
  const small = groundOf(config(MachineKind.x86_32, 32, 12, [0, 10, 10]), []);
  assert.deepEqual(small.user, { from: 0, span: 0xc0000 });
  const paper = groundOf(config(MachineKind.paper, 6, 4, [0, 2]), []);
  assert.equal(paper.kernel, undefined);
  assert.deepEqual(paper.user, { from: 0, span: 4 });
  // Nothing to choose between the whole and one page.
  assert.equal(levelOf(paper, zoomIn(paper, spaceSpot(paper), { pid: 1, vpn: 2 })), 'page');
});

test('zooming by hand keeps what is under the pointer, and stays within the space', () => {
  const from = { from: 1000, span: 400 };
  const near = zoomBy(ground, from, 2, 0.25);
  assert.deepEqual(near, { from: 1050, span: 200 });
  assert.equal(near.from + near.span * 0.25, from.from + from.span * 0.25);
  assert.deepEqual(zoomBy(ground, from, 1e-12, 0.5), ground.user);
  assert.equal(zoomBy(ground, from, 1e6, 0.5).span, 16);
  assert.equal(panBy(ground, from, -100).from, 0);
  assert.equal(panBy(ground, { from: 2 ** 35 - 500, span: 400 }, 9).from, 2 ** 35 - 400);
});

test('a movement begins and ends where it should, by equal factors', () => {
  const [a, b] = [ground.user, { from: 0x7ffff7e00, span: 512 }];
  assert.deepEqual(between(a, b, 0), a);
  assert.deepEqual(between(a, b, 1), b);
  const half = between(a, b, 0.5);
  assert.ok(Math.abs(half.span / Math.sqrt(a.span * b.span) - 1) < 1e-9);
  assert.ok(half.from <= b.from && half.from + half.span >= b.from + b.span);
});

test('cells stand in rows of a power of two, by address, either way up', () => {
  for (const zeroOnTop of [true, false]) {
    const grid = gridOf({ from: 0x7ffff7e00, span: 512 }, 250, 420, zeroOnTop);
    assert.ok(grid);
    const { columns, rows, pitch } = grid.layout;
    assert.equal(Math.log2(columns) % 1, 0);
    assert.ok(columns * pitch <= 250 + pitch && rows * pitch <= 420 + pitch);
    const seen = new Set<number>();
    for (let i = 0; i < rows * columns; i++) {
      const page = pageAt(grid, i);
      seen.add(page);
      assert.equal(indexOf(grid, page), i);
    }
    for (let page = 0x7ffff7e00; page < 0x7ffff8000; page++) assert.ok(seen.has(page));
    assert.equal(indexOf(grid, 0x7ffff7dff), undefined);
    const top = pageAt(grid, 0);
    assert.equal(top, zeroOnTop ? 0x7ffff7e00 : 0x7ffff8000 - columns);
  }
  assert.equal(gridOf({ from: 0, span: 2 ** 20 }, 250, 420, true), undefined);
});

test('outlines: one row, two rows that do not touch, many rows, nothing outside', () => {
  const grid = gridOf({ from: 0, span: 64 }, 80, 80, true);
  assert.ok(grid && grid.layout.columns === 8);
  const corners = (d: string) =>
    d
      .split('z')
      .filter(Boolean)
      .map((p) => p.split('L').length);
  assert.deepEqual(corners(outline(grid, 2, 5)), [4]);
  assert.deepEqual(corners(outline(grid, 6, 10)), [4, 4]);
  assert.deepEqual(corners(outline(grid, 3, 29)), [8]);
  assert.deepEqual(corners(outline(grid, 0, 64)), [4]);
  assert.equal(outline(grid, 64, 80), '');
});

test('names keep apart and in order, within the height', () => {
  for (const wanted of [
    [5, 6, 7],
    [95, 96, 99],
    [0, 50, 50.5, 100],
  ]) {
    const places = spread(wanted, 20, 100);
    assert.equal(places.length, wanted.length);
    places.forEach((place, i) => {
      assert.ok(place >= 10 && place <= 90);
      const before = places[i - 1];
      if (before !== undefined) assert.ok(place - before >= 20 - 1e-9);
    });
  }
});

test('bars are to scale with a least height; the largest keep their names', () => {
  const range = { from: 0, span: 1000 };
  const mappings = [
    { start: 0, end: 500 },
    { start: 500, end: 501 },
    { start: 900, end: 950 },
    { start: 5000, end: 6000 },
  ];
  const bars = placeBars(mappings, range, 100, true, 50);
  assert.equal(bars.length, 3);
  assert.deepEqual(
    bars.map((b) => [b.top, b.height]),
    [
      [0, 50],
      [50, 2],
      [90, 5],
    ],
  );
  assert.deepEqual(
    bars.map((b) => Number.isNaN(b.label)),
    [false, true, false],
  );
  const turned = placeBars(mappings, range, 100, false, 50);
  assert.deepEqual(
    turned.map((b) => Math.round(b.top * 10) / 10),
    [5, 49.9, 50],
  );
});

test('a pointer near a mapping means it', () => {
  const mappings = [
    { start: 100, end: 110 },
    { start: 200, end: 201 },
  ];
  assert.equal(nearestPage(mappings, 95, 10), 100);
  assert.equal(nearestPage(mappings, 105, 10), 105);
  assert.equal(nearestPage(mappings, 160, 60), 200);
  assert.equal(nearestPage(mappings, 150, 10), undefined);
});

test('shares are as wide as they are large, and seen however small', () => {
  const none = { clean: 0, dirty: 0, swapped: 0 };
  const paths = sharePaths([{ clean: 1, dirty: 0, swapped: 50 }, none], 100, 40, true);
  assert.equal(paths.clean, 'M0 0h2v1h-2z');
  assert.equal(paths.swapped, 'M2 0h20v1h-20z');
  assert.equal(paths.dirty, '');
  assert.match(sharePaths([{ ...none, dirty: 100 }, none], 100, 40, false).dirty, /^M0 1h40/);
});

test('addresses are read in hex and decimal; what the processor refuses is told apart', () => {
  assert.deepEqual(readAddress('0x7fff_0000', X86, false), { kind: 'address', va: 0x7fff0000n });
  assert.deepEqual(readAddress('7fff0000', X86, false), { kind: 'address', va: 0x7fff0000n });
  assert.deepEqual(readAddress('4,096', X86, true), { kind: 'address', va: 4096n });
  assert.deepEqual(readAddress('0x10', X86, true), { kind: 'address', va: 16n });
  assert.equal(readAddress('0x800000000000', X86, false).kind, 'refused');
  assert.equal(readAddress('0xffff800000000000', X86, false).kind, 'address');
  assert.equal(readAddress('0x1ffff800000000000', X86, false).kind, 'word');
  assert.equal(readAddress(' heap ', X86, false).kind, 'word');
  assert.equal(readAddress('', X86, false).kind, 'word');
  assert.equal(isCanonical(0x7fffffffffffn, X86), true);
  assert.equal(isCanonical(1n << 32n, config(MachineKind.x86_32, 32)), false);
});

test('addresses are written in full, and short beside the picture', () => {
  assert.equal(startText(0x7ffffffde, X86, false), '7ffffffde000');
  assert.equal(startText(1, X86, true), '4,096');
  assert.equal(addressText(0x1000n, false), '0x1000');
  assert.equal(vaOf(2 ** 35, X86), 0xffff800000000000n);
  assert.equal(tickText(0x7f0000000, 2 ** 28, X86, false), '7f00…');
  assert.equal(tickText(0x7ffff7e10, 16, X86, false), '…7e10000');
  assert.equal(tickText(2 ** 34, 2 ** 30, X86, true), '64 TiB');
  const ticks = ticksOf(100, 1000, 120);
  assert.deepEqual(
    ticks.map((t) => t.at),
    [128, 256, 384, 512, 640, 768, 896, 1024],
  );
});

test('how empty: never all of it while something is mapped', () => {
  assert.equal(emptyText(0, 2 ** 35), '100 %');
  assert.equal(emptyText(50, 100), '50 %');
  assert.equal(emptyText(100, 100), '0 %');
  assert.equal(emptyText(35, 2 ** 35), '99.99999989 %');
  assert.match(emptyText(1, 2 ** 44), /^99\.9+\d* %$/);
});

const { states, steps } = readRecording('tour.txt');
function everywhere(visit: (scene: Scene) => void): void {
  const player = new Player();
  player.length = steps.length;
  player.describe(0, states.get(0) as Uint8Array);
  player.window.add(1, steps, 0);
  const names = new Names(['ls', 'libc', 'web', 'sort', 'x', 'y', 'heap'], player.machine);
  visit(sceneOf(player, names));
  while (player.forward('micro') === 'moved') visit(sceneOf(player, names));
  while (player.back('micro') === 'moved') visit(sceneOf(player, names));
}

test('shares that follow the changes are those of a fresh count, there and back', () => {
  const kept = new Map<number, Density>();
  everywhere((scene) => {
    const { machine } = scene;
    const whole = groundOf(machine.config, []).user;
    for (const { pid } of machine.processes()) {
      let density = kept.get(pid);
      if (!density) kept.set(pid, (density = new Density(machine, pid)));
      const sum = { resident: 0, swapped: 0 };
      for (const slice of density.slices(whole, 64)) {
        sum.resident += slice.clean + slice.dirty;
        sum.swapped += slice.swapped;
      }
      const expected = { resident: 0, swapped: 0 };
      for (const vma of machine.vmas(pid))
        for (const { entry } of machine.pagesOfVma(vma))
          if (frameOf(entry) !== undefined) expected.resident++;
          else if (hasFlag(entry, 'swapped')) expected.swapped++;
      assert.deepEqual(sum, expected, `process ${pid} at ${scene.position.op}`);
    }
  });
});

test('an entry’s bits are the machine’s; its past names the steps that changed it', () => {
  let pasts = 0;
  let changed = 0;
  everywhere((scene) => {
    const { focus, machine } = scene;
    if (!focus) return;
    const entry = machine.entry(focus.pid, focus.vpn);
    for (const bit of bitsOf(scene, focus.pid, focus.vpn)) {
      assert.equal(bit.value, hasFlag(entry, bit.id));
      if (bit.changed) changed++;
    }
    const { op } = scene.position;
    const events = (scene.step?.micros ?? []).flatMap((m) => m.changes);
    // As the server tells it: the events of one micro-step, by its position.
    const items = [{ position: String(op), op: 'access', line: 0, tid: 1, events }];
    for (const past of pastOf(scene, items)) {
      pasts++;
      assert.ok(past.text.length > 0, 'a change says what it changed');
      assert.equal(past.position.op, op);
    }
    assert.deepEqual(pastOf(scene, [{ ...items[0], position: 'x' } as never]), []);
  });
  assert.ok(pasts > 50 && changed > 10);
});

test('a page’s contents cover it from its first byte to its last', () => {
  let pages = 0;
  everywhere((scene) => {
    const { machine, focus } = scene;
    if (!focus) return;
    pages++;
    const size = 2 ** machine.config.pageShift;
    const items = contentsOf(scene, focus.pid, focus.vpn);
    let end = 0;
    for (const item of items) {
      assert.ok(item.from >= 0 && item.to <= size);
      assert.ok(item.from <= end, 'no byte is left out');
      end = Math.max(end, item.to);
    }
    assert.equal(end, size);
  });
  assert.ok(pages > 100);
});

test('a process has a name of its own on badges, whatever others are called', () => {
  everywhere((scene) => {
    const letters = scene.machine.processes().map((p) => scene.names.letter(p.pid));
    assert.equal(new Set(letters).size, letters.length);
  });
});

test('a mapping that grew is told with what it was', () => {
  let seen = 0;
  everywhere((scene) => {
    for (const [vma, was] of growthOf(scene)) {
      const now = scene.machine.rows.row('vma', vma);
      assert.ok(now && (now.start !== was.start || now.end !== was.end));
      seen++;
    }
  });
  assert.ok(seen > 0, 'the run has a mapping that grows');
});

test('the field finds addresses and mappings, and says why it does not', () => {
  let tried = 0;
  everywhere((scene) => {
    const [process] = scene.machine.processes();
    const vma = process && scene.machine.vmas(process.pid)[0];
    if (!vma || tried++ > 20) return;
    const { pid } = process;
    const va = addressText(vaOf(vma.start, scene.machine.config), false);
    const found = findPage(scene, va, pid, false);
    assert.deepEqual(found, { page: { pid, vpn: vma.start }, mapped: true, message: '' });
    assert.equal(findPage(scene, '0x10', pid, false).mapped, false);
    assert.match(findPage(scene, '0x10', pid, false).message, /Nothing is mapped/);
    assert.equal(findPage(scene, 'no such thing', pid, false).page, undefined);
    assert.match(findPage(scene, '0x900000000000', pid, false).message, /not canonical/);
    const letter = scene.names.letter(pid);
    assert.deepEqual(findPage(scene, `${letter} ${va}`, 99, false).page, found.page);
  });
  assert.ok(tried > 0);
});

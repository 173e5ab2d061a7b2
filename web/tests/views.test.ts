// SPDX-License-Identifier: MIT
// What the panels read off a scene: along a recorded run of the engine, and on small made-up cases.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cellOf, codeOf, FrameCodes, PageCodes } from '../src/lib/draw/codes.ts';
import { frameCell, pageCell } from '../src/lib/draw/state-cell.ts';
import { at, Names, Player, sceneOf, type Scene, timeText } from '../src/model/index.ts';
import { storyOf } from '../src/narration/story.ts';
import { aroundOf, framesNow } from '../src/views/memory/around.ts';
import { frameText, layoutFrames, policyWords, usageOf } from '../src/views/memory/frames.ts';
import { markedPages } from '../src/views/spaces/marked.ts';
import { alignSegments, type SegmentRow } from '../src/views/spaces/rows.ts';
import { kernelPart, pageText, shortFile } from '../src/narration/segment.ts';
import { clockOf } from '../src/views/translation/clock.ts';
import { historyOf } from '../src/views/translation/history.ts';
import {
  entryRows,
  levelsOf,
  nonCanonical,
  tableBoxes,
  tableSizes,
} from '../src/views/translation/read.ts';
import { tableTrees } from '../src/views/translation/tables.ts';
import { withRetry, zonesOf } from '../src/views/translation/strip.ts';
import { roundedPath } from '../src/lib/draw/path.ts';
import { MachineKind } from '../src/wire/generated.ts';
import { readRecording } from './recording.ts';

const { states, steps } = readRecording('tour.txt');
const NAMES = ['ls', 'libc', 'web', 'sort', 'x', 'y', 'heap'];

function opened(): { player: Player; names: Names } {
  const player = new Player();
  player.length = steps.length;
  player.describe(0, states.get(0) as Uint8Array);
  player.window.add(1, steps, 0);
  return { player, names: new Names(NAMES, player.machine) };
}

/** Calls back at every micro-step of the run, forwards and then all the way back. */
function everywhere(visit: (scene: Scene) => void): void {
  const { player, names } = opened();
  visit(sceneOf(player, names));
  while (player.forward('micro') === 'moved') visit(sceneOf(player, names));
  while (player.back('micro') === 'moved') visit(sceneOf(player, names));
}

const until = (event: string): Scene => {
  const { player, names } = opened();
  while (player.forward('micro') === 'moved') {
    const scene = sceneOf(player, names);
    if (scene.now?.happening?.event === event) return scene;
  }
  throw new Error(`the run has no ${event}`);
};

test('codes that follow the changes are those of a fresh look, there and back', () => {
  let frames: FrameCodes | undefined;
  const pages = new Map<number, PageCodes>();
  everywhere(({ machine }) => {
    frames ??= new FrameCodes(machine);
    const codes = frames.update();
    for (let f = 0; f < machine.config.frames; f++) {
      assert.equal(codes[f], codeOf(frameCell(machine, f)), `frame ${f}`);
    }
    const fresh = new FrameCodes(machine);
    fresh.update();
    assert.deepEqual(usageOf(frames.counts), usageOf(fresh.counts));
    for (const process of machine.processes()) {
      for (const vma of machine.vmas(process.pid)) {
        let reader = pages.get(vma.vma);
        if (reader?.end !== vma.end || reader.start !== vma.start || reader.pid !== vma.pid) {
          reader = new PageCodes(machine, vma.pid, vma.start, vma.end);
          pages.set(vma.vma, reader);
        }
        reader.update().forEach((code, i) => {
          const entry = machine.entry(vma.pid, vma.start + i);
          assert.equal(code, codeOf(pageCell(machine, vma.pid, entry)), `page ${vma.start + i}`);
        });
      }
    }
  });
});

test('every scene can be read: texts, rows, tables, rings', () => {
  let scenes = 0;
  everywhere((scene) => {
    scenes++;
    const { machine, names, focus } = scene;
    const reader = new FrameCodes(machine);
    reader.update();
    const usage = usageOf(reader.counts);
    const owned = [...usage.owners.values()].reduce((a, b) => a + b, 0);
    const { shared, tables, kernel, files, free } = usage;
    assert.equal(owned + shared + tables + kernel + files + free, machine.config.frames);
    for (let f = 0; f < machine.config.frames; f++) assert.ok(frameText(machine, names, f));
    assert.ok(markedPages(scene, undefined).filter((m) => !m.quiet).length <= 2);
    policyWords(machine);
    if (!focus) return;
    assert.ok(pageText(machine, names, focus.pid, focus.vpn));
    assert.equal(tableBoxes(scene, focus).length, machine.config.levels);
    for (const row of entryRows(scene, focus)) assert.equal(row.bits.length, 8);
    for (const frame of scene.touched.frames) {
      const around = aroundOf(scene, frame);
      assert.ok(around.countBefore >= 0 && around.countAfter >= 0);
    }
  });
  assert.ok(scenes > 200);
});

test('the trees hold every table once, each beside the one that leads to it', () => {
  let [forks, fresh] = [0, 0];
  everywhere((scene) => {
    const tables = [...scene.machine.rows.tables.table.values()].filter((t) => t.pid);
    const trees = tableTrees(scene);
    const drawn = trees.map((tree) => tree.nodes.length + tree.more);
    assert.equal(
      drawn.reduce((a, b) => a + b, 0),
      tables.length,
    );
    for (const { nodes, columns } of trees) {
      const covers = (column: number, row: number) =>
        nodes.filter((n) => n.column === column && n.row <= row && row < n.row + n.span);
      for (const node of nodes) {
        assert.equal(covers(node.column, node.row).length, 1, 'two in one place');
        assert.equal(covers(node.column - 1, node.row).length, node.column > 1 ? 1 : 0);
        assert.ok(node.column <= columns && node.used <= node.size);
        if (node.fresh) fresh++;
      }
    }
    if (trees.length > 1) forks++;
  });
  assert.ok(forks > 0 && fresh > 0);
});

test('the clock goes on by what the operation has taken, and back', () => {
  let done = 0; // when the operation in progress began
  let [last, op] = [0, 0];
  const { player, names } = opened();
  while (player.forward('micro') === 'moved') {
    const scene = sceneOf(player, names);
    const clock = clockOf(scene);
    assert.ok(clock);
    const number = scene.position.op;
    if (number !== op) [done, op] = [last, number];
    assert.equal(clock.run, done + clock.step);
    last = clock.run;
  }
  assert.ok(last > 1_000_000, 'a microsecond at least');
  assert.deepEqual([1, 999, 1e3, 104.5e6, 2e9, 3e12, 4e15].map(timeText), [
    '0.00 ns',
    '1.00 ns',
    '1 ns',
    '104.5 µs',
    '2 ms',
    '3 s',
    '4000 s',
  ]);
});

test('the ring is on the frame that an access reaches', () => {
  const scene = until('access_done');
  const happening = scene.now?.happening;
  assert.ok(happening?.event === 'access_done');
  assert.deepEqual(framesNow(scene), [happening.fields.pa >> 12]);
});

test('before and after of a copied frame', () => {
  const scene = until('cow_copy');
  const happening = scene.now?.happening;
  assert.ok(happening?.event === 'cow_copy');
  const { from, to } = happening.fields;
  const old = aroundOf(scene, from);
  assert.equal(old.countBefore - old.countAfter, 1);
  assert.equal(old.before.length, 2);
  const made = aroundOf(scene, to);
  assert.deepEqual(made.before, []);
  assert.deepEqual(made.after, [scene.focus?.pid]);
});

test('the entry of a copy: what is there before, what will be, and the other process’s', () => {
  const scene = until('cow_copy');
  assert.ok(scene.focus);
  const rows = entryRows(scene, scene.focus);
  assert.equal(rows.length, 3);
  const [before, next, other] = rows;
  const bit = (row: typeof before, flag: string) => row?.bits.find((b) => b.flag === flag);
  assert.equal(bit(before, 'writable')?.mark, 'why');
  assert.equal(bit(before, 'writable')?.on, false);
  assert.equal(bit(next, 'writable')?.mark, 'changed');
  assert.equal(next?.placeChanged, true);
  assert.notEqual(other?.pid, before?.pid);
  assert.equal(bit(other, 'cow')?.on, true);
});

test('a page number is cut into the indexes that make it up again', () => {
  const { player } = opened();
  const { machine } = player;
  const vpn = 0x55d0c4a3e;
  const parts = levelsOf(machine, vpn);
  assert.deepEqual(
    parts.map((p) => [p.level, p.index]),
    [
      [4, 171],
      [3, 323],
      [2, 37],
      [1, 62],
    ],
  );
  assert.equal(Number.parseInt(parts.map((p) => p.bits).join(''), 2), vpn);
  assert.equal(tableSizes(machine, 1).flat, 2 ** 39);
});

test('history read backwards is what a replay finds', () => {
  const scene = until('forked');
  const replay = opened().player;
  const { step } = scene;
  assert.ok(step);
  const columns = historyOf(scene, 50, 0).filter((c) => c.number < step.number);
  assert.ok(columns.length > 3);
  for (const column of columns) {
    replay.go(at(column.number));
    const found = column.frames.map((_, f) => replay.machine.mappersOf(f)[0]?.vpn);
    const sole = (f: number) => replay.machine.mappersOf(f).length <= 1;
    column.frames.forEach((page, f) => {
      if (sole(f)) assert.equal(page, found[f], `operation ${column.number}, frame ${f}`);
    });
  }
  assert.ok(columns.some((c) => c.fault));
});

test('what follows the kernel’s return is one station, and neighbours share their ground', () => {
  const scene = until('cow_copy');
  const returns = (scene.step?.micros ?? []).flatMap((m, i) =>
    m.happening?.event === 'fault_return' ? [i] : [],
  );
  const stations = withRetry(storyOf(scene), returns, 'retry');
  assert.equal(stations.at(-1)?.label, 'retry');
  assert.equal(stations.filter((s) => s.label === 'retry').length, 1);
  assert.equal(stations.filter((s) => s.state === 'now').length, 1);
  const zones = zonesOf(stations);
  assert.equal(zones[0]?.from, 0);
  assert.equal(zones.at(-1)?.to, stations.length);
  zones.slice(1).forEach((zone, i) => assert.notEqual(zone.actor, zones[i]?.actor));
});

test('the instruction is the program’s, and stands apart from the hardware’s steps', () => {
  const of = (actor: 0 | 1 | 2, from: number) =>
    ({ label: '', actor, state: 'done', alarm: false, from, to: from + 1 }) as const;
  const zones = zonesOf([of(0, 0), of(1, 1), of(1, 2), of(2, 3), of(0, 4)]);
  assert.deepEqual(
    zones.map((z) => [z.actor, z.from, z.to]),
    [
      [0, 0, 1],
      [1, 1, 3],
      [2, 3, 4],
      [0, 4, 5],
    ],
  );
});

test('while a question is open the entry to come is not shown', () => {
  const scene = until('cow_copy');
  assert.ok(scene.focus);
  assert.ok(entryRows(scene, scene.focus).some((row) => row.toCome));
  const asked = entryRows(scene, scene.focus, true);
  assert.ok(asked.every((row) => !row.toCome));
  assert.equal(nonCanonical(scene), undefined);
});

test('an operation of many accesses goes on after the retry', () => {
  const labels = ['store', 'fault', 'return', 'walk', 'done', 'store', 'fault', 'return', 'walk'];
  const stations = labels.map(
    (label, i) => ({ label, actor: 1, state: 'next', alarm: false, from: i, to: i + 1 }) as const,
  );
  const shown = withRetry(stations, [2, 7], 'retry', [5]).map((s) => s.label);
  assert.deepEqual(shown, 'store fault return retry store fault return retry'.split(' '));
});

test('segments of one role stand side by side; an own one makes room', () => {
  const s = (role: string, start: number, end: number) => ({ role, start, end });
  const a = [s('text', 1, 3), s('heap', 10, 12), s('stack', 90, 100)];
  const b = [s('text', 2, 4), s('heap', 11, 12), s('map', 50, 60), s('stack', 80, 100)];
  const rows = alignSegments([a, b], (x) => x.role, 5);
  const lines = rows.filter((r): r is SegmentRow<(typeof a)[number]> => r.kind === 'segments');
  assert.deepEqual(
    lines.map((r) => r.cells.map((c) => c?.role)),
    [
      ['stack', 'stack'],
      [undefined, 'map'],
      ['heap', 'heap'],
      ['text', 'text'],
    ],
  );
  assert.equal(new Set(rows.map((r) => r.key)).size, rows.length);
  const gaps = rows.filter((r) => r.kind === 'gap');
  assert.deepEqual(
    gaps.map((g) => [g.pages, g.exact]),
    [
      [20, true],
      [38, false],
      [7, true],
    ],
  );
});

test('segments in another order are never moved past each other', () => {
  const s = (role: string, start: number) => ({ role, start, end: start + 1 });
  const one = [s('x', 1), s('y', 5)];
  const other = [s('y', 1), s('x', 5)];
  for (const [column, segments] of [one, other].entries()) {
    const rows = alignSegments([one, other], (x) => x.role, 1000);
    const starts = rows.flatMap((r) => (r.kind === 'segments' ? [r.cells[column]?.start] : []));
    const own = starts.filter((x) => x !== undefined);
    assert.deepEqual(
      own,
      segments.map((x) => x.start).sort((p, q) => q - p),
    );
  }
});

test('the frame grid is sixteen wide while its cells can bear marks', () => {
  const desk = layoutFrames(256, 350, 330);
  assert.equal(desk.columns, 16);
  assert.equal(desk.rows, 16);
  assert.ok(desk.pitch * 16 <= 330);
  for (const count of [1, 3, 24, 64, 100, 1024, 1500, 4096, 65536, 262144, 1048576, 4194304]) {
    const layout = layoutFrames(count, 350, 330);
    assert.ok(layout.columns * layout.pitch <= 350, `${count} wide`);
    assert.ok(layout.rows * layout.pitch <= 330 || count <= 32, `${count} high`);
    assert.ok(layout.columns * layout.rows * layout.per >= count, `${count} fit`);
  }
});

test('words: files, addresses, the kernel’s part', () => {
  assert.equal(shortFile('/lib/libc.so.6'), 'libc');
  assert.equal(shortFile('/bin/sort'), 'sort');
  assert.equal(kernelPart(MachineKind.x86_64, 48)?.start, 0xffff800000000000n);
  assert.equal(kernelPart(MachineKind.sv39, 39)?.bytes, 2 ** 38);
  assert.equal(kernelPart(MachineKind.paper, 48), undefined);
});

test('a path bends by no more than half of what there is', () => {
  const path = roundedPath([
    { x: 0, y: 0 },
    { x: 0, y: 4 },
    { x: 100, y: 4 },
  ]);
  assert.equal(path, 'M0 0L0 2Q0 4 2 4L100 4');
  assert.equal(roundedPath([{ x: 1, y: 1 }]), '');
});

test('one code for all cells that look the same', () => {
  const cell = { kind: 'page', owners: ['A'], dirty: true, referenced: false } as const;
  assert.equal(codeOf(cell), codeOf({ ...cell }));
  assert.notEqual(codeOf(cell), codeOf({ ...cell, dirty: false }));
  assert.deepEqual(cellOf(codeOf(cell)), cell);
});

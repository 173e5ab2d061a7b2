// SPDX-License-Identifier: MIT
// The frames in their colours, one frame in words, and the lines to those who map it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cellOf } from '../src/lib/draw/codes.ts';
import { frameOf, Names, Player, sceneOf, type Scene } from '../src/model/index.ts';
import { FrameKind } from '../src/wire/generated.ts';
import { detailOf, spotOf } from '../src/views/memory/detail.ts';
import { wayBetween } from '../src/views/memory/lines.ts';
import { AGES, agesOf, ageSource, LookCodes, looks } from '../src/views/memory/looks.ts';
import { usageKeys } from '../src/views/memory/usage.ts';
import { readRecording } from './recording.ts';

const { states, steps } = readRecording('tour.txt');

/** Calls back at every micro-step of the run, forwards and then all the way back. */
function everywhere(visit: (scene: Scene) => void): void {
  const player = new Player();
  player.length = steps.length;
  player.describe(0, states.get(0) as Uint8Array);
  player.window.add(1, steps, 0);
  const names = new Names([], player.machine);
  visit(sceneOf(player, names));
  while (player.forward('micro') === 'moved') visit(sceneOf(player, names));
  while (player.back('micro') === 'moved') visit(sceneOf(player, names));
}

test('each look that follows the changes is that of a fresh reader, and counts every frame', () => {
  for (const look of looks) {
    let kept: LookCodes | undefined;
    let n = 0;
    everywhere(({ machine }) => {
      kept ??= new LookCodes(machine, look);
      const codes = kept.update();
      if (n++ % 7 !== 0) return;
      const fresh = new LookCodes(machine, look);
      assert.deepEqual(codes, fresh.update(), look);
      const keys = usageKeys(look, kept.counts, machine);
      const sum = keys.reduce((all, key) => all + key.count, 0);
      assert.equal(sum, machine.config.frames, look);
    });
  }
});

test('ages are those of frames with contents, and both ends occur when there are enough', () => {
  let both = 0;
  everywhere(({ machine }) => {
    const ages = agesOf(machine);
    for (const [frame, age] of ages) {
      assert.ok(age >= 0 && age < AGES);
      const kind = machine.rows.row('frame', frame)?.kind ?? 0;
      assert.ok(([FrameKind.anon, FrameKind.file, FrameKind.shmem] as number[]).includes(kind));
    }
    const seen = new Set(ages.values());
    if (seen.has(0) && seen.has(AGES - 1)) both++;
    assert.ok(['order', 'count', 'bit'].includes(ageSource(machine).look));
  });
  assert.ok(both > 0);
});

test('by kind no owner shows, and the cell is that of what lies there', () => {
  const cells = new Map<number, string>([
    [FrameKind.anon, 'anon'],
    [FrameKind.file, 'cached'],
    [FrameKind.shmem, 'shmem'],
    [FrameKind.table, 'table'],
    [FrameKind.kernel, 'kernel'],
  ]);
  let anon = 0;
  everywhere(({ machine }) => {
    const codes = new LookCodes(machine, 'kind').update();
    for (const { frame, kind } of machine.rows.tables.frame.values()) {
      const cell = cellOf(codes[frame] ?? 0);
      assert.equal(cell.owners.length, 0);
      if (cells.has(kind)) assert.equal(cell.kind, cells.get(kind));
      if (cell.kind === 'anon') anon++;
    }
  });
  assert.ok(anon > 0);
});

test('the detail of a frame names exactly those who map it; a page leads to its frame or slot', () => {
  let [mapped, slots] = [0, 0];
  everywhere(({ machine, names }) => {
    for (const { frame } of machine.rows.tables.frame.values()) {
      const detail = detailOf(machine, names, { kind: 'frame', frame });
      if (machine.tableIn(frame)) assert.match(detail.content, /page table/);
      else {
        const refs = detail.mappings.map(({ pid, vpn }) => ({ pid, vpn }));
        assert.deepEqual(refs, machine.mappersOf(frame));
      }
      for (const { pid, vpn } of detail.mappings) {
        mapped++;
        assert.equal(frameOf(machine.entry(pid, vpn)), frame);
        assert.deepEqual(spotOf(machine, { kind: 'page', pid, vpn }), { kind: 'frame', frame });
      }
    }
    for (const { slot } of machine.rows.tables.slot.values()) {
      slots++;
      const detail = detailOf(machine, names, { kind: 'slot', slot });
      assert.deepEqual(
        detail.mappings.map(({ pid, vpn }) => ({ pid, vpn })),
        machine.sharersOfSlot(slot),
      );
    }
    assert.equal(spotOf(machine, { kind: 'process', pid: 1 }), undefined);
    assert.equal(spotOf(machine, undefined), undefined);
  });
  assert.ok(mapped > 0 && slots > 0);
});

test('a line runs through the gutters only, mirrored too, and straight between neighbours', () => {
  const rect = (left: number, right: number, top: number, bottom: number) => ({
    left,
    right,
    top,
    bottom,
  });
  const spaces = { box: rect(100, 110, 300, 310), panel: rect(8, 360, 60, 640) };
  const memory = { box: rect(1200, 1220, 200, 220), panel: rect(1000, 1400, 60, 640) };
  const way = wayBetween(memory, spaces);
  assert.deepEqual(way[0], { x: 1210, y: 220 });
  assert.deepEqual(way.at(-1), { x: 105, y: 310 });
  // Between the two panels it is below both.
  for (const { x, y } of way) if (x > 365 && x < 995) assert.ok(y > 640);
  assert.ok(way.some(({ x, y }) => x === 996 && y === 644));
  assert.ok(way.some(({ x, y }) => x === 364 && y === 644));
  const mirrored = wayBetween(spaces, memory);
  assert.ok(mirrored.some(({ x, y }) => x === 364 && y === 644));
  const beside = { ...memory, panel: rect(368, 760, 60, 640), box: rect(400, 420, 200, 220) };
  assert.ok(wayBetween(beside, spaces).every(({ y }) => y < 640));
});

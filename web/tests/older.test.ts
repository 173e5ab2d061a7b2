// SPDX-License-Identifier: MIT
// Pictures of machines without pages and of searched tables, on states put together by hand.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Names, Player, sceneOf, type Scene } from '../src/model/index.ts';
import { apart } from '../src/views/older/labels.ts';
import {
  buddyRows,
  cachesOf,
  listOf,
  memoryOf,
  piecesBefore,
  relocationOf,
  segmentsOf,
} from '../src/views/older/older.ts';
import { twinOf } from '../src/views/older/twin.ts';
import { searchedOf } from '../src/views/older/searched.ts';
import { exactBytes } from '../src/text/older.ts';
import { MachineKind, MachineWord, PieceState, RowVerdict } from '../src/wire/generated.ts';

function machine(words: Partial<Record<keyof typeof MachineWord, number>>): Player {
  const player = new Player();
  for (const [word, value] of Object.entries(words)) {
    const number = MachineWord[word as keyof typeof MachineWord];
    player.machine.rows.put('machine', { word: number, value: BigInt(value) });
  }
  return player;
}
const sceneAt = (player: Player): Scene =>
  sceneOf(player, new Names(['code', 'inodes'], player.machine));
/** The scene in the middle of an operation with these happenings. */
function during(player: Player, micros: object[]): Scene {
  const scene = sceneAt(player);
  const step = { micros: micros.map((m) => ({ changes: [], ...m })) } as unknown as Scene['step'];
  return { ...scene, step, micro: micros.length, now: step?.micros.at(-1), next: undefined };
}
function piece(player: Player, at: number, bytes: number, state: number, more: object = {}) {
  const row = { at, bytes, state, asked: 0, users: 0, cache: 0, next: 0, ...more };
  player.machine.rows.put('piece', row as never);
}

function segmented(): Player {
  const player = machine({
    kind: MachineKind.segmentation,
    va_bits: 14,
    segment_bits: 2,
    memory: 65536,
  });
  piece(player, 0, 0x6800, PieceState.hole);
  piece(player, 0x6800, 0x800, PieceState.used, { asked: 0x800 });
  piece(player, 0x7000, 0x800, PieceState.used, { asked: 0x700 });
  piece(player, 0x7800, 0x8800, PieceState.hole);
  const common = { prot: 3, present: 1, share: 0, name: 0 };
  const put = (row: object) =>
    player.machine.rows.put('segment_register', { ...common, ...row } as never);
  put({ pid: 1, number: 0, base: 0x7000, bytes: 0x700, down: 0, name: 1 });
  put({ pid: 2, number: 0, base: 0x7000, bytes: 0x700, down: 0 });
  put({ pid: 1, number: 3, base: 0x7000, bytes: 0x800, down: 1 });
  return player;
}

test('pieces have the owners of their segments, also of one that grows down', () => {
  const memory = memoryOf(sceneAt(segmented()));
  assert.deepEqual(
    memory.pieces.map((p) => [p.at, p.state, p.owners, p.lost]),
    [
      [0, 'hole', [], 0],
      [0x6800, 'used', [1], 0],
      [0x7000, 'used', [1, 2], 0x100],
      [0x7800, 'hole', [], 0],
    ],
  );
  assert.equal(memory.pieces[2]?.label, 'code');
  assert.equal(memory.free, 0x6800 + 0x8800);
  assert.equal(memory.largest, 0x8800);
});

test('a segment that grows down ends where its part of the space ends', () => {
  const scene = sceneAt(segmented());
  assert.deepEqual(
    segmentsOf(scene, 1).map((s) => [s.name, s.start, s.end]),
    [
      ['code', 0, 0x700],
      ['segment 3', 0x3800, 0x4000],
    ],
  );
});

test('an access is followed from its address to the sum, or to the refusal', () => {
  const player = segmented();
  player.machine.rows.put('task', { tid: 1, pid: 1 } as never);
  const access = { happening: { event: 'access', fields: { tid: 1, va: 0x3c00n, access: 1 } } };
  const sum = { happening: { event: 'relocated_down', fields: { pa: 0x6c00, distance: 1024 } } };
  const trap = { happening: { event: 'trap', fields: { tid: 1, va: 0x3c00n, reason: 6 } } };
  const half = relocationOf(during(player, [access]));
  assert.deepEqual([half?.number, half?.offset, half?.pa], [3, 0xc00, undefined]);
  assert.equal(half?.segment?.row.down, 1);
  const done = relocationOf(during(player, [access, sum]));
  assert.deepEqual([done?.pa, done?.distance, done?.trap], [0x6c00, 1024, undefined]);
  assert.equal(relocationOf(during(player, [access, trap]))?.trap, 6);
  assert.equal(relocationOf(sceneAt(player)), undefined);
});

test('the free list is in its own order, with what the search said', () => {
  const player = machine({ kind: MachineKind.free_list, memory: 1000 });
  piece(player, 0, 200, PieceState.hole);
  piece(player, 200, 300, PieceState.used, { asked: 300 });
  piece(player, 500, 500, PieceState.hole, { next: 1 });
  player.machine.rows.put('hole_list', { list: 0, first: 501, rover: 1 });
  const look = { at: 500, bytes: 500, needed: 75, verdict: 1 };
  const scene = during(player, [{ happening: { event: 'hole_examined', fields: look } }]);
  assert.deepEqual(
    listOf(scene).map((h) => [h.at, h.verdict, h.rover, h.now]),
    [
      [500, 'it fits', false, true],
      [0, '', true, false],
    ],
  );
});

test('before the operation there was one hole, now it is split', () => {
  const player = machine({ kind: MachineKind.free_list, memory: 1000 });
  piece(player, 0, 75, PieceState.used, { asked: 75 });
  piece(player, 75, 925, PieceState.hole);
  const nothing = { bytes: 0, state: 0, asked: 0, users: 0, cache: 0, next: 0 };
  const [low, high] = [...player.machine.rows.tables.piece.values()];
  const changes = [
    { event: 'piece', old: { ...low, bytes: 1000, state: PieceState.hole }, now: low },
    { event: 'piece', old: { at: 75, ...nothing }, now: high },
  ];
  const scene = during(player, [{ changes }]);
  assert.deepEqual(
    piecesBefore(scene).map((p) => [p.at, p.bytes]),
    [[0, 1000]],
  );
  assert.deepEqual(
    memoryOf(scene).pieces.map((p) => p.now),
    [true, true],
  );
});

test('buddies are a tree: each block below the one it was split from', () => {
  const player = machine({ kind: MachineKind.buddy, memory: 64, memory_base: 1024 });
  piece(player, 1024, 16, PieceState.used, { asked: 9 });
  piece(player, 1040, 16, PieceState.hole);
  piece(player, 1056, 32, PieceState.hole);
  const rows = buddyRows(memoryOf(sceneAt(player)));
  assert.deepEqual(
    rows.map((row) => [row.bytes, row.blocks.map((b) => `${b.at} ${b.state}`)]),
    [
      [64, ['1024 split']],
      [32, ['1024 split', '1056 hole']],
      [16, ['1024 used', '1040 hole']],
    ],
  );
});

test('slabs show each object, and what is left over', () => {
  const player = machine({ kind: MachineKind.slab, memory: 8192 });
  piece(player, 4096, 4096, PieceState.slab, { cache: 1, users: 1 });
  const cache = { cache: 1, name: 2, bytes: 600, step: 600, slab: 4096, slabs: 1, used: 1 };
  player.machine.rows.put('slab_cache', cache);
  player.machine.rows.put('slab_object', { at: 4696, cache: 1 });
  const [found] = cachesOf(sceneAt(player));
  assert.equal(found?.name, 'inodes');
  assert.deepEqual(
    found?.slabs[0]?.objects.map((o) => o.used),
    [false, true, false, false, false, false],
  );
  assert.equal(found?.slabs[0]?.rest, 496);
});

test('a searched table has chains, and marks what was looked at', () => {
  const player = machine({ kind: MachineKind.hashed, rows: 3, buckets: 2 });
  const { rows } = player.machine;
  rows.put('hash_row', { row: 0, pid: 1, vpn: 3, pte: 1, next: 0 });
  rows.put('hash_row', { row: 2, pid: 1, vpn: 5, pte: 1, next: 1 });
  rows.put('hash_bucket', { bucket: 0, first: 3 });
  const hash = { tid: 1, pid: 1, vpn: 3, bucket: 0, row: 2 };
  const look = (row: number, verdict: number) => ({
    happening: { event: 'row_searched', fields: { tid: 1, row, pid: 1, vpn: 3, verdict } },
  });
  const picture = searchedOf(
    during(player, [
      { happening: { event: 'hash_computed', fields: hash } },
      look(2, RowVerdict.other_page),
      look(0, RowVerdict.match),
    ]),
  );
  assert.deepEqual(
    picture.buckets.map((b) => [b.searched, b.chain.map((r) => r.row)]),
    [
      [true, [2, 0]],
      [false, []],
    ],
  );
  assert.deepEqual(
    picture.rows.map((r) => [r.verdict, r.match, r.now]),
    [
      ['this is it', true, true],
      ['', false, false],
      ['another page of the process', false, false],
    ],
  );
});

test('labels keep apart and within', () => {
  assert.deepEqual(apart([0, 1, 2], 10, 100), [0, 10, 20]);
  assert.deepEqual(apart([95, 96, 97], 10, 100), [80, 90, 100]);
  assert.deepEqual(apart([5], 10, 100), [5]);
  assert.deepEqual(apart([-4, 3], 10, 100), [0, 10]);
});

test('sizes are never rounded', () => {
  assert.equal(exactBytes(2048), '2 KiB');
  assert.equal(exactBytes(2500), '2,500 B');
});

test('the table beside the picture has a row for every hole, block and object', () => {
  const player = machine({ kind: MachineKind.buddy, memory: 65536 });
  piece(player, 0, 16384, PieceState.hole);
  piece(player, 16384, 16384, PieceState.used);
  piece(player, 32768, 32768, PieceState.hole);
  const scene = sceneAt(player);
  const blocks = buddyRows(memoryOf(scene)).flatMap((row) => row.blocks);
  const rows = twinOf(scene);
  assert.ok(rows.length > 0);
  assert.equal(rows.length, blocks.length);
  assert.equal(new Set(rows.map((row) => row.key)).size, rows.length);
});

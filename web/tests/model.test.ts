// SPDX-License-Identifier: MIT
// The law, in the browser's half: folding gives the described state, undoing gives nothing back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  at,
  comparePositions,
  Machine,
  Names,
  Player,
  readPosition,
  sceneOf,
  writePosition,
} from '../src/model/index.ts';
import { frameOf, hasFlag, slotOf } from '../src/model/index.ts';
import { keyOf } from '../src/model/rows.ts';
import { StepWindow } from '../src/model/window.ts';
import { decodeEvents } from '../src/wire/decode.ts';
import {
  Counter,
  MachineWord,
  PteBits,
  type ChangeName,
  type ProcessRow,
} from '../src/wire/generated.ts';
import { readRecording } from './recording.ts';

const { states, steps } = readRecording('tour.txt');
const NAMES = ['ls', 'libc', 'web', 'sort', 'x', 'y', 'heap'];

/** The rows as one comparable value. */
function rowsOf(machine: Machine): Record<string, unknown> {
  const kinds = Object.keys(machine.rows.tables) as ChangeName[];
  return Object.fromEntries(
    kinds.map((kind) => [
      kind,
      [...machine.rows.tables[kind].entries()].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
    ]),
  );
}

/** The reverse mapping as the indexes have it, and as a search through all entries finds it. */
function checkIndexes(machine: Machine): void {
  const frames = new Map<number, number>();
  const slots = new Map<number, number>();
  for (const { table, entry } of machine.rows.tables.pte.values()) {
    if (!machine.rows.row('table', table)?.pid) continue; // the kernel's map counts for nobody
    const [frame, slot] = [frameOf(entry), slotOf(entry)];
    const pages = hasFlag(entry, 'special') ? 1 : machine.pagesIn(entry);
    for (let f = frame ?? 0; frame !== undefined && f < frame + pages; f++)
      frames.set(f, (frames.get(f) ?? 0) + 1);
    if (slot !== undefined) slots.set(slot, (slots.get(slot) ?? 0) + 1);
  }
  for (let f = 0; f < machine.config.frames; f++) {
    assert.equal(machine.mappersOf(f).length, frames.get(f) ?? 0, `frame ${f}`);
    for (const { pid, vpn } of machine.mappersOf(f))
      assert.equal(frameOf(machine.entry(pid, vpn)), f);
  }
  for (let s = 0; s < machine.config.slots; s++) {
    assert.equal(machine.sharersOfSlot(s).length, slots.get(s) ?? 0, `slot ${s}`);
  }
}

function described(op: number): Player {
  const player = new Player();
  player.length = steps.length;
  assert.equal(player.describe(op, states.get(op) as Uint8Array), true);
  player.window.add(1, steps, op);
  return player;
}

test('folding every step gives the state that the engine describes', () => {
  const player = described(0);
  for (const op of states.keys()) {
    assert.equal(player.go(at(op)), 'moved');
    assert.deepEqual(rowsOf(player.machine), rowsOf(described(op).machine));
    checkIndexes(player.machine);
  }
});

test('undoing gives every earlier state, micro-step by micro-step', () => {
  const player = described(0);
  const seen: Record<string, unknown>[] = [];
  const positions: string[] = [];
  do {
    seen.push(rowsOf(player.machine));
    positions.push(writePosition(player.position));
  } while (player.forward('micro') === 'moved');
  assert.equal(player.done, steps.length);
  while (seen.length > 0) {
    assert.deepEqual(rowsOf(player.machine), seen.pop());
    assert.equal(writePosition(player.position), positions.pop());
    assert.equal(player.back('micro'), seen.length > 0 ? 'moved' : 'edge');
  }
});

test('describing again after an undone description gives nothing twice', () => {
  const machine = new Machine();
  const events = decodeEvents(states.get(steps.length) as Uint8Array);
  for (const e of events) if (e.change) assert.equal(machine.rows.apply(e), true);
  const [first] = events;
  assert.ok(first?.change);
  assert.equal(machine.rows.apply(first), false, 'an old value that does not match is refused');
  for (const e of events.reverse()) if (e.change) assert.equal(machine.rows.undo(e), true);
  assert.ok(Object.values(machine.rows.tables).every((t) => t.size === 0));
});

test('a position in the middle is reached from both sides', () => {
  const op =
    steps.findIndex((_, i) => (described(0).window.step(i + 1)?.micros.length ?? 0) > 5) + 1;
  const [forth, back] = [described(0), described(steps.length)];
  assert.equal(forth.go(at(op, 3)), 'moved');
  assert.equal(back.go(at(op, 3)), 'moved');
  assert.deepEqual(rowsOf(forth.machine), rowsOf(back.machine));
  assert.equal(writePosition(forth.position), `${op}.3`);
  assert.equal(forth.go(at(op, 1)), 'moved');
  assert.equal(forth.micro, 1);
});

test('a state that does not fit its steps asks for a description', () => {
  const player = described(steps.length);
  player.describe(0, states.get(steps.length) as Uint8Array);
  let moved = player.forward('operation');
  while (moved === 'moved') moved = player.forward('operation');
  assert.equal(moved, 'describe');
});

test('the window stays within its bytes and keeps what is near', () => {
  const window = new StepWindow(3000);
  const step = { kind: 1, line: 1, tid: 1, events: new Uint8Array(36) };
  window.add(1, Array<typeof step>(100).fill(step), 50);
  assert.ok(window.bytes <= 3000);
  assert.ok(window.has(50) && !window.has(1) && !window.has(100));
  assert.equal(window.to - window.from + 1, 30);
  window.add(window.to + 1, [step], window.to);
  assert.ok(window.bytes <= 3000);
  window.add(1000, [step], 1000);
  assert.deepEqual([window.from, window.to], [1000, 1000]);
  window.dropAfter(999);
  assert.equal(window.has(1000), false);
});

test('a scene tells what a copy-on-write fault touches', () => {
  const player = described(0);
  const names = new Names(NAMES, player.machine);
  for (;;) {
    assert.equal(player.forward('micro'), 'moved');
    const scene = sceneOf(player, names);
    if (scene.now?.happening?.event !== 'cow_copy') continue;
    const { from, to } = scene.now.happening.fields;
    assert.deepEqual(scene.flight, { kind: 'copy', from, to });
    assert.deepEqual(scene.touched.frames.slice(0, 2), [from, to]);
    assert.equal(scene.focus?.pid, 2);
    assert.equal(scene.trap, 1);
    assert.equal(scene.levels.length, 4);
    assert.equal(frameOf(scene.entry?.before ?? 0), from);
    assert.equal(frameOf(scene.entry?.next ?? 0), to);
    break;
  }
  assert.ok(player.machine.counter(0, Counter.faults) > 0);
});

test('levels and indexes split an address as the hardware does', () => {
  const { machine } = described(steps.length);
  const vpn = 0x55d0c4a3e;
  assert.deepEqual(
    [4, 3, 2, 1].map((l) => machine.indexAt(l, vpn)),
    [171, 323, 37, 62],
  );
});

test('positions are pairs, not decimals', () => {
  assert.deepEqual(readPosition('148.70'), at(148, 70));
  assert.equal(readPosition('1.5.2'), undefined);
  assert.equal(readPosition('-1'), undefined);
  assert.ok(comparePositions(at(3, 9), at(3)) < 0);
  assert.ok(comparePositions(at(3, 9), at(2)) > 0);
});

test('a huge entry maps many pages, the kernel’s tables are nobody’s', () => {
  const machine = new Machine();
  const word = (name: MachineWord, value: bigint) =>
    machine.rows.put('machine', { word: name, value });
  word(MachineWord.page_shift, 6n);
  word(MachineWord.va_bits, 14n);
  word(MachineWord.levels, 2n);
  word(MachineWord.level_bits, 0x0404n);
  word(MachineWord.frames, 64n);
  machine.rows.put('process', { pid: 1, state: 1, root: 1 } as unknown as ProcessRow);
  machine.rows.put('table', { table: 1, pid: 1, level: 2, frame: 0, base: 0, used: 2 });
  machine.rows.put('table', { table: 2, pid: 0, level: 1, frame: 5, base: 0xf0, used: 1 });
  const huge = PteBits.present + PteBits.leaf + PteBits.huge;
  machine.rows.put('pte', { table: 1, index: 3, entry: 32 * 2 ** 16 + huge });
  machine.rows.put('pte', { table: 1, index: 15, entry: 2 * 2 ** 16 + PteBits.present });
  const kernel = PteBits.present + PteBits.leaf + PteBits.global;
  machine.rows.put('pte', { table: 2, index: 0, entry: kernel });
  assert.equal(machine.walk(1, 0x35).length, 1);
  assert.equal(frameOf(machine.entry(1, 0x35)), 37);
  assert.equal(machine.entry(1, 0x40), 0);
  assert.equal(machine.translate(1, BigInt(0x3f * 64 + 9)), 47 * 64 + 9);
  assert.deepEqual(machine.mappersOf(40), [{ pid: 1, vpn: 0x38 }]);
  assert.deepEqual(machine.mappersOf(48), []);
  assert.deepEqual(
    machine.pages(1, 0x2f, 0x32).map((p) => frameOf(p.entry)),
    [undefined, 32, 33],
  );
  assert.equal(frameOf(machine.entry(1, 0xf0)), 0);
  assert.deepEqual(machine.mappersOf(0), []);
  assert.deepEqual(machine.ownersOf(4), [], 'a table of the kernel');
});

test('no two places share a key, wherever numbers stop being small', () => {
  const edges = [0, 1, 2, 4095, 4096, 4097, 262143, 262144, 2 ** 26 - 1, 2 ** 26, 2 ** 30];
  const keys = new Set(edges.flatMap((a) => edges.map((b) => keyOf(a, b))));
  assert.equal(keys.size, edges.length ** 2);
});

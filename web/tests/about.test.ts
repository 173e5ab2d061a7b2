// SPDX-License-Identifier: MIT
// The palette's choices, from the process to the page, along a recorded run.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  aboutAtFirst,
  actorOf,
  choiceRows,
  type About,
  type ChoiceRow,
} from '../src/app/writing/about.ts';
import { Names, Player, sceneOf, type Scene } from '../src/model/index.ts';
import { words } from '../src/text/writing.ts';
import { readRecording } from './recording.ts';

const { states, steps } = readRecording('tour.txt');

/** The first moment of the run that is like this. */
function when(is: (scene: Scene) => boolean): { scene: Scene; text: string } {
  const player = new Player();
  player.length = steps.length;
  player.describe(0, states.get(0) as Uint8Array);
  player.window.add(1, steps, 0);
  const names = new Names(['ls', 'libc', 'web', 'sort', 'x', 'y', 'heap'], player.machine);
  while (player.forward('micro') === 'moved') {
    const scene = sceneOf(player, names);
    if (is(scene)) return { scene, text: '' };
  }
  throw new Error('the run has no such moment');
}
const on = (row: ChoiceRow | undefined) => row?.choices.filter((c) => c.on).map((c) => c.id);
const labels = (rows: readonly ChoiceRow[]) => rows.map((row) => row.label);

const few = ({ start, end }: { start: number; end: number }) => end - start > 1 && end - start < 16;
const mapped = when(({ machine }) => machine.vmas(1).some(few));
const vma = mapped.scene.machine.vmas(1).find(few);

test('before anything runs there is the machine alone', () => {
  const player = new Player();
  player.describe(0, states.get(0) as Uint8Array);
  const context = { scene: sceneOf(player, new Names([], player.machine)), text: '' };
  const about = aboutAtFirst(context, undefined);
  assert.deepEqual(about, { target: undefined, tid: 0 });
  const rows = choiceRows(context, about);
  assert.deepEqual(labels(rows), [words.process]);
  assert.deepEqual(on(rows[0]), ['machine']);
});

test('without a thing it is about the process of this step; with one about that', () => {
  assert.ok(vma);
  assert.equal(aboutAtFirst(mapped, undefined).target?.pid, 1);
  const page = aboutAtFirst(mapped, { kind: 'page', pid: 1, vpn: vma.start + 1 });
  assert.equal(page.target?.vma?.vma, vma.vma);
  assert.equal(page.target?.vpn, vma.start + 1);
  assert.deepEqual(aboutAtFirst(mapped, { kind: 'process', pid: 999 }).target, { pid: 1 });
});

test('each choice leads to itself, the narrower ones keep the wider', () => {
  assert.ok(vma);
  const begin: About = { target: { pid: 1, vma, vpn: vma.start }, tid: 0 };
  const rows = choiceRows(mapped, begin);
  assert.deepEqual(labels(rows).slice(0, 3), [words.process, words.mapping, words.page]);
  assert.deepEqual(on(rows[1]), [String(vma.vma)]);
  assert.deepEqual(on(rows[2]), [String(vma.start)]);
  for (const [i, row] of rows.entries())
    for (const { id, to } of row.choices) assert.deepEqual(on(choiceRows(mapped, to)[i]), [id]);
  assert.equal(rows[2]?.choices.length, vma.end - vma.start + 1, 'the whole, and each page');
});

test('one page alone has no row, nor have more than sixteen', () => {
  assert.ok(vma);
  for (const [count, row] of [
    [1, false],
    [2, true],
    [16, true],
    [17, false],
  ] as const) {
    const target = { pid: 1, vma: { ...vma, end: vma.start + count } };
    const rows = choiceRows(mapped, { target, tid: 0 });
    assert.equal(labels(rows).includes(words.page), row, `${count} pages`);
  }
});

test('who does it is asked where there are several, and one that has gone gives way', () => {
  assert.equal(actorOf(mapped, { target: { pid: 1 }, tid: 4242 }), 0);
  assert.ok(!labels(choiceRows(mapped, { target: { pid: 1 }, tid: 0 })).includes(words.by));
});

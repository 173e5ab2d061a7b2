// SPDX-License-Identifier: MIT
// Playing rests where there is something to read, and stops where the scenario asks.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pace } from '../src/app/pace.ts';
import { MICRO_MS, playPlan } from '../src/app/speed.ts';
import { at, Names, Player, sceneOf } from '../src/model/index.ts';
import type { Note } from '../src/wire/messages.ts';
import { readRecording } from './recording.ts';

const note = (kind: Note['kind'], position: number, text: string): Note => ({
  line: 1,
  position,
  kind,
  at: '',
  text,
});

/** Plays a recorded run and lists where it rested how long. */
function play(notes: readonly Note[]) {
  const { states, steps } = readRecording('tour.txt');
  const player = new Player();
  player.length = steps.length;
  player.describe(0, states.get(0) ?? new Uint8Array());
  player.window.add(1, steps, 0);
  const names = new Names([], player.machine);
  const pace = new Pace();
  const list = [];
  while (player.forward('micro') === 'moved') {
    const scene = sceneOf(player, names);
    const { position, now } = scene;
    list.push({ position, event: now?.happening?.event, ...pace.of(scene, notes) });
  }
  return list;
}

test('the first of its kind takes as long as it takes to read, the second passes', () => {
  const misses = play([]).filter((moment) => moment.event === 'tlb_miss');
  assert.ok(misses.length > 1);
  const [first, second] = misses;
  assert.ok(first && first.rest > 3 * MICRO_MS);
  assert.equal(second?.rest, MICRO_MS);
  // Whoever has met it often needs half of that.
  assert.equal(misses[4]?.rest, MICRO_MS / 2);
});

test('it stops at a question, and only there', () => {
  const stops = play([note('ask', 2, 'What now?')]).filter((moment) => moment.stop);
  assert.deepEqual(
    stops.map((moment) => moment.position),
    [at(2)],
  );
});

test('a note is given the time to read it', () => {
  const text =
    'Twice as long as anything that a sentence of the table says, so that it shows. '.repeat(2);
  const at3 = (list: ReturnType<typeof play>) =>
    list.find(({ position }) => position.op === 3 && position.micro === 0)?.rest ?? 0;
  assert.ok(at3(play([note('text', 3, text)])) > at3(play([])) + 4000);
});

test('a rest is waited out, at every speed in proportion', () => {
  for (const speed of [0.5, 1, 4]) {
    let owed = -3;
    let waited = 0;
    for (let plan = playPlan(speed, 0, owed); plan.count === 0; plan = playPlan(speed, 10, owed)) {
      owed = plan.owed;
      waited += 10;
    }
    assert.ok(Math.abs(waited - (4 * MICRO_MS) / speed) <= 20, `${speed}: ${waited} ms`);
  }
});

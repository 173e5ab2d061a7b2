// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  at,
  isLinked,
  linked,
  Machine,
  Names,
  Player,
  readThing,
  sceneOf,
  writeThing,
} from '../src/model/index.ts';
import { narrate, sentenceOf, stepText } from '../src/narration/sentence.ts';
import { whys } from '../src/wire/whys.ts';
import { thingsOf } from '../src/narration/things.ts';
import { labelOf } from '../src/narration/labels.ts';
import { storyOf } from '../src/narration/story.ts';
import { plain, valuePart } from '../src/narration/words.ts';
import { events, type Happening, type TypeName } from '../src/wire/generated.ts';
import { readRecording } from './recording.ts';

const machine = new Machine();
const reader = { machine, names: new Names(['web'], machine) };

const happenings = events
  .filter((desc) => !desc.change)
  .map((desc) => {
    const fields: Record<string, number | bigint> = {};
    for (const f of desc.fields) fields[f.name] = ['va', 'u64', 'text'].includes(f.type) ? 1n : 1;
    return { event: desc.name, change: false, fields } as unknown as Happening;
  });

test('every happening has a sentence without gaps, a reason and a label', () => {
  assert.ok(happenings.length > 40);
  for (const happening of happenings) {
    const text = plain(sentenceOf(reader, happening));
    assert.match(text, /\.$/, happening.event);
    assert.doesNotMatch(text, /[{}]|undefined|NaN|null/, happening.event);
    assert.ok(text.split(' ').length <= 25, `${happening.event}: too long to be read aloud`);
    assert.ok(whys[happening.event].length > 20, happening.event);
    const label = labelOf(happening);
    assert.ok(label.length > 0 && label.length <= 14, `${happening.event}: ${label}`);
  }
});

test('what a happening names can be selected, each thing once', () => {
  const { states, steps } = readRecording('tour.txt');
  const player = new Player();
  player.length = steps.length;
  player.describe(0, states.get(0) as Uint8Array);
  player.window.add(1, steps, 0);
  const names = new Names([], player.machine);
  const kinds = new Set<string>();
  while (player.forward('micro') === 'moved') {
    const happening = sceneOf(player, names).now?.happening;
    const { machine } = player;
    const things = happening ? thingsOf({ machine, names }, happening) : [];
    for (const thing of things) {
      kinds.add(thing.kind);
      assert.deepEqual(readThing(writeThing(thing)), thing);
      assert.ok(isLinked(linked(machine, thing), thing), writeThing(thing));
    }
    assert.equal(new Set(things.map(writeThing)).size, things.length);
  }
  for (const kind of ['page', 'frame', 'thread', 'process', 'entry', 'slot'])
    assert.ok(kinds.has(kind), kind);
});

test('values read as people write them', () => {
  const said = (type: TypeName, value: number | bigint) => valuePart(reader, type, value).text;
  assert.equal(said('pid', 2), 'B');
  assert.equal(said('va', 0x55d0c4a3e2a8n), '0x55d0c4a3e2a8');
  assert.equal(said('prot', 5), 'r-x');
  assert.equal(said('bytes', 4096), '4 KiB');
  assert.equal(said('slot_opt', 0), 'none');
  assert.equal(said('name', 1), 'web');
  assert.equal(said('access', 2), 'writes');
});

test('a recorded run is narrated from the first to the last micro-step', () => {
  const { states, steps } = readRecording('tour.txt');
  const player = new Player();
  player.length = steps.length;
  player.describe(0, states.get(0) as Uint8Array);
  player.window.add(1, steps, 0);
  const names = new Names(['ls', 'libc', 'web', 'sort', 'x', 'y', 'heap'], player.machine);
  assert.equal(stepText(sceneOf(player, names)), 'start');
  let count = 0;
  while (player.forward('micro') === 'moved') {
    const scene = sceneOf(player, names);
    const text = plain(narrate(scene));
    assert.doesNotMatch(text, /undefined|NaN|\{/, text);
    assert.match(stepText(scene), /^step \d+ · \d+\/\d+$/);
    const story = storyOf(scene);
    assert.equal(story.filter((s) => s.state === 'now').length, 1, JSON.stringify(story));
    assert.equal(story.at(-1)?.to, scene.step?.micros.length);
    count++;
  }
  assert.ok(count > 200);
  player.go(at(0));
  assert.match(plain(narrate(sceneOf(player, names))), /nothing has run yet/);
  player.length = 0;
  const empty = plain(narrate(sceneOf(player, names)));
  assert.doesNotMatch(empty, /Play|arrow/, 'nothing is there to play');
  assert.match(empty, /Do something/);
});

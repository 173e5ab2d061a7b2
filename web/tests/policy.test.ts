// SPDX-License-Identifier: MIT
// The picture of a policy's own state: along a recorded run, and on policies made up of every shape.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, Names, Player, sceneOf, type Scene } from '../src/model/index.ts';
import { ellipse } from '../src/views/policy/ellipse.ts';
import { nodeText } from '../src/views/policy/node-text.ts';
import { pictureOf, policyPicture } from '../src/views/policy/policy.ts';
import { policies, type PolicyDesc, type RegionDesc } from '../src/wire/generated.ts';
import { readRecording } from './recording.ts';

const { states, steps } = readRecording('tour.txt');

function opened(): Player {
  const player = new Player();
  player.length = steps.length;
  player.describe(0, states.get(0) as Uint8Array);
  player.window.add(1, steps, 0);
  return player;
}
const sceneAt = (player: Player): Scene => sceneOf(player, new Names([], player.machine));

test('the picture of the run shows every page in memory once, and the last search', () => {
  const player = opened();
  let searches = 0;
  let evictions = 0;
  while (player.forward('micro') === 'moved') {
    const scene = sceneAt(player);
    const picture = policyPicture(scene);
    assert.ok(picture);
    assert.equal(picture.policy, policies[scene.machine.config.policy]);
    const shown = picture.groups.flatMap((g) => g.nodes.map((n) => n.index));
    assert.equal(new Set(shown).size, shown.length, 'no node twice');
    for (const node of picture.groups.flatMap((g) => g.nodes)) {
      assert.match(nodeText(node, scene.names), /^frame /);
    }
    const happening = scene.now?.happening;
    if (happening?.event === 'look') {
      searches++;
      const last = picture.looks.at(-1);
      assert.equal(last?.node.index, happening.fields.frame);
      assert.equal(last?.now, true);
    }
    if (happening?.event === 'evict' && searches > 0) {
      evictions++;
      assert.equal(picture.looks.at(-1)?.chosen, true);
    }
  }
  assert.ok(searches > 0 && evictions > 0, 'the run has searches');
});

const region = (name: string, shape: RegionDesc['shape'], look: string): RegionDesc => ({
  name,
  shape,
  look,
  title: name.replace('_', ' '),
});
/** A policy with these regions and words, on the machine of the recording's beginning. */
function made(regions: RegionDesc[], rows: [number, number, number][]) {
  const player = opened();
  player.go(at(0));
  const { rows: state } = player.machine;
  for (const key of [...state.tables.policy.keys()]) state.tables.policy.delete(key);
  for (const [r, index, value] of rows) state.put('policy', { region: r, index, value });
  const policy = { ...(policies[0] as PolicyDesc), regions };
  const scene = sceneAt(player);
  return { frames: scene.machine.config.frames, picture: pictureOf(scene, policy) };
}

test('lists go from head to tail through frames and ghosts', () => {
  const frames = made([], []).frames;
  const { picture } = made(
    [
      region('recent_head', 'scalar', 'link'),
      region('recent_tail', 'scalar', 'link'),
      region('often_head', 'scalar', 'link'),
      region('next', 'nodes', 'link'),
      region('prev', 'nodes', 'hidden'),
      region('page', 'ghosts', 'page'),
      region('target', 'scalar', 'number'),
    ],
    [
      [0, 0, 6],
      [1, 0, frames + 2],
      [3, 5, 3],
      [3, 2, frames + 2],
      [5, 1, 42],
      [6, 0, 7],
    ],
  );
  const [recent, often, ...rest] = picture.groups;
  assert.deepEqual(
    recent?.nodes.map((n) => n.index),
    [5, 2, frames + 1],
  );
  assert.equal(recent?.nodes[2]?.frame, undefined, 'a ghost');
  assert.match(recent?.nodes[2]?.page ?? '', /^(42|0x2a)$/);
  assert.deepEqual(often?.nodes, []);
  assert.deepEqual(rest, []);
  assert.deepEqual(picture.scalars, [{ title: 'target', text: '7', now: false }]);
});

test('each list follows the links of its own name', () => {
  const { picture } = made(
    [
      region('stack_head', 'scalar', 'link'),
      region('queue_head', 'scalar', 'link'),
      region('stack_next', 'nodes', 'link'),
      region('queue_next', 'nodes', 'link'),
    ],
    [
      [0, 0, 1],
      [1, 0, 2],
      [2, 0, 2],
      [2, 1, 3],
      [3, 1, 1],
    ],
  );
  assert.deepEqual(
    picture.groups.map((g) => g.nodes.map((n) => n.index)),
    [
      [0, 1, 2],
      [1, 0],
    ],
  );
});

test('a hand over links goes round once, and a broken ring ends', () => {
  const { picture } = made(
    [
      region('hand', 'scalar', 'hand'),
      region('next', 'nodes', 'link'),
      region('hot', 'nodes', 'bit'),
    ],
    [
      [0, 0, 3],
      [1, 3, 5],
      [1, 4, 10],
      [1, 9, 4],
      [2, 4, 1],
    ],
  );
  const [ring] = picture.groups;
  assert.equal(ring?.kind, 'circle');
  assert.deepEqual(
    ring?.nodes.map((n) => n.index),
    [3, 4, 9],
  );
  assert.deepEqual(ring?.nodes[0]?.hands, ['hand']);
  assert.deepEqual(
    ring?.nodes.map((n) => n.words[0]?.text),
    ['0', '1', '0'],
  );
});

test('places on an ellipse are equally far apart along it, the first on top', () => {
  const places = ellipse(12, 100, 50, 90, 40);
  assert.deepEqual(places[0], { x: 100, y: 10 });
  const gaps = places.map((p, i) => {
    const next = places[(i + 1) % places.length] as { x: number; y: number };
    return Math.hypot(next.x - p.x, next.y - p.y);
  });
  assert.ok(Math.max(...gaps) / Math.min(...gaps) < 1.25, gaps.join(' '));
});

// SPDX-License-Identifier: MIT
// Links that carry a text, what rooms say, and who holds a host's secret.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ADDRESS_MOST, pack, unpack } from '../src/lib/pack.ts';
import { linkOf, savedLink } from '../src/app/share/links.ts';
import { newer, readPoint, readRole, readRoom } from '../src/wire/rooms.ts';
import { readThing, writeThing, type Thing } from '../src/model/index.ts';

const HERE = 'http://localhost:8080';
const TEXT = 'vmscope 1\ntitle "Eine Übung: 页 🎓"\nA = start empty\n';

test('a packed text comes back, in letters that no address escapes', async () => {
  for (const text of ['', 'a', TEXT, TEXT.repeat(400)]) {
    const packed = await pack(text);
    assert.match(packed, /^[A-Za-z0-9_-]*$/);
    assert.equal(await unpack(packed), text);
  }
});

test('what was not packed here is refused, and so is what unpacks to more than a scenario', async () => {
  const whole = await pack(TEXT);
  for (const bad of ['!', 'AAAA', whole.slice(0, -6), `x${whole}`])
    await assert.rejects(unpack(bad));
  await assert.rejects(unpack(await pack('#'.repeat(65537))));
  assert.equal((await unpack(await pack('#'.repeat(65536)))).length, 65536);
});

test('a stored scenario is shared by its id, with the step and what was set', async () => {
  const moment = {
    source: { scenario: 'lib-fork' },
    set: { frames: '8' },
    text: undefined,
    position: '14.3',
  };
  assert.deepEqual(await linkOf(HERE, moment), {
    kind: 'stored',
    url: `${HERE}/s/lib-fork@14.3?frames=8`,
  });
  assert.equal(savedLink(HERE, 'a b', { ...moment, set: {} }), `${HERE}/s/a%20b@14.3`);
  assert.deepEqual(await linkOf(HERE, { ...moment, source: { trace: 't1' }, set: {} }), {
    kind: 'stored',
    url: `${HERE}/lab?trace=t1&at=14.3`,
  });
});

/** Text that deflate cannot make smaller by much. */
function noise(length: number): string {
  let seed = 1;
  let text = '';
  while (text.length < length) {
    seed = (seed * 48271) % 2147483647;
    text += String.fromCharCode(33 + (seed % 90));
  }
  return text;
}

test('a changed text travels in the address up to its limit, and has to be saved above', async () => {
  const moment = (text: string) => ({
    source: { scenario: 'x' },
    set: {},
    text,
    position: '3',
  });
  const fits = await linkOf(HERE, moment(TEXT));
  assert.equal(fits.kind, 'packed');
  assert.ok('url' in fits);
  const packed = /^http:\/\/localhost:8080\/lab\?at=3#t=(.+)$/.exec(fits.url)?.[1];
  assert.equal(await unpack(packed ?? ''), TEXT);
  let [low, high] = [1, 6000];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((await linkOf(HERE, moment(noise(middle)))).kind === 'packed') low = middle;
    else high = middle;
  }
  const last = await linkOf(HERE, moment(noise(low)));
  assert.ok('url' in last && last.url.length <= ADDRESS_MOST && last.url.length > ADDRESS_MOST - 8);
  assert.deepEqual(await linkOf(HERE, moment(noise(high))), { kind: 'save', text: noise(high) });
  const draft = await linkOf(HERE, { ...moment(TEXT), text: undefined, source: { text: TEXT } });
  assert.equal(draft.kind, 'packed');
});

test('a point is newer by epoch first, then by number', () => {
  const point = (epoch: number, seq: number) => readPoint({ epoch, seq });
  assert.ok(newer(point(2, 1), point(1, 99)));
  assert.ok(newer(point(2, 2), point(2, 1)));
  assert.ok(!newer(point(2, 2), point(2, 2)));
  assert.ok(!newer(point(1, 9), point(2, 0)));
});

test('what the server says of a room is read, and nonsense becomes harmless', () => {
  const room = readRoom({
    code: 'BCDFGH',
    join_url: 'http://h/c/BCDFGH',
    epoch: 3,
    seq: 1,
    shown: 2,
    position: '7.1',
    selection: 'page 1 4096',
    pointer: null,
    playing: true,
    count: 4,
    host: true,
    scenario: 'x',
    set: { frames: '8' },
  });
  assert.deepEqual(room.source, { scenario: 'x' });
  assert.deepEqual(readThing(room.selection), { kind: 'page', pid: 1, vpn: 4096 });
  assert.equal(room.pointer, '');
  assert.equal(readThing(room.pointer), undefined);
  const empty = readRoom({ text: 7, set: [], selection: {} });
  assert.deepEqual(empty.source, { text: '' });
  assert.equal(empty.position, '0');
  assert.equal(readRole({ role: 'king' }), 'member');
});

test('every thing that can be selected has a name that a room passes on', () => {
  const things: Thing[] = [
    { kind: 'page', pid: 3, vpn: 34359738367 },
    { kind: 'frame', frame: 20 },
    { kind: 'slot', slot: 1 },
    { kind: 'entry', table: 4, index: 511 },
    { kind: 'tlb', cpu: 1, entry: 63 },
    { kind: 'thread', tid: 7 },
    { kind: 'process', pid: 1 },
    { kind: 'mapping', vma: 9 },
    { kind: 'object', object: 2 },
    { kind: 'event', position: { op: 148, micro: 7 } },
  ];
  for (const thing of things) {
    assert.match(writeThing(thing), /^[A-Za-z0-9 _.:/@-]{1,120}$/);
    assert.deepEqual(readThing(writeThing(thing)), thing);
  }
});

// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeEvents, decodeSteps, encodeEvents, forEachRow, quick } from '../src/wire/decode.ts';
import { readFrame } from '../src/wire/frames.ts';
import { events, type VmEvent } from '../src/wire/generated.ts';
import { Reader, writeNumber } from '../src/wire/leb.ts';
import { readOpened } from '../src/wire/messages.ts';
import { readRecording } from './recording.ts';

const bytes = (...numbers: (number | bigint)[]) => {
  const out: number[] = [];
  for (const n of numbers) writeNumber(out, n);
  return Uint8Array.from(out);
};

test('numbers of every length come back exactly', () => {
  const values = [
    0n,
    1n,
    127n,
    128n,
    300n,
    2n ** 32n,
    2n ** 53n - 1n,
    2n ** 53n + 1n,
    2n ** 64n - 1n,
  ];
  const reader = new Reader(bytes(...values));
  for (const value of values) assert.equal(reader.big(), value);
  assert.equal(reader.more, false);
  assert.equal(new Reader(bytes(2 ** 53 - 1)).num(), 2 ** 53 - 1);
});

test('bytes that end inside a number are refused', () => {
  assert.throws(() => new Reader(Uint8Array.of(0x80)).num());
  assert.throws(() => new Reader(new Uint8Array(11).fill(0x80)).num());
  assert.throws(() => decodeEvents(Uint8Array.of(events.length)));
  assert.throws(() => decodeSteps(bytes(100, 1, 2, 3)));
});

test('what is decoded and encoded again is the same bytes', () => {
  const { states, steps } = readRecording('tour.txt');
  for (const recorded of [...states.values(), ...steps.map((s) => s.events)]) {
    assert.deepEqual(encodeEvents(decodeEvents(recorded)), recorded);
  }
});

test('every row of the tables survives the way there and back', () => {
  const all = events.map((desc, i) => {
    const row: Record<string, number | bigint> = {};
    const big = (type: string) => ['u64', 'va', 'text'].includes(type);
    desc.fields.forEach(
      (f, k) => (row[f.name] = big(f.type) ? BigInt(i + k + 1) << 40n : i + k + 1),
    );
    return (desc.change
      ? { event: desc.name, change: true, old: { ...row }, now: row }
      : { event: desc.name, change: false, fields: row }) as unknown as VmEvent;
  });
  assert.deepEqual(decodeEvents(encodeEvents(all)), all);
});

test('a description is rows and nothing else', () => {
  const row = {
    frame: 3,
    kind: 3,
    object: 1,
    index: 2,
    maps: 1,
    flags: 1,
    slot: 0,
    charge: 0,
  } as const;
  const none = {
    frame: 3,
    kind: 0,
    object: 0,
    index: 0,
    maps: 0,
    flags: 0,
    slot: 0,
    charge: 0,
  } as const;
  const seen: unknown[] = [];
  const put = (kind: string, found: unknown) => seen.push([kind, found]);
  forEachRow(encodeEvents([{ event: 'frame', change: true, old: none, now: row }]), put);
  assert.deepEqual(seen, [['frame', row]]);
  const changed = encodeEvents([{ event: 'frame', change: true, old: row, now: none }]);
  assert.throws(() => forEachRow(changed, put), /was not 0/);
  const happened = encodeEvents([{ event: 'woken', change: false, fields: { tid: 1 } }]);
  assert.throws(() => forEachRow(happened, put), /no happening/);
});

test('rows that are read in one go have the columns of their table, in its order', () => {
  const rows = Object.entries(quick);
  assert.ok(rows.length > 0);
  for (const [name, make] of rows) {
    const { fields, keys } = events.find((event) => event.name === name) ?? { fields: [], keys: 0 };
    let [column, read] = [0, ''];
    const key = () => ((read += 'k'), ++column);
    const value = () => ((read += 'v'), ++column);
    const row = make(key, value) as unknown as Record<string, number>;
    assert.deepEqual(
      Object.entries(row),
      fields.map((field, i) => [field.name, i + 1]),
    );
    assert.equal(read, 'k'.repeat(keys) + 'v'.repeat(fields.length - keys), name);
  }
});

test('steps keep kind, line, thread and events', () => {
  const inner = [...bytes(7, 12, 3), 1, 2, 3];
  const [step, second] = decodeSteps(
    Uint8Array.from([...bytes(inner.length), ...inner, ...bytes(3, 1, 0, 2)]),
  );
  assert.deepEqual(step, { kind: 7, line: 12, tid: 3, events: Uint8Array.of(1, 2, 3) });
  assert.deepEqual(second, { kind: 1, line: 0, tid: 2, events: new Uint8Array() });
});

test('a frame has a version, a kind, an end and a request', () => {
  const frame = readFrame(Uint8Array.from([1, 2, 1, ...bytes(300), 9, 8]));
  assert.deepEqual(frame, { kind: 2, last: true, request: 300, payload: Uint8Array.of(9, 8) });
  assert.throws(() => readFrame(Uint8Array.of(2, 1, 1, 0)), /version/);
});

test('an opened message with missing or wrong fields gets defaults', () => {
  const opened = readOpened({
    operations: '12',
    names: ['A', 3],
    reason: 'tired',
    notes: [{ kind: 'x' }],
  });
  assert.equal(opened.operations, 12);
  assert.deepEqual(opened.names, ['A', '']);
  assert.equal(opened.reason, 'done');
  assert.equal(opened.notes[0]?.kind, 'text');
});

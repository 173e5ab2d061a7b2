// SPDX-License-Identifier: MIT
// A run fetched piece by piece is the run that is held whole, wherever one jumps and steps.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Run } from '../src/app/run.ts';
import { at, comparePositions, Player, writePosition, type Machine } from '../src/model/index.ts';
import { encodeEvents } from '../src/wire/decode.ts';
import type { Reply, Requests } from '../src/wire/connection.ts';
import type { Change, ChangeName } from '../src/wire/generated.ts';
import { writeNumber } from '../src/wire/leb.ts';
import type { Json } from '../src/lib/json.ts';
import { readRecording } from './recording.ts';

const { states, steps } = readRecording('tour.txt');
/** Every tenth operation arrives as `bulk`, as if it were too large to send. */
const isBulk = (n: number) => n % 10 === 0;
const BULK = encodeEvents([{ event: 'bulk', change: false, fields: { changes: 20001 } }]);

function whole(op: number): Player {
  const player = new Player();
  player.length = steps.length;
  player.describe(0, states.get(0) as Uint8Array);
  player.window.add(1, steps, 0);
  player.go(at(op));
  return player;
}

function described(op: number): Uint8Array {
  const { tables } = whole(op).machine.rows;
  const changes = (Object.keys(tables) as ChangeName[]).flatMap((event) =>
    [...tables[event].values()].map((now) => ({ event, change: true, old: {}, now })),
  );
  return encodeEvents(changes as unknown as Change[]);
}

/** Answers as the server does, three operations a request at most. */
class Server implements Requests {
  asked = 0;
  async request(message: Json, ends: string): Promise<Reply> {
    this.asked++;
    if (ends === 'opened') {
      return { message: { operations: steps.length }, state: undefined, steps: undefined };
    }
    const from = Number(message['from']);
    const reached = Math.min(Number(message['to']), from + 3);
    const out: number[] = [];
    for (let n = from + 1; n <= reached; n++) {
      const step = steps[n - 1];
      assert.ok(step);
      const head: number[] = [];
      for (const x of [step.kind, step.line, step.tid]) writeNumber(head, x);
      const events = isBulk(n) ? BULK : step.events;
      writeNumber(out, head.length + events.length);
      out.push(...head, ...events);
    }
    return {
      message: { reached },
      state: message['describe'] ? described(from) : undefined,
      steps: out.length > 0 ? Uint8Array.from(out) : undefined,
    };
  }
}

const rows = (machine: Machine) =>
  Object.entries(machine.rows.tables).map(([kind, table]) => [
    kind,
    [...table.entries()].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
  ]);

const same = (run: Run, op: number) =>
  assert.deepEqual(rows(run.player.machine), rows(whole(op).machine), `after ${op} operations`);

const opened = () => Run.open(new Server(), { text: '' }, {});

test('stepping by operations gives every state, forwards and back', async () => {
  const run = await opened();
  await run.seek(at(0));
  for (let op = 1; op <= steps.length; op++) {
    assert.equal(await run.step(1, 'operation'), true);
    same(run, op);
  }
  assert.equal(await run.step(1, 'operation'), false);
  for (let op = steps.length - 1; op >= 0; op--) {
    assert.equal(await run.step(-1, 'operation'), true);
    same(run, op);
  }
  assert.equal(await run.step(-1, 'operation'), false);
});

test('micro-steps go back over what was never fetched forwards', async () => {
  const run = await opened();
  await run.seek(at(47));
  let before = run.player.position;
  for (let i = 0; i < 120; i++) {
    assert.equal(await run.step(-1, 'micro'), true);
    const now = run.player.position;
    assert.ok(comparePositions(now, before) < 0, `${writePosition(now)} is before`);
    if (now.micro === 0) same(run, now.op);
    before = now;
  }
  assert.ok(before.op < 44);
});

test('jumps land where they were asked to, and the newest wins', async () => {
  const run = await opened();
  for (const op of [50, 3, 78, 10, 11, 9, 0, 30]) {
    await run.seek(at(op));
    assert.equal(writePosition(run.player.position), String(op));
    same(run, op);
  }
  await run.seek(at(11, 3));
  assert.equal(writePosition(run.player.position), '11.3');
  await Promise.all([run.seek(at(5)), run.seek(at(60)), run.seek(at(21))]);
  same(run, 21);
  await run.seek(at(9999));
  same(run, steps.length);
});

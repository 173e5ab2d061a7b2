// SPDX-License-Identifier: MIT
// Questions and answers as they travel, and the way from what is typed and clicked to them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Names, Player } from '../src/model/index.ts';
import { fill, plain } from '../src/narration/words.ts';
import { words } from '../src/text/predict.ts';
import { questions } from '../src/wire/questions.ts';
import {
  ofText,
  ofThing,
  readAnswered,
  readQuestion,
  valueText,
} from '../src/app/predict/question.ts';
import { askedFrom, authors, groups, readAsk, share, toggled } from '../src/app/predict/kinds.ts';
import { mayAnswer } from '../src/app/predict/may.ts';
import { cornersAt } from '../src/lib/draw/cell.ts';
import { readRecording } from './recording.ts';

const { states } = readRecording('tour.txt');
const player = new Player();
player.describe(0, states.get(0) as Uint8Array);
const { machine } = player;
const names = new Names([], machine);

test('a question is read as the server says it', () => {
  const q = readQuestion({
    type: 'question',
    position: '3',
    kind: 'fault',
    answer: 'word',
    sentence: 'What?',
    text: null,
    fields: { tid: 1, va: '0x7ffff7ffb000', access: 2 },
    choices: [{ value: 'none', text: 'no fault' }],
    line: 8,
  });
  assert.equal(q.op, 3);
  assert.equal(q.text, '');
  assert.equal(q.fields['va'], 0x7ffff7ffb000n);
  assert.equal(valueText(q, 'none', machine, names), 'no fault');
  const none = readQuestion({ type: 'question', position: '9', kind: null });
  assert.equal(none.kind, '');
  const answered = readAnswered({
    right: null,
    value: { pid: 1, page: 7 },
    why: 'so',
    position: '4.2',
  });
  assert.equal(answered.right, undefined);
  assert.deepEqual(answered.value, { pid: 1, page: 7 });
});

test('what is typed is read as the picture writes it', () => {
  assert.equal(ofText('frame', '14', machine), 0x14);
  assert.equal(ofText('frame', '0x14', machine), 0x14);
  assert.deepEqual(ofText('page', '0x7ffff7ffb', machine), { page: 0x7ffff7ffb });
  assert.equal(ofText('number', '14', machine), 14);
  assert.deepEqual(ofText('entry', '507', machine), { index: 507 });
  assert.deepEqual(ofText('entry', '0x1fb', machine), { index: 507 });
  assert.equal(ofText('address', '14008', machine), '0x14008');
  for (const bad of ['', ' ', 'x', '0x', '1.5', '-1', '0x12345678901234567', 'ten'])
    assert.equal(ofText('frame', bad, machine), undefined, bad);
  assert.equal(ofText('number', 'a', machine), undefined);
});

test('only a thing of the kind asked for is an answer', () => {
  assert.equal(ofThing('frame', { kind: 'frame', frame: 3 }), 3);
  assert.deepEqual(ofThing('page', { kind: 'page', pid: 2, vpn: 9 }), { pid: 2, page: 9 });
  assert.deepEqual(ofThing('entry', { kind: 'entry', table: 4, index: 1 }), { table: 4, index: 1 });
  assert.equal(ofThing('thread', { kind: 'thread', tid: 2 }), 2);
  assert.equal(ofThing('slot', { kind: 'slot', slot: 0 }), 0);
  assert.equal(ofThing('frame', { kind: 'slot', slot: 3 }), undefined);
});

test('every row of the table has its texts, and its sentence its fields', () => {
  for (const q of questions) {
    assert.ok(q.answer in words.hint && q.answer in words.field, q.name);
    const values = Object.fromEntries(q.fields.map((f) => [f.name, 1]));
    assert.doesNotMatch(plain(fill({ machine, names }, q.sentence, q.fields, values)), /[{}]/);
    assert.equal(q.choices.length > 0, q.answer === 'word', q.name);
  }
});

test('every kind of question stands in one group; what is chosen is asked for', () => {
  const all = [...groups.flatMap((group) => group.kinds as readonly string[]), ...authors];
  assert.deepEqual([...all].sort(), questions.map((q) => q.name).sort());
  for (const { id } of groups) assert.ok(words.group[id]);

  assert.deepEqual(readAsk('tlb, fault,what'), { kinds: ['fault', 'tlb'], unknown: ['what'] });
  assert.equal(readAsk(all.join(',')).kinds, undefined, 'all of them is no choice');
  assert.deepEqual(askedFrom({ op: 3, micro: 2 }, undefined), { from: '3' });
  assert.deepEqual(askedFrom({ op: 3, micro: 0 }, ['tlb']), { from: '3', kinds: ['tlb'] });

  const [faults, translation] = [groups[0].kinds, groups[1].kinds];
  assert.equal(share(undefined, faults), 'all');
  assert.equal(share(['tlb'], translation), 'some');
  assert.deepEqual(toggled(['tlb'], translation), ['address', 'entry', 'tlb']);
  assert.deepEqual(toggled([...faults, 'tlb'], faults), ['tlb']);
  assert.deepEqual(toggled(['next'], ['next']), ['next'], 'the last group stays');
  const less = toggled(undefined, faults);
  assert.ok(less && !less.includes('fault') && less.includes('victim'));
  assert.equal(toggled(less, faults), undefined, 'all again');
});

test('cells that may answer are those that fit by sight, and bear corners', () => {
  const end = new Player();
  end.describe([...states.keys()].at(-1) ?? 0, [...states.values()].at(-1) as Uint8Array);
  const m = end.machine;
  const marked = (kind: string) => {
    const may = mayAnswer({ kind, answer: 'frame' }, m);
    return Array.from({ length: m.config.frames }, (_, frame) => frame).filter((frame) =>
      may({ kind: 'frame', frame }),
    );
  };
  const [victims, free] = [marked('victim'), marked('frame')];
  assert.ok(victims.length > 0 && free.length > 0);
  assert.ok(victims.every((frame) => !free.includes(frame) && frame > 0));
  assert.equal(marked('value').length, m.config.frames, "an author's own may be any");
  const page = mayAnswer({ kind: 'leaves', answer: 'page' }, m);
  assert.ok(!page({ kind: 'page', pid: 1, vpn: 0 }) && !page({ kind: 'frame', frame: 1 }));
  assert.match(cornersAt({ x: 0, y: 0 }, 20), /^(M[-\d.]+ [-\d.]+[VH][-\d.]+[VH][-\d.]+){4}$/);
});

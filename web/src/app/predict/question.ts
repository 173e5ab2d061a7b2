// SPDX-License-Identifier: MIT
// Questions and answers of the protocol, and the way between them, what is typed and what is clicked.
// Pure.
import { list, number, object, oneOf, string, type Json } from '../../lib/json.ts';
import type { Machine, Names, Thing } from '../../model/index.ts';
import { numberOf } from '../../narration/words.ts';
import { hex } from '../../model/index.ts';
import { words } from '../../text/predict.ts';
import { MachineKind } from '../../wire/generated.ts';
import type { AnswerKind } from '../../wire/questions.ts';

const kinds = [
  'word',
  'frame',
  'page',
  'slot',
  'entry',
  'number',
  'address',
  'thread',
] as const satisfies readonly AnswerKind[];

/** As it travels: a word, a number, an address, {pid, page} or {table, index}. */
export type Value = string | number | Readonly<Record<string, number>>;

export interface Choice {
  readonly value: string | number;
  readonly text: string;
}
export interface Question {
  /** Operations that are complete where it is asked. */
  readonly op: number;
  /** Empty: there is nothing more to ask. */
  readonly kind: string;
  readonly answer: AnswerKind;
  readonly sentence: string;
  /** The author's own words. */
  readonly text: string;
  readonly fields: Readonly<Record<string, number | bigint>>;
  readonly choices: readonly Choice[];
  readonly line: number;
}
export interface Answered {
  /** Undefined: it was skipped. */
  readonly right: boolean | undefined;
  readonly value: Value;
  readonly why: string;
  readonly position: string;
}

const readField = (value: unknown): number | bigint =>
  typeof value === 'string' ? BigInt(value) : number(value);

export function readQuestion(m: Json): Question {
  const fields = Object.entries(object(m['fields'] ?? {}));
  return {
    op: Number(string(m['position'], '0')),
    kind: string(m['kind']),
    answer: oneOf(m['answer'], kinds, 'word'),
    sentence: string(m['sentence']),
    text: string(m['text']),
    fields: Object.fromEntries(fields.map(([name, value]) => [name, readField(value)])),
    choices: list(m['choices'] ?? [], (value) => {
      const c = object(value);
      const given = c['value'];
      return { value: typeof given === 'number' ? given : string(given), text: string(c['text']) };
    }),
    line: number(m['line']),
  };
}

const readValue = (value: unknown): Value =>
  typeof value === 'number' || typeof value === 'string'
    ? value
    : Object.fromEntries(Object.entries(object(value)).map(([k, v]) => [k, number(v)]));

export const readAnswered = (m: Json): Answered => ({
  right: typeof m['right'] === 'boolean' ? m['right'] : undefined,
  value: readValue(m['value']),
  why: string(m['why']),
  position: string(m['position']),
});

/** What is clicked in the picture, where that can be an answer. */
export function ofThing(answer: AnswerKind, thing: Thing): Value | undefined {
  if (thing.kind !== answer) return undefined;
  switch (thing.kind) {
    case 'frame':
      return thing.frame;
    case 'slot':
      return thing.slot;
    case 'page':
      return { pid: thing.pid, page: thing.vpn };
    case 'entry':
      return { table: thing.table, index: thing.index };
    case 'thread':
      return thing.tid;
    default:
      return undefined;
  }
}

/** What an answer is in the picture; nothing when it is a word or a number. */
export function toThing(answer: AnswerKind, value: Value): Thing | undefined {
  const part = (key: string) => (typeof value === 'object' ? (value[key] ?? 0) : Number(value));
  switch (answer) {
    case 'frame':
      return { kind: 'frame', frame: part('') };
    case 'slot':
      return { kind: 'slot', slot: part('') };
    case 'page':
      return { kind: 'page', pid: part('pid'), vpn: part('page') };
    case 'entry':
      return { kind: 'entry', table: part('table'), index: part('index') };
    case 'thread':
      return { kind: 'thread', tid: part('') };
    default:
      return undefined;
  }
}

const HEX = /^(0x)?[0-9a-f]{1,13}$/i;
const DECIMAL = /^\d{1,15}$/;

/** What is typed: counts and indexes in decimal; numbers of frames and pages as the picture writes them. */
export function ofText(answer: AnswerKind, text: string, machine: Machine): Value | undefined {
  const word = text.trim().toLowerCase();
  const decimal =
    answer === 'number' || answer === 'entry' || machine.config.kind === MachineKind.paper;
  const based = decimal && !word.startsWith('0x');
  if (!(based ? DECIMAL : HEX).test(word)) return undefined;
  const n = based ? Number(word) : Number.parseInt(word.replace(/^0x/, ''), 16);
  if (answer === 'address') return hex(n);
  if (answer === 'page') return { page: n };
  if (answer === 'entry') return { index: n };
  return n;
}

/** An answer as a person reads it. */
export function valueText(
  question: Question,
  value: Value,
  machine: Machine,
  names: Names,
): string {
  const choice = question.choices.find((c) => c.value === value);
  if (choice) return choice.text;
  const part = (key: string) => (typeof value === 'object' ? (value[key] ?? 0) : Number(value));
  switch (question.answer) {
    case 'frame':
      return words.frameOf(
        machine.config.kind === MachineKind.paper ? String(value) : names.frame(Number(value)),
      );
    case 'slot':
      return words.slotOf(numberOf(machine, Number(value)));
    case 'page':
      return words.pageOf(numberOf(machine, part('page')));
    case 'entry':
      return words.entryOf(String(part('index')));
    case 'thread':
      return names.runner(machine.pidOf(Number(value)), Number(value));
    default:
      return String(value);
  }
}

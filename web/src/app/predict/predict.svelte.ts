// SPDX-License-Identifier: MIT
// Ask me first: before each interesting step the server asks, and tells nothing of what comes until it
// is answered. What was held of it is let go when asking begins.
import {
  at,
  comparePositions,
  readPosition,
  type Machine,
  type Position,
  type Thing,
} from '../../model/index.ts';
import { number, string, type Json } from '../../lib/json.ts';
import { readOpened, Refused } from '../../wire/messages.ts';
import { questions } from '../../wire/questions.ts';
import { fill, type Part } from '../../narration/words.ts';
import { words } from '../../text/predict.ts';
import type { Desk } from '../desk.svelte.ts';
import type { Session } from '../session.svelte.ts';
import { askedFrom, remember, remembered, type Asked, type Kinds } from './kinds.ts';
import { mayAnswer } from './may.ts';
import {
  ofThing,
  readAnswered,
  readQuestion,
  toThing,
  valueText,
  type Answered,
  type Question,
  type Value,
} from './question.ts';

const SCORE_KEY = 'vmscope.predicted';
/** Where each kind of thing can be pointed at. */
const viewOf: Readonly<Record<string, string>> = {
  frame: 'memory',
  page: 'spaces',
  slot: 'memory',
  entry: 'translation',
  thread: 'tasks',
};

export interface Score {
  readonly right: number;
  readonly of: number;
}
/** A question that was answered, and how. */
export interface Verdict extends Answered {
  readonly question: Question;
  readonly given: Value | undefined;
}

function readScore(): Score {
  try {
    const kept = JSON.parse(sessionStorage.getItem(SCORE_KEY) ?? '{}') as Json;
    return { right: number(kept['right']), of: number(kept['of']) };
  } catch {
    return { right: 0, of: 0 };
  }
}

export class Predict {
  question = $state.raw<Question>();
  verdict = $state.raw<Verdict>();
  /** What stands to be answered with: chosen, clicked or typed. */
  given = $state.raw<Value>();
  score = $state.raw<Score>(readScore());
  problem = $state('');
  /** What of the address is not known. */
  readonly notice: string = '';
  /** One question alone: asking ends with its answer. */
  single = $state(false);
  /** What is asked about. */
  kinds = $state.raw<Kinds>();
  private reached: (() => void) | undefined;

  constructor(
    private readonly session: Session,
    private readonly desk: Desk,
    /** Brings a view forward. */
    private readonly show: (view: string) => void,
    /** What the address wishes to be asked about. */
    asked: Asked | undefined,
  ) {
    this.kinds = asked ? asked.kinds : remembered();
    if (asked && asked.unknown.length > 0) this.notice = words.noKind(asked.unknown);
    session.hear((message) => this.take(message));
  }

  get on(): boolean {
    return this.session.predicting !== undefined;
  }
  /** Something is asked, or was answered just now. */
  get shown(): boolean {
    return this.on || this.verdict !== undefined;
  }
  /** Nothing fits the step that was to be asked about. */
  get beyond(): boolean {
    const { question } = this;
    return this.single && !!question?.kind && question.op !== this.from;
  }
  /** It stands where it is asked, is not answered yet, and the last answer was read. */
  get open(): boolean {
    const at = this.session.scene?.position;
    if (this.verdict) return false;
    return this.on && !!this.question?.kind && at?.op === this.question.op && at.micro === 0;
  }
  /** The question in words, with the values it names. */
  get parts(): Part[] {
    const { question } = this;
    const { scene } = this.session;
    if (!question || !scene) return [];
    if (question.text) return [{ kind: 'text', text: question.text }];
    const desc = questions.find((q) => q.name === question.kind);
    return desc ? fill(scene, desc.sentence, desc.fields, question.fields) : [];
  }
  text(question: Question, value: Value): string {
    const { scene } = this.session;
    return scene ? valueText(question, value, scene.machine, scene.names) : '';
  }
  get machine(): Machine | undefined {
    return this.session.scene?.machine;
  }

  async toggle(): Promise<void> {
    if (this.on) await this.stop();
    else await this.begin();
  }

  /** Asks from a position on: the present one, if none is given. */
  async begin(from: Position | undefined = this.session.scene?.position): Promise<void> {
    if (!from) return;
    this.session.pause();
    this.clear();
    this.single = false;
    await this.ask(from, this.kinds);
  }

  /** Asks about the step that comes next, whatever kind of question fits it. */
  async once(): Promise<void> {
    const from = this.session.scene?.position;
    if (!from) return;
    if (this.on && !this.single) return this.open ? undefined : this.next();
    this.session.pause();
    this.clear();
    this.single = true;
    this.from = from.op;
    // Within an operation: the next one begins where this one has ended.
    if (from.micro > 0) await this.session.seek(at(from.op));
    await this.ask(from, undefined);
  }
  private from = 0;

  private async ask(from: Position, kinds: Kinds): Promise<void> {
    this.session.predicting = (where) => askedFrom(where, kinds);
    await this.tell({ type: 'predict', on: true, ...askedFrom(from, kinds) }, 'horizon');
  }

  /** Other kinds, from here on; kept for the next time. */
  async choose(kinds: Kinds): Promise<void> {
    this.kinds = kinds;
    remember(kinds);
    await this.begin();
  }

  async stop(): Promise<void> {
    const on = this.on;
    this.session.predicting = undefined;
    this.clear();
    this.single = false;
    this.desk.answering = undefined;
    if (on) await this.tell({ type: 'predict', on: false }, 'horizon');
  }

  private clear(): void {
    this.question = undefined;
    this.verdict = undefined;
    this.given = undefined;
    this.seen = undefined;
    this.problem = '';
  }

  private async tell(message: Json, ends: string): Promise<Json | undefined> {
    try {
      const reply = await this.session.ask(message, ends);
      this.problem = '';
      if (ends === 'horizon') this.session.cut(readOpened(reply));
      return reply;
    } catch (error) {
      this.problem = error instanceof Refused ? error.message : String(error);
      return undefined;
    }
  }

  /** What the server tells when it has found where the next question is. */
  private take(message: Json): void {
    if (!this.on) return;
    const type = string(message['type']);
    if (type === 'horizon') {
      this.session.cut(readOpened(message));
      this.reached?.();
      this.reached = undefined;
    } else if (type === 'question') {
      this.question = readQuestion(message);
      this.given = undefined;
      this.point();
    }
  }

  /** Things in the picture become the answers, and the view that has them comes forward. */
  point(): void {
    const kind = this.open ? this.question?.answer : undefined;
    const view = kind && viewOf[kind];
    const { question, machine } = this;
    this.desk.answering =
      kind && view && question && machine
        ? {
            kind: kind as Thing['kind'],
            may: mayAnswer(question, machine),
            answer: (thing) => (this.given = ofThing(kind, thing)),
          }
        : undefined;
    if (view) this.show(view);
  }

  async answer(value: Value | undefined): Promise<void> {
    const { question } = this;
    if (!question) return;
    const found = new Promise<void>((resolve) => (this.reached = resolve));
    const message = value === undefined ? { skip: true } : { value };
    const reply = await this.tell({ type: 'answer', ...message }, 'answered');
    if (!reply) return;
    const answered = readAnswered(reply);
    this.question = undefined;
    this.desk.answering = undefined;
    this.verdict = { ...answered, question, given: value };
    if (answered.right !== undefined) this.count(answered.right);
    await found;
    if (this.single) {
      this.session.predicting = undefined;
      this.question = undefined;
      await this.tell({ type: 'predict', on: false }, 'horizon');
    }
    const to = readPosition(answered.position);
    if (to) await this.session.seek(to);
    this.desk.select(toThing(question.answer, answered.value));
    this.seen = this.session.scene?.position;
  }
  /** Where the answer of a single question is seen: it goes when one moves on. */
  private seen: Position | undefined;
  moved(): void {
    const to = this.session.scene?.position;
    if (!this.single || this.on || !this.verdict || !this.seen || !to) return;
    if (comparePositions(to, this.seen) !== 0) this.clear();
  }

  private count(right: boolean): void {
    this.score = { right: this.score.right + (right ? 1 : 0), of: this.score.of + 1 };
    try {
      sessionStorage.setItem(SCORE_KEY, JSON.stringify(this.score));
    } catch {
      // a browser that keeps nothing: the score lasts as long as the page
    }
  }

  /** To where the next question is asked. */
  async next(): Promise<void> {
    this.verdict = undefined;
    await this.session.toEnd();
  }
  /** The same way, step by step. */
  watch(): void {
    this.verdict = undefined;
    void this.session.play();
  }
}

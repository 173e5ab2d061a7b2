// SPDX-License-Identifier: MIT
// One open run: the player, and the requests that keep its window filled around the position.
// All moves go through here one after another; the newest jump replaces those still waiting.
import {
  Names,
  Player,
  readPosition,
  readStep,
  type Position,
  type Step,
  at,
  writePosition,
} from '../model/index.ts';
import { number, string, type Json } from '../lib/json.ts';
import { decodeSteps } from '../wire/decode.ts';
import { events } from '../wire/generated.ts';
import type { Requests } from '../wire/connection.ts';
import {
  readCalls,
  readFigures,
  readHistory,
  readLanes,
  readOpened,
  Refused,
  type Calls,
  type Figures,
  type History,
  type Lanes,
  type Opened,
} from '../wire/messages.ts';
import type { FiguresAsked } from '../lab/lab.ts';

export type Source = { scenario: string } | { text: string } | { trace: string };
export type Unit = 'micro' | 'operation';

const happenings: ReadonlySet<string> = new Set(events.filter((e) => !e.change).map((e) => e.name));
const BUDGET = 256 * 1024;
/** Operations fetched before the position is within this of the window's edge. */
const AHEAD = 256;
const BEHIND = 64;

export class Run {
  readonly player = new Player();
  names: Names;
  private chain: Promise<unknown> = Promise.resolve();
  /** More steps are held: pictures of what came before may say more. */
  onfilled: () => void = () => undefined;
  private filling = false;
  private jump: Position | undefined;
  /** Until the first description the player holds nothing, not even the machine. */
  private described = false;
  /** Lines were added: the text is no longer the source's. */
  changed = false;

  private constructor(
    private readonly connection: Requests,
    readonly source: Source,
    readonly overrides: Readonly<Record<string, string>>,
    public opened: Opened,
  ) {
    this.names = new Names(opened.names, this.player.machine);
    this.player.length = opened.operations;
  }

  static async open(
    connection: Requests,
    source: Source,
    overrides: Readonly<Record<string, string>>,
    predict?: Json,
  ): Promise<Run> {
    const { message } = await connection.request(
      { type: 'open', ...source, set: overrides, ...(predict && { predict }) },
      'opened',
    );
    return new Run(connection, source, overrides, readOpened(message));
  }

  /** Runs one more line after the complete operations of the position; what came later is dropped. */
  append(line: string): Promise<void> {
    return this.inTurn(async () => {
      const { done } = this.player;
      const { message } = await this.connection.request(
        { type: 'append', at: String(done), line },
        'opened',
      );
      this.opened = readOpened(message);
      this.changed = true;
      this.names = new Names(this.opened.names, this.player.machine);
      if (this.player.part > 0) this.player.go(at(done));
      this.player.length = this.opened.operations;
      this.player.window.dropAfter(done);
      await this.move(1, 'operation');
    });
  }

  /** The run ends elsewhere for who is to predict: what is held beyond is let go. */
  cut(opened: Opened): void {
    this.opened = opened;
    this.names = new Names(opened.names, this.player.machine);
    this.player.length = opened.operations;
    this.player.window.dropAfter(opened.operations);
  }

  /** Steps by one; resolves when the picture is right. False at either end. */
  step(by: 1 | -1, unit: Unit): Promise<boolean> {
    return this.inTurn(() => this.move(by, unit));
  }

  /** Goes anywhere. Jumps asked for while one is under way collapse into the last. */
  seek(to: Position): Promise<void> {
    const waiting = this.jump !== undefined;
    this.jump = to;
    if (waiting) return Promise.resolve();
    return this.inTurn(async () => {
      const target = this.jump;
      this.jump = undefined;
      if (target) await this.goTo(target);
    });
  }

  async lanes(from: number, to: number, buckets: number): Promise<Lanes> {
    const { message } = await this.connection.request(
      { type: 'lanes', from, to, buckets },
      'lanes',
    );
    return readLanes(message);
  }

  async calls(before: number, count: number): Promise<Calls> {
    const { message } = await this.connection.request({ type: 'calls', before, count }, 'calls');
    return readCalls(message);
  }

  async figures(asked: FiguresAsked): Promise<Figures> {
    const { message } = await this.connection.request({ type: 'series', ...asked }, 'series');
    return readFigures(message);
  }

  /** The micro-steps up to a position that changed a thing; `of` as the protocol names it. */
  async history(of: object, before: string, count: number): Promise<History> {
    const ask = { type: 'history', of, before, count };
    const { message } = await this.connection.request(ask, 'history');
    return readHistory(message);
  }

  /** The next or previous operation of a kind, or micro-step when the kind is a happening. */
  async find(direction: 1 | -1, kind = 'any'): Promise<Position | undefined> {
    const { part, done, position } = this.player;
    const inside = happenings.has(kind);
    const from = inside ? writePosition(position) : String(part > 0 ? done + 1 : done);
    const { message } = await this.connection.request(
      { type: 'find', kind, from, direction },
      'found',
    );
    const found = readPosition(string(message['position']));
    return found && (inside ? found : at(found.op, 1));
  }

  /** The next operation after `op` in which something happens; nothing moves. */
  async after(op: number): Promise<number | undefined> {
    const { message } = await this.connection.request(
      { type: 'find', kind: 'any', from: String(op), direction: 1 },
      'found',
    );
    return readPosition(string(message['position']))?.op;
  }

  /** The events of operations (from, to], without going there; fewer than asked for when they are many. */
  async peek(from: number, to: number): Promise<Step[]> {
    const end = Math.min(to, this.player.length);
    if (from >= end) return [];
    const reply = await this.connection.request(
      { type: 'read', from, to: end, budget: BUDGET },
      'read',
    );
    const steps = reply.steps ? decodeSteps(reply.steps) : [];
    return steps.map((bytes, i) => readStep(from + 1 + i, bytes));
  }

  /** For playing: moves at once when it can; false when something must be fetched first. */
  advance(unit: Unit): 'moved' | 'edge' | 'wait' {
    const moved = this.player.forward(unit);
    if (moved === 'moved') this.prefetch();
    return moved === 'moved' || moved === 'edge' ? moved : 'wait';
  }

  /** When no move is under way: on the way the player stands where nobody asked it to. */
  settled(): Promise<void> {
    return this.inTurn(() => Promise.resolve());
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = this.chain.then(work);
    this.chain = next.catch(() => undefined);
    return next;
  }

  private async move(by: 1 | -1, unit: Unit): Promise<boolean> {
    const { player } = this;
    const moved = by > 0 ? player.forward(unit) : player.back(unit);
    if (moved === 'edge') return false;
    if (moved !== 'moved') await this.goTo(this.neighbour(by, unit));
    this.prefetch();
    return true;
  }

  /** Where a step leads that the player could not make by itself. */
  private neighbour(by: 1 | -1, unit: Unit): Position {
    const { done, part } = this.player;
    if (by > 0) return unit === 'micro' ? at(done + 1, part + 1) : at(done + 1);
    if (part > 0) return at(done);
    // The last micro-step but one of operation `done`: as many as there are is not known yet.
    return unit === 'micro' ? at(done, Number.MAX_SAFE_INTEGER) : at(done - 1);
  }

  private async goTo(to: Position): Promise<void> {
    const { player } = this;
    const op = Math.max(0, Math.min(to.op, player.length));
    const back = to.micro === Number.MAX_SAFE_INTEGER;
    const target = back ? at(op) : at(op, to.micro);
    if (!this.described || player.go(target) !== 'moved') {
      // One operation earlier, so that the step that leads here is known and can be undone; but a bulk
      // operation can only be crossed by a description.
      const base = player.window.step(op)?.bulk ? op : Math.max(0, op - 1);
      await this.describeAt(base, Math.min(player.length, base + AHEAD));
      if (player.go(target) !== 'moved') {
        // A bulk operation, or one whose old values do not fit: only a description can cross it.
        await this.describeAt(op, op);
      }
    }
    if (back) {
      if (!player.window.step(op)) await this.fetch(op - 1, op);
      if (player.back('micro') === 'describe') await this.describeAt(op - 1, op - 1);
    }
    this.prefetch();
  }

  private async describeAt(from: number, to: number): Promise<void> {
    const reply = await this.connection.request(
      { type: 'read', from, to, describe: true, budget: BUDGET },
      'read',
    );
    if (!this.player.describe(from, reply.state ?? new Uint8Array())) {
      throw new Refused('description', 'The server described a state that contradicts itself.');
    }
    this.described = true;
    if (reply.steps) this.player.window.add(from + 1, decodeSteps(reply.steps), from);
  }

  /** Steps (from, to]; fewer when they are more than the budget. Returns the last one held. */
  private async fetch(from: number, to: number): Promise<number> {
    const reply = await this.connection.request({ type: 'read', from, to, budget: BUDGET }, 'read');
    if (reply.steps) {
      this.player.window.add(from + 1, decodeSteps(reply.steps), this.player.done);
    }
    return number(reply.message['reached'], from);
  }

  /** Asks for what lies beyond the window's edges when the position comes near one. */
  private prefetch(): void {
    if (this.filling) return;
    const { done, length, window } = this.player;
    let range: [number, number] | undefined;
    if (window.to - done < AHEAD && window.to < length && window.to >= done) {
      range = [window.to, Math.min(length, window.to + 4 * AHEAD)];
    } else if (done - window.from < BEHIND && window.from > 1 && window.bytes < window.limit / 2) {
      const each = window.bytes / Math.max(1, window.to - window.from + 1);
      const count = Math.max(1, Math.min(AHEAD, Math.floor(BUDGET / 2 / Math.max(each, 1))));
      range = [Math.max(0, window.from - 1 - count), window.from - 1];
    }
    if (!range) return;
    const [from, to] = range;
    this.filling = true;
    this.fillRange(from, to)
      .catch(() => undefined) // the next move asks again, and reports what is wrong
      .finally(() => {
        this.filling = false;
        this.onfilled();
      });
  }

  private async fillRange(from: number, to: number): Promise<void> {
    if (to <= this.player.window.from - 1) {
      // Backwards the budget may end short of the window: what is missing between comes first.
      const reply = await this.connection.request(
        { type: 'read', from, to, budget: BUDGET },
        'read',
      );
      const reached = number(reply.message['reached'], from);
      if (reply.steps && reached === to) {
        this.player.window.add(from + 1, decodeSteps(reply.steps), this.player.done);
      } else if (reached < to && to - from > 1) {
        await this.fillRange(
          Math.max(from, to - Math.max(1, Math.floor((reached - from) / 2))),
          to,
        );
      }
      return;
    }
    await this.fetch(from, to);
  }

  /** A step that playing could not make at once. */
  wait(unit: Unit): Promise<boolean> {
    return this.step(1, unit);
  }
}

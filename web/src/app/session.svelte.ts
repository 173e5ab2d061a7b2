// SPDX-License-Identifier: MIT
// The Lab's one store: the connection, the open run, where it is, and whether it plays.
// `scene` is new after every move; everything else on screen follows from it.
import { at, readPosition, sceneOf, type Position, type Scene, type Step } from '../model/index.ts';
import type { Json } from '../lib/json.ts';
import { Connection, type LinkState } from '../wire/connection.ts';
import type { FiguresAsked } from '../lab/lab.ts';
import {
  Refused,
  type Calls,
  type Figures,
  type History,
  type Lanes,
  type Opened,
} from '../wire/messages.ts';
import { afterPaint } from '../lib/after-paint.ts';
import { said } from '../wire/tables.ts';
import { Run, type Source, type Unit } from './run.ts';
import { Pace } from './pace.ts';
import { MICRO_MS, nextSpeed, NO_FLIGHTS_ABOVE, playPlan } from './speed.ts';

export class Session {
  /** The moment on screen; undefined until a run is open. */
  scene = $state.raw<Scene>();
  opened = $state.raw<Opened>();
  link = $state<LinkState>('connecting');
  /** What went wrong, in words; cleared by the next success. */
  problem = $state.raw<Refused>();
  playing = $state(false);
  speed = $state(1);
  /** What the server says unasked, and each time that the run has been opened (again): for rooms. */
  onnews: (message: Json) => void = () => undefined;
  onreopened: () => void = () => undefined;
  private run: Run | undefined;
  private frame = 0;
  private owed = 0;
  private last = 0;
  private readonly pace = new Pace();
  /** Of who is asked before each step: what `open` says of it, and what the server tells unasked. */
  predicting = $state.raw<(where: Position) => Json>();
  private onquestion: ((message: Json) => void) | undefined;
  /** What the server says unasked before there is a run, or somebody to hear it. */
  private unheard: Json[] = [];
  private opening = true;
  /** The text as it is, while less of it is told. */
  private whole: string | undefined;
  /** What is open now may be taken back in a moment: a line is being tried. */
  trying = $state(false);
  source = $state.raw<Source>({ text: '' });
  overrides = $state.raw<Readonly<Record<string, string>>>({});
  private connection: Connection;

  constructor(
    url: string,
    source: Source,
    overrides: Readonly<Record<string, string>>,
    private readonly start: Position,
  ) {
    this.source = source;
    this.overrides = overrides;
    this.connection = new Connection(url);
    this.connection.onState = (state) => {
      this.link = state;
      if (state === 'open') void this.reopen();
    };
    this.connection.onNews = (message) => {
      this.onnews(message);
      this.unheard.push(message);
      this.tellNews();
    };
    this.connection.connect();
  }

  /** Another message of the protocol; its reply is of type `ends`. */
  async ask(message: Json, ends: string): Promise<Json> {
    return (await this.connection.request(message, ends)).message;
  }

  /** Who is asked before each step hears what the server tells unasked. */
  hear(onquestion: (message: Json) => void): void {
    this.onquestion = onquestion;
    this.tellNews();
  }
  private tellNews(): void {
    if (this.opening || !this.onquestion) {
      // Of what nobody hears the newest is enough.
      this.unheard = this.unheard.slice(-8);
      return;
    }
    for (const message of this.unheard.splice(0)) this.onquestion(message);
  }

  close(): void {
    this.pause();
    this.connection.close();
  }

  get canBack(): boolean {
    const p = this.scene?.position;
    return p !== undefined && (p.op > 0 || p.micro > 0);
  }

  get canForward(): boolean {
    const { scene } = this;
    return scene !== undefined && (scene.position.micro > 0 || scene.position.op < scene.length);
  }

  /** After every (re)connection: the server keeps nothing, so the run is opened again where it was. */
  private async reopen(): Promise<void> {
    this.opening = true;
    this.unheard = [];
    await this.attempt(async () => {
      const where = this.run?.player.position ?? this.start;
      const text = this.changedText;
      const source = text === undefined ? this.source : { text };
      const run = await Run.open(this.connection, source, this.overrides, this.predicting?.(where));
      await run.seek(where).catch((error: unknown) => {
        // A text that does not parse is answered, with what is wrong in it, and is not open.
        const wrong = run.opened.diagnostics.filter((one) => !one.warning);
        const [first] = wrong;
        if (first && error instanceof Refused && error.code === 'closed')
          throw new Refused('text', first.message, wrong);
        throw error;
      });
      // At the start nothing has happened yet that would have to be said; what comes next is, a moment later.
      if (where.op > 0 || where.micro > 0) await said();
      run.changed = this.run?.changed ?? false;
      this.take(run);
      afterPaint(() => void said().then(() => this.drawAgain(run)));
      this.onreopened();
    });
    this.opening = false;
    this.tellNews();
  }

  private take(run: Run): void {
    this.run = run;
    run.onfilled = () => void this.drawAgain(run);
    this.opened = run.opened;
    this.draw();
  }

  /** Another text in place of this one, at the position that `where` finds in its run. */
  replace(text: string, where: (run: Run) => Promise<Position>): Promise<boolean> {
    this.pause();
    return this.attempt(async () => {
      this.whole = undefined;
      this.predicting = undefined;
      const run = await Run.open(this.connection, { text }, this.overrides);
      await run.seek(await where(run));
      run.changed = true;
      this.take(run);
    });
  }

  /** Another source in place of this one. Nothing on screen changes before the run stands where `where`
   * says; nothing at all when the run is not one that `fits`. */
  async change(
    source: Source,
    overrides: Readonly<Record<string, string>>,
    where: () => Position,
    fits: (opened: Opened) => boolean,
  ): Promise<boolean> {
    this.pause();
    let fitted = false;
    const done = await this.attempt(async () => {
      const run = await Run.open(this.connection, source, overrides);
      fitted = fits(run.opened);
      if (!fitted) return;
      await run.seek(where());
      this.whole = undefined;
      this.predicting = undefined;
      this.source = source;
      this.overrides = overrides;
      this.take(run);
    });
    return done && fitted;
  }

  async step(by: 1 | -1, unit: Unit): Promise<void> {
    this.pause();
    await this.attempt(async () => {
      await this.run?.step(by, unit);
      this.draw();
    });
  }

  async seek(to: Position): Promise<void> {
    this.pause();
    await this.attempt(async () => {
      await this.run?.seek(to);
      this.draw();
    });
  }

  seekText(text: string): Promise<void> {
    return this.seek(readPosition(text) ?? at(0));
  }

  /** To the next or previous operation (its first micro-step), or happening, of a kind. */
  async find(direction: 1 | -1, kind?: string): Promise<boolean> {
    this.pause();
    let found: Position | undefined;
    await this.attempt(async () => {
      found = await this.run?.find(direction, kind);
      if (!found) return;
      await this.run?.seek(found);
      this.draw();
    });
    return found !== undefined;
  }

  history(of: object, before: string, count: number): Promise<History | undefined> {
    return this.run ? this.run.history(of, before, count) : Promise.resolve(undefined);
  }

  /** The run as it was opened; undefined when it could not be. */
  whenOpen(): Promise<Opened | undefined> {
    return new Promise((resolve) => {
      const stop = $effect.root(() => {
        $effect(() => {
          if (!this.opened && !this.problem) return;
          resolve(this.opened);
          queueMicrotask(() => stop());
        });
      });
    });
  }

  /** For searches that do not move. */
  after(op: number): Promise<number | undefined> {
    const beyond = op > (this.scene?.length ?? 0);
    return this.run && !beyond ? this.run.after(op) : Promise.resolve(undefined);
  }

  peek(from: number, to: number): Promise<Step[]> {
    return this.run ? this.run.peek(from, to) : Promise.resolve([]);
  }

  /** The text with the lines that were added here; undefined when none were. */
  get changedText(): string | undefined {
    return this.opened && this.run?.changed ? (this.whole ?? this.opened.text) : undefined;
  }

  /** The run ends elsewhere for who is asked before each step. */
  cut(opened: Opened): void {
    const asking = opened.reason === 'asking';
    if (!this.run) return;
    this.whole = asking ? (this.whole ?? this.run.opened.text) : undefined;
    this.run.cut(opened);
    this.opened = opened;
    this.draw();
  }

  toEnd(): Promise<void> {
    return this.seek(at(this.scene?.length ?? 0));
  }

  /** Undefined when the line was run, else why it was refused; the run is as it was. */
  async append(line: string): Promise<Refused | undefined> {
    this.pause();
    try {
      await this.run?.append(line);
    } catch (error) {
      return error instanceof Refused ? error : new Refused('broken', (error as Error).message);
    }
    this.opened = this.run?.opened;
    this.problem = undefined;
    this.draw();
    return undefined;
  }

  lanes(from: number, to: number, buckets: number): Promise<Lanes | undefined> {
    return this.run ? this.run.lanes(from, to, buckets) : Promise.resolve(undefined);
  }

  calls(before: number, count: number): Promise<Calls | undefined> {
    return this.run ? this.run.calls(before, count) : Promise.resolve(undefined);
  }

  figures(asked: FiguresAsked): Promise<Figures | undefined> {
    return this.run ? this.run.figures(asked) : Promise.resolve(undefined);
  }

  changeSpeed(by: 1 | -1): void {
    this.speed = nextSpeed(this.speed, by);
  }

  toggle(): void {
    if (this.playing) this.pause();
    else void this.play();
  }

  async play(): Promise<void> {
    if (!this.run) return;
    if (!this.canForward) {
      if (this.opened?.reason === 'asking') return;
      await this.seek(at(0));
    }
    this.playing = true;
    this.owed = 1;
    this.last = performance.now();
    this.frame = requestAnimationFrame((now) => void this.tick(now));
  }

  pause(): void {
    this.playing = false;
    cancelAnimationFrame(this.frame);
  }

  private async tick(now: number): Promise<void> {
    const { run } = this;
    if (!this.playing || !run) return;
    const plan = playPlan(this.speed, now - this.last, this.owed);
    this.last = now;
    this.owed = plan.owed;
    const deadline = performance.now() + 10;
    let moved = false;
    for (let i = 0; i < plan.count && performance.now() < deadline; i++) {
      const result = run.advance(plan.unit);
      if (result === 'moved') {
        moved = true;
        continue;
      }
      if (result === 'edge') this.pause();
      else if (!(await this.attempt(() => run.wait(plan.unit)))) this.pause();
      moved = true;
      this.last = performance.now();
      break;
    }
    if (moved) {
      this.draw();
      this.rest();
    }
    if (this.playing) this.frame = requestAnimationFrame((next) => void this.tick(next));
  }

  /** Slow enough to read: then it rests where there is something to read, and stops at a question. */
  private rest(): void {
    if (!this.scene || this.speed > NO_FLIGHTS_ABOVE) return;
    const { stop, rest } = this.pace.of(this.scene, this.opened?.notes ?? []);
    if (stop) this.pause();
    this.owed -= rest / MICRO_MS - 1;
  }

  /** The same moment, of which more can be said now. */
  private async drawAgain(run: Run): Promise<void> {
    await run.settled();
    if (run === this.run && !this.playing) this.draw();
  }

  private draw(): void {
    if (this.run) this.scene = sceneOf(this.run.player, this.run.names);
  }

  private async attempt(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      this.problem = undefined;
      return true;
    } catch (error) {
      if (error instanceof Refused && error.code === 'superseded') return false;
      // A lost connection shows in `link`, and mends itself.
      if (!(error instanceof Refused && error.code === 'disconnected')) {
        this.problem =
          error instanceof Refused
            ? error
            : new Refused('broken', String((error as Error).message));
      }
      return false;
    }
  }
}

// SPDX-License-Identifier: MIT
// Playing is writing. Whatever is done in the picture is a line of the text, and the text is run; undo
// and redo go over texts. A line goes to the end, or behind the operation that was the last: what comes
// later is run again when it still runs, and is dropped (until undo) when it does not.
import { at, type Position } from '../model/index.ts';
import { createScenario, saveScenario } from '../wire/http.ts';
import { Refused, type Opened } from '../wire/messages.ts';
import { keepToken, tokenOf } from '../views/editor/tokens.ts';
import { insertAfter, insertBefore, linesOf, type Placed } from './writing/insert.ts';
import type { Run } from './run.ts';
import type { Session } from './session.svelte.ts';

interface Moment {
  readonly text: string;
  readonly position: Position;
}
export type Said =
  | { readonly how: 'added' | 'inserted' | 'dropped'; readonly line: string; readonly at: number }
  | { readonly how: 'undone' | 'redone' | 'saved' };

/** So many texts are kept; each has at most 64 KiB. */
const PAST = 200;
/** An inserted line's operation is looked for among so many. */
const SEARCHED = 256;

const errorsOf = (opened: Opened) => opened.diagnostics.filter((d) => !d.warning).length;

export class Writing {
  private past = $state.raw<readonly Moment[]>([]);
  private future = $state.raw<readonly Moment[]>([]);
  /** What the last thing done here was, for the person. */
  said = $state.raw<Said>();
  /** The id under which this text is kept now. */
  savedAs = $state<string>();
  private savedText = $state.raw<string>();
  private chain: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly session: Session,
    /** The stored scenario that the session began with. */
    private readonly scenario: string | undefined,
  ) {}

  get canUndo(): boolean {
    return this.past.length > 0;
  }
  get canRedo(): boolean {
    return this.future.length > 0;
  }
  /** The text is not what is stored. */
  get unsaved(): boolean {
    const text = this.session.changedText;
    return text !== undefined && text !== this.savedText;
  }

  /** Runs one more line. Undefined when it ran, else why not; then everything is as it was. */
  run(line: string): Promise<Refused | undefined> {
    return this.inTurn(() => this.write(line));
  }
  /** Keys come faster than texts run. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = this.chain.then(async () => {
      this.session.trying = true;
      try {
        return await work();
      } finally {
        this.session.trying = false;
      }
    });
    this.chain = next.catch(() => undefined);
    return next;
  }
  private async write(line: string): Promise<Refused | undefined> {
    const { session } = this;
    const before = this.now();
    if (!before) return new Refused('closed', '');
    const refused = session.canForward ? await this.insert(line, before) : await this.append(line);
    if (refused) return refused;
    this.past = [...this.past.slice(-PAST + 1), before];
    this.future = [];
    return undefined;
  }

  private async append(line: string, how: 'added' | 'dropped' = 'added') {
    const refused = await this.session.append(line);
    const text = this.session.opened?.text ?? '';
    if (!refused) this.said = { how, line: line.trim(), at: linesOf(text) };
    return refused;
  }

  /** In between; as a branch, without what comes later, where that is not possible. */
  private async insert(line: string, before: Moment): Promise<Refused | undefined> {
    const { session } = this;
    const placed = this.place(before.text, line.trim());
    const was = session.opened;
    if (!placed || !was) return this.append(line, 'dropped');
    const done = session.scene?.position.micro ? before.position.op - 1 : before.position.op;
    const ran = await session.replace(placed.text, (run) => positionOf(run, placed.line, done));
    const now = session.opened;
    if (ran && now && errorsOf(now) <= errorsOf(was) && now.reason === was.reason) {
      this.said = { how: 'inserted', line: line.trim(), at: placed.line };
      return undefined;
    }
    await session.replace(before.text, () => Promise.resolve(at(done)));
    const refused = await this.append(line, 'dropped');
    if (refused) await session.replace(before.text, () => Promise.resolve(before.position));
    return refused;
  }

  private place(text: string, line: string): Placed | undefined {
    const { scene } = this.session;
    if (!scene) return undefined;
    const { op, micro } = scene.position;
    const done = micro > 0 ? op - 1 : op;
    const of = (n: number) => scene.window.step(n)?.line;
    const last = done > 0 ? of(done) : undefined;
    if (last !== undefined) return insertAfter(text, last, line);
    const next = done === 0 ? of(1) : undefined;
    return next === undefined ? undefined : insertBefore(text, next, line);
  }

  private now(): Moment | undefined {
    const { scene, opened } = this.session;
    return scene && opened ? { text: opened.text, position: scene.position } : undefined;
  }

  undo(): Promise<void> {
    return this.inTurn(() => this.back('past', 'future', 'undone'));
  }
  redo(): Promise<void> {
    return this.inTurn(() => this.back('future', 'past', 'redone'));
  }
  private async back(from: 'past' | 'future', to: 'past' | 'future', how: 'undone' | 'redone') {
    const moment = this[from].at(-1);
    const now = this.now();
    if (!moment || !now) return;
    if (!(await this.session.replace(moment.text, () => Promise.resolve(moment.position)))) return;
    this[from] = this[from].slice(0, -1);
    this[to] = [...this[to], now];
    this.said = { how };
  }

  /** Keeps the text: as a new version of one's own scenario, else as a scenario of one's own. */
  async save(): Promise<string | Refused> {
    const text = this.session.opened?.text ?? '';
    try {
      const own = this.savedAs ?? this.scenario;
      const token = own === undefined ? undefined : tokenOf(own);
      const saved =
        own !== undefined && token
          ? await saveScenario(own, text, token)
          : await createScenario(text);
      if (saved.editToken) keepToken(saved.id, saved.editToken);
      this.savedAs = saved.id;
      this.savedText = text;
      this.said = { how: 'saved' };
      return saved.id;
    } catch (error) {
      return error instanceof Refused ? error : new Refused('broken', String(error));
    }
  }
}

/** The end of the operation that a line became; where one was when it became none. */
async function positionOf(run: Run, line: number, done: number): Promise<Position> {
  const steps = await run.peek(done, done + SEARCHED);
  const first = steps.findIndex((step) => step.line === line);
  if (first < 0) return at(Math.min(done, run.opened.operations));
  let last = first;
  while (steps[last + 1]?.line === line) last++;
  return at(done + last + 1);
}

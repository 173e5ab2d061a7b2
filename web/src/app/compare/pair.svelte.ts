// SPDX-License-Identifier: MIT
// Two runs that move in step. The right one may have one more operation at a step: from there on its
// operations stand beside those of the left that they continue.
import { at, differing, type Step } from '../../model/index.ts';
import { labRoute } from '../router.svelte.ts';
import { Session } from '../session.svelte.ts';
import { socketUrl } from '../socket-url.ts';
import { addedBy, back, beside, inserted } from './branch.ts';
import type { Asker } from './difference.ts';

function open(query: string): Session | undefined {
  const route = labRoute(new URLSearchParams(query));
  if (route.page !== 'lab') return undefined;
  return new Session(socketUrl(), route.source, route.set, route.start);
}

export class Pair {
  readonly left: Session | undefined;
  right = $state.raw<Session>();
  /** The line that the right run has more, and where. */
  readonly line: string;
  readonly from: number;
  /** Operations that it came to; 0 until it has run. */
  added = $state(0);
  /** What follows could not be kept. */
  cut = $state(false);
  /** Why the line did not run. */
  problem = $state('');
  private branching = false;
  private moving: Promise<unknown> = Promise.resolve();

  constructor(
    leftQuery: string,
    private readonly rightQuery: string,
  ) {
    const query = new URLSearchParams(rightQuery);
    this.line = query.get('line') ?? '';
    this.from = Number(query.get('at') ?? 0) || 0;
    this.left = open(leftQuery);
    if (!this.line) this.right = open(rightQuery);
  }

  close(): void {
    this.left?.close();
    this.right?.close();
  }

  readonly ready = $derived.by(
    () =>
      this.left?.scene !== undefined &&
      this.right?.scene !== undefined &&
      (!this.line || this.added > 0 || this.problem !== ''),
  );
  readonly op = $derived.by(() => this.left?.scene?.position.op ?? 0);
  readonly length = $derived.by(() =>
    Math.max(
      this.left?.scene?.length ?? 0,
      back(this.right?.scene?.length ?? 0, this.from, this.added),
    ),
  );
  /** Things of each side that are not as on the other. */
  readonly differing = $derived.by(() => {
    const [one, other] = [this.left?.scene, this.right?.scene];
    if (!this.ready || !one?.version || !other?.version) return undefined;
    return differing(one.machine, other.machine);
  });

  /** To be called once the left run is there: makes the right one of it. */
  async branch(): Promise<void> {
    const { left } = this;
    if (!this.line || this.branching || !left?.opened) return;
    this.branching = true;
    const [last, next] = await this.around(left);
    const text = inserted(left.opened.text, this.line, last, next);
    if (text === undefined || !(await this.insert(text, next))) await this.append();
  }

  private async around(left: Session): Promise<[Step | undefined, Step | undefined]> {
    const { from } = this;
    const steps = await left.peek(Math.max(0, from - 1), from + 1);
    const of = (number: number) => steps.find((step) => step.number === number);
    return [of(from), of(from + 1)];
  }

  /** False: the text with the line in it does not run, or runs it elsewhere too. */
  private async insert(text: string, next: Step | undefined): Promise<boolean> {
    const route = labRoute(new URLSearchParams(this.rightQuery));
    if (route.page !== 'lab') return false;
    const session = new Session(socketUrl(), { text }, route.set, at(this.from));
    const opened = await session.whenOpen();
    const steps =
      opened && opened.reason !== 'error'
        ? await session.peek(this.from, Math.min(opened.operations, this.from + 64))
        : [];
    const line = next?.line ?? steps[0]?.line ?? 0;
    const added = addedBy(steps, line);
    const all = this.left?.opened?.operations ?? 0;
    // In a block it would have run before, and again: then there are more operations than its own.
    if (added === 0 || (opened && opened.operations > all + added)) {
      session.close();
      return false;
    }
    this.added = added;
    await session.seek(at(this.from + added));
    this.right = session;
    return true;
  }

  private async append(): Promise<void> {
    const session = open(this.rightQuery);
    if (!session || !(await session.whenOpen())) return;
    await session.seek(at(this.from));
    const refused = await session.append(this.line);
    this.problem = refused ? `${refused.message} ${refused.diagnostics[0]?.hint ?? ''}` : '';
    this.added = refused ? 0 : Math.max(1, (session.opened?.operations ?? 0) - this.from);
    this.cut = !refused;
    if (!refused) await session.seek(at(this.from + this.added));
    this.right = session;
  }

  /** Both, one after the other, so that they always stand at the same operation. */
  seek(to: number): Promise<unknown> {
    const n = Math.max(0, Math.min(this.length, to));
    this.moving = this.moving.then(() =>
      Promise.all([
        this.left?.seek(at(n)),
        this.right?.seek(at(Math.min(this.right.scene?.length ?? 0, this.beside(n)))),
      ]),
    );
    return this.moving;
  }

  private beside(n: number): number {
    return beside(n, this.from, this.added);
  }

  /** The right run as a search sees it: numbered as the left one. */
  get asker(): Asker | undefined {
    const { right, from, added } = this;
    if (!right || added === 0) return right;
    return {
      after: async (op) => {
        const found = await right.after(this.beside(op));
        return found === undefined ? undefined : back(found, from, added);
      },
      peek: (start, end) =>
        start < from
          ? right.peek(start, Math.min(end, from))
          : right.peek(start + added, end + added),
    };
  }
}

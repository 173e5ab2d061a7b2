// SPDX-License-Identifier: MIT
// Moving about in time, beside the session: which kind "next" looks for, bookmarks, and which sheet is
// open.
import type { Session } from '../session.svelte.ts';
import type { Source } from '../run.ts';
import { allMarks, neighbour, readOwn, writeOwn, type Bookmark } from './bookmarks.ts';
import type { KindWord } from './kinds.ts';

const keyOf = (source: Source): string =>
  'scenario' in source ? source.scenario : 'trace' in source ? source.trace : 'draft';

export class Time {
  kind = $state<KindWord>('any');
  /** "Next" found nothing: said once, until the next move. */
  nothing = $state(false);
  sheet = $state<'history' | 'bookmarks' | 'whatIf'>();
  private own = $state.raw<readonly Bookmark[]>([]);
  private readonly key: string;

  constructor(
    private readonly session: Session,
    source: Source,
  ) {
    this.key = keyOf(source);
    this.own = readOwn(localStorage, this.key);
  }

  readonly marks = $derived.by(() => allMarks(this.session.opened?.notes ?? [], this.own));

  async find(direction: 1 | -1): Promise<void> {
    this.nothing = false;
    this.nothing = !(await this.session.find(direction, this.kind));
  }

  toggle(sheet: 'history' | 'bookmarks' | 'whatIf'): void {
    this.sheet = this.sheet === sheet ? undefined : sheet;
  }

  mark(name: string): void {
    const position = this.session.scene?.position;
    if (!position) return;
    this.keep([...this.own, { position, name, own: true }]);
  }
  rename(mark: Bookmark, name: string): void {
    this.keep(this.own.map((one) => (one === mark ? { ...one, name } : one)));
  }
  unmark(mark: Bookmark): void {
    this.keep(this.own.filter((one) => one !== mark));
  }
  toMark(direction: 1 | -1): void {
    const from = this.session.scene?.position;
    const mark = from && neighbour(this.marks, from, direction);
    this.nothing = mark === undefined;
    if (mark) void this.session.seek(mark.position);
  }

  private keep(own: readonly Bookmark[]): void {
    this.own = own;
    writeOwn(localStorage, this.key, own);
  }
}

// SPDX-License-Identifier: MIT
// One open Lab: the run, the desk, the room it may be in, and which sheet lies on top. What keys, buttons and
// menus ask for are its methods.
import type { Position } from '../model/index.ts';
import { policies } from '../wire/generated.ts';
import { Refused } from '../wire/messages.ts';
import { Desk } from './desk.svelte.ts';
import { focusField } from './focus.ts';
import type { Brings, Follow, Seat } from './follow.svelte.ts';
import type { Action } from './keyboard.ts';
import { askedFrom, readAsk, type Asked } from './predict/kinds.ts';
import { besideLink, DRAFT_KEY, router } from './router.svelte.ts';
import type { Source } from './run.ts';
import { Session } from './session.svelte.ts';
import { settings } from './settings.svelte.ts';
import { socketUrl } from './socket-url.ts';
import { Time } from './time/time.svelte.ts';

export interface Wish {
  readonly what: 'switch' | 'once' | 'address';
  readonly asked?: Asked;
}
export type Sheet = 'help' | 'compare' | 'share' | 'picture';

export class LabState {
  readonly session: Session;
  readonly desk: Desk;
  readonly time: Time;
  follow = $state.raw<Follow>();
  /** On a phone: the one view that is shown. */
  tab = $state('memory');
  sheet = $state<Sheet>();
  /** What can be done here is asked for: as a list, or by writing a line. */
  acting = $state<'list' | 'line'>();
  /** On a phone: the bar above the timeline was asked for. */
  timeBar = $state(false);
  /** The field for a step's number is open. */
  jumping = $state(false);
  /** What was last wished of the questions: the switch, one about the next step, what the address says. */
  wish = $state.raw<Wish>();
  /** The text as it was saved here. */
  kept = $state.raw<{ id: string; text: string | undefined }>();

  constructor(
    source: Source,
    set: Record<string, string>,
    start: Position,
    /** The address asks for questions: about these kinds, or all. */
    ask?: string,
  ) {
    this.session = new Session(socketUrl(), source, set, start);
    this.time = new Time(this.session, source);
    this.desk = new Desk(this.session, {
      edit: () => this.editLink(),
      beside: () => this.besideLink(),
    });
    if (ask === undefined) return;
    // Before the run is opened: nothing is told that is to be asked.
    const asked = readAsk(ask);
    this.session.predicting = (where) => askedFrom(where, asked.kinds);
    this.wish = { what: 'address', asked };
    this.desk.fresh = false;
  }

  get source(): Source {
    return this.session.source;
  }
  get set(): Readonly<Record<string, string>> {
    return this.session.overrides;
  }
  /** Whether things can be done here: who follows looks on. */
  get writes(): boolean {
    return !this.follow || this.follow.role === 'host' || this.follow.over !== undefined;
  }

  close(): void {
    this.follow?.close();
    this.session.close();
  }

  readonly textShown = $derived.by(() => this.desk.active('left')?.id === 'text');
  /** Two panels, one sentence, one button: until something is played or asked for. */
  readonly first = $derived.by(
    () =>
      this.desk.fresh &&
      !settings.everything &&
      this.desk.active('middle') === undefined &&
      !this.follow,
  );

  private editLink(): string {
    const { source } = this;
    if (this.follow?.role === 'host' && 'text' in source && this.session.changedText === undefined)
      sessionStorage.setItem(DRAFT_KEY, source.text);
    return 'scenario' in this.source && this.session.changedText === undefined
      ? `/edit/${encodeURIComponent(this.source.scenario)}`
      : '/edit';
  }
  /** This run beside the bound, or the bound beside LRU. */
  private besideLink(): string | undefined {
    const { scene } = this.session;
    const now = scene && policies[scene.machine.config.policy]?.name;
    return now && besideLink(this.source, this.set, [now, now === 'opt' ? 'lru' : 'opt']);
  }

  /** What a link to this moment is made of. */
  get shared(): { source: Source; text: string | undefined } {
    const { changedText } = this.session;
    const saved = this.kept && this.kept.text === changedText ? this.kept : undefined;
    return saved
      ? { source: { scenario: saved.id }, text: undefined }
      : { source: this.source, text: changedText };
  }
  saved(id: string): void {
    this.kept = { id, text: this.session.changedText };
    const query = new URLSearchParams({ scenario: id, ...this.set });
    // In a room the address is the room's: a reload comes back to it.
    if (!this.follow) router.replace(`/lab?${query}`);
  }

  async sit(seat: Seat, brings?: Brings): Promise<void> {
    const { Follow } = await import('./follow.svelte.ts');
    this.follow = new Follow(this.session, this.desk, seat, brings);
  }
  async teach(): Promise<void> {
    const { roomFor } = await import('./room/teach.ts');
    const text = this.session.changedText;
    try {
      const { seat, brings } = await roomFor(text === undefined ? this.source : { text }, this.set);
      await this.sit(seat, brings);
    } catch (error) {
      this.session.problem =
        error instanceof Refused ? error : new Refused('broken', String(error));
    }
  }

  /** The same in a new room: the one before is gone. */
  async anew(): Promise<void> {
    this.follow?.close();
    await this.teach();
  }

  /** Brings a view forward, wherever its place is. */
  readonly pick = (id: string): void => {
    this.desk.show(id);
    this.tab = id;
  };

  readonly actions: Record<Action, () => void> = {
    toggle: () => this.session.toggle(),
    forward: () => void this.session.step(1, 'micro'),
    back: () => void this.session.step(-1, 'micro'),
    forwardOperation: () => void this.session.step(1, 'operation'),
    backOperation: () => void this.session.step(-1, 'operation'),
    nextEvent: () => void this.time.find(1),
    previousEvent: () => void this.time.find(-1),
    history: () => this.time.toggle('history'),
    bookmarks: () => this.time.toggle('bookmarks'),
    previousMark: () => this.time.toMark(-1),
    nextMark: () => this.time.toMark(1),
    whatIf: () => this.time.toggle('whatIf'),
    goTo: () => (this.jumping = true),
    start: () => void this.session.seekText('0'),
    end: () => void this.session.toEnd(),
    faster: () => this.session.changeSpeed(1),
    slower: () => this.session.changeSpeed(-1),
    act: () => (this.acting = this.writes ? 'list' : undefined),
    append: () => (this.acting = this.writes ? 'line' : undefined),
    predict: () => {
      this.desk.fresh = false;
      this.wish = { what: 'switch' };
    },
    askNext: () => {
      this.desk.fresh = false;
      this.wish = { what: 'once' };
    },
    text: () => (this.textShown ? this.desk.leave('text') : this.pick('text')),
    dark: () => settings.changeTheme(),
    projector: () => (settings.projector = !settings.projector),
    address: () => {
      this.pick('spaces');
      void focusField('[data-address]');
    },
    help: () => (this.sheet = 'help'),
    close: () => {
      this.time.sheet = undefined;
      this.sheet = undefined;
      this.acting = undefined;
      this.jumping = false;
    },
  };
}

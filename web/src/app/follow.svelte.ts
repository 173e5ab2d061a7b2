// SPDX-License-Identifier: MIT
// A seat in a room. The host's moves and texts are told to the others; a follower goes where the host is,
// unless it looks around on its own. Every seat has its own run: what travels are positions, names of
// things and, when the host has written, that there is another text.
import {
  at,
  comparePositions,
  readPosition,
  readThing,
  writePosition,
  writeThing,
} from '../model/index.ts';
import {
  newer,
  readHere,
  readPoint,
  readRole,
  readRoom,
  type Point,
  type Role,
  type Room,
} from '../wire/rooms.ts';
import { Refused } from '../wire/messages.ts';
import { string, type Json } from '../lib/json.ts';
import { keepLesson } from './room/host.ts';
import { DRAFT_KEY, labQuery } from './router.svelte.ts';
import type { Desk } from './desk.svelte.ts';
import type { Position } from '../model/index.ts';
import type { Session } from './session.svelte.ts';

export interface Seat {
  readonly code: string;
  readonly role: Role;
  readonly token?: string | undefined;
  /** What the room showed when this run was opened; undefined: the host brings something of its own. */
  readonly shown?: number | undefined;
  readonly joinUrl: string;
  readonly set?: Readonly<Record<string, string>> | undefined;
  /** The room shows another scenario now: the page begins anew. Without it all changes in place. */
  readonly onother?: (() => void) | undefined;
}

/** What a host shows instead of what the room has. */
export type Brings = ({ scenario: string } | { text: string }) & {
  readonly set: Readonly<Record<string, string>>;
};

/** The server passes on ten points a second. */
const POINT_EVERY = 100;
/** Whoever follows runs the whole text again. */
const SHOW_EVERY = 250;
/** Of a message, in bytes of UTF-8: the server takes 64 KiB, with what is around the text. */
const SHOW_MOST = 65000;

export class Follow {
  role = $state<Role>('member');
  count = $state(0);
  hostHere = $state(false);
  /** Where the host is, not on one's own. */
  live = $state(true);
  /** 'host', 'silence': how the room ended; 'gone': it was there once; 'unknown': it never was. */
  over = $state<string>();
  /** Another window took the host's place. */
  replaced = $state(false);
  /** The host shows something else than what is open here. */
  behind = $state(false);
  /** The host's text is longer than a message: the others see the one before. */
  tooLong = $state(false);
  private last: Point | undefined;
  private shown: number | undefined;
  private moving = 0;
  private going: Promise<void> = Promise.resolve();
  private catching = false;
  private reached: Position | undefined;
  private joined = false;
  private wasThere = false;
  private brought = false;
  private shownText = '';
  private timer: ReturnType<typeof setTimeout> | undefined;
  private sentAt = -POINT_EVERY;
  private shownAt = -SHOW_EVERY;
  private sent = '';
  private readonly stop: () => void;

  constructor(
    private readonly session: Session,
    private readonly desk: Desk,
    readonly seat: Seat,
    /** For a host that shows something of its own: what `show` needs. */
    private readonly brings?: Brings,
  ) {
    this.role = seat.role;
    this.shown = seat.shown;
    addEventListener('pagehide', this.keep);
    session.onnews = (message) => this.hear(message);
    session.onreopened = () => void this.join();
    if (session.opened) void this.join();
    this.stop = $effect.root(() => {
      $effect(() => this.moved());
    });
  }

  close(): void {
    this.stop();
    removeEventListener('pagehide', this.keep);
    clearTimeout(this.timer);
    this.session.onnews = () => undefined;
    this.session.onreopened = () => undefined;
  }

  /** Follows: the transport is the host's. */
  get held(): boolean {
    return this.role !== 'host' && this.live && this.over === undefined;
  }

  leave(): void {
    this.live = false;
  }
  back(): void {
    this.live = true;
    if (this.behind) void this.catchUp();
    else this.follow();
  }
  async end(): Promise<void> {
    await this.session.ask({ type: 'end' }, 'left').catch(() => undefined);
  }

  /** A host's reload may find the room gone. */
  private readonly keep = (): void => {
    const { scene, source, overrides, changedText } = this.session;
    const ended = this.over !== undefined && this.over !== 'gone';
    if (!scene || ended || this.role !== 'host' || 'trace' in source) return;
    keepLesson(this.seat.code, {
      source: changedText === undefined ? source : { text: changedText },
      set: overrides,
      position: writePosition(scene.position),
    });
  };

  /** The moment as an address of a laboratory of one's own. A text that has no address is the draft. */
  ownCopy(): string {
    const { scene, source, overrides, changedText } = this.session;
    const position = scene ? writePosition(scene.position) : '0';
    const text = changedText ?? ('text' in source ? source.text : undefined);
    if (text !== undefined) sessionStorage.setItem(DRAFT_KEY, text);
    const query = labQuery(text === undefined ? source : { text }, overrides);
    query.set('at', position);
    return `/lab?${query}`;
  }

  private ask(): Promise<Json> {
    const { code, token } = this.seat;
    const secret = this.role === 'host' ? { token } : {};
    return this.session.ask({ type: 'join', room: code, role: this.role, ...secret }, 'joined');
  }

  private async join(): Promise<void> {
    this.joined = false;
    try {
      const message = await this.ask();
      this.joined = this.wasThere = true;
      this.here(message);
      this.take(readPoint(message), true);
      // A host says what it shows unless the room has it.
      this.shownText = string(message['text']);
    } catch (error) {
      this.refused(error);
      return;
    }
    if (this.role !== 'host') return;
    if (this.brings && !this.brought) this.brought = this.show(this.brings);
    this.point(true);
  }
  /** A lost connection joins again by itself. */
  private refused(error: unknown): void {
    if (error instanceof Refused && error.code !== 'disconnected')
      this.over = this.wasThere ? 'gone' : 'unknown';
  }

  private hear(message: Json): void {
    switch (message['type']) {
      case 'point':
        this.take(readPoint(message), false);
        break;
      case 'here':
        this.here(message);
        break;
      case 'role':
        this.role = readRole(message);
        this.replaced = true;
        break;
      case 'ended':
        this.over = string(message['why'], 'host');
        break;
      default: // an answer that nobody waits for
    }
  }

  private here(message: Json): void {
    const { count, host } = readHere(message);
    this.count = count;
    this.hostHere = host;
  }

  /* ---- who follows ---- */

  private take(point: Point, again: boolean): void {
    if (!again && this.last && !newer(point, this.last)) return;
    this.last = point;
    if (this.role === 'host') return;
    this.behind = point.shown !== this.shown;
    if (this.live && this.behind) void this.catchUp();
    else if (this.live) this.follow();
  }

  private follow(): void {
    this.going = this.go();
  }
  private async go(): Promise<void> {
    const point = this.last;
    const to = point && readPosition(point.position);
    if (!point || !to || this.behind) return;
    this.moving++;
    const there = this.session.scene && comparePositions(this.session.scene.position, to) === 0;
    if (!there) await this.session.seek(to);
    this.moving--;
    if (this.moving > 0) return;
    this.reached = this.session.scene?.position;
    this.desk.select(readThing(point.selection));
    this.desk.hover(readThing(point.pointer));
  }

  /** What the room shows now, in place of what it showed: the panels stay as they are. */
  private async catchUp(): Promise<void> {
    if (this.catching) return; // it looks again before it is done
    this.catching = true;
    this.moving++;
    await this.going;
    try {
      while (this.live && this.behind && this.over === undefined) {
        const room = readRoom(await this.ask());
        if (!this.last || newer(room, this.last)) this.last = room;
        if (!(await this.open(room))) break;
        this.shown = room.shown;
        this.behind = this.last.shown !== room.shown;
      }
    } catch (error) {
      this.refused(error);
    }
    this.moving--;
    this.catching = false;
    if (this.live) this.follow();
  }

  /** False: it is not shown here, or the page begins anew with it. */
  private async open(room: Room): Promise<boolean> {
    const { onother } = this.seat;
    const title = this.session.opened?.title;
    const place = () => (this.last?.shown === room.shown ? this.last : room).position;
    let other = onother !== undefined && 'scenario' in room.source;
    const changed =
      !other &&
      (await this.session.change(
        room.source,
        room.set,
        () => readPosition(place()) ?? at(0),
        (opened) => !(other = onother !== undefined && opened.title !== title),
      ));
    if (other) onother?.();
    return changed;
  }

  /* ---- the host ---- */

  /** Runs after every change that others might have to hear of, or that was made here on one's own. */
  private moved(): void {
    const { scene, playing, changedText, trying } = this.session;
    const selection = this.desk.selected && writeThing(this.desk.selected);
    const pointer = this.desk.hovered && writeThing(this.desk.hovered);
    if (!scene) return;
    if (this.role === 'host') {
      void [selection, pointer, playing, changedText, trying];
      this.point(false);
    } else if (this.held && this.moving === 0 && this.reached) {
      if (comparePositions(scene.position, this.reached) !== 0) this.live = false;
    }
  }

  /** False: it is too long. What is sent next arrives after it. */
  private show(what: Brings): boolean {
    const message = { type: 'show', ...what };
    const bytes = new TextEncoder().encode(JSON.stringify(message)).length;
    this.tooLong = bytes > SHOW_MOST;
    if (this.tooLong) return false;
    const before = this.shownText;
    this.shownText = 'text' in what ? what.text : '';
    this.shownAt = performance.now();
    this.session.ask(message, 'shown').catch(() => (this.shownText = before));
    return true;
  }

  /** At once, or when the server takes the next one; always the newest. */
  private point(anyway: boolean): void {
    if (!this.joined) return;
    if (anyway) this.sent = '';
    this.later(this.sentAt + POINT_EVERY);
  }
  private later(when: number): void {
    clearTimeout(this.timer);
    const wait = when - performance.now();
    if (wait > 0) this.timer = setTimeout(() => this.say(), wait);
    else this.say();
  }

  private say(): void {
    const { scene, playing, changedText, trying } = this.session;
    if (!scene || trying || this.role !== 'host' || this.over !== undefined) return;
    if (changedText !== undefined && changedText !== this.shownText) {
      const due = this.shownAt + SHOW_EVERY;
      if (due > performance.now()) {
        this.later(due);
        return;
      }
      if (!this.show({ text: changedText, set: this.session.overrides })) return;
      this.sent = '';
    } else this.tooLong = false;
    const { selected, hovered } = this.desk;
    const message = {
      type: 'point',
      position: writePosition(scene.position),
      selection: selected ? writeThing(selected) : null,
      pointer: hovered ? writeThing(hovered) : null,
      playing,
    };
    const text = JSON.stringify(message);
    if (text === this.sent) return;
    this.sent = text;
    this.sentAt = performance.now();
    this.session.ask(message, 'pointed').catch(() => (this.sent = ''));
  }
}

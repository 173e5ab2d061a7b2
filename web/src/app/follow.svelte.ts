// SPDX-License-Identifier: MIT
// A seat in a room. The host's moves are told to the others; a follower goes where the host is, unless it
// looks around on its own. Only positions and names of things travel: every seat has its own run.
import {
  comparePositions,
  readPosition,
  readThing,
  writePosition,
  writeThing,
} from '../model/index.ts';
import { readHere, readPoint, readRole, newer, type Point, type Role } from '../wire/rooms.ts';
import { Refused } from '../wire/messages.ts';
import { string, type Json } from '../lib/json.ts';
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
  /** The text that the room shows, where it is one. */
  readonly text?: string | undefined;
  /** One's own lines are given up for what the room shows. */
  readonly onfresh?: (() => void) | undefined;
  /** The room shows something else now. */
  readonly onshown?: (() => void) | undefined;
}

/** What a host shows instead of what the room has. */
export type Brings = ({ scenario: string } | { text: string }) & {
  readonly set: Readonly<Record<string, string>>;
};

/** The server passes on ten points a second. */
const POINT_EVERY = 100;

export class Follow {
  role = $state<Role>('member');
  count = $state(0);
  hostHere = $state(false);
  /** Where the host is, not on one's own. */
  live = $state(true);
  /** 'host', 'silence': how the room ended; 'unknown': it is not there any more. */
  over = $state<string>();
  /** Another window took the host's place. */
  replaced = $state(false);
  private last: Point | undefined;
  private moving = 0;
  private reached: Position | undefined;
  private joined = false;
  private shownText: string | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private sentAt = 0;
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
    session.onnews = (message) => this.hear(message);
    session.onreopened = () => void this.join();
    if (session.opened) void this.join();
    this.stop = $effect.root(() => {
      $effect(() => this.moved());
    });
  }

  close(): void {
    this.stop();
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
    if (this.session.changedText !== undefined && this.seat.onfresh) this.seat.onfresh();
    else void this.go();
  }
  async end(): Promise<void> {
    await this.session.ask({ type: 'end' }, 'left').catch(() => undefined);
  }

  private async join(): Promise<void> {
    const { code, token } = this.seat;
    this.joined = false;
    try {
      const message = await this.session.ask(
        { type: 'join', room: code, role: this.role, ...(this.role === 'host' ? { token } : {}) },
        'joined',
      );
      this.take(readPoint(message), true);
      this.here(message);
    } catch (error) {
      // A lost connection joins again by itself.
      if (error instanceof Refused && error.code !== 'disconnected') this.over = 'unknown';
      return;
    }
    this.joined = true;
    if (this.role === 'host') {
      if (this.brings && this.shownText === undefined) await this.show(this.brings);
      this.shownText ??= this.seat.text ?? '';
      this.point(true);
    }
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

  private take(point: Point, again: boolean): void {
    if (!again && this.last && !newer(point, this.last)) return;
    this.last = point;
    if (this.role === 'host') return;
    if (this.seat.shown !== undefined && point.shown !== this.seat.shown) this.seat.onshown?.();
    else if (this.live) void this.go();
  }

  private async go(): Promise<void> {
    const point = this.last;
    const to = point && readPosition(point.position);
    if (!point || !to) return;
    this.moving++;
    const there = this.session.scene && comparePositions(this.session.scene.position, to) === 0;
    if (!there) await this.session.seek(to);
    this.moving--;
    if (this.moving > 0) return;
    this.reached = this.session.scene?.position;
    this.desk.select(readThing(point.selection));
    this.desk.hover(readThing(point.pointer));
  }

  /** Runs after every change that others might have to hear of, or that was made here on one's own. */
  private moved(): void {
    const { scene, playing, changedText } = this.session;
    const selection = this.desk.selected && writeThing(this.desk.selected);
    const pointer = this.desk.hovered && writeThing(this.desk.hovered);
    if (!scene) return;
    if (this.role === 'host') {
      if (
        changedText !== undefined &&
        this.shownText !== undefined &&
        changedText !== this.shownText
      )
        void this.show({ text: changedText, set: this.seat.set ?? {} }).then(() =>
          this.point(true),
        );
      void [selection, pointer, playing];
      this.point(false);
    } else if (this.held && this.moving === 0 && this.reached) {
      if (comparePositions(scene.position, this.reached) !== 0) this.live = false;
    }
  }

  private async show(what: Json): Promise<void> {
    this.shownText = string(what['text']);
    await this.session.ask({ type: 'show', ...what }, 'shown').catch(() => undefined);
  }

  /** At once, or when the server takes the next one; always the newest. */
  private point(anyway: boolean): void {
    if (!this.joined) return;
    if (anyway) this.sent = '';
    clearTimeout(this.timer);
    const wait = this.sentAt + POINT_EVERY - performance.now();
    if (wait > 0) this.timer = setTimeout(() => this.point(false), wait);
    else this.say();
  }

  private say(): void {
    const { scene, playing } = this.session;
    if (!scene || this.role !== 'host' || this.over !== undefined) return;
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

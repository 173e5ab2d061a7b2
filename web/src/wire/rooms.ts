// SPDX-License-Identifier: MIT
// What is said about rooms, over HTTP and the socket.
import { boolean, number, object, oneOf, string, type Json } from '../lib/json.ts';
import { ask } from './http.ts';

export const roles = ['host', 'screen', 'member'] as const;
export type Role = (typeof roles)[number];

/** Where the host is. `(epoch, seq)` only rises. */
export interface Point {
  readonly epoch: number;
  readonly seq: number;
  /** Rises when the host shows something else. */
  readonly shown: number;
  readonly position: string;
  readonly selection: string;
  readonly pointer: string;
  readonly playing: boolean;
}
export interface Here {
  readonly count: number;
  readonly host: boolean;
}
export interface Room extends Point, Here {
  readonly code: string;
  readonly joinUrl: string;
  readonly source: { scenario: string } | { text: string };
  readonly set: Readonly<Record<string, string>>;
}
export interface OpenedRoom {
  readonly code: string;
  readonly joinUrl: string;
  readonly hostUrl: string;
  readonly token: string;
}

export const readPoint = (message: Json): Point => ({
  epoch: number(message['epoch']),
  seq: number(message['seq']),
  shown: number(message['shown']),
  position: string(message['position'], '0'),
  selection: string(message['selection']),
  pointer: string(message['pointer']),
  playing: boolean(message['playing']),
});
export const readHere = (message: Json): Here => ({
  count: number(message['count']),
  host: boolean(message['host']),
});
export const readRole = (message: Json): Role => oneOf(message['role'], roles, 'member');
export const readRoom = (answer: Json): Room => ({
  ...readPoint(answer),
  ...readHere(answer),
  code: string(answer['code'], string(answer['room'])),
  joinUrl: string(answer['join_url']),
  source:
    typeof answer['scenario'] === 'string'
      ? { scenario: answer['scenario'] }
      : { text: string(answer['text']) },
  set: Object.fromEntries(Object.entries(object(answer['set'])).map(([k, v]) => [k, string(v)])),
});

/** Is what `a` says newer than what `b` said? */
export const newer = (a: Point, b: Point): boolean =>
  a.epoch !== b.epoch ? a.epoch > b.epoch : a.seq > b.seq;

export async function openRoom(
  source: { scenario: string } | { text: string },
  set: Readonly<Record<string, string>>,
): Promise<OpenedRoom> {
  const answer = await ask('POST', '/classrooms', { ...source, set });
  return {
    code: string(answer['code']),
    joinUrl: string(answer['join_url']),
    hostUrl: string(answer['host_url']),
    token: string(answer['host_token']),
  };
}
export async function findRoom(code: string): Promise<Room> {
  return readRoom(await ask('GET', `/classrooms/${encodeURIComponent(code)}`));
}
/** The origin that others in the network reach. */
export async function originForOthers(): Promise<string> {
  return string((await ask('GET', '/address'))['origin'], location.origin);
}

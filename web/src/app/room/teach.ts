// SPDX-License-Identifier: MIT
// A room to teach in: the one this tab already has, which then shows something else; or a new one. The
// address becomes the room's, so that a reload comes back to it.
import { findRoom, openRoom } from '../../wire/rooms.ts';
import { Refused } from '../../wire/messages.ts';
import type { Brings, Seat } from '../follow.svelte.ts';
import type { Source } from '../run.ts';
import { heldByTab, hold, letGo } from './host.ts';

export interface Taken {
  readonly seat: Seat;
  readonly brings?: Brings;
}

async function taken(brings: Brings): Promise<Taken | undefined> {
  const held = heldByTab();
  if (!held) return undefined;
  try {
    const { code, joinUrl } = await findRoom(held.code);
    return { seat: { code, joinUrl, role: 'host', token: held.token, set: brings.set }, brings };
  } catch (error) {
    if (!(error instanceof Refused) || error.code !== '404') throw error;
    letGo(held.code);
    return undefined;
  }
}

export async function roomFor(
  source: Source,
  set: Readonly<Record<string, string>>,
): Promise<Taken> {
  if ('trace' in source) throw new Refused('trace', '');
  let room = await taken({ ...source, set });
  if (!room) {
    const { code, joinUrl, token } = await openRoom(source, set);
    hold(code, token);
    room = { seat: { code, joinUrl, role: 'host', token, set } };
  }
  history.replaceState(null, '', `/c/${room.seat.code}`);
  return room;
}

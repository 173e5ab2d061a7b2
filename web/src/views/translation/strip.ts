// SPDX-License-Identifier: MIT
// The stations of an operation as the strip shows them: what follows the kernel's return is one "retry",
// and neighbours with one actor stand on one ground. Pure.
import type { Station } from '../../narration/story.ts';

export interface Zone {
  readonly actor: Station['actor'];
  /** Stations [from, to). */
  readonly from: number;
  readonly to: number;
}

export function withRetry(
  stations: readonly Station[],
  returns: readonly number[],
  name: string,
  ends: readonly number[] = [],
): Station[] {
  const list: Station[] = [];
  for (const station of stations) {
    const last = list.at(-1);
    // The first micro-step after the last return that lies before this station.
    const latest = returns.filter((r) => r < station.from).at(-1);
    // An operation of many accesses goes on after the retry: with the next one, or with the next fault.
    const over = latest !== undefined && ends.some((e) => latest < e && e <= station.from);
    const back = over ? undefined : latest;
    const actor = station.actor;
    if (back === undefined) list.push(station);
    else if (last && last.from > back) {
      list[list.length - 1] = {
        ...last,
        state: joined(last.state, station.state),
        label: station.state === 'now' ? `${name}: ${station.label}` : last.label,
        alarm: last.alarm || station.alarm,
        to: station.to,
      };
    } else {
      const label = station.state === 'now' ? `${name}: ${station.label}` : name;
      list.push({ ...station, actor, label });
    }
    const tail = list.at(-1);
    if (tail && tail.state !== 'now' && back !== undefined)
      list[list.length - 1] = { ...tail, label: name };
  }
  return list;
}

function joined(a: Station['state'], b: Station['state']): Station['state'] {
  if (a === 'now' || b === 'now') return 'now';
  return a === 'done' && b === 'next' ? 'now' : a;
}

export function zonesOf(stations: readonly Station[]): Zone[] {
  const zones: Zone[] = [];
  stations.forEach((station, i) => {
    const last = zones.at(-1);
    if (last?.actor === station.actor) {
      zones[zones.length - 1] = { ...last, to: i + 1 };
    } else zones.push({ actor: station.actor, from: i, to: i + 1 });
  });
  return zones;
}

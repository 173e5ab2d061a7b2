// SPDX-License-Identifier: MIT
// How a policy's nodes stand: in a circle with its hands, in lists from head to tail, in the order of a stamp,
// or frame by frame. It follows from the regions' shapes and looks. Pure.
import { MachineKind } from '../../wire/generated.ts';
import { words } from '../../text/policy.ts';
import type { Group } from './picture.ts';
import { perNode, type Reader, type Region } from './reader.ts';

/** Nodes of one group that are drawn; a list shows both its ends. */
const MOST = 64;
function group(
  reader: Reader,
  part: Pick<Group, 'key' | 'kind' | 'title' | 'ends'>,
  indexes: readonly number[],
  more = 0,
): Group {
  let kept = indexes;
  if (indexes.length > MOST) {
    // A list is about its two ends, anything else about where it begins.
    const tail = part.kind === 'list' ? MOST / 4 : 0;
    kept = [...indexes.slice(0, MOST - tail), ...indexes.slice(indexes.length - tail)];
  }
  return {
    ...part,
    nodes: kept.map((i) => reader.node(i)),
    more: more + indexes.length - kept.length,
  };
}

const prefix = (name: string): string => name.split('_')[0] ?? name;
const isEnd = (name: string): boolean => /(^|_)(tail|last|back)$/.test(name);

/** Lists whose heads are scalars: each follows the links of its own name, else the first there are. */
function listsOf(reader: Reader): Group[] {
  const links = reader.regions.filter(
    (r) => perNode(r) && r.look === 'link' && !/prev/.test(r.name),
  );
  const [first] = links;
  if (!first) return [];
  return reader.regions
    .filter((r) => r.shape === 'scalar' && r.look === 'link' && !isEnd(r.name))
    .map((head) => {
      const link = links.find((l) => prefix(l.name) === prefix(head.name)) ?? first;
      const at = reader.word(head);
      const { nodes, more } = at === 0 ? { nodes: [], more: 0 } : reader.follow(link, at - 1);
      const ends = [words.head, words.tail] as const;
      return group(reader, { key: head.name, kind: 'list', title: head.title, ends }, nodes, more);
    });
}

/** A small machine shows its free frames too, so that the circle keeps its shape while it fills. */
function circleOf(reader: Reader, hand: Region): Group {
  const links = reader.regions.find((r) => perNode(r) && r.look === 'link' && !/prev/.test(r.name));
  const key = 'circle';
  if (links) {
    const { nodes, more } = reader.follow(links, reader.word(hand));
    return group(
      reader,
      { key, kind: 'circle', title: words.circle, ends: undefined },
      nodes,
      more,
    );
  }
  const all = reader.frames <= 16 && reader.machine.config.kind === MachineKind.paper;
  const held = all ? Array.from({ length: reader.frames }, (_, i) => i) : reader.content();
  if (held.length <= MOST)
    return group(reader, { key, kind: 'circle', title: words.circle, ends: undefined }, held);
  // Too many for a circle: what the hand comes to next.
  const at = reader.word(hand);
  const cut = Math.max(
    0,
    held.findIndex((f) => f >= at),
  );
  const turned = [...held.slice(cut), ...held.slice(0, cut)];
  return group(reader, { key, kind: 'frames', title: words.strip, ends: undefined }, turned);
}

const falling = (look: string): boolean => look === 'next_use';
const endsOf: Readonly<Record<string, readonly [string, string]>> = {
  order: [words.longestAgo, words.latest],
  next_use: [words.furthest, words.soonest],
  count: [words.least, words.most],
};

/** By a stamp, the oldest first; by the next use, the furthest first; by a count, the least first. */
function orderOf(reader: Reader, by: readonly Region[]): Group {
  const [first] = by as [Region];
  const held = reader.content().map((f) => [f, by.map((r) => reader.word(r, f))] as const);
  held.sort(([f, a], [g, b]) => {
    for (let i = 0; i < by.length; i++) {
      const less = (a[i] as number) - (b[i] as number);
      if (less !== 0) return falling(first.look) ? -less : less;
    }
    return f - g;
  });
  return group(
    reader,
    {
      key: first.name,
      kind: 'list',
      title: words.order(first.title),
      ends: endsOf[first.look],
    },
    held.map(([f]) => f),
  );
}

export function groupsOf(reader: Reader): Group[] {
  const lists = listsOf(reader);
  if (lists.length > 0) return lists;
  const hand = reader.regions.find((r) => r.shape === 'scalar' && r.look === 'hand');
  if (hand) return [circleOf(reader, hand)];
  const of = (...looks: string[]) =>
    reader.regions.filter((r) => perNode(r) && looks.includes(r.look));
  const by = [...of('count'), ...of('order', 'next_use')];
  if (by.length > 0) return [orderOf(reader, by)];
  const kind = { key: 'frames', kind: 'frames', title: words.frames, ends: undefined } as const;
  return [group(reader, kind, reader.content())];
}

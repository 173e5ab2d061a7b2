// SPDX-License-Identifier: MIT
// What the policy considered when it last sought a victim. Pure.
import { types, type PolicyDesc } from '../../wire/generated.ts';
import { numberOf, seenText } from '../../narration/words.ts';
import type { Look, Node, PolicyPicture } from './picture.ts';
import { perNode, type Reader } from './reader.ts';

/** Operations that are looked through for the last search. */
const BACK = 48;

/** What the policy went by. A stamp says little: the order is drawn. */
function valueText(policy: PolicyDesc, value: number): string {
  const word = policy.regions.find((r) => perNode(r) && r.title === policy.seen);
  return !policy.seen || word?.look === 'order' ? '' : seenText(policy, value);
}

/** The last search for a victim: of this operation as far as it has come, else of one before. */
export function looksOf(reader: Reader): Pick<PolicyPicture, 'looks' | 'lookedAt'> {
  const { step, micro, window } = reader.scene;
  if (!step) return { looks: [], lookedAt: undefined };
  for (let back = 0; back <= BACK; back++) {
    const which = back === 0 ? step : window.step(step.number - back);
    if (!which) break;
    const seen = back === 0 ? which.micros.slice(0, micro) : which.micros;
    // Who was taken has left since: its frame may hold another page.
    const gone = new Map<number, Pick<Node, 'page' | 'pid'>>();
    for (const { happening } of which.micros) {
      if (happening?.event !== 'evict') continue;
      const { frame, vpn, pid } = happening.fields;
      if (pid) gone.set(frame, { page: numberOf(reader.machine, vpn), pid });
    }
    const looks = seen.flatMap(({ happening }, i): Look[] => {
      if (happening?.event !== 'look') return [];
      const { frame, value, verdict } = happening.fields;
      const names: readonly string[] = types.verdict.names;
      const said: readonly string[] = types.verdict.words;
      const taken = names[verdict] === 'chosen' ? gone.get(frame) : undefined;
      return [
        {
          node: { ...reader.node(frame), ...taken },
          value: valueText(reader.policy, value),
          verdict: said[verdict] ?? '',
          chosen: names[verdict] === 'chosen',
          now: back === 0 && i === micro - 1,
        },
      ];
    });
    if (looks.length > 0) return { looks, lookedAt: which.number };
  }
  return { looks: [], lookedAt: undefined };
}

// SPDX-License-Identifier: MIT
// What the address of a moment is. Pure but for packing.
import { ADDRESS_MOST, pack } from '../../lib/pack.ts';
import type { Source } from '../run.ts';

export interface Moment {
  readonly source: Source;
  readonly set: Readonly<Record<string, string>>;
  /** The text where it is no longer the source's, or is one. */
  readonly text: string | undefined;
  readonly position: string;
}

export type Link =
  | { readonly kind: 'stored' | 'packed'; readonly url: string }
  /** The text does not fit into an address. */
  | { readonly kind: 'save'; readonly text: string };

const query = (
  set: Readonly<Record<string, string>>,
  more: Record<string, string> = {},
): string => {
  const all = new URLSearchParams({ ...set, ...more }).toString();
  return all && `?${all}`;
};

export const savedLink = (origin: string, id: string, { set, position }: Moment): string =>
  `${origin}/s/${encodeURIComponent(id)}@${position}${query(set)}`;

export async function linkOf(origin: string, moment: Moment): Promise<Link> {
  const { source, set, text, position } = moment;
  if (text === undefined && 'scenario' in source)
    return { kind: 'stored', url: savedLink(origin, source.scenario, moment) };
  if (text === undefined && 'trace' in source)
    return {
      kind: 'stored',
      url: `${origin}/lab${query(set, { trace: source.trace, at: position })}`,
    };
  const whole = text ?? ('text' in source ? source.text : '');
  const url = `${origin}/lab${query(set, { at: position })}#t=${await pack(whole)}`;
  return url.length <= ADDRESS_MOST ? { kind: 'packed', url } : { kind: 'save', text: whole };
}

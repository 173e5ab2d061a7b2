// SPDX-License-Identifier: MIT
// Which key asks for what. Typing in a field, and keys that a focused control needs, are left alone.
export type Action =
  | 'toggle'
  | 'forward'
  | 'back'
  | 'forwardOperation'
  | 'backOperation'
  | 'nextEvent'
  | 'previousEvent'
  | 'goTo'
  | 'history'
  | 'bookmarks'
  | 'previousMark'
  | 'nextMark'
  | 'whatIf'
  | 'start'
  | 'end'
  | 'faster'
  | 'slower'
  | 'act'
  | 'append'
  | 'predict'
  | 'askNext'
  | 'text'
  | 'dark'
  | 'projector'
  | 'address'
  | 'help'
  | 'close';

/** Those that go elsewhere in the run. */
export const moves: ReadonlySet<Action> = new Set<Action>([
  'toggle',
  'forward',
  'back',
  'forwardOperation',
  'backOperation',
  'nextEvent',
  'previousEvent',
  'goTo',
  'start',
  'end',
  'append',
]);

const plain: Readonly<Record<string, Action>> = {
  ' ': 'toggle',
  ArrowRight: 'forward',
  ArrowLeft: 'back',
  n: 'nextEvent',
  g: 'goTo',
  h: 'history',
  m: 'bookmarks',
  '[': 'previousMark',
  ']': 'nextMark',
  w: 'whatIf',
  Home: 'start',
  End: 'end',
  '>': 'faster',
  '<': 'slower',
  a: 'act',
  b: 'append',
  q: 'predict',
  t: 'text',
  d: 'dark',
  p: 'projector',
  '/': 'address',
  '?': 'help',
  Escape: 'close',
};
const shifted: Readonly<Record<string, Action>> = {
  ArrowRight: 'forwardOperation',
  ArrowLeft: 'backOperation',
  N: 'previousEvent',
  Q: 'askNext',
  '>': 'faster',
  '<': 'slower',
  '/': 'address',
  '?': 'help',
};

export interface KeyPress {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly defaultPrevented: boolean;
  readonly target: EventTarget | null;
}

/** A cell cursor and a grid move with the arrows; a slider of ours means the same as the page. */
const OWN_ARROWS =
  '[role="grid"], [role="listbox"], [role="radiogroup"], [role="tablist"], [role="application"]';

export function action(event: KeyPress): Action | undefined {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return undefined;
  const target = event.target instanceof Element ? event.target : undefined;
  const wanted = (event.shiftKey ? shifted : plain)[event.key];
  if (!wanted || !target) return wanted;
  if (target.closest('input, textarea, select, [contenteditable], .cm-editor')) {
    return wanted === 'close' ? wanted : undefined;
  }
  if (event.key === ' ' && target.closest('button, a, summary')) return undefined;
  if (/^(Arrow|Home|End)/.test(event.key) && target.closest(OWN_ARROWS)) return undefined;
  return wanted;
}

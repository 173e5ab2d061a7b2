// SPDX-License-Identifier: MIT
// What stands at the right of the Lab's header. Each is an action with a name; where there is no room for
// it as a button it stands in the menu.
import { words } from '../text/app.ts';
import { tools as predict } from '../text/predict-tools.ts';
import { words as picture } from '../text/picture.ts';
import { words as room } from '../text/room.ts';
import { words as time } from '../text/time.ts';
import { words as writing } from '../text/writing.ts';
import type { IconName } from '../theme/icons.ts';
import type { LabState } from './lab-state.svelte.ts';
import { settings } from './settings.svelte.ts';

export interface Tool {
  readonly id: string;
  readonly icon: IconName;
  readonly label: string;
  /** What a pointer that rests on it reads, with its key. */
  readonly title: string;
  readonly key?: string;
  readonly pressed?: boolean;
  /** A button of its own: always, where there is room, or never; or only in the menu of a phone. */
  readonly stands: 'always' | 'room' | 'menu' | 'phone';
  readonly run: () => void;
}

const act = ({ actions }: LabState): Tool => ({
  id: 'act',
  icon: 'plus',
  label: writing.actShort,
  title: writing.actTitle,
  key: 'a',
  stands: 'always',
  run: actions.act,
});

/** Nothing has begun: only what one needs to begin. */
const atFirst = (lab: LabState): Tool[] => [
  ...('text' in lab.source ? [act(lab)] : []),
  {
    id: 'everything',
    icon: 'columns',
    label: words.everything,
    title: words.everything,
    stands: 'always',
    run: () => settings.showEverything(),
  },
];

const showText = (lab: LabState): Tool => ({
  id: 'text',
  icon: 'file',
  label: words.text,
  title: `${words.text} (t)`,
  key: 't',
  pressed: lab.textShown,
  stands: 'room',
  run: lab.actions.text,
});
const compare = (lab: LabState): Tool => ({
  id: 'compare',
  icon: 'gauge',
  label: words.compare,
  title: words.compareTitle,
  stands: 'room',
  run: () => (lab.sheet = 'compare'),
});
const teach = (lab: LabState): Tool => ({
  id: 'teach',
  icon: 'users',
  label: room.teach,
  title: room.teachTitle,
  stands: 'room',
  run: () => void lab.teach(),
});
const share = (lab: LabState): Tool => ({
  id: 'share',
  icon: 'share',
  label: room.share,
  title: room.shareTitle,
  stands: 'always',
  run: () => (lab.sheet = 'share'),
});
const askNext = ({ actions }: LabState): Tool => ({
  id: 'askNext',
  icon: 'help',
  label: predict.askNext,
  title: predict.askNextKey,
  key: 'Shift q',
  stands: 'menu',
  run: actions.askNext,
});
const save = (lab: LabState): Tool => ({
  id: 'picture',
  icon: 'download',
  label: picture.button,
  title: picture.hint,
  stands: 'menu',
  run: () => (lab.sheet = 'picture'),
});
/** On a phone the bar above the timeline would cost a tenth of the screen. */
const timeBar = (lab: LabState): Tool => ({
  id: 'time',
  icon: 'bookmark',
  label: time.barShort,
  title: time.barShort,
  pressed: lab.timeBar,
  stands: 'phone',
  run: () => (lab.timeBar = !lab.timeBar),
});
const always = ({ actions }: LabState): Tool[] => [
  {
    id: 'projector',
    icon: 'present',
    label: words.projector,
    title: `${words.projector} (p)`,
    key: 'p',
    pressed: settings.projector,
    stands: 'menu',
    run: actions.projector,
  },
  {
    id: 'help',
    icon: 'keyboard',
    label: words.help,
    title: `${words.help} (?)`,
    key: '?',
    stands: 'menu',
    run: actions.help,
  },
];

export function toolsOf(lab: LabState): Tool[] {
  if (lab.first) return atFirst(lab);
  const { opened } = lab.session;
  return [
    ...(opened?.text ? [showText(lab)] : []),
    ...(opened?.text && lab.writes ? [act(lab)] : []),
    ...(opened && opened.compare.length > 0 ? [compare(lab)] : []),
    ...(lab.follow || 'trace' in lab.source ? [] : [teach(lab)]),
    ...(opened ? [share(lab), save(lab)] : []),
    ...(opened ? [askNext(lab)] : []),
    timeBar(lab),
    ...always(lab),
  ];
}

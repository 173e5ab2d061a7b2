// SPDX-License-Identifier: MIT
// What stands at the right of the Lab's header. Each is an action with a name; where there is no room for
// it as a button it stands in the menu.
import type { IconName } from '../theme/icons.ts';

export interface Tool {
  readonly id: string;
  readonly icon: IconName;
  readonly label: string;
  /** What a pointer that rests on it reads, with its key. */
  readonly title: string;
  readonly key?: string;
  readonly pressed?: boolean;
  /** A button of its own: always, where there is room, or never. */
  readonly stands: 'always' | 'room' | 'menu';
  readonly run: () => void;
}

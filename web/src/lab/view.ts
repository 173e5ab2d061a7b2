// SPDX-License-Identifier: MIT
// A view: one folder of views/, one row of its registry.
import type { Component, Snippet } from 'svelte';
import type { Scene } from '../model/index.ts';
import type { IconName } from '../theme/icons.ts';
import type { Opened } from '../wire/messages.ts';
import type { Lab } from './lab.ts';

export interface ViewProps {
  readonly scene: Scene;
  readonly lab: Lab;
  /** Stands first in the panel's head: the heading, or the choice between the views of this place. */
  readonly title: Snippet;
}

export const places = ['left', 'middle', 'right'] as const;
/** What stands there at first: the picture waits for them and for nothing else. */
export const firstViews: readonly string[] = ['spaces', 'memory'];
export type Place = (typeof places)[number];

export interface View {
  /** In addresses (`?view=policy`) and in the table of texts. */
  readonly id: string;
  readonly place: Place;
  readonly icon: IconName;
  /** On its tab and as its heading. */
  title(scene: Scene): string;
  /** Does this machine, and this run, have what it shows? Of the rows of one id at most one fits. */
  fits(scene: Scene, opened: Opened | undefined): boolean;
  /** Does this moment need it? From then on it stays open to choice; before, only who asks sees it. */
  needed(scene: Scene): boolean;
  /** Read when it is first shown. */
  load(): Promise<{ default: Component<ViewProps> }>;
}
